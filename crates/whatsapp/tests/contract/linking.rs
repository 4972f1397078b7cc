//! Linking a number, and how a link ends.

use grantline_whatsapp::{Event, LinkFailure, SessionError, UnlinkReason};

use super::House;
use super::actors::{DEVICE, Gateway};

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";

/// A code that is not `code`.
fn other_than(code: &str) -> String {
    let first = if code.starts_with('2') { '3' } else { '2' };
    format!("{first}{}", &code[1..])
}

pub async fn the_right_code_links(house: House) {
    let (_gateway, ann) = house.linked(ANN).await;
    assert_eq!(ann.devices().await, [DEVICE]);
}

pub async fn a_code_may_be_typed_in_lower_case_with_a_dash(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let code = gateway.offers(ANN).await.code.to_lowercase();
    ann.types(&format!("{}-{}", &code[..4], &code[4..])).await.expect("the code is right");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
}

pub async fn a_qr_code_links(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    assert_eq!(offer.qr.split(',').count(), 5, "{}", offer.qr);
    ann.scans(&offer.qr).await.expect("the QR code is current");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
    assert_eq!(ann.devices().await, [DEVICE]);
}

pub async fn a_wrong_code_is_answered_with_a_new_one(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let first = gateway.offers(ANN).await.code;
    ann.types(&other_than(&first)).await.expect_err("the code is wrong");
    let second = gateway.hears_of_a_wrong_code().await;
    assert_ne!(first, second);
    ann.types(&second).await.expect("the code is right");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
}

pub async fn three_wrong_codes_end_it(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let mut code = gateway.offers(ANN).await.code;
    for _ in 0..2 {
        ann.types(&other_than(&code)).await.expect_err("the code is wrong");
        code = gateway.hears_of_a_wrong_code().await;
    }
    ann.types(&other_than(&code)).await.expect_err("the code is wrong");
    gateway.hears_failure(LinkFailure::TooManyAttempts).await;
    ann.types(&code).await.expect_err("the code is dead");
    assert!(ann.devices().await.is_empty());
}

pub async fn a_new_code_kills_the_old_one(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let old = gateway.offers(ANN).await.code;
    gateway.session.request_code().await.expect("there may be a second code");
    assert_ne!(old, gateway.hears_code().await);
    ann.types(&old).await.expect_err("the code is dead");
    let new = gateway.hears_of_a_wrong_code().await;
    ann.types(&new).await.expect("the code is right");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
}

pub async fn the_holder_refuses(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    ann.types(&offer.code).await.expect("the code is right");
    ann.refuses().await.expect("there is a question");
    // WhatsApp does not tell: nothing is linked, and linking goes on.
    gateway.takes_qr_codes().await;
    assert!(ann.devices().await.is_empty());
    gateway.session.log_out().await.expect("linking is stopped");
    assert!(gateway.keys.is_empty());
}

pub async fn another_phone_confirms(house: House) {
    house.phone(ANN).await;
    let ben = house.phone(BEN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    ben.scans(&offer.qr).await.expect("the QR code is current");
    // Whether the phone notices is its own affair; what counts is that nothing stays linked.
    let _ = ben.confirms().await;
    assert_eq!(gateway.hears_but_qr_codes().await, Event::Confirming);
    gateway.hears_failure(LinkFailure::WrongPhone).await;
    assert!(ben.devices().await.is_empty());
    assert!(gateway.keys.is_empty());
}

pub async fn a_fifth_device_is_too_many(house: House) {
    let ann = house.phone(ANN).await;
    let mut linked = Vec::new();
    for n in 0..4 {
        let mut gateway = house.gateway(&format!("ann-{n}")).await;
        gateway.links(&ann).await;
        linked.push(gateway);
    }
    let mut fifth = house.gateway("ann-4").await;
    let offer = fifth.offers(ANN).await;
    let is_asked = ann.types(&offer.code).await;
    assert!(is_asked.is_err() || ann.confirms().await.is_err(), "the phone has no room for it");
    // The phone tells its holder, and nobody else.
    fifth.takes_qr_codes().await;
    assert_eq!(ann.devices().await.len(), 4);
}

pub async fn a_linked_number_cannot_be_linked_again(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let again = gateway.session.start_linking(ANN, DEVICE).await;
    assert!(matches!(again, Err(SessionError::AlreadyLinked)), "{again:?}");
    gateway.hears_nothing().await;
}

pub async fn a_number_without_account(house: House) {
    let mut gateway = house.gateway("nobody").await;
    gateway.session.start_linking("491701230000", DEVICE).await.expect("the answer is an event");
    gateway.hears_failure(LinkFailure::CodeRefused).await;
}

pub async fn without_linking_there_is_no_code(house: House) {
    let gateway = house.gateway("ann").await;
    let asked = gateway.session.request_code().await;
    assert!(matches!(asked, Err(SessionError::NotLinking)), "{asked:?}");
}

pub async fn logging_out_stops_linking_in_silence(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    gateway.session.log_out().await.expect("linking is stopped");
    gateway.hears_nothing().await;
    ann.types(&offer.code).await.expect_err("the code is dead");
    ann.scans(&offer.qr).await.expect_err("the QR code is dead");
    gateway.session.log_out().await.expect("linking is stopped");
    gateway.links(&ann).await;
}

pub async fn unlinked_while_open(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    ann.unlinks().await;
    gateway.hears_unlinked(UnlinkReason::UnlinkedOnPhone).await;
    assert!(gateway.keys.is_empty());
    assert!(ann.devices().await.is_empty());
}

pub async fn unlinked_while_closed(house: House) {
    let (gateway, ann) = house.linked(ANN).await;
    let (session_id, keys) = gateway.closes().await;
    ann.unlinks().await;
    let mut gateway = house.gateway_with(&session_id, keys).await;
    gateway.hears_unlinked(UnlinkReason::UnlinkedOnPhone).await;
    assert!(gateway.keys.is_empty());
    let (session_id, keys) = gateway.closes().await;
    house.gateway_with(&session_id, keys).await.hears_nothing().await;
}

pub async fn logged_out(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    gateway.session.log_out().await.expect("the link ends");
    gateway.hears_nothing().await;
    assert!(gateway.keys.is_empty());
    assert!(ann.devices().await.is_empty());
}

pub async fn a_restart_finds_the_link(house: House) {
    let (gateway, ann) = house.linked(ANN).await;
    let (session_id, keys) = gateway.closes().await;
    let mut gateway = house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    gateway.hears_nothing().await;
    assert_eq!(ann.devices().await, [DEVICE]);
}

pub async fn the_same_keys_opened_twice(house: House) {
    let (mut first, ann) = house.linked(ANN).await;
    let mut second = Gateway::open(&house, "ann", first.keys.clone()).await;
    second.connects().await;
    first.hears_unlinked(UnlinkReason::ReplacedElsewhere).await;
    assert!(!second.keys.is_empty(), "the keys belong to the second session");
    first.session.log_out().await.expect_err("the link is not the first session's any more");
    first.session.close().await;
    assert!(!second.keys.is_empty());
    let ben = house.phone(BEN).await;
    ben.writes(ANN, "still there?").await;
    second.hears_text(&ben, "still there?").await;
    assert_eq!(ann.devices().await, [DEVICE]);
}

pub async fn after_an_end_it_can_be_linked_again(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    ann.unlinks().await;
    gateway.hears_unlinked(UnlinkReason::UnlinkedOnPhone).await;
    gateway.links(&ann).await;
    gateway.session.log_out().await.expect("the link ends");
    gateway.links(&ann).await;
    assert_eq!(ann.devices().await, [DEVICE]);
}
