//! What becomes of messages: edits, deletions, marks, votes; and that none of it is lost.

use grantline_whatsapp::{Activity, Chat, Content, Event, File, FileKind, Poll, SendFailure};

use super::House;
use super::actors::{Gateway, Phone, named, ours, text};

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";
const NOBODY_KNOWS: &str = "3EB0000000000000000000";

fn poll() -> Content {
    let options = ["Tea", "Coffee", "Water"].map(str::to_owned).to_vec();
    Content::Poll(Poll { question: "What shall we drink?".to_owned(), options, choices_max: 2 })
}

fn picture(caption: &str) -> Content {
    let (mime_type, caption) = ("image/jpeg".to_owned(), Some(caption.to_owned()));
    Content::File(File { kind: FileKind::Image, mime_type, name: None, caption, size: 9 })
}

/// A gateway that has sent a text to somebody as `m1`; what that phone shows is known by WhatsApp's id.
async fn after_a_text(house: &House) -> (Gateway, Phone, Phone, String) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let wa_id = ben.shows_text("Hello").await.wa_id;
    assert_eq!(ann.shows_text("Hello").await.wa_id, wa_id, "both phones show one message");
    (gateway, ann, ben, wa_id)
}

pub async fn we_edit_a_text(house: House) {
    let (mut gateway, ann, ben, wa_id) = after_a_text(&house).await;
    assert!(!ben.shows_text("Hello").await.is_edited);
    gateway.session.edit(&ben.chat(), "m1", "Good day").await.expect("it is ours to edit");
    for phone in [&ben, &ann] {
        let shown = phone.shows_text("Good day").await;
        assert!(shown.is_edited && shown.wa_id == wa_id, "{shown:?}");
        assert_eq!(phone.messages().await.len(), 1);
    }
    gateway.hears_nothing().await;
}

pub async fn we_edit_a_caption(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.gives("m1", &ben.chat(), picture("The gardn"), b"nine byte").await.expect("the file is taken");
    gateway.hears_delivered("m1").await;
    gateway.session.edit(&ben.chat(), "m1", "The garden").await.expect("it is ours to edit");
    let shown = ben.shows(|shown| shown.content == picture("The garden")).await;
    assert!(shown.is_edited);
    assert_eq!(ben.file(&shown.wa_id).await, b"nine byte");
    gateway.hears_nothing().await;
}

pub async fn they_edit(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let first = ben.sends(&ann.chat(), text("Helo"), b"").await;
    let second = ben.sends(&ann.chat(), picture("The gardn"), b"nine byte").await;
    gateway.hears_text(&ben, "Helo").await;
    gateway.hears_from(&ben).await;
    ben.edits(&first, "Hello").await;
    gateway.hears_edited(named(&first), "Hello").await;
    ben.edits(&second, "The garden").await;
    gateway.hears_edited(named(&second), "The garden").await;
    gateway.hears_nothing().await;
    assert!(ann.shows_text("Hello").await.is_edited);
    assert_eq!(gateway.session.download(&second).await, Ok(b"nine byte".to_vec()));
}

pub async fn we_delete(house: House) {
    let (mut gateway, ann, ben, wa_id) = after_a_text(&house).await;
    gateway.session.delete(&ben.chat(), "m1").await.expect("it is ours to delete");
    for phone in [&ben, &ann] {
        let shown = phone.shows(|shown| shown.is_deleted).await;
        assert_eq!(shown.wa_id, wa_id);
        assert_ne!(shown.content, text("Hello"));
    }
    gateway.hears_nothing().await;
}

pub async fn they_delete(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let id = ben.sends(&ann.chat(), text("Oh no"), b"").await;
    gateway.hears_text(&ben, "Oh no").await;
    ben.deletes(&id).await;
    gateway.hears_deleted(named(&id)).await;
    gateway.hears_nothing().await;
    assert_eq!(ann.shows(|shown| shown.is_deleted).await.wa_id, id);
}

pub async fn our_own_phone_edits(house: House) {
    let (mut gateway, ann, ben, sent) = after_a_text(&house).await;
    ann.edits(&sent, "Good day").await;
    gateway.hears_edited(ours("m1"), "Good day").await;
    let own = ann.sends(&ben.chat(), text("From my phne"), b"").await;
    gateway.hears_own().await;
    ann.edits(&own, "From my phone").await;
    gateway.hears_edited(named(&own), "From my phone").await;
    assert!(ben.shows_text("Good day").await.is_edited);
    assert!(ben.shows_text("From my phone").await.is_edited);
    gateway.hears_nothing().await;
}

pub async fn our_own_phone_deletes(house: House) {
    let (mut gateway, ann, ben, sent) = after_a_text(&house).await;
    ann.deletes(&sent).await;
    gateway.hears_deleted(ours("m1")).await;
    let own = ann.sends(&ben.chat(), text("From my phone"), b"").await;
    gateway.hears_own().await;
    ann.deletes(&own).await;
    gateway.hears_deleted(named(&own)).await;
    for wa_id in [sent, own] {
        ben.shows(|shown| shown.is_deleted && shown.wa_id == wa_id).await;
    }
    gateway.hears_nothing().await;
}

