//! What messages hold, whom they answer, and what is no message at all.

use grantline_whatsapp::{
    Activity, Chat, Contact, Content, DownloadFailure, File, FileKind, Location, Poll, SendFailure,
};

use super::House;
use super::actors::{Came, Gateway, Phone, named, ours, text};

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";

fn file(kind: FileKind, mime_type: &str, name: Option<&str>, caption: Option<&str>) -> (Content, Vec<u8>) {
    let bytes = format!("the bytes of some {mime_type}").into_bytes();
    let (name, caption) = (name.map(str::to_owned), caption.map(str::to_owned));
    let size = u64::try_from(bytes.len()).expect("a few");
    (Content::File(File { kind, mime_type: mime_type.to_owned(), name, caption, size }), bytes)
}

fn files() -> [(Content, Vec<u8>); 8] {
    [
        file(FileKind::Image, "image/jpeg", None, Some("The garden")),
        file(FileKind::Image, "image/png", None, None),
        file(FileKind::Video, "video/mp4", None, Some("The garden moves")),
        file(FileKind::Audio, "audio/mpeg", None, None),
        file(FileKind::Voice, "audio/ogg; codecs=opus", None, None),
        file(FileKind::Document, "application/pdf", Some("plan.pdf"), Some("The plan")),
        file(FileKind::Document, "text/plain", Some("notes.txt"), None),
        file(FileKind::Sticker, "image/webp", None, None),
    ]
}

fn place(latitude: f64, longitude: f64, name: Option<&str>, address: Option<&str>) -> Content {
    let (name, address) = (name.map(str::to_owned), address.map(str::to_owned));
    Content::Location(Location { latitude, longitude, name, address })
}

fn contact(name: &str, phones: &[&str]) -> Contact {
    Contact { name: name.to_owned(), phones: phones.iter().map(ToString::to_string).collect() }
}

fn poll(options: &[&str], choices_max: u32) -> Content {
    let options = options.iter().map(ToString::to_string).collect();
    Content::Poll(Poll { question: "What shall we drink?".to_owned(), options, choices_max })
}

/// Sends all of it from the gateway and then from a phone, and looks at what arrives.
async fn goes_both_ways(house: House, contents: Vec<Content>) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    for (n, content) in contents.iter().enumerate() {
        let id = format!("m{n}");
        gateway.gives(&id, &ben.chat(), content.clone(), b"").await.expect("it is taken");
        gateway.hears_delivered(&id).await;
        let shown = ben.shows(|shown| shown.content == *content).await;
        assert_eq!((shown.chat, shown.from), (ann.chat(), ann.number.clone()));
        let own = ann.shows(|shown| shown.content == *content).await;
        assert_eq!((own.chat, own.from), (ben.chat(), ann.number.clone()));
    }
    for content in contents {
        let id = ben.sends(&ann.chat(), content.clone(), b"").await;
        assert_eq!(gateway.hears_from(&ben).await, Came { id, chat: ben.chat(), content, reply_to: None });
    }
    gateway.hears_nothing().await;
}

pub async fn places_go_both_ways(house: House) {
    let named = place(52.516_275, 13.377_704, Some("The gate"), Some("At the square, Berlin"));
    goes_both_ways(house, vec![named, place(-33.5, -179.25, None, None), place(0.0, 0.0, None, None)]).await;
}

pub async fn contacts_go_both_ways(house: House) {
    let one = contact("Carl; the one, with \\ signs", &["447700900123"]);
    let two = contact("Dora", &["447700900124", "447700900125"]);
    goes_both_ways(house, vec![Content::Contacts(vec![one.clone()]), Content::Contacts(vec![one, two])]).await;
}

pub async fn polls_go_both_ways(house: House) {
    goes_both_ways(house, vec![poll(&["Tea", "Coffee"], 1), poll(&["Tea", "Coffee", "Water"], 3)]).await;
}

