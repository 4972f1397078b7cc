//! The whole way: an app with a token, the server, and simulated phones.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use grantline_whatsapp::sandbox::{ChatView, MessageState, MessageView, Sandbox};
use grantline_whatsapp::{Activity, Chat, Content, File, FileKind};
use serde_json::{Value, json};

use super::actors::refusal;
use crate::actors::Answer;
use crate::both_databases;
use crate::numbers::{DIGITS, Member, PHONE, happens};
use crate::oauth::actors::{ClientApp, YES};
use crate::oauth::tokens::Tokens;
use crate::world::World;

const CUSTOMER: &str = "447700900777";

/// An app to which Ann gave everything that it asked for, her number, and a customer with a phone.
struct Scene<'w> {
    world: &'w World,
    ann: Member<'w>,
    number: String,
    token: String,
}

impl<'w> Scene<'w> {
    async fn opens(world: &'w World) -> Self {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let number = ann.links(PHONE).await.number;
        let shop = ClientApp::registers(world, &ann.person, "Shop").await;
        let [numbers, lifetime, understood] = YES;
        let choice = [("scope", "contacts:read"), numbers, lifetime, understood];
        let token = Tokens::of(shop.trades(&ann.person.approves_with(&shop, &choice).await).await).access;
        let scene = Self { world, ann, number, token };
        scene.sandbox().add_phone(CUSTOMER, "Leyla").expect("a phone");
        scene
    }

    fn sandbox(&self) -> &Sandbox {
        self.world.app.sandbox.as_ref().expect("a simulated WhatsApp")
    }

    async fn calls(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.sends(request.body(Body::from(body)).expect("a request")).await
    }

    /// Sends a text to the customer, and sees it arrive: its id.
    async fn texts(&self, body: &str) -> String {
        self.sends(&json!({ "to": format!("+{CUSTOMER}"), "type": "text", "text": { "body": body } })).await
    }

    /// Sends a message to the customer, and sees it arrive: its id.
    async fn sends(&self, asked: &Value) -> String {
        let id = self.calls(Method::POST, "/v1/messages", asked).await.is(202).json()["id"].clone();
        self.world.works().await;
        let id = id.as_str().expect("an id").to_owned();
        self.until(&id, |message| message["state"] == "delivered").await;
        id
    }

    async fn message(&self, id: &str) -> Value {
        self.calls(Method::GET, &format!("/v1/messages/{id}"), &Value::Null).await.is(200).json()
    }

    async fn until(&self, id: &str, holds: impl Fn(&Value) -> bool) {
        happens(self.world, &self.number, async || holds(&self.message(id).await)).await;
    }

    /// The id of the newest message, once there are so many.
    async fn newest_of(&self, count: usize) -> String {
        let list = async || self.calls(Method::GET, "/v1/messages", &Value::Null).await.is(200).json()["data"].clone();
        let are_there = async || list().await.as_array().is_some_and(|all| all.len() == count);
        happens(self.world, &self.number, are_there).await;
        list().await[0]["id"].as_str().expect("an id").to_owned()
    }

    fn chat(&self, of: &str, with: &str) -> ChatView {
        let phone = self.sandbox().phone(of).expect("the phone");
        phone.chats.into_iter().find(|chat| chat.with == with).expect("a chat")
    }

    /// What the customer's phone shows last.
    fn shown(&self) -> MessageView {
        self.chat(CUSTOMER, DIGITS).messages.pop().expect("a message")
    }
}

