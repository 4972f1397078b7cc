use std::collections::BTreeSet;

use grantline::access::OPERATIONS;
use serde_json::Value;

use crate::world::World;

const COMMITTED: &str = include_str!("../../../openapi.json");

fn described() -> Value {
    serde_json::from_str(COMMITTED).expect("openapi.json is JSON")
}

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
    let in_document: BTreeSet<String> =
        operations(&described()).iter().map(|(method, path, _)| names(method, path)).collect();
    assert_eq!(in_document, in_table);
}

#[test]
fn every_operation_says_its_scope_its_words_and_its_refusals() {
    let document = described();
    for (method, path, said) in operations(&document) {
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
fn every_reference_leads_somewhere() {
    let document = described();
    for reference in COMMITTED.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}
