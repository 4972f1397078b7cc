//! What WhatsApp carries beside good messages: files that are gone, changes by those who may not, kinds that nobody knows.

use std::sync::Arc;

use grantline_standin::{MediaHost, Phone as Handset, StandIn};
use grantline_whatsapp::{Content, DownloadFailure, File, FileKind, Poll, SendFailure};
use whatsapp_rust::waproto::buffa::MessageField;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::waproto::whatsapp::message::protocol_message::Type as Change;

use crate::contract::House;
use crate::contract::actors::{Came, Gateway, Phone, named, ours, text};
use crate::{dialect, house};

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";
const CARL: &str = "447700900123";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A linked number, somebody who writes to it, and what stands behind both.
struct Scene {
    house: House,
    standin: Arc<StandIn>,
    media: MediaHost,
    gateway: Gateway,
    ann: Phone,
    ben: Phone,
}

impl Scene {
    async fn new() -> Self {
        let (house, standin, media) = house::rooms_with_media().await;
        let (gateway, ann) = house.linked(ANN).await;
        let ben = house.phone(BEN).await;
        Self { house, standin, media, gateway, ann, ben }
    }

    /// A phone that can be made to send anything.
    fn handset(&self, number: &str) -> Arc<Handset> {
        self.standin.phone(number).expect("the phone")
    }

    async fn ben_sends(&self, message: wa::Message) -> String {
        self.handset(BEN).send(ANN, message).await.expect("it is sent")
    }
}

fn picture(size: u64) -> Content {
    let kind = FileKind::Image;
    Content::File(File { kind, mime_type: "image/jpeg".to_owned(), name: None, caption: None, size })
}

fn poll() -> Content {
    let options = ["Tea", "Coffee"].map(str::to_owned).to_vec();
    Content::Poll(Poll { question: "What shall we drink?".to_owned(), options, choices_max: 1 })
}

fn words(body: &str) -> wa::Message {
    wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
}

fn wrapped(message: wa::Message) -> MessageField<wa::message::FutureProofMessage> {
    MessageField::some(wa::message::FutureProofMessage { message: MessageField::some(message) })
}

fn change(kind: Change, of: &str) -> wa::Message {
    change_by(true, kind, of)
}

/// Of an own message, or as an administrator.
fn change_by(writer: bool, kind: Change, of: &str) -> wa::Message {
    let key = wa::MessageKey { id: Some(of.to_owned()), from_me: Some(writer), ..Default::default() };
    let change = wa::message::ProtocolMessage {
        key: MessageField::some(key),
        r#type: Some(kind),
        edited_message: if kind == Change::MESSAGE_EDIT {
            MessageField::some(words("forged"))
        } else {
            Default::default()
        },
        ..Default::default()
    };
    wa::Message { protocol_message: MessageField::some(change), ..Default::default() }
}

#[tokio::test]
async fn a_file_that_the_host_has_lost_is_gone() {
    let mut scene = Scene::new().await;
    let id = scene.ben.sends(&scene.ann.chat(), picture(4), b"four").await;
    scene.gateway.hears_from(&scene.ben).await;
    assert_eq!(scene.gateway.session.download(&id).await, Ok(b"four".to_vec()));
    scene.media.forget();
    assert_eq!(scene.gateway.session.download(&id).await, Err(DownloadFailure::Gone));
}

#[tokio::test]
async fn a_file_that_is_not_what_was_sealed_is_gone() {
    let mut scene = Scene::new().await;
    let message = dialect::written(&scene.media, &picture(4), b"four", None);
    let path = message.image_message.as_option().and_then(|image| image.direct_path.clone()).expect("a path");
    let id = scene.ben_sends(message).await;
    scene.gateway.hears_from(&scene.ben).await;
    scene.media.put(&path, vec![7; 42]);
    assert_eq!(scene.gateway.session.download(&id).await, Err(DownloadFailure::Gone));
}

