//! The token endpoint and the revocation endpoint.

use axum::body::to_bytes;
use axum::extract::{FromRef, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tower_http::cors::CorsLayer;

use super::metadata;
use crate::access::ScopeSet;
use crate::apps;
use crate::audit::{Actor, Who};
use crate::oauth::bearer::LiveGrants;
use crate::oauth::client::credentials;
use crate::oauth::exchange::{exchange_code, refresh};
use crate::oauth::parameters::{BYTES_MAX, Parameters, TooLong};
use crate::oauth::refusal::{Code, OAuthRefusal};
use crate::oauth::revoke::revoke;
use crate::oauth::token::{Issued, TokenRefusal};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{ClientAddress, RequestId, is_storable};

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    live: LiveGrants,
}

/// The endpoints for apps. Any origin may call them: they know no cookie (RFC 10017).
pub fn endpoints(env: Env, live: LiveGrants) -> Router {
    Router::new()
        .route("/oauth/token", post(post_token))
        .route("/oauth/revoke", post(post_revoke))
        .route("/.well-known/oauth-authorization-server", get(metadata::authorization_server))
        // Several clients look nowhere else.
        .route("/.well-known/openid-configuration", get(metadata::authorization_server))
        .route("/.well-known/oauth-protected-resource", get(metadata::protected_resource))
        .layer(CorsLayer::permissive())
        .with_state(Room { env, live })
}

/// The `Authorization` header and the form of a request. RFC 6749 §3.2: "Request and response parameters MUST NOT be included
/// more than once"; unknown ones are ignored.
async fn read(request: Request) -> Result<(Option<String>, Parameters), OAuthRefusal> {
    let invalid = |description| OAuthRefusal::new(Code::InvalidRequest, description);
    let (head, body) = request.into_parts();
    let text_of = |name| head.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let kind = text_of(header::CONTENT_TYPE).and_then(|kind| kind.split(';').next()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(invalid("send the parameters as application/x-www-form-urlencoded"));
    }
    let authorization = text_of(header::AUTHORIZATION).map(str::to_owned);
    let body = to_bytes(body, BYTES_MAX).await.map_err(|_| invalid("the request is too large"))?;
    let parameters = Parameters::parse(&String::from_utf8_lossy(&body));
    let parameters = parameters.map_err(|TooLong| invalid("the request is too large"))?;
    if !parameters.are_storable() {
        return Err(invalid("a parameter holds the character U+0000"));
    }
    if parameters.repeated().is_some() {
        return Err(invalid("a parameter is repeated"));
    }
    Ok((authorization, parameters))
}

fn need(parameters: &Parameters, name: &str, missing: &'static str) -> Result<String, OAuthRefusal> {
    parameters.one(name).map(str::to_owned).ok_or(OAuthRefusal::new(Code::InvalidRequest, missing))
}

async fn post_token(
    State(room): State<Room>,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    request: Request,
) -> Response {
    let who = Who { actor: Actor::Stranger, address, request_id };
    match token(&room, &who, request).await {
        Ok(issued) => no_store(Json(token_reply(&issued)).into_response()),
        Err(refusal) => no_store(refusal.into_response()),
    }
}

/// RFC 6749 §5.1. `scope` is always there: some clients need it, and it may be less than was asked.
fn token_reply(issued: &Issued) -> serde_json::Value {
    json!({
        "access_token": issued.access.reveal(),
        "token_type": "Bearer",
        "expires_in": issued.access_expires_in_s,
        "refresh_token": issued.refresh.reveal(),
        "scope": issued.scopes.to_string(),
    })
}

