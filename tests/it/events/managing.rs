//! An app manages its webhooks with its id and secret.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantline::events::Kind;
use serde_json::{Value, json};

use std::time::Duration;

use super::receiver::{Receiver, Reply};
use super::telling::{Listener, happens};
use crate::actors::Answer;
use crate::both_databases;
use crate::oauth::actors::{ClientApp, YES};
use crate::world::World;

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

async fn calls_with(world: &World, authorization: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(Method::from_bytes(method.as_bytes()).expect("a method")).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/json").header(header::AUTHORIZATION, authorization);
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    world.sends(request.body(body).expect("a request")).await
}

/// As the app itself.
async fn calls(app: &ClientApp<'_>, method: &str, path: &str, body: Value) -> Answer {
    let secret = app.secret.as_ref().expect("a confidential app");
    calls_with(app.world, &basic(&app.id, secret.reveal()), method, path, body).await
}

both_databases! {
    async fn an_app_adds_changes_and_deletes_its_webhooks(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Shop").await;
        let new = json!({ "url": "https://shop.example/hook", "description": "orders", "events": ["message.received"] });
        let made = calls(&app, "POST", "/v1/webhooks", new).await.is(201);
        let path = made.location().to_owned();
        let webhook = made.json();
        assert!(webhook["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")), "{webhook}");
        let mut shown = webhook.clone();
        for chance in ["id", "secret"] {
            shown[chance] = json!("…");
        }
        let expected = json!({
            "id": "…", "secret": "…", "url": "https://shop.example/hook", "description": "orders", "events": ["message.received"],
            "state": "active", "reason": null, "failing_since": null, "created_at": "2026-01-01T00:00:00.000Z",
        });
        assert_eq!(shown, expected);
        let change = json!({ "events": [], "state": "paused" });
        let changed = calls(&app, "PATCH", &path, change).await.is(200).json();
        assert_eq!((&changed["events"], &changed["state"]), (&json!([]), &json!("paused")));
        assert_eq!(changed["url"], "https://shop.example/hook");
        assert_eq!(calls(&app, "GET", &path, Value::Null).await.is(200).json(), changed);
        let active = calls(&app, "PATCH", &path, json!({ "state": "active" })).await.is(200).json();
        assert_eq!(active["state"], "active");
        let listed = calls(&app, "GET", "/v1/webhooks", Value::Null).await.is(200).json();
        assert_eq!(listed["data"], json!([active]));
        calls(&app, "DELETE", &path, Value::Null).await.is(204);
        let gone = calls(&app, "GET", &path, Value::Null).await.is(404);
        assert_eq!(gone.json()["code"], "webhook_not_found");
    }

    async fn its_secrets_can_be_seen_and_rotated(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Shop").await;
        let made = calls(&app, "POST", "/v1/webhooks", json!({ "url": "https://shop.example/hook" })).await.is(201);
        let secrets = format!("{}/secrets", made.location());
        let first = made.json()["secret"].clone();
        assert_eq!(calls(&app, "GET", &secrets, Value::Null).await.is(200).json(), json!({ "data": [{ "secret": first, "until": null }] }));
        let both = calls(&app, "POST", &secrets, Value::Null).await.is(200).json();
        assert_eq!(both["data"][1], json!({ "secret": first, "until": "2026-01-08T00:00:00.000Z" }));
        assert_ne!(both["data"][0]["secret"], first);
        calls(&app, "DELETE", &format!("{secrets}/old"), Value::Null).await.is(204);
        let newest = calls(&app, "GET", &secrets, Value::Null).await.is(200).json();
        assert_eq!(newest["data"], json!([both["data"][0]]));
    }

    async fn what_was_tried_can_be_looked_at_and_told_again(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut receiver = Receiver::starts().await;
        let made = calls(&shop.app, "POST", "/v1/webhooks", json!({ "url": receiver.url })).await.is(201);
        let path = made.location().to_owned();
        receiver.usually(Reply::With(500, "x-why", "broken"));
        for told in ["one", "two"] {
            happens(world, Kind::MessageReceived, &shop.workspace, None, told).await;
        }
        world.works().await;
        // Each is given up after its last pause, each of which chance makes a tenth longer at most.
        for pause_s in [5, 300, 1800, 7200, 18_000, 36_000, 36_000].repeat(2) {
            world.passes(Duration::from_millis(pause_s * 1100));
            world.works().await;
        }
        let failed = calls(&shop.app, "GET", &format!("{path}/attempts?outcome=failed&limit=1"), Value::Null).await.is(200).json();
        let attempt = &failed["data"][0];
        assert_eq!((&attempt["status"], &attempt["answer"], &attempt["attempt"]), (&json!(500), &json!("not now"), &json!(8)));
        let next = failed["next"].as_str().expect("another page");
        let older = format!("{path}/attempts?outcome=failed&limit=1&after={next}");
        let older = calls(&shop.app, "GET", &older, Value::Null).await.is(200).json();
        assert_eq!((older["data"].as_array().map(Vec::len), &older["next"]), (Some(1), &Value::Null));
        receiver.usually(Reply::Status(200));
        receiver.heard();
        let again = format!("{path}/attempts/{}/resend", attempt["id"].as_str().expect("an id"));
        calls(&shop.app, "POST", &again, Value::Null).await.is(202);
        world.works().await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].body["id"], attempt["event_id"]);
        let recovered = calls(&shop.app, "POST", &format!("{path}/recover"), json!({ "since": "2026-01-01T00:00:00Z" })).await.is(202);
        assert_eq!(recovered.json(), json!({ "events": 1 }), "the other one has arrived");
        world.works().await;
        assert_eq!(receiver.heard().len(), 1);
        let none = calls(&shop.app, "POST", &format!("{path}/recover"), json!({ "since": "2026-01-01T00:00:00Z" })).await.is(202);
        assert_eq!(none.json(), json!({ "events": 0 }));
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        ann.browser.fills(&disconnect, &disconnect, &[]).await.is(303);
        assert_eq!(calls(&shop.app, "POST", &again, Value::Null).await.is(409).json()["code"], "access_ended");
        calls(&shop.app, "PATCH", &path, json!({ "state": "paused" })).await.is(200);
        assert_eq!(calls(&shop.app, "POST", &again, Value::Null).await.is(409).json()["code"], "webhook_not_active");
    }

    async fn a_test_is_sent_at_once_and_says_that_it_is_one(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Shop").await;
        let mut receiver = Receiver::starts().await;
        let made = calls(&app, "POST", "/v1/webhooks", json!({ "url": receiver.url, "events": ["grant.revoked"] })).await.is(201);
        let test = format!("{}/test", made.location());
        let tried = calls(&app, "POST", &test, json!({ "type": "message.received" })).await.is(200).json();
        assert_eq!((&tried["outcome"], &tried["status"]), (&json!("test"), &json!(204)));
        let heard = receiver.hears().await;
        assert_eq!((heard.kind(), &heard.body["test"]), ("message.received", &json!(true)));
        assert_eq!(json!(heard.id), tried["event_id"]);
        let again = format!("{}/attempts/{}/resend", made.location(), tried["id"].as_str().expect("an id"));
        assert_eq!(calls(&app, "POST", &again, Value::Null).await.is(409).json()["code"], "only_a_test");
        let unknown = calls(&app, "POST", &test, json!({ "type": "message.invented" })).await.is(400);
        assert_eq!(unknown.json()["param"], "type");
        for _ in 0..9 {
            calls(&app, "POST", &test, json!({ "type": "message.received" })).await.is(200);
        }
        let refused = calls(&app, "POST", &test, json!({ "type": "message.received" })).await.is(429);
        assert!(!refused.header("retry-after").is_empty());
    }

    async fn what_is_wrong_is_named(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Shop").await;
        for (new, param) in [
            (json!({ "url": "http://shop.example/hook" }), "url"),
            (json!({ "url": "https://10.0.0.1/hook" }), "url"),
            (json!({ "url": "https://169.254.169.254/latest" }), "url"),
            (json!({ "url": "https://shop.example/", "events": ["message.invented"] }), "events"),
            (json!({ "url": "https://shop.example/", "description": "x".repeat(101) }), "description"),
            (json!({ "url": "https://shop.example/", "colour": "red" }), "colour"),
            (json!({}), "url"),
        ] {
            let refused = calls(&app, "POST", "/v1/webhooks", new.clone()).await.is(400);
            assert_eq!((refused.json()["code"].as_str(), refused.json()["param"].as_str()), (Some("invalid_request"), Some(param)), "{new}");
        }
        let made = calls(&app, "POST", "/v1/webhooks", json!({ "url": "https://shop.example/hook" })).await.is(201);
        let path = made.location().to_owned();
        for change in [json!({ "state": "disabled" }), json!({ "url": "x", "state": "paused" })] {
            calls(&app, "PATCH", &path, change).await.is(400);
        }
        assert_eq!(calls(&app, "GET", &path, Value::Null).await.is(200).json()["state"], "active", "nothing of a wrong change is done");
        for wrong in ["outcome=delivered", "limit=0", "limit=101", "x=1"] {
            calls(&app, "GET", &format!("{path}/attempts?{wrong}"), Value::Null).await.is(400);
        }
        calls(&app, "POST", &format!("{path}/recover"), json!({ "since": "yesterday" })).await.is(400);
        assert_eq!(calls(&app, "POST", &format!("{path}/attempts/try_1/resend"), Value::Null).await.is(404).json()["code"], "attempt_not_found");
    }

    async fn only_the_app_itself_gets_in(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let other = ClientApp::registers(world, &ann, "Other").await;
        let made = calls(&shop.app, "POST", "/v1/webhooks", json!({ "url": "https://shop.example/hook" })).await.is(201);
        let path = made.location().to_owned();
        for (method, tail) in [
            ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/secrets"), ("POST", "/secrets"),
            ("DELETE", "/secrets/old"), ("GET", "/attempts"), ("POST", "/attempts/try_1/resend"), ("POST", "/recover"),
        ] {
            let body = match (method, tail) {
                ("PATCH", _) => json!({ "state": "paused" }),
                (_, "/test") => json!({ "type": "message.received" }),
                (_, "/recover") => json!({ "since": "2026-01-01T00:00:00Z" }),
                _ => Value::Null,
            };
            let address = format!("{path}{tail}");
            let others = calls(&other, method, &address, body.clone()).await.is(404);
            assert_eq!(others.json()["code"], "webhook_not_found", "{method} {tail}");
            let bearer = format!("Bearer {}", shop.tokens.access);
            let refused = calls_with(world, &bearer, method, &address, body).await.is(401);
            assert_eq!(refused.json()["code"], "invalid_client", "{method} {tail}");
        }
        let wrong = basic(&shop.app.id, "gl_cs_wrong");
        let refused = calls_with(world, &wrong, "GET", "/v1/webhooks", Value::Null).await.is(401);
        assert!(refused.header("www-authenticate").starts_with("Basic "), "{refused}");
        let nobody = Request::builder().uri("/v1/webhooks").body(Body::empty()).expect("a request");
        assert_eq!(world.sends(nobody).await.is(401).json()["code"], "unauthorized");
        shop.app.is_suspended().await;
        calls(&shop.app, "GET", "/v1/webhooks", Value::Null).await.is(401);
    }

    async fn twenty_are_enough_even_at_once(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Shop").await;
        let adding = (0..22).map(|_| calls(&app, "POST", "/v1/webhooks", json!({ "url": "https://shop.example/hook" })));
        let answers = futures_util::future::join_all(adding).await;
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 409).collect();
        assert_eq!(refused.len(), 2);
        assert_eq!(refused[0].json()["code"], "too_many_webhooks");
        let listed = calls(&app, "GET", "/v1/webhooks", Value::Null).await.is(200).json();
        assert_eq!(listed["data"].as_array().map(Vec::len), Some(20));
    }
}
