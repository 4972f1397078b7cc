//! What only the sandbox says of messages, groups and people.

use std::sync::Arc;

use grantline_whatsapp::sandbox::{MessageState, PhoneError, Sandbox, rules};
use grantline_whatsapp::{Chat, Contact, Content, Event, Location, Outgoing, Poll, SendFailure};
use proptest::prelude::*;

use super::face::{house, picture, rooms};
use crate::contract::actors::{Phone, named, ours, text};
use crate::contract::surroundings::HandClock;
use crate::{ANN, BEN};

const CARL: &str = "447700900123";

fn poll(options: &[&str], choices_max: u32) -> Content {
    let options = options.iter().map(ToString::to_string).collect();
    Content::Poll(Poll { question: "What shall we drink?".to_owned(), options, choices_max })
}

fn person(number: &str) -> Chat {
    Chat::Person(number.to_owned())
}

/// How far the newest message got, as the phone shows it.
async fn is_read(phone: &Phone, wa_id: &str) -> bool {
    phone.messages().await.iter().any(|shown| shown.wa_id == wa_id && shown.is_read)
}

#[tokio::test]
async fn the_holder_is_told_why_a_message_is_not_sent() {
    let (_house, sandbox) = rooms();
    sandbox.add_phone(ANN, "Ann").expect("a phone");
    let sends = |to: &Chat, content, file: &[u8]| sandbox.send(ANN, to, content, file.to_vec(), None);
    assert_eq!(sends(&person(BEN), text(" "), b""), Err(PhoneError::BadText));
    assert_eq!(sends(&person(BEN), picture(None), b""), Err(PhoneError::BadMessage));
    assert_eq!(sends(&person(BEN), text("Hello"), b"bytes"), Err(PhoneError::BadText));
    assert_eq!(sends(&person(BEN), poll(&["Tea"], 1), b""), Err(PhoneError::BadMessage));
    assert_eq!(sends(&person("12"), text("Hello"), b""), Err(PhoneError::BadNumber));
    for (to, error) in
        [("0000", PhoneError::NotOnWhatsapp), ("0001", PhoneError::Refused), ("0002", PhoneError::Throttled)]
    {
        assert_eq!(sends(&person(&format!("49170123{to}")), text("Hello"), b""), Err(error));
    }
    let nobodys = Chat::Group("120363000000000000".to_owned());
    assert_eq!(sends(&nobodys, text("Hello"), b""), Err(PhoneError::NoSuchGroup));
    let answer = |quoted| sandbox.send(ANN, &person(BEN), text("Well"), Vec::new(), Some(quoted));
    assert_eq!(answer("3EB0000000000000000000"), Err(PhoneError::NoSuchMessage));
    let elsewhere = sends(&person(CARL), text("Hello"), b"").expect("sent");
    assert_eq!(answer(&elsewhere), Err(PhoneError::NoSuchMessage), "it is in another chat");
    assert!(sandbox.phone(BEN).is_none(), "nothing was sent");
    // As people write numbers.
    sandbox.send(ANN, &person("+49 (151) 1234-5678"), text("Hello"), Vec::new(), None).expect("sent");
    assert!(sandbox.phone(BEN).is_some());
    sandbox.set_online(ANN, false).expect("the phone");
    assert_eq!(sends(&person(BEN), text("Hello"), b""), Err(PhoneError::Offline));
}

