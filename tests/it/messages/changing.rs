use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::http::Method;
use grantline::messages::{Desk, Line, change_routes};
use grantline::numbers::MessageTold;
use grantline::on;
use grantline_whatsapp::{Chat, Content, SendFailure};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::actors::{ANNS_PHONE, App, BOBS_PHONE, Office, Queue, refusal};
use crate::actors::Answer;
use crate::both_databases;

/// WhatsApp's side: does what it is asked, or what it was told.
#[derive(Default)]
pub struct Wire {
    /// What was done: `edit msg_1 Hello`.
    done: Mutex<Vec<String>>,
    refusals: Mutex<VecDeque<SendFailure>>,
    held: Mutex<Option<Arc<Notify>>>,
    asked: Mutex<usize>,
}

impl Wire {
    pub fn done(&self) -> Vec<String> {
        self.done.lock().expect("whole").clone()
    }

    fn refuses(&self, failure: SendFailure) {
        self.refusals.lock().expect("whole").push_back(failure);
    }

    /// The next question hangs until it is released.
    fn holds(&self) {
        *self.held.lock().expect("whole") = Some(Arc::default());
    }

    fn releases(&self) {
        self.held.lock().expect("whole").take().expect("it is held").notify_one();
    }

    async fn is_asked(&self) {
        while *self.asked.lock().expect("whole") == 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn does(&self, what: String) -> Result<(), SendFailure> {
        *self.asked.lock().expect("whole") += 1;
        let held = self.held.lock().expect("whole").clone();
        if let Some(bell) = held {
            bell.notified().await;
        }
        if let Some(failure) = self.refusals.lock().expect("whole").pop_front() {
            return Err(failure);
        }
        self.done.lock().expect("whole").push(what);
        Ok(())
    }
}

#[async_trait]
impl Line for Wire {
    async fn edit(&self, _number_id: &str, chat: &Chat, id: &str, body: &str) -> Result<(), SendFailure> {
        self.does(format!("{chat}: edit {id} {body}")).await
    }

    async fn delete(&self, _number_id: &str, chat: &Chat, id: &str) -> Result<(), SendFailure> {
        self.does(format!("{chat}: delete {id}")).await
    }

    async fn mark_read(&self, _number_id: &str, chat: &Chat, from: &str, wa_ids: &[String]) -> Result<(), SendFailure> {
        self.does(format!("{chat}: read {from} {}", wa_ids.join(" "))).await
    }
}

/// An app that changes messages, and the wire through which that goes.
#[derive(Clone)]
pub struct Changer<'w> {
    pub app: App<'w>,
    pub wire: Arc<Wire>,
}

impl<'w> Changer<'w> {
    pub fn of(app: App<'w>, wire: &Arc<Wire>) -> Self {
        Self { app, wire: Arc::clone(wire) }
    }

    pub async fn edits(&self, id: &str, body: &str) -> Answer {
        self.asks_to_edit(id, &json!({ "text": { "body": body } })).await
    }

    async fn asks_to_edit(&self, id: &str, body: &Value) -> Answer {
        self.calls(Method::PATCH, &format!("/v1/messages/{id}"), body.to_string()).await
    }

    pub async fn deletes(&self, id: &str) -> Answer {
        self.calls(Method::DELETE, &format!("/v1/messages/{id}"), String::new()).await
    }

    pub async fn reads(&self, id: &str) -> Answer {
        self.calls(Method::POST, &format!("/v1/messages/{id}/read"), String::new()).await
    }

    async fn calls(&self, method: Method, path: &str, body: String) -> Answer {
        let (operations, _) = change_routes().split_for_parts();
        let desk = Desk { env: self.app.world.env().clone(), line: self.wire.clone() };
        self.app.calls_on(operations.with_state(desk), method, path, &[], body).await
    }
}

/// A message that was sent, and what it takes to change it.
pub async fn sent<'w>(office: &Office<'w>, desk: &str) -> (Changer<'w>, Queue, String) {
    let (app, queue) = (office.app("gr_acme"), Queue::of(office.world));
    let id = app.texts(desk, "Friday at seven").await;
    queue.works().await;
    (Changer::of(app, &Arc::default()), queue, id)
}