pub async fn files_of_every_kind_arrive(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    for (n, (content, bytes)) in files().into_iter().enumerate() {
        let id = format!("m{n}");
        gateway.gives(&id, &ben.chat(), content.clone(), &bytes).await.expect("the file is taken");
        gateway.hears_delivered(&id).await;
        for phone in [&ben, &ann] {
            let shown = phone.shows(|shown| shown.content == content).await;
            assert_eq!(shown.from, ann.number);
            assert_eq!(phone.file(&shown.wa_id).await, bytes, "{content:?}");
        }
    }
    gateway.hears_nothing().await;
}

pub async fn files_of_every_kind_are_received(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    for (content, bytes) in files() {
        let id = ben.sends(&ann.chat(), content.clone(), &bytes).await;
        let came = gateway.hears_from(&ben).await;
        assert_eq!(came, Came { id, chat: ben.chat(), content, reply_to: None });
        assert_eq!(gateway.session.download(&came.id).await, Ok(bytes));
    }
    gateway.hears_nothing().await;
}

pub async fn a_file_that_nobody_sent_is_gone(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    assert_eq!(gateway.session.download("3EB0000000000000000000").await, Err(DownloadFailure::Gone));
    ben.writes(ANN, "Only words").await;
    let came = gateway.hears_from(&ben).await;
    assert_eq!(gateway.session.download(&came.id).await, Err(DownloadFailure::Gone));
}

pub async fn we_answer_them_and_ourselves(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let question = ben.sends(&ann.chat(), text("How are you?"), b"").await;
    assert_eq!(gateway.hears_from(&ben).await.id, question);
    gateway.answers("m1", &ben.chat(), named(&question), Some(&ben), "Well").await;
    gateway.hears_delivered("m1").await;
    let answer = ben.shows_text("Well").await;
    assert_eq!(answer.reply_to, Some(question.clone()));
    gateway.answers("m2", &ben.chat(), ours("m1"), None, "Very well").await;
    gateway.hears_delivered("m2").await;
    assert_eq!(ben.shows_text("Very well").await.reply_to, Some(answer.wa_id));
    assert_eq!(ann.shows_text("Well").await.reply_to, Some(question));
    gateway.hears_nothing().await;
}

pub async fn they_answer_us_and_themselves(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "How are you?").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let question = ben.shows_text("How are you?").await.wa_id;
    let answer = ben.answers(&ann.chat(), &question, "Well").await;
    let came = gateway.hears_from(&ben).await;
    assert_eq!((came.content, came.reply_to), (text("Well"), Some(ours("m1"))));
    ben.answers(&ann.chat(), &answer, "Very well").await;
    let came = gateway.hears_from(&ben).await;
    assert_eq!((came.content, came.reply_to), (text("Very well"), Some(named(&answer))));
    gateway.hears_nothing().await;
}

pub async fn what_our_own_phone_writes_is_told(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "From here").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let id = ann.sends(&ben.chat(), text("From my phone"), b"").await;
    let content = text("From my phone");
    assert_eq!(gateway.hears_own().await, Came { id, chat: ben.chat(), content, reply_to: None });
    assert_eq!(ben.shows_text("From my phone").await.from, ann.number);
    let first = ann.shows_text("From here").await.wa_id;
    ann.answers(&ben.chat(), &first, "That was me").await;
    assert_eq!(gateway.hears_own().await.reply_to, Some(ours("m1")));
    let (content, bytes) = file(FileKind::Image, "image/jpeg", None, Some("Me"));
    let id = ann.sends(&ben.chat(), content.clone(), &bytes).await;
    assert_eq!(gateway.hears_own().await, Came { id: id.clone(), chat: ben.chat(), content, reply_to: None });
    assert_eq!(gateway.session.download(&id).await, Ok(bytes));
    gateway.hears_nothing().await;
}

