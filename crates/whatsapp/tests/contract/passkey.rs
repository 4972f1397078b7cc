//! Linking an account whose passkey WhatsApp asks for.

use grantline_whatsapp::{Event, LinkFailure, PasskeyRefusal, SessionError};
use tokio::task::JoinHandle;

use super::House;
use super::actors::{DEVICE, Gateway, Phone};

const ANN: &str = "491701234567";
const MINUTE: i64 = 60_000;

/// A link is asked for, and confirmed on the phone of an account that has a passkey.
struct AtGate {
    gateway: Gateway,
    ann: Phone,
    options_json: String,
    /// The phone, which waits for what becomes of it or does not.
    confirming: JoinHandle<Result<(), String>>,
}

async fn at_gate(house: &House, by_qr: bool) -> AtGate {
    let ann = house.phone(ANN).await;
    ann.face.require_passkey(ANN, true).await;
    let mut gateway = house.gateway("ann").await;
    let offer = gateway.offers(ANN).await;
    if by_qr {
        ann.scans(&offer.qr).await.expect("the QR code is current");
    } else {
        ann.types(&offer.code).await.expect("the code is right");
    }
    let face = ann.face.clone();
    let confirming = tokio::spawn(async move { face.confirm(ANN).await });
    let options_json = match gateway.hears_but_qr_codes().await {
        Event::PasskeyAsked { options_json, valid_until_ms } => {
            let left_ms = valid_until_ms - house.clock.now_ms();
            assert!((9 * MINUTE..=10 * MINUTE).contains(&left_ms), "{left_ms}");
            options_json
        }
        other => panic!("the passkey was to be asked for, not {other:?}"),
    };
    AtGate { gateway, ann, options_json, confirming }
}

impl AtGate {
    async fn answer(&self) -> String {
        self.ann.face.passkey_answer(ANN, &self.options_json).await
    }

    async fn gives(&self) {
        let answer = self.answer().await;
        self.gateway.session.answer_passkey(&answer).await.expect("the passkey is right");
    }

    async fn hears_code(&mut self) -> String {
        match self.gateway.hears().await {
            Event::PasskeyCode { code, .. } => code,
            other => panic!("a code was to come, not {other:?}"),
        }
    }

    async fn links(mut self) {
        let shown = self.hears_code().await;
        assert_eq!(shown.len(), 8, "no dash");
        assert_eq!(shown, self.ann.face.passkey_code(ANN).await.replace('-', ""), "both screens show the same");
        assert!(self.ann.devices().await.is_empty(), "nothing is linked before somebody compared the codes");
        self.gateway.session.confirm_passkey().await.expect("the codes are the same");
        self.confirming.await.expect("the phone is there").expect("the link is made");
        self.gateway.hears_linked(&self.ann).await;
        assert_eq!(self.ann.devices().await, [DEVICE]);
    }
}

pub async fn given_and_compared_it_links(house: House) {
    let gate = at_gate(&house, false).await;
    gate.gives().await;
    gate.links().await;
}

pub async fn a_wrong_answer_loses_nothing(house: House) {
    let mut gate = at_gate(&house, true).await;
    let session = gate.gateway.session.clone();
    for garbled in ["", "{", "{}", r#"{"type":"public-key"}"#, &gate.options_json] {
        assert_eq!(session.answer_passkey(garbled).await, Err(PasskeyRefusal::NotAnAssertion), "{garbled}");
    }
    let elsewhere = r#"{"challenge":"c29tZXRoaW5nIGVsc2U","rpId":"whatsapp.com"}"#;
    let other = gate.ann.face.passkey_answer(ANN, elsewhere).await;
    assert_eq!(session.answer_passkey(&other).await, Err(PasskeyRefusal::AnotherChallenge));
    assert_eq!(session.confirm_passkey().await, Err(PasskeyRefusal::NotAsked));
    assert!(matches!(session.request_code().await, Err(SessionError::NotLinking)));
    gate.gateway.hears_nothing().await;
    gate.gives().await;
    let again = gate.answer().await;
    assert_eq!(session.answer_passkey(&again).await, Err(PasskeyRefusal::NotAsked), "it was taken");
    gate.links().await;
    assert_eq!(session.confirm_passkey().await, Err(PasskeyRefusal::NotAsked));
}

pub async fn without_a_question_there_is_no_answer(house: House) {
    let ann = house.phone(ANN).await;
    let answer = ann.face.passkey_answer(ANN, r#"{"challenge":"c29tZXRoaW5n"}"#).await;
    let mut gateway = house.gateway("ann").await;
    assert_eq!(gateway.session.answer_passkey(&answer).await, Err(PasskeyRefusal::NotAsked));
    let offer = gateway.offers(ANN).await;
    assert_eq!(gateway.session.answer_passkey(&answer).await, Err(PasskeyRefusal::NotAsked));
    assert_eq!(gateway.session.confirm_passkey().await, Err(PasskeyRefusal::NotAsked));
    ann.types(&offer.code).await.expect("the code is untouched");
    ann.confirms().await.expect("the link is made");
    gateway.hears_linked(&ann).await;
}

pub async fn codes_that_differ_link_nothing(house: House) {
    let mut gate = at_gate(&house, false).await;
    gate.gives().await;
    gate.hears_code().await;
    gate.gateway.session.log_out().await.expect("linking is stopped");
    assert_eq!(gate.gateway.session.confirm_passkey().await, Err(PasskeyRefusal::NotAsked));
    gate.gateway.hears_nothing().await;
    assert!(gate.gateway.keys.is_empty() && gate.ann.devices().await.is_empty());
    // It can begin anew, and may be asked for the passkey or not.
    gate.ann.face.require_passkey(ANN, false).await;
    gate.gateway.links(&gate.ann).await;
}

pub async fn nobody_gives_it(house: House) {
    let mut gate = at_gate(&house, false).await;
    let answer = gate.answer().await;
    house.later(10 * MINUTE).await;
    gate.gateway.hears_failure(LinkFailure::PasskeyNeeded).await;
    assert_eq!(gate.gateway.session.answer_passkey(&answer).await, Err(PasskeyRefusal::NotAsked));
    assert!(gate.gateway.keys.is_empty() && gate.ann.devices().await.is_empty());
}

pub async fn nobody_compares_the_codes(house: House) {
    let mut gate = at_gate(&house, true).await;
    gate.gives().await;
    gate.hears_code().await;
    house.later(3 * MINUTE).await;
    gate.gateway.hears_failure(LinkFailure::PasskeyNeeded).await;
    assert_eq!(gate.gateway.session.confirm_passkey().await, Err(PasskeyRefusal::NotAsked));
    assert!(gate.gateway.keys.is_empty() && gate.ann.devices().await.is_empty());
}

/// Codes and QR codes would have run out long ago.
pub async fn it_may_take_a_while(house: House) {
    for by_qr in [true, false] {
        let mut gate = at_gate(&house, by_qr).await;
        for _ in 0..17 {
            house.later(MINUTE / 2).await;
            gate.gateway.hears_nothing().await;
        }
        gate.gives().await;
        let (session, ann) = (gate.gateway.session.clone(), gate.ann.face.clone());
        gate.links().await;
        session.log_out().await.expect("the link ends");
        assert!(ann.devices(ANN).await.is_empty());
    }
}
