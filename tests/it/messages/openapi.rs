use std::collections::BTreeSet;

use grantline::access::OPERATIONS;
use grantline::events::Kind;
use serde_json::Value;

use crate::events::schema::{body_schema, data_schema, described, faults};
use crate::world::World;

const COMMITTED: &str = include_str!("../../../openapi.json");

/// Every operation of the document: method, path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().expect("an item").clone();
        let path = path.clone();
        item.into_iter().map(move |(method, said)| (method.to_uppercase(), path.clone(), said)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_committed_document_is_the_one_that_the_code_makes() {
    let made = grantline::app::api_document().to_pretty_json().expect("JSON");
    let same = COMMITTED.trim() == made;
    assert!(same, "openapi.json is out of date: run `cargo run -- openapi > openapi.json` and look at the difference");
}

#[tokio::test]
async fn it_is_served() {
    let world = World::on_sqlite().await;
    let answer = world.browser().opens("/openapi.json").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), described());
    world.ends().await;
}

#[test]
fn it_describes_every_operation_and_no_other() {
    let names = |method: &str, path: &str| format!("{method} {path}");
    let in_table: BTreeSet<String> =
        OPERATIONS.iter().map(|operation| names(operation.method, operation.path)).collect();
    let document = described();
    let in_document = operations(&document).into_iter().filter(|(_, _, said)| is_by_token(said));
    let in_document: BTreeSet<String> = in_document.map(|(method, path, _)| names(&method, &path)).collect();
    assert_eq!(in_document, in_table);
}

/// Not what an app calls as itself.
fn is_by_token(said: &Value) -> bool {
    said["security"][0]["app"].is_null()
}

#[test]
fn what_an_app_calls_as_itself_says_so() {
    let document = described();
    let own: Vec<_> = operations(&document).into_iter().filter(|(_, _, said)| !is_by_token(said)).collect();
    assert!(own.iter().all(|(_, path, _)| path.starts_with("/v1/webhooks")), "{own:?}");
    assert_eq!(own.len(), 12);
    for (method, path, said) in own {
        let name = format!("{method} {path}");
        assert!(said["description"].as_str().is_some_and(|text| text.contains("with its id and secret")), "{name}");
        for status in ["401", "403", "429", "500"] {
            assert!(said["responses"][status].is_object(), "{name} {status}");
        }
    }
}

#[test]
fn every_operation_says_its_scope_its_words_and_its_refusals() {
    let document = described();
    for (method, path, said) in operations(&document).into_iter().filter(|(_, _, said)| is_by_token(said)) {
        let operation = grantline::access::operation(&method, &path).expect("it is in the table");
        let (name, scope) = (format!("{method} {path}"), operation.scope.name());
        assert_eq!(said["x-scope"], scope, "{name}");
        assert_eq!(said["security"][0]["bearer"][0], scope, "{name}");
        assert!(said["description"].as_str().is_some_and(|text| text.contains(&format!("`{scope}`"))), "{name}");
        assert!(said["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        for (status, response) in said["responses"].as_object().expect("responses") {
            if status.starts_with(['4', '5']) {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{name} {status}");
            }
        }
        for status in ["401", "403", "500"] {
            assert!(said["responses"][status].is_object(), "{name} {status}");
        }
    }
}

#[test]
fn it_describes_every_kind_of_event_with_a_sample_that_fits() {
    let document = described();
    let webhooks = document["webhooks"].as_object().expect("webhooks");
    let kinds: BTreeSet<&str> = Kind::ALL.map(Kind::name).into();
    assert_eq!(webhooks.keys().map(String::as_str).collect::<BTreeSet<&str>>(), kinds);
    for kind in Kind::ALL {
        let (name, told) = (kind.name(), &webhooks[kind.name()]["post"]);
        let sample = &told["requestBody"]["content"]["application/json"]["example"];
        assert_eq!(sample["type"], name);
        assert_eq!(faults(&document, body_schema(&document, name), sample), [""; 0], "{name}");
        assert_eq!(faults(&document, data_schema(&document, name), &sample["data"]), [""; 0], "{name}");
        let headers: Vec<&str> =
            told["parameters"].as_array().expect("headers").iter().filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(headers, ["webhook-id", "webhook-timestamp", "webhook-signature"], "{name}");
        let description = told["description"].as_str().expect("words");
        assert_eq!(description.contains("This version does not tell it yet"), !kind.is_told(), "{name}");
        assert!(told["responses"]["2XX"].is_object(), "{name}");
    }
}

#[test]
fn a_message_has_the_same_fields_in_events_as_in_answers() {
    let document = described();
    let fields = |name: &str| -> BTreeSet<String> {
        document["components"]["schemas"][name]["properties"].as_object().expect(name).keys().cloned().collect()
    };
    assert_eq!(fields("MessageFact"), fields("Message"));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = described();
    for reference in COMMITTED.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}