#[tokio::test]
async fn a_file_that_says_it_is_too_large_is_not_fetched() {
    let mut scene = Scene::new().await;
    let id = scene.ben.sends(&scene.ann.chat(), picture(200 << 20), b"four").await;
    scene.gateway.hears_from(&scene.ben).await;
    assert_eq!(scene.gateway.session.download(&id).await, Err(SendFailure::Refused.into()));
}

#[tokio::test]
async fn what_is_needed_later_is_kept_for_a_month() {
    let mut scene = Scene::new().await;
    let (chat, ben) = (scene.ann.chat(), &scene.ben);
    let id = ben.sends(&chat, picture(4), b"four").await;
    scene.gateway.hears_from(ben).await;
    let (session_id, keys) = scene.gateway.closes().await;
    scene.house.later(29 * DAY_MS).await;
    let mut gateway = scene.house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    assert_eq!(gateway.session.download(&id).await, Ok(b"four".to_vec()));
    let (session_id, keys) = gateway.closes().await;
    scene.house.later(2 * DAY_MS).await;
    let mut gateway = scene.house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    assert_eq!(gateway.session.download(&id).await, Err(DownloadFailure::Gone));
    // Nor is it believed who wrote it.
    ben.deletes(&id).await;
    gateway.hears_nothing().await;
}

#[tokio::test]
async fn votes_are_read_after_a_restart() {
    let mut scene = Scene::new().await;
    let chat = scene.ben.chat();
    scene.gateway.gives("p1", &chat, poll(), b"").await.expect("the poll is taken");
    scene.gateway.hears_delivered("p1").await;
    let theirs = scene.ben.sends(&scene.ann.chat(), poll(), b"").await;
    scene.gateway.hears_from(&scene.ben).await;
    let (session_id, keys) = scene.gateway.closes().await;
    let mut gateway = scene.house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    let wa_id = scene.ben.shows(|shown| shown.content == poll() && shown.from == ANN).await.wa_id;
    scene.ben.votes(&wa_id, &["Coffee"]).await;
    gateway.hears_vote(ours("p1"), &scene.ben, &["Coffee"]).await;
    scene.ben.votes(&theirs, &["Tea"]).await;
    gateway.hears_vote(named(&theirs), &scene.ben, &["Tea"]).await;
    gateway.hears_nothing().await;
}

#[tokio::test]
async fn nobody_changes_what_somebody_else_wrote() {
    let mut scene = Scene::new().await;
    let carl = scene.house.phone(CARL).await;
    scene.gateway.sends("m1", &scene.ben, "Hello").await.expect("the text is taken");
    scene.gateway.hears_delivered("m1").await;
    let ours = scene.ben.shows_text("Hello").await.wa_id;
    let carls = carl.sends(&scene.ann.chat(), text("From Carl"), b"").await;
    scene.gateway.hears_text(&carl, "From Carl").await;
    for id in [ours.as_str(), carls.as_str(), "3EB0000000000000000000"] {
        for kind in [Change::MESSAGE_EDIT, Change::REVOKE] {
            scene.ben_sends(change(kind, id)).await;
        }
    }
    scene.ben_sends(words("then")).await;
    scene.gateway.hears_text(&scene.ben, "then").await;
    scene.gateway.hears_nothing().await;
}

#[tokio::test]
async fn an_id_that_is_taken_stands_for_what_it_stood_for() {
    let mut scene = Scene::new().await;
    let carl = scene.house.phone(CARL).await;
    let carls = carl.sends(&scene.ann.chat(), picture(4), b"four").await;
    scene.gateway.hears_from(&carl).await;
    let forged = dialect::written(&scene.media, &picture(5), b"other", None);
    scene.handset(BEN).send_as(ANN, &carls, forged).await.expect("it is sent");
    scene.gateway.hears_from(&scene.ben).await;
    assert_eq!(scene.gateway.session.download(&carls).await, Ok(b"four".to_vec()));
    for kind in [Change::MESSAGE_EDIT, Change::REVOKE] {
        scene.ben_sends(change(kind, &carls)).await;
    }
    scene.gateway.hears_nothing().await;
    carl.deletes(&carls).await;
    scene.gateway.hears_deleted(named(&carls)).await;
}

