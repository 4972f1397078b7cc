use std::time::Duration;

use grantline::platform::db::Tx;
use serde_json::{Value, json};

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, Queue, refusal};
use super::privacy::Logs;
use crate::actors::Answer;
use crate::both_databases;

/// The texts of a page, and where the next one begins.
fn page(answer: Answer) -> (Vec<String>, Option<String>) {
    let page = answer.is(200).json();
    let body = |message: &Value| message["text"]["body"].as_str().expect("a body").to_owned();
    let bodies = page["data"].as_array().expect("a list").iter().map(body).collect();
    (bodies, page["next"].as_str().map(str::to_owned))
}

fn bodies(answer: Answer) -> Vec<String> {
    page(answer).0
}

both_databases! {
    async fn a_message_is_found_by_those_whose_grant_covers_its_number(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let id = office.app("gr_acme").texts(&desk, "hello").await;
        let path = format!("/v1/messages/{id}");
        office.app_for("gr_other", Some(&[&desk])).gets(&path).await.is(200);
        let elsewhere = Office::opens(world, "Bob").await;
        let unknown = refusal(&office.app("gr_acme").gets("/v1/messages/msg_0").await);
        assert_eq!(unknown, "404 message_not_found: There is no such message, or this grant does not cover its number.");
        let narrow = office.app_for("gr_other", Some(&[&kitchen]));
        assert_eq!(refusal(&narrow.gets(&path).await), unknown);
        assert_eq!(refusal(&elsewhere.app("gr_acme").gets(&path).await), unknown);
        for odd in ["/v1/messages/%00", "/v1/messages/%20", "/v1/messages/%27%3B"] {
            assert_eq!(refusal(&office.app("gr_acme").gets(odd).await), unknown);
        }
    }

    async fn what_came_in_says_who_wrote_it_and_when(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.receives(&desk, "wa-1", "Is a table free?").await;
        let list = office.app("gr_acme").gets("/v1/messages").await.is(200).json();
        let id = list["data"][0]["id"].as_str().expect("an id");
        assert_eq!(list, json!({ "data": [{
            "id": id,
            "number_id": desk,
            "direction": "in",
            "from": format!("+{BOBS_PHONE}"),
            "type": "text",
            "text": { "body": "Is a table free?" },
            "state": "received",
            "reason": null,
            "created_at": "2026-01-01T00:00:00.000Z",
            "changed_at": "2026-01-01T00:00:00.000Z",
            "edited_at": null,
            "deleted_at": null,
        }], "next": null }));
    }

    async fn a_list_is_newest_first_and_its_pages_do_not_move(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        // All within one millisecond: the order is that of the requests all the same.
        for text in ["one", "two", "three", "four", "five"] {
            app.texts(&desk, text).await;
        }
        let (first, next) = page(app.gets("/v1/messages?limit=2").await);
        assert_eq!(first, ["five", "four"]);
        app.texts(&desk, "six").await;
        let next = next.expect("there is more");
        let (second, next) = page(app.gets(&format!("/v1/messages?limit=2&after={next}")).await);
        assert_eq!(second, ["three", "two"]);
        let next = next.expect("there is more");
        let (last, next) = page(app.gets(&format!("/v1/messages?limit=2&after={next}")).await);
        assert_eq!((last.as_slice(), next), ([String::from("one")].as_slice(), None));
        assert_eq!(bodies(app.gets("/v1/messages").await).len(), 6);
    }

    async fn a_list_holds_what_the_grant_covers_and_the_filter_wants(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let cellar = office.number("447700900333", "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        app.texts(&desk, "sent from the desk").await;
        queue.works().await;
        app.texts(&kitchen, "waits in the kitchen").await;
        office.receives(&desk, "wa-1", "came to the desk").await;
        app.texts(&cellar, "waits in the cellar").await;

        let two = office.app_for("gr_two", Some(&[&desk, &kitchen]));
        assert_eq!(bodies(two.gets("/v1/messages").await), ["came to the desk", "waits in the kitchen", "sent from the desk"]);
        let (first, next) = page(two.gets("/v1/messages?limit=2").await);
        assert_eq!(first, ["came to the desk", "waits in the kitchen"]);
        let rest = two.gets(&format!("/v1/messages?limit=2&after={}", next.expect("there is more"))).await;
        assert_eq!(page(rest), (vec![String::from("sent from the desk")], None));
        assert_eq!(bodies(two.gets("/v1/messages?direction=in").await), ["came to the desk"]);
        assert_eq!(bodies(two.gets("/v1/messages?state=queued").await), ["waits in the kitchen"]);
        assert_eq!(bodies(app.gets("/v1/messages?state=queued").await), ["waits in the cellar", "waits in the kitchen"]);
        let of_desk = two.gets(&format!("/v1/messages?number_id={desk}&direction=out")).await;
        assert_eq!(bodies(of_desk), ["sent from the desk"]);
        assert!(bodies(office.app_for("gr_none", Some(&[])).gets("/v1/messages").await).is_empty());

        let elsewhere = Office::opens(world, "Bob").await;
        assert!(bodies(elsewhere.app("gr_bob").gets("/v1/messages").await).is_empty());
        let unknown = refusal(&two.gets("/v1/messages?number_id=num_0").await);
        assert!(unknown.starts_with("404 number_not_found number_id: "), "{unknown}");
        assert_eq!(refusal(&two.gets(&format!("/v1/messages?number_id={cellar}")).await), unknown);
        assert_eq!(refusal(&elsewhere.app("gr_bob").gets(&format!("/v1/messages?number_id={desk}")).await), unknown);
    }

    async fn many_granted_numbers_are_read_in_one_query(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let app = office.app("gr_acme");
        let (mut numbers, mut newest) = (Vec::new(), Vec::new());
        for index in 0..30 {
            let number = office.number(&format!("4477009002{index:02}"), "linked").await;
            office.receives(&number, &format!("wa-{index}-1"), "old").await;
            newest.push(app.texts(&number, "new").await);
            numbers.push(number);
        }
        let granted: Vec<&str> = numbers.iter().take(25).map(String::as_str).collect();
        let (app, logs) = (office.app_for("gr_some", Some(&granted)), Logs::default());
        let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(logs.clone()).finish();
        let listed = {
            let _listening = tracing::subscriber::set_default(everything);
            app.gets("/v1/messages?limit=40&direction=out").await.is(200).json()
        };
        let ids: Vec<&str> = listed["data"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
        newest.truncate(25);
        newest.reverse();
        assert_eq!(ids, newest);
        assert_eq!(listed["next"], serde_json::Value::Null);
        // SQLite's statements run, and are logged, on a thread of their own.
        if matches!(world.env().db.read().await.expect("a connection"), Tx::Postgres(..)) {
            let logged = String::from_utf8_lossy(&logs.0.lock().expect("whole")).into_owned();
            let statements = logged.matches("sqlx::query").count();
            assert!((1..=2).contains(&statements), "{statements} statements\n{logged}");
        }
    }

    async fn a_wrong_parameter_is_told_by_its_name(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let hidden = office.app("gr_acme").texts(&kitchen, "hidden").await;
        let app = office.app_for("gr_desk", Some(&[&desk]));
        let cursor = "400 invalid_request after: `after` must be the `next` of a page of this list.";
        let cases = [
            ("limit=0", "400 invalid_request limit: `limit` must be a whole number from 1 to 100."),
            ("limit=101", "400 invalid_request limit: `limit` must be a whole number from 1 to 100."),
            ("limit=ten", "400 invalid_request limit: `limit` must be a whole number from 1 to 100."),
            ("state=lost", "400 invalid_request state: `state` must be one of `queued`, `sent`, `delivered`, `read`, `failed`, `received`."),
            ("direction=up", "400 invalid_request direction: `direction` must be `out` or `in`."),
            ("after=msg_0", cursor),
            ("after=%00", cursor),
            (&format!("after={hidden}"), cursor),
            ("number_id=%00", "404 number_not_found number_id: This grant covers no such number. GET /v1/numbers lists those that it covers."),
            ("stat=sent", "400 invalid_request stat: There is no parameter `stat`; expected one of `number_id`, `direction`, `state`, `after`, `limit`."),
            ("limit=1&limit=2", "400 invalid_request limit: The parameter `limit` is there twice."),
        ];
        for (query, expected) in cases {
            assert_eq!(refusal(&app.gets(&format!("/v1/messages?{query}")).await), expected, "{query}");
        }
        world.passes(Duration::from_secs(1));
        app.gets("/v1/messages?limit=100").await.is(200);
    }
}