/// Whether WhatsApp takes such a call is not said, only that it changes nothing.
pub async fn what_nobody_knows_is_not_changed(house: House) {
    let (mut gateway, ann, ben, wa_id) = after_a_text(&house).await;
    let before = (ann.messages().await, ben.messages().await);
    let edited = gateway.session.edit(&ben.chat(), "m2", "Good day").await;
    let deleted = gateway.session.delete(&ben.chat(), "m2").await;
    for answer in [edited, deleted] {
        assert!(matches!(answer, Ok(()) | Err(SendFailure::Refused)), "{answer:?}");
    }
    gateway.session.mark_read(&ben.chat(), BEN, &[NOBODY_KNOWS.to_owned()]).await.expect("nothing is to be marked");
    ben.face.edit(BEN, NOBODY_KNOWS, "Good day").await.expect_err("there is no such message");
    ben.face.delete(BEN, NOBODY_KNOWS).await.expect_err("there is no such message");
    ben.face.vote(BEN, NOBODY_KNOWS, &["Tea".to_owned()]).await.expect_err("there is no such poll");
    ben.face.edit(BEN, &wa_id, "Good day").await.expect_err("somebody else wrote it");
    ben.face.delete(BEN, &wa_id).await.expect_err("somebody else wrote it");
    gateway.hears_nothing().await;
    assert_eq!((ann.messages().await, ben.messages().await), before);
}

pub async fn what_we_read_is_shown_to_its_writer(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let mut ids = Vec::new();
    for body in ["one", "two", "three"] {
        ids.push(ben.sends(&ann.chat(), text(body), b"").await);
        gateway.hears_text(&ben, body).await;
    }
    assert!(ben.messages().await.iter().all(|shown| !shown.is_read));
    gateway.session.mark_read(&ben.chat(), BEN, &ids[..2]).await.expect("they are marked");
    for id in &ids[..2] {
        ben.shows(|shown| shown.wa_id == *id && shown.is_read).await;
    }
    gateway.hears_nothing().await;
    assert!(!ben.shows_text("three").await.is_read, "nobody has read it");
}

pub async fn what_we_are_doing_is_shown(house: House) {
    let (mut gateway, ann, ben, _) = after_a_text(&house).await;
    for activity in [Activity::Typing, Activity::Recording] {
        gateway.session.show(&ben.chat(), activity).await.expect("it is shown");
        is_shown(&ben, &ann.chat(), |shown| shown == Some(activity)).await;
    }
    gateway.session.show(&ben.chat(), Activity::Paused).await.expect("it is shown");
    is_shown(&ben, &ann.chat(), |shown| matches!(shown, None | Some(Activity::Paused))).await;
    gateway.hears_nothing().await;
    assert_eq!(ben.bodies().await, ["Hello"]);
}

async fn is_shown(phone: &Phone, chat: &Chat, is_it: impl Fn(Option<Activity>) -> bool) {
    for _ in 0..phone.face.patience() {
        if is_it(phone.face.activity(&phone.number, chat).await) {
            return;
        }
        phone.face.breathe().await;
    }
    panic!("{} is shown {:?}", phone.number, phone.face.activity(&phone.number, chat).await)
}

pub async fn votes_are_told(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.gives("p1", &ben.chat(), poll(), b"").await.expect("the poll is taken");
    gateway.hears_delivered("p1").await;
    let wa_id = ben.shows(|shown| shown.content == poll()).await.wa_id;
    for choice in [&["Tea"][..], &["Tea", "Water"][..], &["Coffee"][..], &[][..]] {
        ben.votes(&wa_id, choice).await;
        gateway.hears_vote(ours("p1"), &ben, choice).await;
    }
    gateway.hears_nothing().await;
}

pub async fn news_that_was_not_saved_before_closing_is_told_after_opening(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.gives("p1", &ben.chat(), poll(), b"").await.expect("the poll is taken");
    gateway.hears_delivered("p1").await;
    let of_poll = ben.shows(|shown| shown.content == poll()).await.wa_id;
    let edited = ben.sends(&ann.chat(), text("one"), b"").await;
    let deleted = ben.sends(&ann.chat(), text("two"), b"").await;
    gateway.hears_text(&ben, "one").await;
    gateway.hears_text(&ben, "two").await;
    ben.sends(&ann.chat(), picture("The garden"), b"nine byte").await;
    let unsaved = gateway.is_told().await;
    assert!(matches!(unsaved.event, Event::Received { .. }), "{unsaved:?}");
    ben.edits(&edited, "One").await;
    ben.deletes(&deleted).await;
    ben.votes(&of_poll, &["Tea"]).await;
    let own = ann.sends(&ben.chat(), text("From my phone"), b"").await;
    let (session_id, keys) = gateway.closes().await;
    drop(unsaved);
    let mut gateway = house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(gateway.hears().await);
    }
    gateway.hears_nothing().await;
    let is_told = |is_it: &dyn Fn(&Event) -> bool| assert!(told.iter().any(is_it), "{told:#?}");
    is_told(&|event| matches!(event, Event::Received { content, .. } if *content == picture("The garden")));
    is_told(
        &|event| matches!(event, Event::Edited { message, body, .. } if *message == named(&edited) && body == "One"),
    );
    is_told(&|event| matches!(event, Event::Deleted { message, .. } if *message == named(&deleted)));
    is_told(&|event| matches!(event, Event::Voted { poll, options, .. } if *poll == ours("p1") && *options == ["Tea"]));
    is_told(&|event| matches!(event, Event::SentElsewhere { id, .. } if *id == own));
}
