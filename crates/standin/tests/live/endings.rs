//! Every end is told with its reason, and what can pass passes.

use std::sync::Arc;

use grantline_standin::{LoginFailure, Phone, StandIn};
use grantline_whatsapp::{Event, Halt, LinkFailure, UnlinkReason};

use crate::contract::House;
use crate::contract::actors::{DEVICE, Gateway};
use crate::house;

const ANN: &str = "491701234567";
const HOUR_MS: i64 = 60 * 60 * 1_000;

/// A linked number, its phone as WhatsApp sees it, and all of WhatsApp.
async fn linked() -> (House, Arc<StandIn>, Gateway, Arc<Phone>) {
    let (house, standin) = house::rooms().await;
    let (gateway, _) = house.linked(ANN).await;
    let phone = standin.phone(ANN).expect("the phone");
    (house, standin, gateway, phone)
}

/// The number is restored while WhatsApp refuses its logins: what the server is told.
async fn is_refused(failure: LoginFailure) -> (House, Gateway, Arc<Phone>, Event) {
    let (house, _standin, gateway, phone) = linked().await;
    let (session_id, keys) = gateway.closes().await;
    phone.fail_logins(Some(failure));
    let mut gateway = house.gateway_with(&session_id, keys).await;
    let told = gateway.hears().await;
    (house, gateway, phone, told)
}

/// What WhatsApp says while a number that cannot be linked is being linked.
async fn fails_to_link(turns: impl FnOnce(&StandIn, &Phone), by_code: bool) -> LinkFailure {
    let (house, standin) = house::rooms().await;
    let ann = house.phone(ANN).await;
    turns(&standin, &standin.phone(ANN).expect("the phone"));
    let mut gateway = house.gateway("ann").await;
    if by_code {
        gateway.session.start_linking(ANN, DEVICE).await.expect("linking starts");
    } else {
        let qr = gateway.offers(ANN).await.qr;
        // Whether the phone can tell its holder is its own affair.
        let asked = ann.scans(&qr).await;
        let face = Arc::clone(&ann.face);
        tokio::spawn(async move {
            let _ = asked.is_ok() && face.confirm(ANN).await.is_ok();
        });
    }
    match gateway.hears_but_qr_codes().await {
        Event::LinkFailed { reason } => {
            assert!(gateway.keys.is_empty(), "nothing is left of it");
            reason
        }
        other => panic!("linking was to fail, not {other:?}"),
    }
}

#[tokio::test]
async fn a_suspended_account_comes_back_when_its_time_is_over() {
    let (house, mut gateway, phone, told) = is_refused(LoginFailure::ban(101, 7_200)).await;
    assert_eq!(told, Event::Halted { reason: Halt::Banned });
    assert!(!gateway.keys.is_empty(), "the link stands");
    phone.fail_logins(None);
    house.later(HOUR_MS).await;
    gateway.hears_nothing().await;
    house.later(HOUR_MS).await;
    gateway.connects().await;
}

#[tokio::test]
async fn a_version_that_is_too_old_is_told_and_tried_again() {
    let (house, mut gateway, phone, told) = is_refused(LoginFailure::new(405)).await;
    assert_eq!(told, Event::Halted { reason: Halt::Outdated });
    phone.fail_logins(None);
    house.later(HOUR_MS).await;
    gateway.connects().await;
}

#[tokio::test]
async fn a_refusal_without_a_reason_is_told_and_tried_again() {
    let (house, mut gateway, phone, told) = is_refused(LoginFailure::new(409)).await;
    assert_eq!(told, Event::Halted { reason: Halt::Refused });
    phone.fail_logins(None);
    house.later(HOUR_MS).await;
    gateway.connects().await;
}

#[tokio::test]
async fn a_locked_account_is_the_end_of_the_link() {
    let (_house, gateway, _phone, told) = is_refused(LoginFailure::new(403)).await;
    assert_eq!(told, Event::Unlinked { reason: UnlinkReason::Blocked });
    assert!(gateway.keys.is_empty());
}

#[tokio::test]
async fn a_connection_that_is_cut_comes_back_by_itself() {
    let (house, standin, mut gateway, phone) = linked().await;
    let device = phone.devices().remove(0).device;
    assert!(standin.cut(&phone, device));
    assert_eq!(gateway.hears().await, Event::Disconnected);
    gateway.connects().await;
    gateway.hears_nothing().await;
    let ben = house.phone("4915112345678").await;
    ben.writes(ANN, "still there?").await;
    gateway.hears_text(&ben, "still there?").await;
}

#[tokio::test]
async fn a_kind_of_account_that_cannot_be_linked_says_so() {
    assert_eq!(fails_to_link(|_, phone| phone.set_hosted(true), false).await, LinkFailure::Unsupported);
}

#[tokio::test]
async fn too_many_codes_are_told_apart_from_none() {
    let too_many =
        |standin: &StandIn, _: &Phone| standin.configure(|set| set.refuse_hello = Some((429, "rate-overlimit")));
    assert_eq!(fails_to_link(too_many, true).await, LinkFailure::TooManyAttempts);
    let bad = |standin: &StandIn, _: &Phone| standin.configure(|set| set.refuse_hello = Some((400, "bad-request")));
    assert_eq!(fails_to_link(bad, true).await, LinkFailure::CodeRefused);
}