#[tokio::test]
async fn the_holder_is_told_why_a_message_is_not_changed() {
    let (house, sandbox) = rooms();
    let (ann, ben) = (house.phone(ANN).await, house.phone(BEN).await);
    let said = ann.sends(&ben.chat(), text("Hello"), b"").await;
    let asked = ann.sends(&ben.chat(), poll(&["Tea", "Coffee", "Water"], 2), b"").await;
    assert_eq!(sandbox.edit(ANN, "nothing", "x"), Err(PhoneError::NoSuchMessage));
    assert_eq!(sandbox.edit(BEN, &said, "x"), Err(PhoneError::NotYours));
    assert_eq!(sandbox.delete(BEN, &said), Err(PhoneError::NotYours));
    assert_eq!(sandbox.edit(ANN, &said, " "), Err(PhoneError::BadText));
    assert_eq!(sandbox.edit(ANN, &asked, "x"), Err(PhoneError::NoWords));
    let vote = |poll: &str, options: &[&str]| {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        sandbox.vote(BEN, poll, &options)
    };
    assert_eq!(vote(&said, &["Tea"]), Err(PhoneError::NoSuchMessage));
    for nonsense in [&["Milk"][..], &["Tea", "Tea"], &["Tea", "Coffee", "Water"]] {
        assert_eq!(vote(&asked, nonsense), Err(PhoneError::BadVote));
    }
    vote(&asked, &["Water", "Tea"]).expect("they may choose two");
    let shown = sandbox.phone(ANN).expect("the phone").chats.remove(0).messages.remove(1);
    let voters: Vec<(&str, usize)> =
        shown.tally.iter().map(|tally| (tally.option.as_str(), tally.voters.len())).collect();
    assert_eq!(voters, [("Tea", 1), ("Coffee", 0), ("Water", 1)]);
    sandbox.set_online(ANN, false).expect("the phone");
    assert_eq!(sandbox.edit(ANN, &said, "x"), Err(PhoneError::Offline));
    sandbox.set_online(ANN, true).expect("the phone");
    sandbox.delete(ANN, &said).expect("it is its writer's to delete");
    sandbox.delete(ANN, &said).expect("it is deleted");
    assert_eq!(sandbox.edit(ANN, &said, "x"), Err(PhoneError::NoSuchMessage));
    let gone = sandbox.phone(BEN).expect("the phone").chats.remove(0).messages.remove(0);
    assert_eq!((gone.is_deleted, gone.body.as_str()), (true, ""));
}

#[tokio::test]
async fn there_is_a_time_to_change_messages() {
    let (house, sandbox) = rooms();
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let wa_id = ann.shows_text("Hello").await.wa_id;
    house.clock.move_by(rules::EDIT_WINDOW_MS);
    gateway.session.edit(&ben.chat(), "m1", "Just so").await.expect("it is the last moment");
    house.clock.move_by(1);
    assert_eq!(gateway.session.edit(&ben.chat(), "m1", "x").await, Err(SendFailure::Refused));
    assert_eq!(sandbox.edit(ANN, &wa_id, "x"), Err(PhoneError::TooLate));
    house.clock.move_by(rules::DELETE_WINDOW_MS - rules::EDIT_WINDOW_MS);
    assert_eq!(sandbox.delete(ANN, &wa_id), Err(PhoneError::TooLate));
    assert_eq!(gateway.session.delete(&ben.chat(), "m1").await, Err(SendFailure::Refused));
    assert_eq!(ben.bodies().await, ["Just so"]);
    gateway.hears_nothing().await;
}

#[tokio::test]
async fn only_what_was_sent_in_a_chat_is_changed_there() {
    let house = house();
    let (mut gateway, _ann) = house.linked(ANN).await;
    let (ben, carl) = (house.phone(BEN).await, house.phone(CARL).await);
    gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    for (chat, id) in [(carl.chat(), "m1"), (ben.chat(), "m2")] {
        assert_eq!(gateway.session.edit(&chat, id, "x").await, Err(SendFailure::Refused));
        assert_eq!(gateway.session.delete(&chat, id).await, Err(SendFailure::Refused));
    }
    gateway.gives("p1", &ben.chat(), poll(&["Tea", "Coffee"], 1), b"").await.expect("the poll is taken");
    assert_eq!(gateway.session.edit(&ben.chat(), "p1", "x").await, Err(SendFailure::Refused));
    assert_eq!(ben.bodies().await, ["Hello", "What shall we drink?"]);
}

#[tokio::test]
async fn devices_of_one_account_know_of_each_other() {
    let house = house();
    let (mut first, ann) = house.linked(ANN).await;
    let mut second = house.gateway("second").await;
    second.links(&ann).await;
    let ben = house.phone(BEN).await;
    first.sends("m1", &ben, "Hello").await.expect("the text is taken");
    first.hears_delivered("m1").await;
    let told = second.hears_own().await;
    assert_eq!((&told.chat, &told.content), (&ben.chat(), &text("Hello")));
    first.session.edit(&ben.chat(), "m1", "Good day").await.expect("it is ours to edit");
    second.hears_edited(named(&told.id), "Good day").await;
    ben.answers(&ann.chat(), &told.id, "Well").await;
    assert_eq!(first.hears_from(&ben).await.reply_to, Some(ours("m1")));
    assert_eq!(second.hears_from(&ben).await.reply_to, Some(named(&told.id)));
    first.hears_nothing().await;
    second.hears_nothing().await;
}