both_databases! {
    async fn what_an_app_sent_is_changed_on_the_customers_phone(world: &World) {
        let scene = Scene::opens(world).await;
        let id = scene.texts("Friday at seven").await;
        let path = format!("/v1/messages/{id}");
        let eight = json!({ "text": { "body": "Friday at eight" } });
        let edited = scene.calls(Method::PATCH, &path, &eight).await.is(200).json();
        assert_eq!((&edited["text"]["body"], &edited["state"]), (&json!("Friday at eight"), &json!("delivered")));
        assert_eq!((scene.shown().body.as_str(), scene.shown().is_edited), ("Friday at eight", true));
        world.passes(Duration::from_secs(16 * 60));
        let late = scene.calls(Method::PATCH, &path, &json!({ "text": { "body": "Friday at nine" } })).await;
        assert!(refusal(&late).starts_with("422 refused_by_whatsapp: "), "{late}");
        assert_eq!(scene.message(&id).await, edited);
        scene.calls(Method::DELETE, &path, &Value::Null).await.is(204);
        assert_eq!((scene.shown().body.as_str(), scene.shown().is_deleted), ("", true));
        assert_eq!(scene.message(&id).await.get("text"), None);
    }

    async fn what_the_customer_wrote_is_read(world: &World) {
        let scene = Scene::opens(world).await;
        scene.sandbox().send_text(CUSTOMER, DIGITS, "Is a table free?").expect("written");
        scene.sandbox().send_text(CUSTOMER, DIGITS, "For two").expect("written");
        let id = scene.newest_of(2).await;
        scene.calls(Method::POST, &format!("/v1/messages/{id}/read"), &Value::Null).await.is(204);
        let messages = scene.chat(CUSTOMER, DIGITS).messages;
        assert!(messages.iter().all(|message| message.state == MessageState::Read), "{messages:?}");
    }

    async fn what_happens_on_the_phone_is_known_here(world: &World) {
        let scene = Scene::opens(world).await;
        scene.sandbox().send_text(DIGITS, CUSTOMER, "I will call you").expect("written");
        let id = scene.newest_of(1).await;
        let message = scene.message(&id).await;
        assert_eq!((&message["origin"], &message["state"], &message["to"]), (&json!("phone"), &json!("sent"), &json!("+447700900777")));
        let wa_id = scene.shown().id;
        scene.sandbox().edit(DIGITS, &wa_id, "I will write to you").expect("edited");
        scene.until(&id, |message| message["text"]["body"] == "I will write to you").await;
        scene.sandbox().delete(DIGITS, &wa_id).expect("deleted");
        scene.until(&id, |message| message["deleted_at"].is_string() && message.get("text").is_none()).await;
        // The same of what an app sent.
        let id = scene.texts("Friday at seven").await;
        scene.sandbox().edit(DIGITS, &scene.shown().id, "Friday at nine").expect("edited");
        scene.until(&id, |message| message["text"]["body"] == "Friday at nine").await;
        assert_eq!(scene.message(&id).await["origin"], "api");
        scene.sandbox().rename(DIGITS, "Ann's cakes").expect("renamed");
        happens(world, &scene.number, async || scene.ann.number(&scene.number).await.name == "Ann's cakes").await;
    }

    async fn a_photo_from_the_phone_is_known_here_with_what_becomes_of_it(world: &World) {
        let scene = Scene::opens(world).await;
        let (mime_type, caption) = (String::from("image/png"), Some(String::from("The menu")));
        let photo = Content::File(File { kind: FileKind::Image, mime_type, name: None, caption, size: 9 });
        let chat = Chat::Person(CUSTOMER.to_owned());
        let wa_id = scene.sandbox().send(DIGITS, &chat, photo, b"the bytes".to_vec(), None).expect("sent");
        let id = scene.newest_of(1).await;
        let message = scene.message(&id).await;
        assert_eq!((&message["origin"], &message["image"]["caption"]), (&json!("phone"), &json!("The menu")));
        let media = format!("/v1/messages/{id}/media");
        assert_eq!(scene.calls(Method::GET, &media, &Value::Null).await.is(200).body, "the bytes");
        scene.sandbox().edit(DIGITS, &wa_id, "The menu of Friday").expect("edited");
        scene.until(&id, |message| message["image"]["caption"] == "The menu of Friday").await;
        scene.sandbox().delete(DIGITS, &wa_id).expect("deleted");
        scene.until(&id, |message| message["deleted_at"].is_string() && message.get("image").is_none()).await;
        scene.calls(Method::GET, &media, &Value::Null).await.is(404);
    }

    async fn words_beside_a_photo_are_edited_on_the_customers_phone(world: &World) {
        let scene = Scene::opens(world).await;
        let upload = Request::builder()
            .method(Method::POST)
            .uri("/v1/media")
            .header(header::CONTENT_TYPE, "image/png")
            .header(header::AUTHORIZATION, format!("Bearer {}", scene.token));
        let media = world.sends(upload.body(Body::from("the bytes")).expect("a request")).await.is(201).json();
        let image = json!({ "media_id": media["id"], "caption": "The menu" });
        let asked = json!({ "to": format!("+{CUSTOMER}"), "type": "image", "image": image });
        let id = scene.sends(&asked).await;
        let path = format!("/v1/messages/{id}");
        scene.calls(Method::PATCH, &path, &json!({ "text": { "body": "The menu of Friday" } })).await.is(200);
        assert_eq!((scene.shown().body.as_str(), scene.shown().is_edited), ("The menu of Friday", true));
        scene.calls(Method::DELETE, &path, &Value::Null).await.is(204);
        assert_eq!((scene.shown().body.as_str(), scene.shown().is_deleted), ("", true));
    }

    async fn an_app_asks_and_shows_something_at_once(world: &World) {
        let scene = Scene::opens(world).await;
        scene.texts("hello").await;
        let at = |what: &str| format!("/v1/numbers/{}/{what}", scene.number);
        let typing = json!({ "to": format!("+{CUSTOMER}"), "state": "typing" });
        scene.calls(Method::POST, &at("typing"), &typing).await.is(204);
        assert_eq!(scene.chat(CUSTOMER, DIGITS).activity, Some(Activity::Typing));
        let phones = json!({ "phones": ["+447700900777", "+447700900000"] });
        let found = scene.calls(Method::POST, &at("lookup"), &phones).await.is(200).json();
        assert_eq!((&found["data"][0]["on_whatsapp"], &found["data"][1]["on_whatsapp"]), (&json!(true), &json!(false)));
        scene.sandbox().set_picture(CUSTOMER, Some("https://example.com/leyla.jpg")).expect("a picture");
        let picture = scene.calls(Method::GET, &at("picture?of=%2B447700900777"), &Value::Null).await.is(200).json();
        assert_eq!(picture["picture"]["url"], "https://example.com/leyla.jpg");
        let group = scene.sandbox().make_group(CUSTOMER, "Harbour", &[DIGITS.to_owned()]).expect("a group");
        let groups = scene.calls(Method::GET, &at("groups"), &Value::Null).await.is(200).json();
        assert_eq!(groups, json!({ "data": [{ "id": format!("{group}@g.us"), "subject": "Harbour", "members": 2 }] }));
    }

    async fn what_is_anothers_does_not_exist(world: &World) {
        let scene = Scene::opens(world).await;
        let bob = Member::owns_a_workspace(world, "Bob").await;
        let theirs = bob.links("+44 7700 900888").await.number;
        for (method, what, body) in [
            (Method::POST, "typing", json!({ "to": format!("+{CUSTOMER}"), "state": "typing" })),
            (Method::POST, "lookup", json!({ "phones": [format!("+{CUSTOMER}")] })),
            (Method::GET, "picture?of=%2B447700900777", Value::Null),
            (Method::GET, "groups", Value::Null),
        ] {
            let answer = scene.calls(method, &format!("/v1/numbers/{theirs}/{what}"), &body).await;
            assert!(refusal(&answer).starts_with("404 number_not_found: "), "{what} {answer}");
        }
    }
}
