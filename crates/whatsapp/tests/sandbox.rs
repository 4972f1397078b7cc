//! The sandbox keeps every promise of a connector, and some of its own.

mod contract;
mod own;

use std::sync::Arc;

use grantline_whatsapp::sandbox::{MessageState, PhoneError, Sandbox, rules};
use grantline_whatsapp::{Event, LinkFailure, Outgoing, SendFailure};
use proptest::prelude::*;

use contract::House;
use contract::actors::{DEVICE, Gateway};
use contract::surroundings::{HandClock, MemoryKeys};
use own::face::{house, rooms, rooms_at};

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";

every_promise!(crate::a_house);
every_kind_promise!(crate::a_house);
every_group_promise!(crate::a_house);
every_timed_promise!(crate::a_house);

async fn a_house() -> House {
    house()
}

/// How far the newest message got, as `number` sees it.
fn tick(sandbox: &Sandbox, number: &str) -> Option<MessageState> {
    let phone = sandbox.phone(number).expect("the phone");
    phone.chats.first()?.messages.last().map(|message| message.state)
}

#[tokio::test]
async fn it_says_what_it_is() {
    assert_eq!(house().connector.name(), "sandbox");
}

#[tokio::test]
async fn the_holder_is_told_why_a_code_does_not_work() {
    let (house, sandbox) = rooms();
    house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    assert_eq!(sandbox.type_code("49999999", "ABCD-EFGH"), Err(PhoneError::NoSuchPhone));
    assert_eq!(sandbox.type_code(ANN, "ABCD-EFGH"), Err(PhoneError::NoSuchCode));
    let mut code = gateway.offers(ANN).await.code;
    assert_eq!(sandbox.type_code(ANN, "ABC"), Err(PhoneError::CodeShape));
    for _ in 0..2 {
        assert_eq!(sandbox.type_code(ANN, "0000-0000"), Err(PhoneError::WrongCode));
        code = gateway.hears_of_a_wrong_code().await;
    }
    assert_eq!(sandbox.type_code(ANN, "0000-0000"), Err(PhoneError::TooManyAttempts));
    assert_eq!(sandbox.type_code(ANN, &code), Err(PhoneError::TooManyAttempts));
    assert_eq!(sandbox.confirm_link(ANN), Err(PhoneError::NoPrompt));
}

#[tokio::test]
async fn an_expired_code_tells_so_before_and_after_the_linking_ends() {
    let (house, sandbox) = rooms();
    house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let code = gateway.offers(ANN).await.code;
    // No task has run since: the phone itself looks at the time.
    house.clock.move_by(rules::CODE_LIFETIME_MS);
    assert_eq!(sandbox.type_code(ANN, &code), Err(PhoneError::CodeExpired));
    house.later(rules::QR_WINDOW_MS).await;
    gateway.hears_failure(LinkFailure::Expired).await;
    assert_eq!(sandbox.type_code(ANN, &code), Err(PhoneError::CodeExpired));
}

#[tokio::test]
async fn a_qr_code_is_current_stale_or_unknown() {
    let (house, sandbox) = rooms();
    house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let first = gateway.offers(ANN).await.qr;
    assert_eq!(sandbox.scan_qr(ANN, "https://example.org"), Err(PhoneError::QrUnknown));
    house.clock.move_by(rules::QR_LIFETIME_MS);
    assert_eq!(sandbox.scan_qr(ANN, &first), Err(PhoneError::QrStale));
    let second = gateway.hears_qr().await;
    assert_eq!(sandbox.scan_qr(ANN, &first), Err(PhoneError::QrStale));
    assert_eq!(sandbox.scan_qr(ANN, &second).expect("current").device_name, DEVICE);
    // One question at a time, on this phone and for this device.
    house.phone(BEN).await;
    assert_eq!(sandbox.scan_qr(ANN, &second), Err(PhoneError::AnswerFirst));
    assert_eq!(sandbox.scan_qr(BEN, &second), Err(PhoneError::AlreadyAsked));
}