/// What the database holds of a message's words.
pub async fn kept_words(office: &Office<'_>, id: &str) -> String {
    let mut tx = office.world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_scalar("select body from message where id = $1")
        .bind(id).fetch_one(connection).await)
    .expect("a message")
}

both_databases! {
    async fn what_was_sent_is_edited_where_it_is(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (changer, _queue, id) = sent(&office, &desk).await;
        world.passes(std::time::Duration::from_secs(60));
        let edited = changer.edits(&id, "Friday at eight").await.is(200).json();
        let message = changer.app.gets(&format!("/v1/messages/{id}")).await.is(200).json();
        assert_eq!(edited, message);
        assert_eq!(message, json!({
            "id": id,
            "number_id": desk,
            "direction": "out",
            "to": format!("+{BOBS_PHONE}"),
            "type": "text",
            "text": { "body": "Friday at eight" },
            "state": "sent",
            "reason": null,
            "created_at": "2026-01-01T00:00:00.000Z",
            "changed_at": "2026-01-01T00:00:00.000Z",
            "origin": "api",
            "edited_at": "2026-01-01T00:01:00.000Z",
            "deleted_at": null,
        }));
        assert_eq!(changer.wire.done(), [format!("{BOBS_PHONE}: edit {id} Friday at eight")]);
        // Sent again, it is done already.
        world.passes(std::time::Duration::from_secs(60));
        assert_eq!(changer.edits(&id, "Friday at eight").await.is(200).json(), message);
        assert_eq!(changer.wire.done().len(), 1);
        assert_eq!(office.news().await, "message.edited 1, message.queued 1, message.sent 1");
        let told = office.events().await.into_iter().find(|(kind, _)| kind == "message.edited").expect("it is told").1;
        assert_eq!((&told["edited_at"], told.get("text")), (&message["edited_at"], None), "its app knows what it wrote");
        let audit = office.audit().await;
        assert_eq!(audit.len(), 2);
        let entry = format!("message.edited {id} {{\"number\":\"{desk}\",\"with\":\"+44 •••• ••0456\"}}");
        assert_eq!(audit[1], format!("app gr_acme {entry}"));
    }

    async fn what_was_sent_is_taken_back_and_its_words_are_gone(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (changer, _queue, id) = sent(&office, &desk).await;
        world.passes(std::time::Duration::from_secs(60));
        assert_eq!(changer.deletes(&id).await.is(204).body, "");
        assert_eq!(changer.wire.done(), [format!("{BOBS_PHONE}: delete {id}")]);
        let message = changer.app.gets(&format!("/v1/messages/{id}")).await.is(200).json();
        assert_eq!((message.get("text"), &message["deleted_at"]), (None, &json!("2026-01-01T00:01:00.000Z")));
        assert_eq!((&message["state"], &message["edited_at"]), (&json!("sent"), &Value::Null));
        assert_eq!(kept_words(&office, &id).await, "");
        changer.deletes(&id).await.is(204);
        assert_eq!(changer.wire.done().len(), 1);
        assert_eq!(office.news().await, "message.deleted 1, message.queued 1, message.sent 1");
        assert!(office.audit().await[1].contains("message.deleted"));
        assert_eq!(
            refusal(&changer.edits(&id, "Saturday").await),
            "409 message_deleted: The message was deleted; it cannot be changed any more."
        );
    }

    async fn what_still_waits_is_changed_before_it_leaves(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let queue = Queue::of(world);
        let changer = Changer::of(office.app("gr_acme"), &Arc::default());
        let (edited, deleted) = (changer.app.texts(&desk, "seven").await, changer.app.texts(&desk, "never").await);
        assert_eq!(changer.edits(&edited, "eight").await.is(200).json()["state"], "queued");
        changer.deletes(&deleted).await.is(204);
        assert_eq!(changer.app.state_of(&deleted).await, "failed deleted");
        assert_eq!(kept_words(&office, &deleted).await, "");
        changer.deletes(&deleted).await.is(204);
        queue.works().await;
        assert_eq!((queue.carrier.bodies(), queue.carrier.tries()), (vec![String::from("eight")], 1));
        assert_eq!(changer.wire.done(), [""; 0]);
        assert_eq!(office.news().await, "message.deleted 1, message.edited 1, message.queued 2, message.sent 1");
        assert_eq!(office.audit().await.len(), 4);
    }

    async fn nobody_knows_a_message_that_is_being_handed_over_well_enough_to_change_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let queue = Queue::of(world);
        let changer = Changer::of(office.app("gr_acme"), &Arc::default());
        let (id, behind) = (changer.app.texts(&desk, "seven").await, changer.app.texts(&desk, "nine").await);
        queue.carrier.holds(&desk);
        let worker = queue.workers[0].clone();
        let handing_over = tokio::spawn(async move { worker.run_once().await });
        while queue.carrier.tries() == 0 {
            tokio::task::yield_now().await;
        }
        let leaving = "409 message_leaving: The message is being handed to WhatsApp. Try again once its state is no longer `queued`.";
        let refused = changer.edits(&id, "eight").await;
        assert_eq!((refusal(&refused).as_str(), refused.header("retry-after")), (leaving, "5"));
        assert_eq!(refusal(&changer.deletes(&id).await), leaving);
        // What waits behind it is here.
        changer.edits(&behind, "ten").await.is(200);
        queue.carrier.releases(&desk);
        handing_over.await.expect("no panic").expect("it works");
        queue.works().await;
        assert_eq!(queue.carrier.bodies(), ["seven", "ten"]);
        changer.edits(&id, "eight").await.is(200);
        assert_eq!(changer.wire.done(), [format!("{BOBS_PHONE}: edit {id} eight")]);
        assert_eq!(office.audit().await.len(), 4, "what was refused is not in the record");
    }

    async fn a_try_that_may_have_arrived_is_not_changed_and_any_other_is(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let queue = Queue::of(world);
        let changer = Changer::of(office.app("gr_acme"), &Arc::default());
        let id = changer.app.texts(&desk, "1").await;
        for (failure, status, pause_s) in [
            (SendFailure::NotLinked, 200, 60),
            (SendFailure::Throttled, 200, 30),
            (SendFailure::Network, 409, 120),
        ] {
            queue.carrier.refuses(&desk, &[failure]);
            queue.works().await;
            changer.edits(&id, &format!("after {failure:?}")).await.is(status);
            world.passes(std::time::Duration::from_secs(pause_s));
        }
        queue.works().await;
        assert_eq!(queue.carrier.bodies(), ["after Throttled"]);
    }

    async fn a_message_is_changed_by_one_at_a_time(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (changer, _queue, id) = sent(&office, &desk).await;
        changer.wire.holds();
        let under_way = "409 change_under_way: Another change of this message is under way. Try again once that is answered.";
        let second = async {
            changer.wire.is_asked().await;
            let refused = changer.deletes(&id).await;
            assert_eq!((refusal(&refused).as_str(), refused.header("retry-after")), (under_way, "5"));
            assert_eq!(refusal(&changer.edits(&id, "nine").await), under_way);
            changer.wire.releases();
        };
        let (first, ()) = tokio::join!(changer.edits(&id, "eight"), second);
        first.is(200);
        changer.deletes(&id).await.is(204);
    }

    async fn what_whatsapp_did_is_recorded_although_nobody_waits_for_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (changer, _queue, id) = sent(&office, &desk).await;
        changer.wire.holds();
        tokio::select! {
            _ = changer.edits(&id, "eight") => panic!("it was held"),
            () = changer.wire.is_asked() => {}
        }
        changer.wire.releases();
        let edited = async {
            while kept_words(&office, &id).await != "eight" {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), edited).await.expect("it is recorded");
    }

    async fn what_whatsapp_refuses_changes_nothing_and_says_why(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "needs_attention").await;
        let back = office.number("447700900222", "linked").await;
        let changer = Changer::of(office.app("gr_acme"), &Arc::default());
        let (id, read) = told_of(&office, &desk, "wa-1").await;
        let mut told = Vec::new();
        for failure in [
            SendFailure::NotLinked,
            SendFailure::NotOnWhatsapp,
            SendFailure::Refused,
            SendFailure::Throttled,
            SendFailure::Network,
            SendFailure::Unsupported,
        ] {
            changer.wire.refuses(failure);
            let edit = changer.edits(&id, "eight").await;
            changer.wire.refuses(failure);
            let delete = changer.deletes(&id).await;
            changer.wire.refuses(failure);
            let mark = changer.reads(&read).await;
            assert_eq!((refusal(&edit), refusal(&edit)), (refusal(&delete), refusal(&mark)));
            told.push(format!("{} {}", refusal(&edit), edit.header("retry-after")));
        }
        insta::allow_duplicates! { insta::assert_debug_snapshot!(told, @r#"
        [
            "409 number_not_linked: The number is not linked to WhatsApp. Ask the workspace to link it again; GET /v1/numbers tells its state. ",
            "422 not_on_whatsapp: The other side has no WhatsApp account. ",
            "422 refused_by_whatsapp: WhatsApp refused it. Edits are taken for some 15 minutes after a message was sent, and messages back for some two days. ",
            "429 throttled_by_whatsapp: WhatsApp wants a pause. Nothing was done; try again later. 60",
            "503 whatsapp_unreachable: WhatsApp did not answer in time. It is safe to try again. 10",
            "501 not_supported: The number's way to WhatsApp cannot do that; `connector` in GET /v1/numbers tells which way it is. ",
        ]
        "#) };
        assert_eq!(kept_words(&office, &id).await, "Friday at seven");
        assert_eq!(office.audit().await.len(), 1);
        assert_eq!(office.news().await, "message.delivered 1, message.queued 1, message.received 1");
        // A number that is linked and has no session is on its way back.
        let (id, _) = told_of(&office, &back, "wa-2").await;
        changer.wire.refuses(SendFailure::NotLinked);
        assert!(refusal(&changer.edits(&id, "eight").await).starts_with("503 whatsapp_unreachable"));
    }

    async fn only_what_an_app_may_know_of_can_be_changed(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let (changer, _queue, id) = sent(&office, &desk).await;
        office.receives(&desk, "wa-1", "hello?").await;
        let read = newest(&changer.app).await;
        let elsewhere = Office::opens(world, "Bob").await;
        let sends_only = |grant: &str| {
            let mut app = office.app(grant);
            app.authority.scopes = "messages:send".parse().expect("a scope");
            Changer::of(app, &changer.wire)
        };
        let unknown = "404 message_not_found: There is no such message, or this grant does not cover its number.";
        for stranger in [
            Changer::of(elsewhere.app("gr_acme"), &changer.wire),
            Changer::of(office.app_for("gr_acme", Some(&[&kitchen])), &changer.wire),
            sends_only("gr_other"),
        ] {
            assert_eq!(refusal(&stranger.edits(&id, "eight").await), unknown);
            assert_eq!(refusal(&stranger.deletes(&id).await), unknown);
            assert_eq!(refusal(&stranger.reads(&read).await), unknown);
        }
        for odd in ["msg_0", "%00", "%27%3B"] {
            assert_eq!(refusal(&changer.edits(odd, "eight").await), unknown);
        }
        assert_eq!(changer.wire.done(), [""; 0]);
        sends_only("gr_acme").edits(&id, "eight").await.is(200);
        Changer::of(office.app("gr_other"), &changer.wire).deletes(&id).await.is(204);
    }

    async fn what_cannot_be_changed_says_so(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (changer, queue, id) = sent(&office, &desk).await;
        office.receives(&desk, "wa-1", "hello?").await;
        let received = newest(&changer.app).await;
        queue.carrier.refuses(&desk, &[SendFailure::Refused]);
        let failed = changer.app.texts(&desk, "x").await;
        queue.works().await;
        let not_ours = "422 not_sent_here: Only messages that were sent through this API can be changed: \
            not those that came in or were written on the phone.";
        assert_eq!(refusal(&changer.edits(&received, "x").await), not_ours);
        assert_eq!(refusal(&changer.deletes(&received).await), not_ours);
        let nobody = "409 message_failed: The message failed: nobody has it, and there is nothing to change. `reason` tells why.";
        assert_eq!(refusal(&changer.edits(&failed, "y").await), nobody);
        assert_eq!(refusal(&changer.deletes(&failed).await), nobody);
        assert_eq!(
            refusal(&changer.reads(&id).await),
            "422 not_received: Only messages that came in can be marked as read; `direction` tells which did."
        );
        for (body, expected) in [
            (json!({}), "400 invalid_request text: The field `text` is missing."),
            (json!({ "text": { "body": " " } }), "400 invalid_request text.body: `text.body` must hold some words."),
            (json!({ "text": { "body": "x" }, "to": "+1" }), "400 invalid_request to: There is no field `to`; expected `text`."),
        ] {
            assert_eq!(refusal(&changer.asks_to_edit(&id, &body).await), expected);
        }
        assert_eq!(changer.wire.done(), [""; 0]);
    }

    async fn who_reads_a_message_has_read_what_came_before_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let changer = Changer::of(office.app("gr_acme"), &Arc::default());
        let mut ids = Vec::new();
        let (other, group) = ("447700900789", "120363041234567890@g.us");
        for (wa_id, chat, from) in [
            ("wa-1", BOBS_PHONE, BOBS_PHONE),
            ("wa-2", other, other),
            ("wa-3", BOBS_PHONE, BOBS_PHONE),
            ("wa-4", BOBS_PHONE, BOBS_PHONE),
            ("wa-5", group, BOBS_PHONE),
            ("wa-6", group, BOBS_PHONE),
        ] {
            let (wa_id, chat) = (wa_id.to_owned(), chat.parse().expect("a chat"));
            let (from, content, at) = (from.to_owned(), Content::Text(String::from("hello?")), world.env().now());
            office.hears(&desk, MessageTold::Received { wa_id, chat, from, content, reply_to: None, at }).await;
            ids.push(newest(&changer.app).await);
        }
        // A group is another chat, whoever writes there.
        changer.reads(&ids[5]).await.is(204);
        assert_eq!(changer.wire.done(), [format!("{group}: read {BOBS_PHONE} wa-6 wa-5")]);
        let changer = Changer::of(changer.app, &Arc::default());
        for _again in 0..2 {
            changer.reads(&ids[2]).await.is(204);
            assert_eq!(changer.wire.done(), [format!("{BOBS_PHONE}: read {BOBS_PHONE} wa-3 wa-1")]);
        }
        changer.reads(&ids[3]).await.is(204);
        assert_eq!(changer.wire.done()[1..], [format!("{BOBS_PHONE}: read {BOBS_PHONE} wa-4")]);
        let audit = office.audit().await;
        assert_eq!(audit.len(), 3);
        for entry in &audit[..2] {
            assert!(entry.contains("message.marked_read") && entry.contains("\"messages\":2"), "{audit:?}");
        }
        assert!(audit[0].contains("\"with\":\"••••7890@g.us\""), "{audit:?}");
    }
}

/// A message of Ann's that arrived, and one that Bob wrote.
async fn told_of(office: &Office<'_>, number: &str, wa_id: &str) -> (String, String) {
    let app = office.app("gr_acme");
    let linked = office.number_becomes(number, "linked").await;
    let id = app.texts(number, "Friday at seven").await;
    office.number_becomes(number, &linked).await;
    let at = office.world.env().now();
    office.hears(number, grantline::numbers::MessageTold::Delivered { id: id.clone(), at }).await;
    office.receives(number, wa_id, "hello?").await;
    (id, newest(&app).await)
}

/// The id of the newest message.
pub async fn newest(app: &App<'_>) -> String {
    let list = app.gets("/v1/messages?limit=1").await.is(200).json();
    list["data"][0]["id"].as_str().expect("a message").to_owned()
}