#[tokio::test]
async fn a_linked_session_reads_for_a_phone_that_is_offline() {
    let (house, sandbox) = rooms();
    let (mut gateway, ann) = house.linked(ANN).await;
    let (mut bens, ben) = house.linked(BEN).await;
    ann.goes_online(false).await;
    bens.sends("m1", &ann, "Hello").await.expect("the text is taken");
    let came = gateway.hears_from(&ben).await;
    gateway.session.mark_read(&ben.chat(), BEN, &[came.id]).await.expect("it is marked");
    bens.hears_delivered("m1").await;
    bens.hears_read("m1").await;
    ann.goes_online(true).await;
    assert_eq!(sandbox.phone(ANN).expect("the phone").chats.remove(0).unread, 0, "it was read elsewhere");
    sandbox.block_receipts(ANN, true).expect("the phone");
    let second = ben.sends(&ann.chat(), text("Again"), b"").await;
    gateway.hears_from(&ben).await;
    bens.hears_own().await;
    gateway.session.mark_read(&ben.chat(), BEN, std::slice::from_ref(&second)).await.expect("it is marked");
    assert!(!is_read(&ben, &second).await, "the holder lets nobody know");
    bens.hears_nothing().await;
}

#[tokio::test]
async fn a_group_has_read_when_everybody_has() {
    let (house, sandbox) = rooms();
    let (mut gateway, ann) = house.linked(ANN).await;
    let (ben, carl) = (house.phone(BEN).await, house.phone(CARL).await);
    let choir = ann.makes_group("Choir", &[&ben, &carl]).await;
    carl.goes_online(false).await;
    gateway.gives("m1", &choir, text("Tonight"), b"").await.expect("the text is taken");
    gateway.hears_nothing().await;
    carl.goes_online(true).await;
    gateway.hears_delivered("m1").await;
    sandbox.block_receipts(BEN, true).expect("the phone");
    sandbox.mark_read(BEN, &choir.to_string()).expect("there is such a chat");
    gateway.hears_nothing().await;
    sandbox.mark_read(CARL, &choir.to_string()).expect("there is such a chat");
    gateway.hears_read("m1").await;
    gateway.hears_nothing().await;
    let chat = sandbox.phone(ANN).expect("the phone").chats.remove(0);
    assert_eq!((chat.is_group, chat.name.as_deref(), chat.with), (true, Some("Choir"), choir.to_string()));
    assert_eq!(chat.messages.last().map(|message| message.state), Some(MessageState::Read));
    // Somebody who never reads keeps it from ever being read.
    let never = house.phone("447700900003").await;
    let others = ann.makes_group("Others", &[&ben, &never]).await;
    gateway.gives("m2", &others, text("Tonight"), b"").await.expect("the text is taken");
    gateway.hears_delivered("m2").await;
    for number in [never.number.as_str(), BEN] {
        sandbox.mark_read(number, &others.to_string()).expect("there is such a chat");
    }
    gateway.hears_nothing().await;
}

