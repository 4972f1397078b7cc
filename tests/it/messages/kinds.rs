//! Every kind of message, out and in.

use grantline_whatsapp::{Chat, Contact, Content, File, FileKind, Location, MessageRef, Poll, Quote};
use serde_json::{Value, json};

use super::actors::{ANNS_PHONE, App, BOBS_PHONE, Office, Queue, bob, refusal, text};
use crate::both_databases;
use crate::events::schema::{data_schema, described, faults};

const GROUP: &str = "120363041234567890";

fn group() -> Chat {
    Chat::Group(GROUP.to_owned())
}

fn asked(kind: &str, said: Value) -> Value {
    let mut asked = json!({ "to": format!("+{BOBS_PHONE}"), "type": kind });
    asked[kind] = said;
    asked
}

fn file(kind: FileKind, mime_type: &str, name: Option<&str>, caption: Option<&str>, size: u64) -> Content {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Content::File(File { kind, mime_type: mime_type.to_owned(), name: owned(name), caption: owned(caption), size })
}

fn harbour() -> Content {
    let (name, address) = (Some(String::from("Harbour")), Some(String::from("Pier 1")));
    Content::Location(Location { latitude: 54.3233, longitude: 10.1228, name, address })
}

fn ann_and_carol() -> Content {
    let contact = |name: &str, phone: &str| Contact { name: name.to_owned(), phones: vec![phone.to_owned()] };
    Content::Contacts(vec![contact("Ann", ANNS_PHONE), contact("Carol", "447700900789")])
}

fn when() -> Content {
    let options = ["Now", "Later"].map(str::to_owned).to_vec();
    Content::Poll(Poll { question: String::from("When?"), options, choices_max: 2 })
}

/// One of each kind: what WhatsApp has of it, its name, and how apps see it. The files are of five bytes.
fn one_of_each() -> Vec<(Content, &'static str, Value)> {
    let seen = |mime_type: &str, name: Value, caption: Value| json!({ "mime_type": mime_type, "bytes": 5, "name": name, "caption": caption });
    let nothing = || Value::Null;
    vec![
        (Content::Text(String::from("Hello")), "text", json!({ "body": "Hello" })),
        (
            file(FileKind::Image, "image/jpeg", None, Some("The menu"), 5),
            "image",
            seen("image/jpeg", nothing(), json!("The menu")),
        ),
        (file(FileKind::Video, "video/mp4", None, None, 5), "video", seen("video/mp4", nothing(), nothing())),
        (file(FileKind::Audio, "audio/mpeg", None, None, 5), "audio", seen("audio/mpeg", nothing(), nothing())),
        (
            file(FileKind::Voice, "audio/ogg; codecs=opus", None, None, 5),
            "voice",
            seen("audio/ogg; codecs=opus", nothing(), nothing()),
        ),
        (
            file(FileKind::Document, "application/pdf", Some("menu.pdf"), Some("Look"), 5),
            "document",
            seen("application/pdf", json!("menu.pdf"), json!("Look")),
        ),
        (file(FileKind::Sticker, "image/webp", None, None, 5), "sticker", seen("image/webp", nothing(), nothing())),
        (
            harbour(),
            "location",
            json!({ "latitude": 54.3233, "longitude": 10.1228, "name": "Harbour", "address": "Pier 1" }),
        ),
        (
            ann_and_carol(),
            "contacts",
            json!([
                { "name": "Ann", "phones": [format!("+{ANNS_PHONE}")] },
                { "name": "Carol", "phones": ["+447700900789"] },
            ]),
        ),
        (when(), "poll", json!({ "question": "When?", "options": ["Now", "Later"], "choices_max": 2 })),
    ]
}

/// The same as an app asks for it, its file handed in before.
async fn asked_for(app: &App<'_>, kind: &str, seen: &Value) -> Value {
    let Some(mime_type) = seen["mime_type"].as_str() else { return asked(kind, seen.clone()) };
    let mut said = json!({ "media_id": app.holds(mime_type, "12345").await });
    for field in ["name", "caption"] {
        if !seen[field].is_null() {
            said[field] = seen[field].clone();
        }
    }
    asked(kind, said)
}

