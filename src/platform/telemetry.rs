//! Logs to standard error, counts for `/metrics`.

use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use super::web::REQUEST_ID_HEADER;

/// Starts logging. `filter` is in the form of `tracing-subscriber`'s directives, such as `info,grantline=debug`.
pub fn start_logs(filter: &str, json: bool) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if json { logs.json().try_init() } else { logs.compact().try_init() };
    started.map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))
}

/// The one recorder of this process: every server in it counts there.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

/// Starts counting.
pub fn start_metrics() {
    recorder();
}

/// All counts in Prometheus' text form.
#[must_use]
pub fn rendered_metrics() -> String {
    recorder()
        .map(|handle| {
            handle.run_upkeep();
            handle.render()
        })
        .unwrap_or_default()
}

/// Middleware over everything: counts answers and how long they took, by route, never by address: that may hold a handle.
/// With `grantline::requests=debug` among the log's directives each is a line, too.
#[expect(clippy::disallowed_methods, reason = "how long an answer took is measured, not decided upon")]
pub async fn count_requests(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let id = response.headers().get(REQUEST_ID_HEADER).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::debug!(target: "grantline::requests", id, method, route, status, ms = took.as_millis(), "answered");
    let labels = [("route", route), ("method", method), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels).record(took.as_secs_f64());
    response
}
