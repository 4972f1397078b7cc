//! The app's own server at the token endpoint and before the API.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header, request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::actors::{CALLBACK, ClientApp, VERIFIER};
use crate::actors::Answer;

/// What the app keeps of an answer with tokens.
#[derive(Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub scope: String,
}

impl Tokens {
    #[track_caller]
    pub fn of(answer: Answer) -> Self {
        let json = answer.is(200).json();
        let text = |name: &str| json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}")).to_owned();
        assert_eq!(json["token_type"], "Bearer");
        assert_eq!(json["expires_in"], 3600);
        Self { access: text("access_token"), refresh: text("refresh_token"), scope: text("scope") }
    }
}

impl ClientApp<'_> {
    pub fn basic(&self) -> String {
        let secret = self.secret.as_ref().map(|secret| secret.reveal().to_owned()).unwrap_or_default();
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.id)))
    }

    /// Any request to the token endpoint.
    pub async fn posts(&self, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.world.sends(request.body(Body::from(form)).expect("a request")).await
    }

    pub async fn trades(&self, code: &str) -> Answer {
        self.trades_with(code, CALLBACK, VERIFIER).await
    }

    pub async fn trades_with(&self, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        self.posts("/oauth/token", Some(&self.basic()), &fields).await
    }

    pub async fn refreshes(&self, token: &str) -> Answer {
        self.refreshes_for(token, "").await
    }

    pub async fn refreshes_for(&self, token: &str, scope: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        self.posts("/oauth/token", Some(&self.basic()), &fields).await
    }

    /// `GET /v1/account` with a token.
    pub async fn asks_who(&self, token: &str) -> Answer {
        self.calls(&Method::GET, "/v1/account", token, Body::empty()).await
    }

    /// Any call to the API.
    pub async fn calls(&self, method: &Method, path: &str, token: &str, body: Body) -> Answer {
        self.world.sends(self.call(method, path, token).body(body).expect("a request")).await
    }

    pub fn call(&self, method: &Method, path: &str, token: &str) -> request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
    }
}

/// The answer of the token endpoint in one line.
pub fn refusal(answer: &Answer) -> String {
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    format!("{} {}: {}", answer.status.as_u16(), text("error"), text("error_description"))
}