#[tokio::test]
async fn the_holder_is_told_why_there_is_no_group() {
    let (house, sandbox) = rooms();
    let ann = house.phone(ANN).await;
    let makes = |subject: &str, members: &[&str]| {
        let members: Vec<String> = members.iter().map(ToString::to_string).collect();
        sandbox.make_group(ANN, subject, &members)
    };
    assert_eq!(makes(" ", &[BEN]), Err(PhoneError::BadGroup));
    assert_eq!(makes(&"x".repeat(rules::MAX_SUBJECT_CHARS + 1), &[BEN]), Err(PhoneError::BadGroup));
    assert_eq!(makes("Alone", &[ANN]), Err(PhoneError::BadGroup));
    let crowd: Vec<String> = (0..rules::MAX_MEMBERS).map(|n| format!("4477009001{n:02}")).collect();
    assert_eq!(sandbox.make_group(ANN, "Crowd", &crowd), Err(PhoneError::BadGroup));
    assert_eq!(makes("Choir", &["12"]), Err(PhoneError::BadNumber));
    assert_eq!(makes("Choir", &["491701230000"]), Err(PhoneError::NotOnWhatsapp));
    assert!(sandbox.phone(BEN).is_none(), "nobody was asked in");
    let id = makes("Choir", &["+49 151 12345678"]).expect("a group");
    let groups = sandbox.phone(BEN).expect("a member gets a phone by itself").groups;
    assert_eq!(groups.iter().map(|group| group.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    assert_eq!(makes("Choir", &[BEN]).map(|other| other == id), Ok(false), "another group");
    // Not a member, not a word.
    let gateway = house.linked(CARL).await.0;
    let given = gateway.gives("m1", &Chat::Group(id), text("Hello"), b"").await;
    assert_eq!(given, Err(SendFailure::Refused));
    assert!(ann.messages().await.is_empty());
}

#[tokio::test]
async fn a_new_name_outlives_an_empty_sandbox() {
    let (before, sandbox) = rooms();
    let (mut gateway, _ann) = before.linked(ANN).await;
    sandbox.rename(ANN, "Ann of the garden").expect("it is a name");
    assert!(matches!(gateway.hears().await, Event::Renamed { .. }));
    sandbox.add_phone(ANN, "Ann of the gate").expect("the phone is there");
    assert!(matches!(gateway.hears().await, Event::Renamed { .. }));
    sandbox.add_phone(ANN, "Ann of the gate").expect("the phone is there");
    gateway.hears_nothing().await;
    assert_eq!(sandbox.rename(ANN, " "), Err(PhoneError::BadName));
    sandbox.set_online(ANN, false).expect("the phone");
    assert_eq!(sandbox.rename(ANN, "Ann"), Err(PhoneError::Offline));
    let (session_id, keys) = gateway.closes().await;
    let (house, sandbox) = rooms();
    let mut gateway = house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    assert_eq!(sandbox.phone(ANN).map(|phone| phone.profile_name), Some("Ann of the gate".to_owned()));
}

#[tokio::test]
async fn a_picture_has_an_address() {
    let (house, sandbox) = rooms();
    house.phone(ANN).await;
    for nonsense in ["", "https://", "javascript:alert(1)", "https://a b", &format!("https://{}", "x".repeat(2_048))] {
        assert_eq!(sandbox.set_picture(ANN, Some(nonsense)), Err(PhoneError::BadPicture), "{nonsense}");
    }
    sandbox.set_picture(ANN, Some("http://localhost/ann.png")).expect("an address");
    let shown = || sandbox.phone(ANN).expect("the phone").picture_url;
    assert_eq!(shown().as_deref(), Some("http://localhost/ann.png"));
    sandbox.set_picture(ANN, None).expect("no picture");
    assert_eq!(shown(), None);
    sandbox.set_online(ANN, false).expect("the phone");
    assert_eq!(sandbox.set_picture(ANN, None), Err(PhoneError::Offline));
}

#[tokio::test]
async fn a_page_has_words_for_every_kind() {
    let (house, sandbox) = rooms();
    let (ann, ben) = (house.phone(ANN).await, house.phone(BEN).await);
    let place = Location { latitude: 1.0, longitude: 2.0, name: Some("The gate".to_owned()), address: None };
    let carl = Contact { name: "Carl".to_owned(), phones: vec![CARL.to_owned()] };
    let kinds = [
        (text("Hello"), "Hello"),
        (Content::Location(place), "The gate"),
        (Content::Contacts(vec![carl]), "Carl"),
        (poll(&["Tea", "Coffee"], 1), "What shall we drink?"),
    ];
    for (content, words) in kinds {
        ann.sends(&ben.chat(), content.clone(), b"").await;
        let last = sandbox.phone(BEN).expect("the phone").chats.remove(0).messages.pop().expect("a message");
        assert_eq!((last.content, last.body.as_str()), (content, words));
        assert_eq!((last.from.as_str(), last.from_name), (ANN, Some(format!("Holder of {ANN}"))));
    }
}

#[tokio::test]
async fn a_file_is_as_large_as_its_bytes() {
    let house = house();
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    ben.sends(&ann.chat(), picture(None), b"four").await;
    let Content::File(file) = gateway.hears_from(&ben).await.content else { panic!("a file was to come") };
    assert_eq!(file.size, 4);
    let outgoing = Outgoing { content: picture(None), file: b"seven b".to_vec(), ..Outgoing::text("m1", BEN, "") };
    gateway.session.send(outgoing).await.expect("the file is taken");
    ben.shows(|shown| matches!(&shown.content, Content::File(file) if file.size == 7)).await;
}

proptest! {
    #[test]
    fn nothing_said_breaks_the_phone(id: String, words: String, url: String, members in proptest::collection::vec(any::<String>(), 0..4)) {
        let sandbox = Sandbox::new(Arc::new(HandClock::new()));
        sandbox.add_phone(ANN, "Ann").expect("a phone");
        prop_assert!(sandbox.edit(ANN, &id, &words).is_err());
        prop_assert!(sandbox.delete(ANN, &id).is_err());
        prop_assert!(sandbox.vote(ANN, &id, &members).is_err());
        prop_assert!(sandbox.file(ANN, &id).is_none());
        let _ = sandbox.rename(ANN, &words);
        let _ = sandbox.set_picture(ANN, Some(&url));
        let _ = sandbox.make_group(ANN, &words, &members);
        let _ = sandbox.mark_read(ANN, &id);
        prop_assert!(sandbox.phone(ANN).is_some());
    }
}
