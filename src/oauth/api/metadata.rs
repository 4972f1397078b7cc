//! Discovery: what this server can do (RFC 8414), and who guards the API (RFC 9728). Only what is really on is listed.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::access::{OPERATIONS, Scope};
use crate::platform::Env;

pub(super) async fn authorization_server(State(env): State<Env>) -> Json<Value> {
    let server = &env.config.server;
    Json(json!({
        "issuer": server.base_url,
        "authorization_endpoint": server.url("/oauth/authorize"),
        "token_endpoint": server.url("/oauth/token"),
        "revocation_endpoint": server.url("/oauth/revoke"),
        "scopes_supported": Scope::ALL.map(Scope::name),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "protected_resources": [server.base_url],
    }))
}

pub(super) async fn protected_resource(State(env): State<Env>) -> Json<Value> {
    let server = &env.config.server;
    let used = Scope::ALL.into_iter().filter(|scope| OPERATIONS.iter().any(|operation| operation.scope == *scope));
    let used: Vec<&str> = used.map(Scope::name).collect();
    Json(json!({
        "resource": server.base_url,
        "authorization_servers": [server.base_url],
        "scopes_supported": used,
        "bearer_methods_supported": ["header"],
        "resource_name": server.product_name,
    }))
}