#[tokio::test]
async fn the_wrong_phone_and_the_full_phone_are_told() {
    let (house, sandbox) = rooms();
    let ann = house.phone(ANN).await;
    house.phone(BEN).await;
    let mut gateway = house.gateway("ann").await;
    let code = gateway.offers(ANN).await.code;
    sandbox.type_code(BEN, &code).expect("the code is right");
    assert_eq!(sandbox.confirm_link(BEN), Err(PhoneError::WrongNumber));
    let mut linked = Vec::new();
    for n in 0..rules::DEVICES_PER_PHONE {
        let mut gateway = house.gateway(&n.to_string()).await;
        gateway.links(&ann).await;
        linked.push(gateway);
    }
    // The five codes of these ten minutes are used up.
    house.later(rules::CODE_WINDOW_MS).await;
    let mut fifth = house.gateway("fifth").await;
    sandbox.scan_qr(ANN, &fifth.offers(ANN).await.qr).expect("current");
    assert_eq!(sandbox.confirm_link(ANN), Err(PhoneError::DeviceLimit));
}

#[tokio::test]
async fn an_empty_sandbox_takes_a_device_back() {
    let (before, _) = rooms();
    let (gateway, _ann) = before.linked(ANN).await;
    let (session_id, keys) = gateway.closes().await;
    drop(before);
    let (house, sandbox) = rooms();
    let mut gateway = house.gateway_with(&session_id, keys).await;
    assert_eq!(gateway.hears().await, Event::Connected);
    let phone = sandbox.phone(ANN).expect("the phone is there again");
    assert_eq!(phone.profile_name, format!("Holder of {ANN}"));
    assert_eq!(phone.linked_devices.iter().map(|device| device.name.as_str()).collect::<Vec<_>>(), [DEVICE]);
}

#[tokio::test]
async fn magic_recipients_do_what_the_table_says() {
    let (house, sandbox) = rooms();
    let (mut gateway, _ann) = house.linked(ANN).await;
    for magic in rules::MAGIC_RECIPIENTS {
        let to = format!("49170123{}", magic.suffix);
        let id = magic.suffix;
        let before = tick(&sandbox, ANN);
        let answer = gateway.session.send(Outgoing::text(id, &to, "Hello")).await;
        match magic.outcome {
            rules::Outcome::Ordinary => panic!("the table is for what is not ordinary"),
            rules::Outcome::NotOnWhatsapp => assert_eq!(answer, Err(SendFailure::NotOnWhatsapp)),
            rules::Outcome::Refused => assert_eq!(answer, Err(SendFailure::Refused)),
            rules::Outcome::Throttled => assert_eq!(answer, Err(SendFailure::Throttled)),
            rules::Outcome::NeverRead => {
                assert_eq!(answer, Ok(()));
                gateway.hears_delivered(id).await;
                sandbox.mark_read(&to, ANN).expect("the text came");
                assert_eq!(tick(&sandbox, &to), Some(MessageState::Read));
                assert_eq!(tick(&sandbox, ANN), Some(MessageState::Delivered));
            }
            rules::Outcome::OutOfReach | rules::Outcome::FullOfDevices => {
                assert_eq!(answer, Ok(()));
                gateway.hears_delivered(id).await;
            }
            rules::Outcome::FailsLater => {
                assert_eq!(answer, Ok(()));
                let reason = SendFailure::Refused;
                assert_eq!(gateway.hears().await, Event::Failed { id: id.to_owned(), reason });
                assert_eq!(tick(&sandbox, ANN), Some(MessageState::Failed));
            }
        }
        gateway.hears_nothing().await;
        if answer.is_err() {
            assert_eq!(tick(&sandbox, ANN), before, "nothing was sent");
        }
    }
    let nonsense = gateway.session.send(Outgoing::text("x", "not a number", "Hello")).await;
    assert_eq!(nonsense, Err(SendFailure::NotOnWhatsapp));
    let empty = gateway.session.send(Outgoing::text("y", BEN, " ")).await;
    assert_eq!(empty, Err(SendFailure::Refused));
}

