//! The schemas of the API's description, held against what is really told.

use serde_json::Value;

const COMMITTED: &str = include_str!("../../../openapi.json");

/// The API's description.
pub fn described() -> Value {
    serde_json::from_str(COMMITTED).expect("openapi.json is JSON")
}

/// What the description says of the `data` of a kind.
pub fn data_schema<'d>(document: &'d Value, kind: &str) -> &'d Value {
    &body_schema(document, kind)["allOf"][1]["properties"]["data"]
}

/// What it says of the whole event.
pub fn body_schema<'d>(document: &'d Value, kind: &str) -> &'d Value {
    &document["webhooks"][kind]["post"]["requestBody"]["content"]["application/json"]["schema"]
}

/// What is wrong with a value. Stricter than JSON Schema, so that nothing is told that is not described: an object may hold
/// what its schema names and nothing else. A keyword that is not known here is a fault of the test.
pub fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(document, schema, value, true, "", &mut found);
    found
}

fn look(document: &Value, schema: &Value, value: &Value, closed: bool, at: &str, found: &mut Vec<String>) {
    let keywords = schema.as_object().expect("a schema");
    for (keyword, said) in keywords {
        match keyword.as_str() {
            "$ref" => look(document, referred(document, said), value, closed, at, found),
            // Each part names some of the members.
            "allOf" => list(said).iter().for_each(|part| look(document, part, value, false, at, found)),
            "oneOf" => {
                let fitting = list(said).iter().filter(|one| faults(document, one, value).is_empty()).count();
                complain(found, at, fitting == 1, "fits one of the choices");
            }
            "type" => {
                let is = |name: &Value| is_of_type(value, name.as_str().expect("a type's name"));
                let fits = said.as_array().map_or_else(|| is(said), |names| names.iter().any(is));
                complain(found, at, fits, &format!("is of type {said}"));
            }
            "minimum" => {
                complain(found, at, value.as_f64() >= said.as_f64(), &format!("is at least {said}"));
            }
            "enum" => complain(found, at, list(said).contains(value), "is one of the values"),
            "format" => {
                let is_moment = |text: &str| text.len() == 24 && text.ends_with('Z') && &text[10..11] == "T";
                let fits = match said.as_str() {
                    Some("date-time") => value.as_str().is_none_or(is_moment),
                    Some("int32" | "int64" | "double") => value.is_number(),
                    _ => panic!("a format that this test does not know: {said}"),
                };
                complain(found, at, fits, &format!("is of the format {said}"));
            }
            "required" => {
                for name in list(said) {
                    let name = name.as_str().expect("a name");
                    complain(found, at, value.get(name).is_some(), &format!("has {name}"));
                }
            }
            "properties" => members(document, said, value, closed, at, found),
            "items" => {
                value.as_array().into_iter().flatten().for_each(|item| look(document, said, item, true, at, found));
            }
            "description" | "example" => {}
            other => panic!("a keyword that this test does not know: {other}"),
        }
    }
}

fn members(document: &Value, properties: &Value, value: &Value, closed: bool, at: &str, found: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        match properties.get(name) {
            // `{}` takes anything.
            Some(schema) => look(document, schema, member, true, &format!("{at}.{name}"), found),
            None => complain(found, at, !closed, &format!("has only what is described, and no {name}")),
        }
    }
}

fn complain(found: &mut Vec<String>, at: &str, fits: bool, wanted: &str) {
    if !fits {
        found.push(format!("data{at} is not as described: it {wanted}"));
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn referred<'d>(document: &'d Value, reference: &Value) -> &'d Value {
    let place = reference.as_str().and_then(|text| text.strip_prefix('#')).expect("a reference into the document");
    document.pointer(place).expect("it leads somewhere")
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("a type that this test does not know: {other}"),
    }
}

#[test]
fn what_is_not_as_described_is_seen() {
    let document = described();
    let schema = data_schema(&document, "grant.created");
    let mut data =
        document["webhooks"]["grant.created"]["post"]["requestBody"]["content"]["application/json"]["example"]["data"]
            .clone();
    assert_eq!(faults(&document, schema, &data), [""; 0]);
    data["numbers"] = 1.into();
    data["expires_at"] = "tomorrow".into();
    data["note"] = "nobody said so".into();
    data.as_object_mut().expect("an object").remove("app_id");
    let found = faults(&document, schema, &data).join("\n");
    for wanted in ["has app_id", "no note", ".numbers", ".expires_at"] {
        assert!(found.contains(wanted), "{wanted} in {found}");
    }
    assert!(!faults(&document, schema, &"text".into()).is_empty());
}
