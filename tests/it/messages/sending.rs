use axum::http::Method;
use serde_json::{Value, json};

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, refusal, text};
use crate::both_databases;

both_databases! {
    async fn a_text_is_taken_told_and_recorded(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let answer = app.sends(&text(Some(&desk), "Your table is booked.")).await.is(202);
        let message = answer.json();
        let id = message["id"].as_str().expect("an id");
        assert_eq!(message, json!({
            "id": id,
            "number_id": desk,
            "direction": "out",
            "to": format!("+{BOBS_PHONE}"),
            "type": "text",
            "text": { "body": "Your table is booked." },
            "state": "queued",
            "reason": null,
            "created_at": "2026-01-01T00:00:00.000Z",
            "changed_at": "2026-01-01T00:00:00.000Z",
            "origin": "api",
            "edited_at": null,
            "deleted_at": null,
        }));
        assert_eq!(answer.location(), format!("/v1/messages/{id}"));
        assert_eq!(app.gets(&format!("/v1/messages/{id}")).await.is(200).json(), message);

        let mut told = message.clone();
        told.as_object_mut().expect("an object").remove("text");
        assert_eq!(office.events().await, [(String::from("message.queued"), told)]);
        let detail = json!({ "number": desk, "to": "+44 •••• ••0456" });
        assert_eq!(office.audit().await, [format!("app gr_acme message.queued {id} {detail}")]);
    }

    async fn the_only_linked_number_need_not_be_named(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let nobody = refusal(&office.app("gr_acme").sends(&text(None, "hello")).await);
        assert!(nobody.starts_with("404 number_not_found number_id: This grant covers no such number."), "{nobody}");
        let old = office.number("447700900111", "not_linked").await;
        let unlinked = refusal(&office.app("gr_acme").sends(&text(None, "hello")).await);
        assert!(unlinked.starts_with("409 number_not_linked number_id: "), "{unlinked}");
        let desk = office.number(ANNS_PHONE, "linked").await;
        let answer = office.app("gr_acme").sends(&text(None, "hello")).await.is(202);
        assert_eq!(answer.json()["number_id"], desk);
        let kitchen = office.number("447700900222", "linked").await;
        let several = refusal(&office.app("gr_acme").sends(&text(None, "hello")).await);
        assert!(several.starts_with("400 number_required number_id: This grant covers several"), "{several}");
        let narrow = office.app_for("gr_narrow", Some(&[&old, &kitchen])).sends(&text(None, "hello")).await.is(202);
        assert_eq!(narrow.json()["number_id"], kitchen);
    }

    async fn a_number_that_the_grant_does_not_cover_does_not_exist(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let private = office.number("447700900222", "linked").await;
        let elsewhere = Office::opens(world, "Bob").await;
        let theirs = elsewhere.number("447700900333", "linked").await;
        let app = office.app_for("gr_acme", Some(&[&desk]));
        let unknown = refusal(&app.sends(&text(Some("num_0"), "hello")).await);
        assert_eq!(unknown, "404 number_not_found number_id: This grant covers no such number. GET /v1/numbers lists those that it covers.");
        for number in [private.as_str(), &theirs, "", "num ; drop"] {
            assert_eq!(refusal(&app.sends(&text(Some(number), "hello")).await), unknown, "{number:?}");
        }
        // A grant for all numbers of a workspace is one for that workspace only.
        assert_eq!(refusal(&office.app("gr_all").sends(&text(Some(&theirs), "hello")).await), unknown);
        assert_eq!(office.news().await, "");
    }

    async fn a_number_must_be_linked(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let app = office.app("gr_acme");
        for (index, state) in ["not_linked", "needs_attention", "blocked"].into_iter().enumerate() {
            let number = office.number(&format!("44770090012{index}"), state).await;
            let refused = refusal(&app.sends(&text(Some(&number), "hello")).await);
            assert_eq!(refused, "409 number_not_linked number_id: The number is not linked to WhatsApp. \
                Ask the workspace to link it again; GET /v1/numbers tells its state.", "{state}");
        }
        // A connection that is lost comes back by itself; the queue waits for it.
        let starting = office.number("447700900127", "starting").await;
        app.sends(&text(Some(&starting), "hello")).await.is(202);
    }

    async fn a_wrong_request_is_told_what_is_wrong(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let with = |field: &str, value: Value| {
            let mut asked = text(None, "hello");
            asked[field] = value;
            asked.to_string()
        };
        let cases = [
            (with("txet", json!(1)), "400 invalid_request txet: There is no field `txet`; expected one of `number_id`, `to`, `type`, `text`, `image`, `video`, `audio`, `voice`, \
                `document`, `sticker`, `location`, `contacts`, `poll`, `reply_to`."),
            (with("text", json!({ "body": "x", "link": 1 })), "400 invalid_request text.link: There is no field `link`; expected `body`."),
            (with("text", json!({})), "400 invalid_request text.body: The field `body` is missing."),
            (with("text", json!(["hello"])), "400 invalid_request text: `text` has a wrong value; expected an object."),
            (with("text", json!({ "body": " \n " })), "400 invalid_request text.body: `text.body` must hold some words."),
            (with("text", json!({ "body": "é".repeat(4097) })), "400 invalid_request text.body: `text.body` has at most 4096 characters."),
            (with("text", json!({ "body": "a\0b" })), "400 invalid_request text.body: `text.body` cannot hold the character U+0000."),
            (with("type", json!("carrier pigeon")), "400 invalid_request type: `type` has a wrong value; expected one of `text`, `image`, `video`, \
                `audio`, `voice`, `document`, `sticker`, `location`, `contacts`, `poll`."),
            (with("type", json!("image")), "400 invalid_request text: `text` does not belong to a message of the type `image`: leave it out."),
            (with("text", Value::Null), "400 invalid_request text: The field `text` is missing."),
            (with("contacts", json!([[]])), "400 invalid_request contacts[0]: `contacts[0]` has a wrong value; expected an object."),
            (with("to", json!(447_700_900_456_i64)), "400 invalid_request to: `to` has a wrong value; expected a string."),
            (with("to", json!("Bob")), "400 invalid_request to: `to` must be a phone number with its country code, such as +447700900123, or the id of \
                a group, such as 120363041234567890@g.us: "),
            (String::from("{}"), "400 invalid_request to: The field `to` is missing."),
            (String::from("[]"), "400 invalid_request: The body has a wrong value; expected an object."),
            (String::from("{\"to\" \"x\"}"), "400 invalid_json: The body is not JSON: expected `:` at line 1 column 7."),
            (String::new(), "400 invalid_json: The body is not JSON: EOF while parsing a value at line 1 column 0."),
            (format!("{{\"to\":\"{}\"}}", "1".repeat(70_000)), "413 body_too_large: The body is larger than 65536 bytes."),
        ];
        for (body, expected) in cases {
            let refused = refusal(&app.calls(Method::POST, "/v1/messages", &[], body).await);
            assert!(refused.starts_with(expected), "{refused} is not {expected}");
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let refused = refusal(&app.calls(Method::POST, "/v1/messages", &form, text(None, "hello").to_string()).await);
        assert_eq!(refused, "415 unsupported_media_type: The body must be JSON and say so: Content-Type: application/json.");
        let charset = [("content-type", "Application/JSON; charset=utf-8")];
        app.calls(Method::POST, "/v1/messages", &charset, text(None, &"é".repeat(4096)).to_string()).await.is(202);
        assert_eq!(office.news().await, "message.queued 1");
    }

    async fn without_authority_there_is_no_api(world: &World) {
        for path in ["/v1/messages", "/v1/messages/msg_1"] {
            let request = axum::extract::Request::get(path).body(axum::body::Body::empty()).expect("a request");
            let answer = world.sends(request).await.is(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer}");
        }
        let request = |method, path| {
            axum::extract::Request::builder().method(method).uri(path).body(axum::body::Body::empty()).expect("a request")
        };
        let unknown = world.sends(request(Method::GET, "/v1/no-such-thing")).await;
        assert_eq!(refusal(&unknown), "404 not_found: There is no such operation; /openapi.json lists them all.");
        let method = world.sends(request(Method::PUT, "/v1/messages")).await;
        assert!(refusal(&method).starts_with("405 method_not_allowed: "), "{method}");
        assert_eq!(method.header("allow"), "GET,HEAD,POST");
    }
}
