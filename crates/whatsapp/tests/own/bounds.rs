//! The sandbox may run for weeks: nothing in it grows for ever.

use std::sync::Arc;

use grantline_whatsapp::sandbox::{PhoneError, rules};
use grantline_whatsapp::{Activity, Chat, DownloadFailure, Event, SendFailure, UnlinkReason};

use super::face::{house, picture, rooms};
use crate::contract::actors::{Gateway, text};
use crate::contract::surroundings::MemoryKeys;
use crate::{ANN, BEN};

#[tokio::test]
async fn phones_and_histories_are_bounded() {
    let (house, sandbox) = rooms();
    let (_gateway, _ann) = house.linked(ANN).await;
    for n in 0..rules::HISTORY_PER_PHONE + 5 {
        sandbox.send_text(ANN, BEN, &n.to_string()).expect("sent");
    }
    let chat = sandbox.phone(BEN).expect("the phone").chats.remove(0);
    assert_eq!(chat.messages.len(), rules::HISTORY_PER_PHONE);
    assert_eq!(chat.messages.first().map(|message| message.body.as_str()), Some("5"));
    let _watched = sandbox.watch(BEN);
    for n in 0..rules::MAX_PHONES {
        house.clock.move_by(1);
        sandbox.add_phone(&format!("44770090{n:03}1"), "Somebody").expect("room is made");
    }
    assert_eq!(sandbox.phones().len(), rules::MAX_PHONES);
    assert!(sandbox.phone(ANN).is_some(), "what is linked is kept");
    assert!(sandbox.phone(BEN).is_some(), "what is watched is kept");
    assert!(sandbox.phone("4477009000001").is_none(), "the idlest is gone");
    assert_eq!(sandbox.add_phone("12", "x"), Err(PhoneError::BadNumber));
    assert_eq!(sandbox.add_phone("4477009000000", "x"), Err(PhoneError::NotOnWhatsapp));
}

#[tokio::test]
async fn a_session_that_never_reads_loses_the_oldest_texts_only() {
    let (house, sandbox) = rooms();
    let ann = house.phone(ANN).await;
    let ben = house.phone(BEN).await;
    let mut gateway = Gateway::open_with_room(&house, "ann", Arc::new(MemoryKeys::default()), 1).await;
    gateway.links(&ann).await;
    let sent = rules::MAX_WAITING_EVENTS + 50;
    for n in 0..sent {
        sandbox.send_text(BEN, ANN, &n.to_string()).expect("a phone never waits");
    }
    ann.unlinks().await;
    for n in sent - rules::MAX_WAITING_EVENTS + 1..sent {
        gateway.hears_text(&ben, &n.to_string()).await;
    }
    gateway.hears_unlinked(UnlinkReason::UnlinkedOnPhone).await;
}

#[tokio::test]
async fn the_oldest_files_are_gone_first() {
    let (house, sandbox) = rooms();
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let half = vec![7; rules::MAX_FILES_BYTES / 2];
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(ben.sends(&ann.chat(), picture(None), &half).await);
        gateway.hears_from(&ben).await;
    }
    assert_eq!(gateway.session.download(&ids[0]).await, Err(DownloadFailure::Gone));
    assert_eq!(sandbox.file(BEN, &ids[0]), None);
    for id in &ids[1..] {
        assert_eq!(gateway.session.download(id).await, Ok(half.clone()));
    }
    let too_large = vec![7; rules::MAX_FILES_BYTES + 1];
    let given = gateway.gives("m1", &ben.chat(), picture(None), &too_large).await;
    assert_eq!(given, Err(SendFailure::Refused));
    sandbox.send(BEN, &ann.chat(), picture(None), too_large, None).expect_err("there is no room for it");
    assert!(sandbox.file(BEN, &ids[2]).is_some(), "what is refused takes no room");
    // A deleted file makes room at once.
    ben.deletes(&ids[1]).await;
    gateway.hears().await;
    ben.sends(&ann.chat(), picture(None), &half).await;
    gateway.hears_from(&ben).await;
    assert_eq!(gateway.session.download(&ids[1]).await, Err(DownloadFailure::Gone));
    assert_eq!(gateway.session.download(&ids[2]).await, Ok(half));
}

#[tokio::test]
async fn the_idlest_group_is_forgotten() {
    let (house, sandbox) = rooms();
    let (ann, ben) = (house.phone(ANN).await, house.phone(BEN).await);
    let used = ann.makes_group("Used", &[&ben]).await;
    for n in 1..=rules::MAX_GROUPS {
        house.clock.move_by(1);
        ann.makes_group(&n.to_string(), &[&ben]).await;
        ben.sends(&used, text("Still here"), b"").await;
    }
    let groups = sandbox.phone(ANN).expect("the phone").groups;
    assert_eq!(groups.len(), rules::MAX_GROUPS);
    assert!(groups.iter().any(|group| group.subject == "Used"), "what is used is kept");
    assert!(!groups.iter().any(|group| group.subject == "1"), "the idlest is gone");
}

#[tokio::test]
async fn an_offline_phone_takes_in_the_newest_changes() {
    let house = house();
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    for id in ["m1", "m2"] {
        gateway.sends(id, &ben, id).await.expect("the text is taken");
        gateway.hears_delivered(id).await;
    }
    ben.goes_online(false).await;
    gateway.session.edit(&ben.chat(), "m1", "dropped").await.expect("it is ours to edit");
    for n in 0..rules::MAX_WAITING_EVENTS {
        gateway.session.edit(&ben.chat(), "m2", &n.to_string()).await.expect("it is ours to edit");
    }
    assert_eq!(ben.bodies().await, ["m1", "m2"], "the phone is offline and knows nothing");
    ben.goes_online(true).await;
    assert_eq!(ben.bodies().await, ["m1", "999"]);
    assert_eq!(ann.bodies().await, ["dropped", "999"]);
}

#[tokio::test]
async fn what_is_shown_for_a_moment_is_forgotten() {
    let (house, sandbox) = rooms();
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let shown = || sandbox.phone(BEN).expect("the phone").chats.remove(0).activity;
    gateway.session.show(&ben.chat(), Activity::Typing).await.expect("it is shown");
    house.clock.move_by(rules::ACTIVITY_LIFETIME_MS - 1);
    assert_eq!(shown(), Some(Activity::Typing));
    house.clock.move_by(1);
    assert_eq!(shown(), None);
    gateway.session.show(&ben.chat(), Activity::Recording).await.expect("it is shown");
    assert_eq!(shown(), Some(Activity::Recording));
    gateway.sends("m2", &ben, "There").await.expect("the text is taken");
    assert_eq!(shown(), None, "the message came");
    ben.goes_online(false).await;
    gateway.session.show(&ben.chat(), Activity::Typing).await.expect("nobody sees it");
    ben.goes_online(true).await;
    assert_eq!(shown(), None);
    let nobodys = Chat::Group("120363000000000000".to_owned());
    gateway.session.show(&nobodys, Activity::Typing).await.expect("nobody sees it");
    assert_eq!(ann.face.activity(ANN, &ben.chat()).await, None);
    assert!(matches!(gateway.hears().await, Event::Delivered { .. }));
}
