//! Logs to standard error, counts for `/metrics`.

use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::subscriber::set_global_default;
use tracing_subscriber::EnvFilter;

use super::jobs::{Job, Progress};
use super::web::REQUEST_ID_HEADER;

const UPKEEP_EVERY_S: i64 = 5;

/// Starts logging. `filter` is in the form of `tracing-subscriber`'s directives, such as `info,grantline=debug`.
pub fn start_logs(filter: &str, json: bool) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Not `init`: that would also take what libraries write to the `log` facade, and the one that speaks to WhatsApp writes
    // link codes and phone numbers there.
    let started =
        if json { set_global_default(logs.json().finish()) } else { set_global_default(logs.compact().finish()) };
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

/// The library keeps every measurement until it is asked to add them up. Without this job only whoever reads `/metrics` asks,
/// and where nobody does, memory grows with every request.
#[must_use]
pub fn job() -> Job {
    Job::new("metrics upkeep", UPKEEP_EVERY_S, || async {
        if let Some(handle) = recorder() {
            handle.run_upkeep();
        }
        Ok(Progress::Idle)
    })
}

/// All counts in Prometheus' text form.
#[must_use]
pub fn rendered_metrics() -> String {
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// Middleware over everything: counts answers and how long they took, by route, never by address: that may hold a handle.
/// With `grantline::requests=debug` among the log's directives each is a line, too.
#[expect(clippy::disallowed_methods, reason = "how long an answer took is measured, not decided upon")]
pub async fn count_requests(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = known_method(request.method());
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let id = response.headers().get(REQUEST_ID_HEADER).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::debug!(target: "grantline::requests", id, method, route, status, ms = took.as_millis(), "answered");
    let labels = [("route", route), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels).record(took.as_secs_f64());
    response
}

/// Each word here is a series of counts that stays for good, and callers may send any word as a method.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
