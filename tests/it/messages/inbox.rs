use std::time::Duration;

use grantline::numbers::MessageTold;
use grantline::platform::Timestamp;
use grantline_whatsapp::SendFailure;
use serde_json::json;

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, Queue};
use crate::both_databases;
use crate::world::START;

fn delivered(id: &str, at: Timestamp) -> MessageTold {
    MessageTold::Delivered { id: id.to_owned(), at }
}

fn read(id: &str, at: Timestamp) -> MessageTold {
    MessageTold::Read { id: id.to_owned(), at }
}

fn failed(id: &str, reason: SendFailure) -> MessageTold {
    MessageTold::Failed { id: id.to_owned(), reason }
}

both_databases! {
    async fn receipts_take_a_message_forward(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.works().await;
        world.passes(Duration::from_secs(60));
        office.hears(&desk, delivered(&id, START.plus_s(10))).await;
        let message = app.gets(&format!("/v1/messages/{id}")).await.json();
        assert_eq!((message["state"].as_str(), message["changed_at"].as_str()), (Some("delivered"), Some("2026-01-01T00:00:10.000Z")));
        // A clock of WhatsApp's that is wrong moves nothing into the future, nor back before what was.
        office.hears(&desk, read(&id, START.plus_s(9_999_999))).await;
        let message = app.gets(&format!("/v1/messages/{id}")).await.json();
        assert_eq!((message["state"].as_str(), message["changed_at"].as_str()), (Some("read"), Some("2026-01-01T00:01:00.000Z")));
        assert_eq!(office.news().await, "message.delivered 1, message.queued 1, message.read 1, message.sent 1");
        let told = office.events().await.into_iter().find(|(kind, _)| kind == "message.read").expect("it is told").1;
        assert_eq!(told, json!({
            "id": id,
            "number_id": desk,
            "direction": "out",
            "to": format!("+{BOBS_PHONE}"),
            "type": "text",
            "state": "read",
            "reason": null,
            "created_at": "2026-01-01T00:00:00.000Z",
            "changed_at": "2026-01-01T00:01:00.000Z",
            "origin": "api",
            "edited_at": null,
            "deleted_at": null,
        }));
    }

    async fn receipts_that_come_late_or_twice_change_nothing(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.works().await;
        office.hears(&desk, read(&id, START.plus_s(2))).await;
        office.hears(&desk, delivered(&id, START.plus_s(1))).await;
        office.hears(&desk, read(&id, START.plus_s(3))).await;
        office.hears(&desk, failed(&id, SendFailure::Refused)).await;
        assert_eq!(app.state_of(&id).await, "read");
        assert_eq!(office.news().await, "message.queued 1, message.read 1, message.sent 1");
    }

    async fn a_failure_is_the_end(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.works().await;
        office.hears(&desk, failed(&id, SendFailure::Throttled)).await;
        office.hears(&desk, failed(&id, SendFailure::Refused)).await;
        office.hears(&desk, delivered(&id, START)).await;
        assert_eq!(app.state_of(&id).await, "failed throttled");
        assert_eq!(office.news().await, "message.failed 1, message.queued 1, message.sent 1");
    }

    async fn a_receipt_may_be_quicker_than_the_answer_to_the_hand_over(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.carrier.holds(&desk);
        let worker = queue.workers[0].clone();
        let handing_over = tokio::spawn(async move { worker.run_once().await });
        while queue.carrier.tries() == 0 {
            tokio::task::yield_now().await;
        }
        office.hears(&desk, delivered(&id, START)).await;
        queue.carrier.releases(&desk);
        handing_over.await.expect("no panic").expect("it works");
        queue.works().await;
        assert_eq!(app.state_of(&id).await, "delivered");
        assert_eq!(queue.carrier.tries(), 1);
        assert_eq!(office.news().await, "message.delivered 1, message.queued 1");
    }

    async fn receipts_about_messages_of_others_are_not_heard(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.works().await;
        office.hears(&kitchen, delivered(&id, START)).await;
        office.hears(&desk, delivered("msg_0", START)).await;
        assert_eq!(app.state_of(&id).await, "sent");
    }

    async fn a_text_that_came_in_is_kept_once(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        office.receives(&desk, "wa-1", "a\0b").await;
        office.receives(&desk, "wa-1", "a\0b").await;
        // WhatsApp's ids are those of one number.
        office.receives(&kitchen, "wa-1", "hello").await;
        let list = office.app("gr_acme").gets("/v1/messages").await.is(200).json();
        let bodies: Vec<_> = list["data"].as_array().expect("a list").iter().map(|message| message["text"]["body"].clone()).collect();
        assert_eq!(bodies, [json!("hello"), json!("ab")]);
        let events = office.events().await;
        assert_eq!(events.len(), 2);
        assert!(events.iter().all(|(kind, data)| kind == "message.received" && data["text"]["body"].is_string()));
    }
}
