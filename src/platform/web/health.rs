//! Whether the process lives, whether it can serve, and its counts.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::problem::Plain;
use crate::platform::Env;
use crate::platform::secret::same;
use crate::platform::telemetry;

/// `/healthz`: the process answers. `/readyz`: the database answers, too. `/metrics`: Prometheus' text form.
pub fn health_routes(env: Env) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .layer(map_response(|mut response: Response| async move {
            response.extensions_mut().insert(Plain);
            response
        }))
        .with_state(env)
}

async fn ready(State(env): State<Env>) -> Response {
    let answered = async {
        let mut tx = env.db.read().await?;
        crate::on!(&mut tx, connection => sqlx::query("select 1").execute(connection).await.map(drop))
    };
    match answered.await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

async fn metrics(State(env): State<Env>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    if !may_read_metrics(&env, request.headers(), peer) {
        return (StatusCode::UNAUTHORIZED, "set server.metrics_token and send it as a bearer token\n").into_response();
    }
    telemetry::rendered_metrics().into_response()
}

/// With a token: whoever brings it. Without one: whoever asks from this machine, unless a proxy stands between.
fn may_read_metrics(env: &Env, headers: &HeaderMap, peer: Option<SocketAddr>) -> bool {
    let server = &env.config.server;
    if server.metrics_token.is_empty() {
        return !server.behind_proxy && peer.is_some_and(|peer| peer.ip().is_loopback());
    }
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    same(sent, &format!("Bearer {}", server.metrics_token.reveal()))
}
