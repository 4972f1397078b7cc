//! JSON that an API call sends: bounded, exact, and refused in words that name the field.

use std::fmt;
use std::marker::PhantomData;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use super::Problem;
use super::is_storable;

/// No API call of ours carries more than this many bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Names that come from outside go back in a refusal, but not more of them than this.
const NAME_LENGTH_MAX: usize = 64;

/// The JSON object in a request's body. Give `T` `deny_unknown_fields`, so that a misspelt field is told and not ignored.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !says_json(request.headers()) {
            let detail = "The body must be JSON and say so: Content-Type: application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
        }
        let body = to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| {
            let detail = format!("The body is larger than {BODY_BYTES_MAX} bytes.");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
        })?;
        read(&body).map(Self)
    }
}

/// RFC 9110 §8.3: the type may be followed by parameters, and case does not matter.
fn says_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, error.inner())
    })?;
    reader.end().map_err(|error| refusal(".", &error))?;
    match unstorable(body) {
        None => Ok(value),
        Some(path) => {
            let detail = format!("`{path}` cannot hold the character U+0000.");
            Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(path))
        }
    }
}

fn refusal(path: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => wrong_field(path, &error.to_string()),
        // These texts are serde_json's own and hold nothing of the body: "expected `,` or `}` at line 3 column 9".
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_json", format!("The body is not JSON: {error}."))
        }
    }
}

/// A refusal that names the field at fault. `path` is where reading stopped, `error` what serde says of it.
pub(super) fn wrong_field(path: &str, error: &str) -> Problem {
    let error = error.rsplit_once(" at line ").map_or(error, |(error, _)| error);
    let (what, expected) = error.rsplit_once(", expected ").unwrap_or((error, ""));
    let (param, detail) = if let Some(field) = quoted(what, "unknown field `") {
        let known = if expected.is_empty() { String::new() } else { format!("; expected {expected}") };
        // Here the path ends with the field's name, as long as it is.
        let parent = path.strip_suffix(field).unwrap_or_default();
        let field: String = field.chars().take(NAME_LENGTH_MAX).collect();
        (format!("{parent}{field}"), format!("There is no field `{field}`{known}."))
    } else if let Some(field) = quoted(what, "missing field `") {
        (below(path, field), format!("The field `{field}` is missing."))
    } else if let Some(field) = quoted(what, "duplicate field `") {
        (below(path, field), format!("The field `{field}` is there twice."))
    } else {
        // What stands before "expected" repeats the value, which the caller knows and which is nobody else's business.
        let expected = if expected.is_empty() { "another kind of value" } else { expected };
        let subject = if path == "." { String::from("The body") } else { format!("`{path}`") };
        (path.to_owned(), format!("{subject} has a wrong value; expected {expected}."))
    };
    let problem = Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail);
    if param == "." { problem } else { problem.param(param) }
}

/// The first text that not both databases can keep. In JSON the character can only come as an escape, which is rare.
fn unstorable(body: &[u8]) -> Option<String> {
    let may_be = body.windows(6).any(|part| part == br"\u0000");
    let whole: Value = may_be.then(|| serde_json::from_slice(body).ok()).flatten()?;
    unstorable_in(&whole, ".")
}

/// serde_json nests no deeper than 128.
fn unstorable_in(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => (!is_storable(text)).then(|| path.to_owned()),
        Value::Array(items) => items.iter().find_map(|item| unstorable_in(item, path)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if is_storable(name) { unstorable_in(value, &below(path, name)) } else { Some(path.to_owned()) }
        }),
        _ => None,
    }
}

fn quoted<'e>(error: &'e str, before: &str) -> Option<&'e str> {
    let rest = error.strip_prefix(before)?;
    Some(rest.strip_suffix("`, there are no fields").or_else(|| rest.strip_suffix('`')).unwrap_or(rest))
}

fn below(path: &str, field: &str) -> String {
    if path == "." { field.to_owned() } else { format!("{path}.{field}") }
}

/// A JSON object and nothing else. By itself serde also reads an array as a struct, field by field in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parcel {
        #[expect(dead_code, reason = "only whether it can be read matters here")]
        to: String,
        #[serde(default)]
        label: Option<Object<Label>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Label {
        #[expect(dead_code, reason = "only whether it can be read matters here")]
        ink: String,
    }

    fn refused(body: &str) -> (String, String) {
        let problem = read::<Parcel>(body.as_bytes()).expect_err(body);
        (problem.param.map(String::from).unwrap_or_default(), problem.detail)
    }

    #[test]
    fn a_refusal_names_the_field() {
        let cases = [
            (r#"{"to":"x","colour":1}"#, "colour", "There is no field `colour`; expected `to` or `label`."),
            (
                r#"{"to":"x","label":{"ink":"x","a.b`, c":1}}"#,
                "label.a.b`, c",
                "There is no field `a.b`, c`; expected `ink`.",
            ),
            (r#"{"to":"x","label":{"ink":"x","ink":"y"}}"#, "label.ink", "The field `ink` is there twice."),
            (r#"{"label":null}"#, "to", "The field `to` is missing."),
            (r#"{"to":"x","label":{}}"#, "label.ink", "The field `ink` is missing."),
            (r#"{"to":"x","to":"y"}"#, "to", "The field `to` is there twice."),
            (r#"{"to":7}"#, "to", "`to` has a wrong value; expected a string."),
            (r#"{"to":"x","label":["blue"]}"#, "label", "`label` has a wrong value; expected an object."),
            (r#"{"to":"x","label":"secret"}"#, "label", "`label` has a wrong value; expected an object."),
            (r#"["x"]"#, "", "The body has a wrong value; expected an object."),
            ("{\"to\":\n}", "", "The body is not JSON: expected value at line 2 column 1."),
            (r#"{"to":"x"} more"#, "", "The body is not JSON: trailing characters at line 1 column 12."),
            (r#"{"to":"x\u0000"}"#, "to", "`to` cannot hold the character U+0000."),
            (r#"{"to":"x","label":{"ink":"\\\u0000"}}"#, "label.ink", "`label.ink` cannot hold the character U+0000."),
            ("", "", "The body is not JSON: EOF while parsing a value at line 1 column 0."),
        ];
        for (body, param, detail) in cases {
            assert_eq!(refused(body), (param.to_owned(), detail.to_owned()), "{body}");
        }
        assert!(read::<Parcel>(br#"{"to":"an escaped backslash before u: \\u0000"}"#).is_ok());
        assert!(read::<Parcel>(br#"{"to":"x","label":{"ink":"blue"}}"#).expect("reads").label.is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_object_or_a_bounded_refusal(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Err(problem) = read::<Parcel>(&body) {
                prop_assert!(problem.detail.chars().count() < 300);
            }
        }

        #[test]
        fn any_field_name_comes_back_bounded(name in ".{0,300}") {
            let body = serde_json::json!({ "to": "x", name: 1 }).to_string();
            if let Err(problem) = read::<Parcel>(body.as_bytes()) {
                prop_assert!(problem.detail.chars().count() < 300);
            }
        }
    }
}