#[tokio::test]
async fn a_recipient_gets_a_phone_by_itself() {
    let (house, sandbox) = rooms();
    let (gateway, _ann) = house.linked(ANN).await;
    assert!(sandbox.phone(BEN).is_none());
    gateway.session.send(Outgoing::text("m1", BEN, "Hello")).await.expect("the text is taken");
    let chats = sandbox.phone("+49 (151) 1234-5678").expect("a phone").chats;
    let chat = chats.first().expect("a chat");
    assert_eq!((chat.with.as_str(), chat.unread), (ANN, 1));
    assert_eq!(chat.name, Some(format!("Holder of {ANN}")));
    let own = sandbox.phone(ANN).expect("the phone").chats.remove(0).messages.remove(0);
    assert_eq!((own.outgoing, own.sent_by_device.as_deref()), (true, Some(DEVICE)));
    assert_eq!(sandbox.phones().iter().map(|phone| phone.unread).sum::<usize>(), 1);
}

#[tokio::test]
async fn offline_phones_and_blocked_receipts() {
    let (house, sandbox) = rooms();
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "one").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    sandbox.set_online(BEN, false).expect("the phone");
    assert_eq!(sandbox.send_text(BEN, ANN, "Hello"), Err(PhoneError::Offline));
    sandbox.mark_read(BEN, ANN).expect("what is there can be read");
    gateway.hears_nothing().await;
    sandbox.set_online(ANN, false).expect("the phone");
    sandbox.set_online(BEN, true).expect("the phone");
    gateway.hears_read("m1").await;
    assert_eq!(tick(&sandbox, ANN), Some(MessageState::Delivered), "our phone is offline and knows nothing");
    sandbox.set_online(ANN, true).expect("the phone");
    assert_eq!(tick(&sandbox, ANN), Some(MessageState::Read));
    sandbox.block_receipts(BEN, true).expect("the phone");
    gateway.sends("m2", &ben, "two").await.expect("the text is taken");
    gateway.hears_delivered("m2").await;
    ben.reads(&ann).await;
    sandbox.block_receipts(BEN, false).expect("the phone");
    ben.reads(&ann).await;
    gateway.hears_nothing().await;
    assert_eq!(sandbox.mark_read(BEN, "4930123456"), Err(PhoneError::NoSuchChat));
}

#[tokio::test]
async fn two_linked_numbers_write_to_each_other() {
    let house = house();
    let (mut anns, ann) = house.linked(ANN).await;
    let (mut bens, ben) = house.linked(BEN).await;
    anns.sends("m1", &ben, "Hello").await.expect("the text is taken");
    bens.hears_text(&ann, "Hello").await;
    anns.hears_delivered("m1").await;
    anns.sends("m2", &ann, "A note").await.expect("the text is taken");
    anns.hears_delivered("m2").await;
    anns.hears_nothing().await;
    bens.hears_nothing().await;
    assert_eq!(ann.bodies().await.len(), 2);
}

#[tokio::test]
async fn a_link_that_cannot_be_stored_is_undone() {
    let house = house();
    let ann = house.phone(ANN).await;
    let mut gateway = house.gateway("ann").await;
    let code = gateway.offers(ANN).await.code;
    gateway.keys.breaks();
    ann.types(&code).await.expect("the code is right");
    ann.confirms().await.expect("the phone cannot know");
    assert_eq!(gateway.hears().await, Event::Confirming);
    gateway.hears_failure(LinkFailure::Network).await;
    assert!(ann.devices().await.is_empty());
}

#[tokio::test]
async fn a_phone_can_be_watched() {
    let (house, sandbox) = rooms();
    assert!(sandbox.watch(ANN).is_none());
    let mut gateway = house.gateway("ann").await;
    let code = gateway.offers(ANN).await.code;
    let mut changes = sandbox.watch(ANN).expect("linking makes a phone");
    changes.mark_unchanged();
    sandbox.type_code(ANN, &code).expect("the code is right");
    assert!(changes.has_changed().expect("the phone is there"));
    assert_eq!(sandbox.phone(ANN).map(|phone| phone.version), Some(*changes.borrow_and_update()));
    assert!(sandbox.phone(ANN).expect("the phone").prompt.is_some());
    gateway.session.log_out().await.expect("linking is stopped");
    assert!(changes.has_changed().expect("the phone is there"));
    assert!(sandbox.phone(ANN).expect("the phone").prompt.is_none());
}

