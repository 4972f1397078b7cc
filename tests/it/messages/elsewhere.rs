use std::sync::Arc;
use std::time::Duration;

use grantline::numbers::MessageTold;
use grantline::platform::Timestamp;
use grantline_whatsapp::{Chat, Content, File, FileKind, MessageRef};
use serde_json::{Value, json};

use super::actors::{ANNS_PHONE, BOBS_PHONE, Carrier, Office, bob, refusal};
use super::captions::kept_parts;
use super::changing::{Changer, kept_words, newest, sent};
use crate::both_databases;
use crate::world::START;

fn named(wa_id: &str) -> MessageRef {
    MessageRef::Named(wa_id.to_owned())
}

fn edited(message: MessageRef, body: &str, at: Timestamp) -> MessageTold {
    MessageTold::Edited { message, body: body.to_owned(), at }
}

fn written_on_the_phone(wa_id: &str, body: &str) -> MessageTold {
    sent_from_the_phone(wa_id, bob(), Content::Text(body.to_owned()), None)
}

fn sent_from_the_phone(wa_id: &str, chat: Chat, content: Content, reply_to: Option<MessageRef>) -> MessageTold {
    MessageTold::SentElsewhere { wa_id: wa_id.to_owned(), chat, content, reply_to, at: START }
}

fn photo(caption: &str) -> Content {
    let (mime_type, caption) = (String::from("image/png"), Some(caption.to_owned()));
    Content::File(File { kind: FileKind::Image, mime_type, name: None, caption, size: 9 })
}

/// What is told of one kind.
async fn told(office: &Office<'_>, kind: &str) -> Vec<Value> {
    office.events().await.into_iter().filter(|(told, _)| told == kind).map(|(_, data)| data).collect()
}