#[tokio::test]
async fn an_administrator_takes_back_what_stands_in_the_group_alone() {
    let mut scene = Scene::new().await;
    let carl = scene.house.phone(CARL).await;
    let choir = scene.ben.makes_group("Choir", &[&scene.ann, &carl]).await;
    let there = carl.sends(&choir, text("Tonight?"), b"").await;
    scene.gateway.hears_from(&carl).await;
    let between_us = carl.sends(&scene.ann.chat(), text("Between us"), b"").await;
    scene.gateway.hears_from(&carl).await;
    scene.gateway.gives("m1", &choir, text("At eight"), b"").await.expect("the text is taken");
    scene.gateway.hears_delivered_in_group("m1").await;
    let ours_there = carl.shows_text("At eight").await.wa_id;
    let ben = scene.handset(BEN);
    for id in [&between_us, &there, &ours_there] {
        ben.send(&choir.to_string(), change_by(false, Change::REVOKE, id)).await.expect("it is sent");
    }
    scene.gateway.hears_deleted(named(&there)).await;
    scene.gateway.hears_deleted(ours("m1")).await;
    scene.gateway.hears_nothing().await;
}

#[tokio::test]
async fn wrappers_are_opened() {
    let mut scene = Scene::new().await;
    let vanishing = wa::Message { ephemeral_message: wrapped(words("for a day")), ..Default::default() };
    scene.ben_sends(vanishing).await;
    scene.gateway.hears_text(&scene.ben, "for a day").await;
    let once = dialect::written(&scene.media, &picture(4), b"once", None);
    let once = wa::Message { view_once_message_v2: wrapped(once), ..Default::default() };
    let vanishing = wa::Message { ephemeral_message: wrapped(once), ..Default::default() };
    let id = scene.ben_sends(vanishing).await;
    let came = scene.gateway.hears_from(&scene.ben).await;
    assert_eq!(came, Came { id, chat: scene.ben.chat(), content: picture(4), reply_to: None });
    assert_eq!(scene.gateway.session.download(&came.id).await, Ok(b"once".to_vec()));
}

#[tokio::test]
async fn what_nobody_can_read_is_told_and_what_nobody_wrote_is_not() {
    let mut scene = Scene::new().await;
    let invitation = wa::message::GroupInviteMessage { group_name: Some("Choir".to_owned()), ..Default::default() };
    let invitation = wa::Message { group_invite_message: MessageField::some(invitation), ..Default::default() };
    scene.ben_sends(invitation).await;
    assert_eq!(scene.gateway.hears_from(&scene.ben).await.content, Content::Unknown);
    let like = wa::message::ReactionMessage { text: Some("+".to_owned()), ..Default::default() };
    let pin = wa::message::PinInChatMessage { sender_timestamp_ms: Some(1), ..Default::default() };
    let unread = wa::message::PollUpdateMessage { vote: MessageField::some(Default::default()), ..Default::default() };
    for nothing in [
        wa::Message { reaction_message: MessageField::some(like), ..Default::default() },
        wa::Message { pin_in_chat_message: MessageField::some(pin), ..Default::default() },
        wa::Message { poll_update_message: MessageField::some(unread), ..Default::default() },
        change(Change::EPHEMERAL_SETTING, "3A"),
    ] {
        scene.ben_sends(nothing).await;
    }
    scene.gateway.hears_nothing().await;
    // All of it was acknowledged, or it would come again.
    let ann = scene.handset(ANN);
    let device = ann.devices().remove(0).device;
    for _ in 0..scene.house.phones.patience() {
        if ann.unacknowledged(device) == 0 {
            return;
        }
        scene.house.phones.breathe().await;
    }
    panic!("{} are not acknowledged", ann.unacknowledged(device));
}
