//! What time does. For connectors that live by the hand clock.

use grantline_whatsapp::{LinkFailure, SessionError};

use super::House;
use super::actors::{DEVICE, Gateway};

const ANN: &str = "491701234567";
const SECOND: i64 = 1_000;

/// Lets time pass in steps, and gives the last QR code that came.
async fn passes(gateway: &mut Gateway, house: &House, seconds: i64) -> Option<String> {
    let mut last = None;
    for _ in 0..seconds / 10 {
        house.later(10 * SECOND).await;
        last = gateway.takes_qr_codes().await.or(last);
    }
    last
}

pub async fn qr_codes_follow_each_other_and_leave_the_code_alone(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    let mut seen = vec![offer.qr.clone()];
    for _ in 0..5 {
        house.later(19 * SECOND).await;
        gateway.hears_nothing().await;
        house.later(SECOND).await;
        let next = gateway.hears_qr().await;
        assert!(!seen.contains(&next));
        seen.push(next);
    }
    ann.scans(&offer.qr).await.expect_err("the first QR code is stale");
    ann.types(&offer.code).await.expect("the code is untouched");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
    house.later(600 * SECOND).await;
    gateway.hears_nothing().await;
}

pub async fn an_expired_code(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    passes(&mut gateway, &house, 150).await;
    ann.types(&offer.code).await.expect_err("the code has expired");
    gateway.hears_nothing().await;
}

pub async fn linking_ends_when_nothing_is_left(house: House) {
    house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    gateway.offers(ANN).await;
    passes(&mut gateway, &house, 150).await;
    gateway.hears_nothing().await;
    house.later(10 * SECOND).await;
    gateway.hears_failure(LinkFailure::Expired).await;
    house.later(600 * SECOND).await;
    gateway.hears_nothing().await;
}

pub async fn a_new_code_prolongs_linking(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    gateway.offers(ANN).await;
    passes(&mut gateway, &house, 150).await;
    gateway.session.request_code().await.expect("there may be a second code");
    let code = gateway.hears_code().await;
    let last_qr = passes(&mut gateway, &house, 140).await.expect("QR codes go on");
    ann.scans(&last_qr).await.expect("the QR code is current");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
    ann.types(&code).await.expect_err("linking is over");
}

pub async fn qr_codes_begin_again_with_a_new_code(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    passes(&mut gateway, &house, 140).await;
    ann.types(&offer.code).await.expect("the code is right");
    passes(&mut gateway, &house, 30).await;
    // The QR codes have run out; only the question on the phone keeps linking alive.
    gateway.session.request_code().await.expect("there may be a second code");
    let first = gateway.hears_qr().await;
    gateway.hears_code().await;
    house.later(20 * SECOND).await;
    assert_ne!(gateway.hears_qr().await, first);
    gateway.hears_nothing().await;
}

pub async fn a_question_keeps_linking_alive_until_it_lapses(house: House) {
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    passes(&mut gateway, &house, 140).await;
    ann.types(&offer.code).await.expect("the code is right");
    passes(&mut gateway, &house, 50).await;
    gateway.hears_nothing().await;
    house.later(10 * SECOND).await;
    gateway.hears_failure(LinkFailure::Expired).await;
    ann.confirms().await.expect_err("the question went away");
}

pub async fn too_many_codes(house: House) {
    let mut gateway = house.gateway("ann").await;
    gateway.offers(ANN).await;
    house.later(SECOND).await;
    for _ in 0..4 {
        gateway.session.request_code().await.expect("five codes are allowed");
        gateway.hears_code().await;
    }
    let sixth = gateway.session.request_code().await;
    let Err(SessionError::TooManyCodes { retry_after_ms }) = sixth else { panic!("a sixth code: {sixth:?}") };
    assert_eq!(retry_after_ms, 599 * SECOND);
    gateway.hears_nothing().await;
    gateway.session.log_out().await.expect("linking is stopped");
    let other = house.gateway("ann in another workspace").await;
    let again = other.session.start_linking(ANN, DEVICE).await;
    assert!(matches!(again, Err(SessionError::TooManyCodes { .. })), "{again:?}");
    house.later(retry_after_ms).await;
    gateway.offers(ANN).await;
    assert!(matches!(gateway.session.request_code().await, Err(SessionError::TooManyCodes { .. })));
}
