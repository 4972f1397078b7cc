//! The query of an API call.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Problem;
use super::json::wrong_field;

/// The parameters of a call. Every one is a text; give `T` `deny_unknown_fields`, so that a misspelt one is told and not
/// ignored. One that is there twice is refused.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let name: String = name.chars().take(64).collect();
        if fields.insert(name.clone(), Value::from(value)).is_some() {
            let detail = format!("The parameter `{name}` is there twice.");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(name));
        }
    }
    serde_json::from_value(fields.into()).map_err(|error| {
        let problem = wrong_field(".", &error.to_string());
        let detail = problem.detail.replacen("field", "parameter", 1);
        Problem { detail, ..problem }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Wanted {
        colour: Option<String>,
        limit: Option<String>,
    }

    #[test]
    fn parameters_are_known_and_single() {
        let read = read::<Wanted>;
        let blue = Wanted { colour: Some(String::from("sky blue")), limit: None };
        assert_eq!(read("colour=sky+blue"), Ok(blue));
        assert_eq!(read(""), Ok(Wanted::default()));
        let twice = read("limit=1&limit=2").expect_err("twice");
        assert_eq!(twice.detail, "The parameter `limit` is there twice.");
        let unknown = read("colur=1").expect_err("unknown");
        assert_eq!(unknown.detail, "There is no parameter `colur`; expected `colour` or `limit`.");
        assert_eq!(unknown.param.as_deref(), Some("colur"));
    }
}