#[tokio::test]
async fn what_waits_is_not_told_after_logging_out() {
    let house = house();
    let ann = house.phone(ANN).await;
    let ben = house.phone(BEN).await;
    let mut gateway = Gateway::open_with_room(&house, "ann", Arc::new(MemoryKeys::default()), 1).await;
    gateway.links(&ann).await;
    ben.writes(ANN, "one").await;
    ben.writes(ANN, "two").await;
    house.breathes().await;
    gateway.session.log_out().await.expect("the link ends");
    gateway.hears_text(&ben, "one").await;
    gateway.hears_nothing().await;
}

#[tokio::test]
async fn nothing_is_left_running() {
    let clock = Arc::new(HandClock::new());
    let gone = Arc::downgrade(&clock);
    let (house, sandbox) = rooms_at(clock);
    let mut linking = house.gateway("linking").await;
    linking.offers(ANN).await;
    let (linked, _phone) = house.linked(BEN).await;
    let waiting = house.gateway("waiting").await;
    // One is closed; the others, one of them in the middle of linking, are only dropped.
    waiting.closes().await;
    drop((linking, linked, sandbox, house, _phone));
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(gone.upgrade().is_none(), "a task still holds the surroundings");
}

/// Sessions and phones at once on several threads: nothing is lost, doubled or out of order.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once() {
    let (house, sandbox) = rooms();
    let ben = house.phone(BEN).await;
    let gateways = (0..8).map(|n| {
        let (house, sandbox) = (house.clone(), Arc::clone(&sandbox));
        tokio::spawn(async move {
            let (mut gateway, phone) = house.linked(&format!("4477009001{n}")).await;
            for m in 0..40 {
                let id = format!("{n}-{m}");
                gateway.session.send(Outgoing::text(&id, BEN, &id)).await.expect("the text is taken");
                gateway.hears_delivered(&id).await;
                sandbox.send_text(&phone.number, BEN, "from the phone").expect("sent");
                gateway.hears_own().await;
            }
            gateway.session.close().await;
        })
    });
    for gateway in gateways.collect::<Vec<_>>() {
        gateway.await.expect("a gateway's day went well");
    }
    assert_eq!(ben.bodies().await.len(), rules::HISTORY_PER_PHONE);
}

#[tokio::test]
async fn a_closed_session_is_quiet_and_can_be_closed_again() {
    let house = house();
    let (gateway, _ann) = house.linked(ANN).await;
    gateway.session.close().await;
    gateway.session.close().await;
    gateway.session.log_out().await.expect_err("it is closed");
    gateway.session.start_linking(ANN, DEVICE).await.expect_err("it is closed");
    assert!(!gateway.keys.is_empty(), "the link is kept");
}

#[test]
fn every_character_of_the_alphabet_is_equally_likely() {
    let mut counts = [0u32; 256];
    for value in 0..32u8 {
        // The last five bits choose the last character.
        let code = rules::code_from_random([0, 0, 0, 0, value]);
        let last = code.bytes().last().expect("a character");
        counts[usize::from(last)] += 1;
    }
    for character in rules::CODE_ALPHABET {
        assert_eq!(counts[usize::from(*character)], 1, "{}", char::from(*character));
    }
}

proptest! {
    #[test]
    fn codes_keep_to_the_alphabet(random: [u8; 5], other: [u8; 5]) {
        let code = rules::code_from_random(random);
        prop_assert_eq!(code.len(), rules::CODE_LENGTH);
        prop_assert!(code.bytes().all(|byte| rules::CODE_ALPHABET.contains(&byte)));
        // Different bits, different codes: none is drawn more often than another.
        prop_assert_eq!(random == other, code == rules::code_from_random(other));
    }

    #[test]
    fn nothing_typed_breaks_the_phone(typed: String, written: String) {
        let sandbox = Sandbox::new(Arc::new(HandClock::new()));
        sandbox.add_phone(ANN, "Ann").expect("a phone");
        prop_assert!(sandbox.type_code(ANN, &typed).is_err());
        prop_assert!(sandbox.scan_qr(ANN, &typed).is_err());
        let _ = sandbox.add_phone(&written, &typed);
        let _ = sandbox.send_text(ANN, &written, &typed);
        prop_assert!(sandbox.phone(ANN).is_some());
    }
}