both_databases! {
    async fn every_kind_is_taken_told_and_handed_over(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let (app, queue, document) = (office.app("gr_acme"), Queue::of(world), described());
        for (content, kind, seen) in one_of_each() {
            let asked = asked_for(&app, kind, &seen).await;
            let taken = app.sends(&asked).await.is(202).json();
            assert_eq!((&taken["type"], &taken[kind]), (&json!(kind), &seen), "{taken}");
            let schema = &document["components"]["schemas"]["Message"];
            assert_eq!(faults(&document, schema, &taken), [""; 0], "{kind}");
            queue.works().await;
            let (_, handed) = queue.carrier.taken.lock().expect("whole").pop().expect("it was handed over");
            assert_eq!((&handed.to, &handed.content), (&bob(), &content));
            let bytes: &[u8] = if seen["mime_type"].is_string() { b"12345" } else { b"" };
            assert_eq!((handed.id.as_str(), handed.file.as_slice()), (taken["id"].as_str().expect("an id"), bytes));
        }
        for (kind, data) in office.events().await {
            assert_eq!(faults(&document, data_schema(&document, &kind), &data), [""; 0], "{kind} {data}");
            let said = data["type"].as_str().expect("a type");
            assert!(data.get(said).is_none(), "what an app sends is told without what it says: {data}");
        }
        assert_eq!(office.news().await, "message.queued 10, message.sent 10");
    }

    async fn every_kind_that_comes_in_is_kept_and_told(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, document) = (office.app("gr_acme"), described());
        for (index, (content, kind, seen)) in one_of_each().into_iter().enumerate() {
            office.receives_from(&desk, &format!("wa-{index}"), bob(), content, None).await;
            let newest = app.gets("/v1/messages?limit=1").await.is(200).json()["data"][0].clone();
            assert_eq!((&newest["type"], &newest[kind]), (&json!(kind), &seen), "{newest}");
            let told = office.events().await.into_iter().map(|(_, data)| data);
            let told = told.into_iter().find(|data| data["id"] == newest["id"]).expect("it is told");
            assert_eq!(told, newest, "the event shows it as the answer does");
            assert_eq!(faults(&document, data_schema(&document, "message.received"), &told), [""; 0], "{kind}");
        }
        office.receives_from(&desk, "wa-x", bob(), Content::Unknown, None).await;
        let newest = app.gets("/v1/messages?limit=1").await.is(200).json()["data"][0].clone();
        assert_eq!(newest["type"], "unknown");
        assert_eq!(office.news().await, "message.received 11");
    }

    async fn what_a_stranger_says_of_a_file_is_kept_as_far_as_it_can_be(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let odd = file(FileKind::Image, "image/p\0ng\r\nX: y", Some("a\0b"), Some("c\0d"), u64::MAX);
        office.receives_from(&desk, "wa-1", bob(), odd, Some(MessageRef::Named(String::from("a\0b")))).await;
        let nowhere = Content::Location(Location { latitude: f64::NAN, longitude: 0.0, name: None, address: None });
        office.receives_from(&desk, "wa-2", bob(), nowhere, None).await;
        let list = office.app("gr_acme").gets("/v1/messages").await.is(200).json();
        assert_eq!(list["data"][0]["type"], "unknown");
        let seen = json!({ "mime_type": "application/octet-stream", "bytes": i64::MAX, "name": "ab", "caption": "cd" });
        assert_eq!(list["data"][1]["image"], seen);
    }

    async fn a_message_answers_one_of_its_chat(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let kitchen = office.number("447700900222", "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        office.receives(&desk, "wa-1", "Is a table free?").await;
        let question = app.gets("/v1/messages?limit=1").await.json()["data"][0]["id"].clone();
        let answering = |number: &str, to: &str, id: &Value| {
            let mut asked = text(Some(number), "Yes!");
            asked["to"] = to.into();
            asked["reply_to"] = id.clone();
            asked
        };
        let to_bob = format!("+{BOBS_PHONE}");
        let answer = app.sends(&answering(&desk, &to_bob, &question)).await.is(202).json();
        assert_eq!(answer["reply_to"], question);
        let after = app.sends(&answering(&desk, &to_bob, &answer["id"])).await.is(202).json();
        queue.works().await;
        let quotes: Vec<_> = queue.carrier.taken.lock().expect("whole").iter().map(|(_, one)| one.reply_to.clone()).collect();
        let ours = answer["id"].as_str().expect("an id").to_owned();
        let (theirs, own) = (
            Quote { message: MessageRef::Named(String::from("wa-1")), from: Some(BOBS_PHONE.to_owned()), body: String::from("Is a table free?") },
            Quote { message: MessageRef::Ours(ours.clone()), from: None, body: String::from("Yes!") },
        );
        assert_eq!(quotes, [Some(theirs), Some(own)]);
        // Bob answers in turn, and the app learns what he means.
        office.receives_from(&desk, "wa-2", bob(), Content::Text(String::from("Lovely")), Some(MessageRef::Ours(ours.clone()))).await;
        let lovely = app.gets("/v1/messages?limit=1").await.json()["data"][0].clone();
        assert_eq!(lovely["reply_to"], ours.as_str());
        office.receives_from(&desk, "wa-3", bob(), when(), Some(MessageRef::Named(String::from("wa-2")))).await;
        assert_eq!(app.gets("/v1/messages?limit=1").await.json()["data"][0]["reply_to"], lovely["id"]);
        office.receives_from(&desk, "wa-4", bob(), when(), Some(MessageRef::Named(String::from("long gone")))).await;
        assert!(app.gets("/v1/messages?limit=1").await.json()["data"][0].get("reply_to").is_none());

        let elsewhere = "400 invalid_request reply_to: `reply_to` must be a message of the same number and the same chat.";
        for asked in [
            answering(&kitchen, &to_bob, &question),
            answering(&desk, "+447700900789", &question),
            answering(&desk, &format!("{GROUP}@g.us"), &question),
        ] {
            assert_eq!(refusal(&app.sends(&asked).await), elsewhere, "{asked}");
        }
        let unknown = "404 message_not_found reply_to: There is no such message, or this grant does not cover its number.";
        for id in [json!("msg_0"), json!("no id; at all")] {
            assert_eq!(refusal(&app.sends(&answering(&desk, &to_bob, &id)).await), unknown);
        }
        let narrow = office.app_for("gr_narrow", Some(&[&kitchen]));
        assert_eq!(refusal(&narrow.sends(&answering(&kitchen, &to_bob, &question)).await), unknown);
        assert_eq!(app.state_of(after["id"].as_str().expect("an id")).await, "sent");
    }

    async fn a_group_is_written_to_and_heard(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let named = format!("{GROUP}@g.us");
        let mut asked = text(Some(&desk), "Hello all");
        asked["to"] = named.clone().into();
        let sent = app.sends(&asked).await.is(202).json();
        assert_eq!((&sent["to"], &sent["group_id"]), (&json!(named), &json!(named)));
        queue.works().await;
        let handed = queue.carrier.taken.lock().expect("whole")[0].1.clone();
        assert_eq!((handed.to, handed.content), (group(), Content::Text(String::from("Hello all"))));
        let detail = json!({ "number": desk, "to": "••••7890@g.us" });
        let id = sent["id"].as_str().expect("an id");
        assert_eq!(office.audit().await, [format!("app gr_acme message.queued {id} {detail}")]);

        office.receives_from(&desk, "wa-1", group(), Content::Text(String::from("Hi")), None).await;
        let heard = app.gets("/v1/messages?limit=1").await.json()["data"][0].clone();
        assert_eq!((&heard["from"], &heard["group_id"]), (&json!(format!("+{BOBS_PHONE}")), &json!(named)));
        // Bob's own chat is another one.
        let mut answer = text(Some(&desk), "Hi Bob");
        answer["reply_to"] = heard["id"].clone();
        assert!(refusal(&app.sends(&answer).await).starts_with("400 invalid_request reply_to: "));
        answer["to"] = named.into();
        app.sends(&answer).await.is(202);
        let page = office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200);
        page.says(&format!("To the group {GROUP}")).says(&format!("From +44 7700 900456 in the group {GROUP}"));
    }

    async fn a_key_stands_for_the_whole_request(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let (menu, other) = (app.holds("image/png", "12345").await, app.holds("image/png", "12345").await);
        let image = |id: &str, caption: &str| asked("image", json!({ "media_id": id, "caption": caption }));
        let first = app.sends_once("key", &image(&menu, "Look")).await.is(202);
        let again = app.sends_once("key", &image(&menu, "Look")).await.is(202);
        assert_eq!((first.json()["id"].clone(), again.header("idempotency-replayed")), (again.json()["id"].clone(), "true"));
        for other in [image(&other, "Look"), image(&menu, "Look!"), asked("document", json!({ "media_id": menu, "caption": "Look" }))] {
            assert_eq!(app.sends_once("key", &other).await.is(422).json()["code"], "idempotency_key_reused");
        }
    }

    async fn the_page_tells_each_kind_in_words(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        for (index, (content, ..)) in one_of_each().into_iter().enumerate() {
            office.receives_from(&desk, &format!("wa-{index}"), bob(), content, None).await;
        }
        office.receives_from(&desk, "wa-x", bob(), Content::Unknown, None).await;
        let bare = Content::Location(Location { latitude: 1.5, longitude: -2.0, name: None, address: None });
        office.receives_from(&desk, "wa-y", bob(), bare, None).await;
        let page = office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200);
        let words = page.words();
        for said in [
            "Photo The menu Save Photo The menu",
            "Video Save",
            "Sound Save",
            "Voice message Save",
            "Document Look Save",
            "Sticker Save",
            "Location Harbour",
            "Location 1.5, -2",
            "Contacts Ann, Carol",
            "Poll When? Now / Later",
            "Something that only the phone can show",
        ] {
            assert!(words.contains(said), "{said:?} is not said in {words}");
        }
        assert_eq!(page.body.matches("/media\"").count(), 6, "{page}");
    }
}
