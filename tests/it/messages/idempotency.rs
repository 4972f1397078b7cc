use axum::http::Method;
use futures_util::future::join_all;

use super::actors::{ANNS_PHONE, Office, Queue, refusal, text};
use crate::actors::Answer;
use crate::both_databases;

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().expect("an id").to_owned()
}

both_databases! {
    async fn the_same_request_under_one_key_is_one_message(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let first = app.sends_once("order-7", &text(Some(&desk), "ready")).await.is(202);
        assert_eq!(first.header("idempotency-replayed"), "");
        let again = app.sends_once("order-7", &text(Some(&desk), "ready")).await.is(202);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.body, first.body);
        queue.works().await;
        // Later the answer is the message as it is by then.
        let later = app.sends_once("order-7", &text(Some(&desk), "ready")).await.is(202).json();
        assert_eq!((later["id"].as_str(), later["state"].as_str()), (Some(id(&first).as_str()), Some("sent")));
        assert_eq!(queue.carrier.bodies(), ["ready"]);
        assert_eq!(office.audit().await.len(), 1);
        assert_eq!(office.news().await, "message.queued 1, message.sent 1");
    }

    async fn another_request_under_the_same_key_is_refused(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        app.sends_once("order-7", &text(Some(&desk), "ready")).await.is(202);
        let refused = refusal(&app.sends_once("order-7", &text(Some(&desk), "late")).await);
        assert_eq!(refused, "422 idempotency_key_reused Idempotency-Key: \
            This `Idempotency-Key` was used for another request. Use a new one for each message.");
        assert_eq!(office.news().await, "message.queued 1");
    }

    async fn keys_of_two_grants_do_not_meet_and_no_key_is_never_the_same(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        for grant in ["gr_acme", "gr_other"] {
            let answer = office.app(grant).sends_once("order-7", &text(Some(&desk), "ready")).await.is(202);
            assert_eq!(answer.header("idempotency-replayed"), "");
        }
        let app = office.app("gr_acme");
        let (one, two) = (app.texts(&desk, "ready").await, app.texts(&desk, "ready").await);
        assert_ne!(one, two);
        assert_eq!(office.news().await, "message.queued 4");
    }

    async fn twenty_at_once_are_one_message(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let asked = text(Some(&desk), "ready");
        let answers = join_all((0..20).map(|_| app.sends_once("order-7", &asked))).await;
        let fresh = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count();
        assert_eq!(fresh, 1, "only one of them made it");
        let first = id(&answers[0]);
        for answer in answers {
            assert_eq!(id(&answer.is(202)), first);
        }
        assert_eq!(office.news().await, "message.queued 1");
        assert_eq!(office.audit().await.len(), 1);
    }

    async fn twenty_at_once_with_two_texts_are_one_message_and_refusals(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let asked = [text(Some(&desk), "ready"), text(Some(&desk), "late")];
        let answers = join_all((0..20).map(|index| app.sends_once("order-7", &asked[index % 2]))).await;
        let taken = answers.iter().filter(|answer| answer.status.as_u16() == 202).count();
        let refused = answers.iter().filter(|answer| answer.status.as_u16() == 422).count();
        assert_eq!((taken, refused), (10, 10));
        assert_eq!(office.news().await, "message.queued 1");
    }

    async fn a_refused_request_is_not_remembered(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let app = office.app("gr_acme");
        app.sends_once("order-7", &text(None, "ready")).await.is(404);
        office.number(ANNS_PHONE, "linked").await;
        app.sends_once("order-7", &text(None, "ready")).await.is(202);
    }

    async fn a_key_tells_nothing_of_a_number_that_was_taken_out_of_the_grant(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.app("gr_acme").sends_once("order-7", &text(Some(&desk), "ready")).await.is(202);
        let narrowed = office.app_for("gr_acme", Some(&[]));
        narrowed.sends_once("order-7", &text(Some(&desk), "ready")).await.is(404);
    }

    async fn a_key_is_one_line_of_visible_characters(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let asked = text(None, "ready");
        let long = "k".repeat(256);
        for key in ["", "two words", "clé", &long] {
            assert_eq!(
                refusal(&app.sends_once(key, &asked).await),
                "400 invalid_request Idempotency-Key: `Idempotency-Key` must be 1 to 255 visible ASCII characters."
            );
        }
        let twice = [("idempotency-key", "one"), ("idempotency-key", "two")];
        let refused = refusal(&app.calls(Method::POST, "/v1/messages", &twice, asked.to_string()).await);
        assert_eq!(refused, "400 invalid_request Idempotency-Key: `Idempotency-Key` must be there once.");
        app.sends_once(&long[1..], &asked).await.is(202);
        app.sends_once("\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", &asked).await.is(202);
    }
}
