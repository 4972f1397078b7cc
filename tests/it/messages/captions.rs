use std::sync::Arc;
use std::time::Duration;

use grantline::on;
use grantline_whatsapp::Content;
use serde_json::{Value, json};

use super::actors::{ANNS_PHONE, App, BOBS_PHONE, Office, Queue, refusal};
use super::changing::Changer;
use crate::both_databases;

/// What the database holds of what a message says: words, parts, file.
pub async fn kept_parts(office: &Office<'_>, id: &str) -> (String, Option<String>, Option<String>) {
    let mut tx = office.world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_as("select body, content, media_id from message where id = $1")
        .bind(id).fetch_one(connection).await)
    .expect("a message")
}

/// Sends a file to Bob: the message's id.
async fn sends_file(app: &App<'_>, kind: &str, mime_type: &str, caption: Option<&str>) -> String {
    let mut asked = json!({ "to": format!("+{BOBS_PHONE}"), "type": kind });
    asked[kind] = json!({ "media_id": app.holds(mime_type, "the bytes").await });
    if let Some(caption) = caption {
        asked[kind]["caption"] = caption.into();
    }
    app.sends(&asked).await.is(202).json()["id"].as_str().expect("an id").to_owned()
}

fn captions(queue: &Queue) -> Vec<Option<String>> {
    let taken = queue.carrier.taken.lock().expect("whole");
    let caption = |content: &Content| match content {
        Content::File(file) => file.caption.clone(),
        other => panic!("a file was to be handed over, not {other:?}"),
    };
    taken.iter().map(|(_, message)| caption(&message.content)).collect()
}

both_databases! {
    async fn the_words_beside_a_photo_are_edited(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let (changer, queue) = (Changer::of(office.app("gr_acme"), &Arc::default()), Queue::of(world));
        let id = sends_file(&changer.app, "image", "image/png", Some("The menu")).await;
        // In the queue, and where it is afterwards.
        changer.edits(&id, "The menu of Friday").await.is(200);
        queue.works().await;
        assert_eq!(captions(&queue), [Some(String::from("The menu of Friday"))]);
        world.passes(Duration::from_secs(60));
        let edited = changer.edits(&id, "The menu of Saturday").await.is(200).json();
        assert_eq!(edited, changer.app.gets(&format!("/v1/messages/{id}")).await.is(200).json());
        assert_eq!((&edited["type"], &edited["edited_at"]), (&json!("image"), &json!("2026-01-01T00:01:00.000Z")));
        let file = json!({ "mime_type": "image/png", "bytes": 9, "name": null, "caption": "The menu of Saturday" });
        assert_eq!(edited["image"], file);
        assert_eq!(changer.wire.done(), [format!("{BOBS_PHONE}: edit {id} The menu of Saturday")]);
        let told = office.events().await.into_iter().rfind(|(kind, _)| kind == "message.edited").expect("it is told").1;
        assert_eq!(told.get("image"), None, "its app knows what it wrote");
        // A photo without words gets some.
        let id = sends_file(&changer.app, "image", "image/png", None).await;
        assert_eq!(changer.edits(&id, "Our terrace").await.is(200).json()["image"]["caption"], "Our terrace");
    }

    async fn words_are_not_put_where_phones_show_none(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let changer = Changer::of(office.app("gr_acme"), &Arc::default());
        let sticker = sends_file(&changer.app, "sticker", "image/webp", None).await;
        assert_eq!(
            refusal(&changer.edits(&sticker, "hello").await),
            "422 no_words: Only a text has words that can be changed, and a picture, a film or a document, beside which they \
             stand; `type` tells what the message is."
        );
        let photo = sends_file(&changer.app, "image", "image/png", Some("The menu")).await;
        assert_eq!(
            refusal(&changer.edits(&photo, &"é".repeat(1025)).await),
            "400 invalid_request text.body: Beside a file `text.body` has at most 1024 characters."
        );
        assert_eq!(office.news().await, "message.queued 2");
        assert_eq!(kept_parts(&office, &photo).await.0, "The menu");
    }

    async fn a_deleted_photo_leaves_nothing_of_what_it_said(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let (changer, queue) = (Changer::of(office.app("gr_acme"), &Arc::default()), Queue::of(world));
        let sent = sends_file(&changer.app, "document", "application/pdf", Some("The menu")).await;
        queue.works().await;
        let waiting = sends_file(&changer.app, "image", "image/png", Some("The menu")).await;
        for (id, kind, state) in [(sent, "document", "sent"), (waiting, "image", "failed")] {
            let path = format!("/v1/messages/{id}");
            changer.app.gets(&format!("{path}/media")).await.is(200).says("the bytes");
            changer.deletes(&id).await.is(204);
            let message = changer.app.gets(&path).await.is(200).json();
            assert_eq!((&message["type"], &message["state"], message.get(kind)), (&json!(kind), &json!(state), None));
            assert_ne!(message["deleted_at"], Value::Null);
            assert_eq!(kept_parts(&office, &id).await, (String::new(), None, None));
            assert!(refusal(&changer.app.gets(&format!("{path}/media")).await).starts_with("404 "));
        }
        queue.works().await;
        assert_eq!(captions(&queue).len(), 1, "what was taken back in the queue never left");
    }
}