both_databases! {
    async fn who_wrote_a_message_changes_its_words(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.receives(&desk, "wa-1", "Is a table free?").await;
        let app = office.app("gr_acme");
        let id = newest(&app).await;
        world.passes(Duration::from_secs(60));
        office.hears(&desk, edited(named("wa-1"), "Is a \0table free at eight?", START.plus_s(30))).await;
        // Told twice, told late, and told by a clock that goes wrong.
        office.hears(&desk, edited(named("wa-1"), "Is a table free at eight?", START.plus_s(30))).await;
        office.hears(&desk, edited(named("wa-1"), "Is a table free at seven?", START.plus_s(20))).await;
        let message = app.gets(&format!("/v1/messages/{id}")).await.is(200).json();
        assert_eq!(message["text"]["body"], "Is a table free at eight?");
        assert_eq!((&message["edited_at"], message.get("origin")), (&json!("2026-01-01T00:00:30.000Z"), None));
        office.hears(&desk, edited(named("wa-1"), "At nine?", START.plus_s(9_999_999))).await;
        let message = app.gets(&format!("/v1/messages/{id}")).await.is(200).json();
        assert_eq!(message["edited_at"], "2026-01-01T00:01:00.000Z");
        let news = told(&office, "message.edited").await;
        let bodies: Vec<&Value> = news.iter().map(|fact| &fact["text"]["body"]).collect();
        assert_eq!(bodies, [&json!("Is a table free at eight?"), &json!("At nine?")]);
        assert_eq!(news[1]["edited_at"], message["edited_at"]);
    }

    async fn who_takes_a_message_back_takes_its_words_out_of_what_is_kept(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.receives(&desk, "wa-1", "my secret").await;
        office.receives(&desk, "wa-2", "stays").await;
        office.hears(&desk, edited(named("wa-1"), "my other secret", START)).await;
        let app = office.app("gr_acme");
        let list = app.gets("/v1/messages").await.is(200).json();
        let id = list["data"][1]["id"].as_str().expect("an id").to_owned();
        world.passes(Duration::from_secs(60));
        for at in [START.plus_s(30), START.plus_s(40)] {
            office.hears(&desk, MessageTold::Deleted { message: named("wa-1"), at }).await;
        }
        office.hears(&desk, edited(named("wa-1"), "my last secret", START.plus_s(50))).await;
        // It is the same message all the same, and does not come back.
        office.receives(&desk, "wa-1", "my secret").await;
        let message = app.gets(&format!("/v1/messages/{id}")).await.is(200).json();
        assert_eq!((message.get("text"), &message["deleted_at"]), (None, &json!("2026-01-01T00:00:30.000Z")));
        assert_eq!(kept_words(&office, &id).await, "");
        assert_eq!(office.news().await, "message.deleted 1, message.edited 1, message.received 2");
        let everything = json!(office.events().await).to_string();
        assert!(!everything.contains("secret") && everything.contains("stays"), "{everything}");
        for kind in ["message.received", "message.edited", "message.deleted"] {
            let of_it: Vec<Value> = told(&office, kind).await.into_iter().filter(|fact| fact["id"] == id.as_str()).collect();
            assert_eq!(of_it.len(), 1);
            assert_eq!(of_it[0]["deleted_at"], message["deleted_at"], "{kind}");
        }
    }

    async fn news_of_messages_that_nobody_knows_do_no_harm(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        office.receives(&desk, "wa-1", "hello").await;
        let id = newest(&office.app("gr_acme")).await;
        for message in [named("wa-0"), named("\0"), MessageRef::Ours(String::from("msg_0")), MessageRef::Ours(String::from("\0"))] {
            office.hears(&desk, edited(message.clone(), "x", START)).await;
            office.hears(&desk, MessageTold::Deleted { message: message.clone(), at: START }).await;
            let (from, options) = (BOBS_PHONE.to_owned(), vec![]);
            office.hears(&desk, MessageTold::Voted { poll: message, from, options, at: START }).await;
        }
        // WhatsApp's ids are those of one number, and so are ours.
        for message in [named("wa-1"), MessageRef::Ours(id.clone())] {
            office.hears(&kitchen, edited(message.clone(), "x", START)).await;
            office.hears(&kitchen, MessageTold::Deleted { message, at: START }).await;
        }
        assert_eq!(kept_words(&office, &id).await, "hello");
        assert_eq!(office.news().await, "message.received 1");
    }

    async fn what_is_written_on_the_phone_is_kept_once_and_told(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        for _again in 0..2 {
            office.hears(&desk, written_on_the_phone("wa-1", "I will call you")).await;
        }
        let app = office.app("gr_acme");
        let list = app.gets("/v1/messages").await.is(200).json();
        let id = list["data"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(list, json!({ "data": [{
            "id": id,
            "number_id": desk,
            "direction": "out",
            "to": format!("+{BOBS_PHONE}"),
            "type": "text",
            "text": { "body": "I will call you" },
            "state": "sent",
            "reason": null,
            "created_at": "2026-01-01T00:00:00.000Z",
            "changed_at": "2026-01-01T00:00:00.000Z",
            "origin": "phone",
            "edited_at": null,
            "deleted_at": null,
        }], "next": null }));
        assert_eq!(told(&office, "message.sent").await, [list["data"][0].clone()], "no app knows its words yet");
        let changer = Changer::of(app, &Arc::default());
        assert!(refusal(&changer.edits(&id, "x").await).starts_with("422 not_sent_here"));
        // Its words go like those of others.
        office.hears(&desk, edited(named("wa-1"), "I will write to you", START)).await;
        assert_eq!(told(&office, "message.edited").await[0]["text"]["body"], "I will write to you");
        office.hears(&desk, MessageTold::Deleted { message: named("wa-1"), at: START }).await;
        assert_eq!(kept_words(&office, &id).await, "");
        assert!(!json!(office.events().await).to_string().contains("I will"));
    }

    async fn a_photo_from_the_phone_is_kept_can_be_fetched_and_goes_whole(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let carrier = Arc::new(Carrier::default());
        carrier.has(&desk, "wa-2", Ok("the bytes"));
        let app = office.app("gr_acme").over(&carrier);
        office.receives(&desk, "wa-1", "What is on the menu?").await;
        let answered = newest(&app).await;
        office.hears(&desk, sent_from_the_phone("wa-2", bob(), photo("my menu"), Some(named("wa-1")))).await;
        let id = newest(&app).await;
        let path = format!("/v1/messages/{id}");
        let message = app.gets(&path).await.is(200).json();
        assert_eq!((&message["type"], &message["origin"]), (&json!("image"), &json!("phone")));
        assert_eq!(message["image"], json!({ "mime_type": "image/png", "bytes": 9, "name": null, "caption": "my menu" }));
        assert_eq!(message["reply_to"], answered.as_str());
        assert_eq!(told(&office, "message.sent").await, [message]);
        assert_eq!(app.gets(&format!("{path}/media")).await.is(200).body, "the bytes");

        office.hears(&desk, edited(named("wa-2"), "my other menu", START)).await;
        let message = app.gets(&path).await.is(200).json();
        assert_eq!((&message["image"]["caption"], &message["image"]["bytes"]), (&json!("my other menu"), &json!(9)));
        assert_eq!(told(&office, "message.edited").await, [message]);

        office.hears(&desk, MessageTold::Deleted { message: named("wa-2"), at: START }).await;
        let message = app.gets(&path).await.is(200).json();
        assert_eq!((&message["type"], message.get("image")), (&json!("image"), None));
        assert!(refusal(&app.gets(&format!("{path}/media")).await).starts_with("404 "));
        assert_eq!(kept_parts(&office, &id).await, (String::new(), None, None));
        let everything = json!(office.events().await).to_string();
        assert!(!everything.contains("menu\"") && !everything.contains("image/png"), "{everything}");
        let page = office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200);
        assert!(page.words().contains("To +44 7700 900456 Photo Deleted Written on the phone Sent"), "{page}");
        assert!(!page.body.contains(&format!("{id}/media")), "{page}");
    }

    async fn what_the_phone_sends_stands_in_its_chat_whatever_it_is(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let group = || Chat::Group(String::from("120363041234567890"));
        office.hears(&desk, sent_from_the_phone("wa-1", group(), Content::Unknown, None)).await;
        let message = app.gets(&format!("/v1/messages/{}", newest(&app).await)).await.is(200).json();
        assert_eq!((&message["type"], &message["to"], &message["group_id"]), (
            &json!("unknown"),
            &json!("120363041234567890@g.us"),
            &json!("120363041234567890@g.us"),
        ));
        assert_eq!(told(&office, "message.sent").await, [message]);
        // It has no words: none are put into it.
        office.hears(&desk, edited(named("wa-1"), "x", START)).await;
        assert_eq!(office.news().await, "message.sent 1");
        assert_eq!(kept_words(&office, &newest(&app).await).await, "");
    }

    async fn the_phone_changes_what_an_app_sent(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (changer, _queue, id) = sent(&office, &desk).await;
        office.hears(&desk, edited(MessageRef::Ours(id.clone()), "Friday at nine", START)).await;
        let message = changer.app.gets(&format!("/v1/messages/{id}")).await.is(200).json();
        assert_eq!((&message["text"]["body"], &message["origin"]), (&json!("Friday at nine"), &json!("api")));
        assert_eq!(told(&office, "message.edited").await[0].get("text"), None);
        office.hears(&desk, MessageTold::Deleted { message: MessageRef::Ours(id.clone()), at: START }).await;
        changer.deletes(&id).await.is(204);
        assert_eq!(changer.wire.done(), [""; 0], "it is gone already");
        assert_eq!(told(&office, "message.deleted").await.len(), 1);
    }

    async fn a_vote_is_told(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (_changer, _queue, id) = sent(&office, &desk).await;
        let options = vec![String::from("19:00")];
        let (poll, from) = (MessageRef::Ours(id.clone()), BOBS_PHONE.to_owned());
        office.hears(&desk, MessageTold::Voted { poll, from, options, at: START.plus_s(9) }).await;
        assert_eq!(told(&office, "message.voted").await, [json!({
            "message_id": id,
            "number_id": desk,
            "from": format!("+{BOBS_PHONE}"),
            "options": ["19:00"],
            "voted_at": "2026-01-01T00:00:00.000Z",
        })]);
    }

    async fn the_page_says_what_became_of_the_words(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.receives(&desk, "wa-1", "hello").await;
        office.hears(&desk, edited(named("wa-1"), "hello!", START)).await;
        office.hears(&desk, written_on_the_phone("wa-2", "good morning")).await;
        office.receives(&desk, "wa-3", "my secret").await;
        office.hears(&desk, edited(named("wa-3"), "my other secret", START)).await;
        office.hears(&desk, MessageTold::Deleted { message: named("wa-3"), at: START }).await;
        let page = office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200);
        let words = page.words();
        let rows: Vec<&str> = words.split("1 January 2026, 00:00 UTC").skip(1).map(str::trim).collect();
        assert_eq!(rows[0], "Desk 123 From +44 7700 900456 Deleted None Received");
        assert_eq!(rows[1], "Desk 123 To +44 7700 900456 good morning Written on the phone Sent");
        assert_eq!(rows[2], "Desk 123 From +44 7700 900456 hello! Edited None Received");
    }
}
