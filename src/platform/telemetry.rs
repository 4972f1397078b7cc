//! Logs to standard error, counts for `/metrics`.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Starts logging. `filter` is in the form of `tracing-subscriber`'s directives, such as `info,grantline=debug`.
pub fn start_logs(filter: &str, json: bool) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if json { logs.json().try_init() } else { logs.compact().try_init() };
    started.map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))
}

/// Starts counting. Only the first call in a process counts; a second server in it (the demo's tests) shares the counts.
#[must_use]
pub fn start_metrics() -> Option<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().ok()
}