async fn token(room: &Room, who: &Who, request: Request) -> Result<Issued, OAuthRefusal> {
    let (authorization, parameters) = read(request).await?;
    let grant_type = need(&parameters, "grant_type", "grant_type is missing")?;
    let app_id = authenticated(&room.env, authorization.as_deref(), &parameters).await?;
    if !parameters.is_for(&room.env.config.server.base_url) {
        return Err(OAuthRefusal::new(Code::InvalidTarget, "resource must be the base URL of this server"));
    }
    let traded = match grant_type.as_str() {
        "authorization_code" => {
            let code = PlainSecret::received(&need(&parameters, "code", "code is missing")?);
            let redirect_uri = need(&parameters, "redirect_uri", "redirect_uri is missing")?;
            let verifier = need(&parameters, "code_verifier", "code_verifier is missing")?;
            exchange_code(&room.env, who, app_id, &code, redirect_uri, verifier).await
        }
        "refresh_token" => {
            let token = PlainSecret::received(&need(&parameters, "refresh_token", "refresh_token is missing")?);
            refresh(&room.env, who, app_id, &token, asked_scopes(&parameters)?).await
        }
        _ => {
            let description = "grant_type must be authorization_code or refresh_token";
            return Err(OAuthRefusal::new(Code::UnsupportedGrantType, description));
        }
    };
    let verdict = traded.map_err(|error| broken(&error, "tokens could not be issued"))?;
    verdict.map_err(|refusal| {
        if refusal.ends_the_family() {
            room.live.forget();
        }
        OAuthRefusal::new(code_of(refusal), refusal.description())
    })
}

fn code_of(refusal: TokenRefusal) -> Code {
    match refusal {
        TokenRefusal::NarrowerThanNothing | TokenRefusal::UndeclaredScope => Code::InvalidScope,
        _ => Code::InvalidGrant,
    }
}

fn asked_scopes(parameters: &Parameters) -> Result<Option<ScopeSet>, OAuthRefusal> {
    let Some(text) = parameters.one("scope") else { return Ok(None) };
    text.parse().map(Some).map_err(|_| OAuthRefusal::new(Code::InvalidScope, "there is no such scope"))
}

/// The `client_id` of the app that sends the request, proved by its secret when it has one (RFC 6749 §3.2.1).
async fn authenticated(env: &Env, authorization: Option<&str>, form: &Parameters) -> Result<String, OAuthRefusal> {
    let credentials = credentials(authorization, form.one("client_id"), form.one("client_secret"))?;
    let id = credentials.client_id.as_str();
    // No app has an id that the database cannot be asked for.
    let proved =
        if is_storable(id) { apps::authenticate(env, id, credentials.secret.as_ref()).await } else { Ok(false) };
    if proved.map_err(|error| broken(&error, "an app could not be looked up"))? {
        return Ok(credentials.client_id);
    }
    // One text for an unknown app, a suspended one and a wrong secret: nobody learns which apps there are.
    let description = "the app is unknown, or it did not prove that it is itself";
    Err(OAuthRefusal { code: Code::InvalidClient, description, challenge: credentials.by_header })
}

async fn post_revoke(
    State(room): State<Room>,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    request: Request,
) -> Response {
    let who = Who { actor: Actor::Stranger, address, request_id };
    let revoked = async {
        let (authorization, parameters) = read(request).await?;
        let app_id = authenticated(&room.env, authorization.as_deref(), &parameters).await?;
        let token = PlainSecret::received(&need(&parameters, "token", "token is missing")?);
        let ended = revoke(&room.env, &room.live, &who, app_id, &token).await;
        ended.map_err(|error| broken(&error, "a token could not be revoked"))
    };
    match revoked.await {
        // A widely used client fails when the 200 has no JSON content type.
        Ok(()) => no_store((StatusCode::OK, Json(json!({}))).into_response()),
        Err(refusal) => no_store(refusal.into_response()),
    }
}

/// RFC 6749 §5.1: answers with tokens must not be cached.
fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

impl IntoResponse for OAuthRefusal {
    fn into_response(self) -> Response {
        let status = match self.code {
            Code::InvalidClient => StatusCode::UNAUTHORIZED,
            Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = Json(json!({ "error": self.code.name(), "error_description": self.description }));
        let mut response = (status, body).into_response();
        if self.challenge {
            let challenge = HeaderValue::from_static("Basic realm=\"Grantline\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Something of ours broke: logged with its chain, told as little as possible.
fn broken(error: &(dyn std::error::Error + 'static), what: &str) -> OAuthRefusal {
    tracing::error!(error, "{what}");
    OAuthRefusal::new(Code::ServerError, "something broke on our side, try again later")
}