pub async fn what_we_send_is_not_told_back(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "One").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let (content, bytes) = file(FileKind::Image, "image/jpeg", None, None);
    gateway.gives("m2", &ben.chat(), content, &bytes).await.expect("the file is taken");
    gateway.hears_delivered("m2").await;
    gateway.session.edit(&ben.chat(), "m1", "Two").await.expect("it is ours to edit");
    gateway.session.delete(&ben.chat(), "m2").await.expect("it is ours to delete");
    for phone in [&ben, &ann] {
        phone.shows(|shown| shown.is_edited && shown.content == text("Two")).await;
        phone.shows(|shown| shown.is_deleted).await;
    }
    gateway.hears_nothing().await;
}

pub async fn nonsense_is_refused(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let too_long = "x".repeat(4_097);
    let thirteen: Vec<String> = (0..13).map(|n| n.to_string()).collect();
    let thirteen: Vec<&str> = thirteen.iter().map(String::as_str).collect();
    let nonsense = [
        text(" "),
        text(&too_long),
        file(FileKind::Image, "image/png", None, Some(&too_long)).0,
        // Its bytes are missing.
        file(FileKind::Image, "image/png", None, None).0,
        place(90.5, 0.0, None, None),
        place(0.0, -180.5, None, None),
        Content::Contacts(Vec::new()),
        poll(&["Tea"], 1),
        poll(&thirteen, 1),
        poll(&["Tea", "Tea"], 1),
        poll(&["Tea", "Coffee"], 0),
        poll(&["Tea", "Coffee"], 3),
        Content::Unknown,
    ];
    for (n, content) in nonsense.into_iter().enumerate() {
        let given = gateway.gives(&format!("m{n}"), &ben.chat(), content.clone(), b"").await;
        assert_eq!(given, Err(SendFailure::Refused), "{content:?}");
    }
    assert!(ben.messages().await.is_empty());
    gateway.sends("good", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("good").await;
    for words in [" ", too_long.as_str()] {
        assert_eq!(gateway.session.edit(&ben.chat(), "good", words).await, Err(SendFailure::Refused));
    }
    gateway.hears_nothing().await;
    assert_eq!(ben.bodies().await, ["Hello"]);
}

/// The answer to every call that needs a link.
async fn calls(gateway: &Gateway, ben: &Phone) -> Vec<(&'static str, Option<SendFailure>)> {
    let session = &gateway.session;
    let (chat, ids) = (ben.chat(), ["3EB0000000000000000000".to_owned()]);
    let download = match session.download(&ids[0]).await {
        Err(DownloadFailure::Call(failure)) => Some(failure),
        Err(DownloadFailure::Gone) | Ok(_) => None,
    };
    vec![
        ("send", gateway.gives("m1", &chat, place(0.0, 0.0, None, None), b"").await.err()),
        ("edit", session.edit(&chat, "m1", "Hello").await.err()),
        ("delete", session.delete(&chat, "m1").await.err()),
        ("mark_read", session.mark_read(&chat, BEN, &ids).await.err()),
        ("show", session.show(&chat, Activity::Typing).await.err()),
        ("download", download),
        ("are_on_whatsapp", session.are_on_whatsapp(&[BEN.to_owned()]).await.err()),
        ("are_on_whatsapp, nobody", session.are_on_whatsapp(&[]).await.err()),
        ("picture", session.picture(&chat).await.err()),
        ("picture of a group", session.picture(&Chat::Group("120363000000000000".to_owned())).await.err()),
        ("groups", session.groups().await.err()),
    ]
}

pub async fn without_a_link_no_call_is_carried_out(house: House) {
    let gateway = house.gateway("ann").await;
    let ben = house.phone(BEN).await;
    for (call, failure) in calls(&gateway, &ben).await {
        assert_eq!(failure, Some(SendFailure::NotLinked), "{call}");
    }
    let (linked, _ann) = house.linked(ANN).await;
    for closed in [gateway, linked] {
        closed.session.close().await;
        for (call, failure) in calls(&closed, &ben).await {
            assert_eq!(failure, Some(SendFailure::Network), "{call}");
        }
    }
    assert!(ben.messages().await.is_empty());
}
