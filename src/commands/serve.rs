//! `grantline serve`: the production start.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{self, App};
use crate::config::{self, Config};
use crate::events;
use crate::numbers;
use crate::platform::clock::WallClock;
use crate::platform::db::Alone;
use crate::platform::jobs::{self, Job};
use crate::platform::random::SystemRandom;
use crate::platform::web::{Bounds, serve};
use crate::platform::{Env, Timestamp, telemetry};

#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration file; `grantline init` writes one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The settings of a command: the file it names, under the environment.
pub fn settings(file: Option<&PathBuf>) -> anyhow::Result<Config> {
    let text = file
        .map(|path| std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display())))
        .transpose()?;
    #[expect(clippy::disallowed_methods, reason = "settings are the one thing that comes from the environment")]
    config::load(text.as_deref(), std::env::vars())
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = settings(arguments.config.as_ref())?;
    if config.server.base_url.is_empty() {
        anyhow::bail!(
            "server.base_url is not set: the https address at which people reach this server; `grantline init` writes a configuration that has it"
        );
    }
    if config.keys.master.is_empty() {
        anyhow::bail!(
            "keys.master is not set: the key that seals secrets; `grantline init` writes a configuration that has one"
        );
    }
    telemetry::start_logs(&config.logs.filter, config.logs.json)?;
    telemetry::start_metrics();
    let listener = TcpListener::bind(&config.server.listen)
        .await
        .with_context(|| format!("server.listen = {} cannot be listened on", config.server.listen))?;
    let alone = hold_database(&config).await?;
    tracing::info!(listen = config.server.listen, base_url = config.server.base_url, "serving");
    let app = app::build(config, Arc::new(WallClock), Arc::new(SystemRandom)).await?;
    run_alone(alone, app, listener, stop_signal()).await
}

/// Makes the database this server's alone. One that it takes the place of may need as long as a stop may take, and a moment.
pub async fn hold_database(config: &Config) -> anyhow::Result<Alone> {
    let a_stop_s = i64::try_from(config.server.shutdown_timeout_s).unwrap_or(i64::MAX / 1000);
    Ok(Alone::take(&config.database, Arc::new(WallClock), a_stop_s.saturating_add(5)).await?)
}

/// Serves until `stop`, or until another server has the database, which is then let go.
pub async fn run_alone(
    alone: Alone,
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let lost = alone.lost();
    let stop = async move {
        tokio::select! { () = stop => {}, () = lost => {} }
    };
    let ended = run_until_stopped(app, listener, stop).await;
    alone.release().await;
    ended
}

/// Serves until `stop`, then finishes what has begun. All of the stop together takes `server.shutdown_timeout_s` at most.
pub async fn run_until_stopped(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let App { env, router, jobs, sessions, sandbox: _ } = app;
    let (stopping, tracker) = (CancellationToken::new(), TaskTracker::new());
    let last: Vec<Job> = jobs.iter().filter(|job| job.at_the_end).cloned().collect();
    events::take_over(&env).await?;
    jobs::start(jobs, &env.clock, &env.bell, &stopping, &tracker);
    let restoring = sessions.clone();
    tracker.spawn(async move { restoring.restore_all().await });
    let bounds = Bounds::from(&env.config.server);
    let mut serving = Box::pin(serve(listener, router, bounds, Arc::clone(&env.clock), stopping.clone()));
    tokio::select! {
        () = stop => {}
        () = &mut serving => {}
    }
    tracing::info!("stopping: finishing what has begun");
    let (now, timeout_s) = (env.now(), i64::try_from(env.config.server.shutdown_timeout_s).unwrap_or(i64::MAX / 1000));
    // What has begun may take three quarters of the time, so that some is left for closing in order.
    let (settled_by, closed_by) = (now.plus_ms(timeout_s * 750), now.plus_s(timeout_s));
    stopping.cancel();
    env.bell.ring(jobs::STOP);
    by(settled_by, &env, "link attempts", numbers::pause(&sessions)).await;
    tracker.close();
    by(settled_by, &env, "requests and background work", async { tokio::join!(serving, tracker.wait()) }).await;
    by(closed_by, &env, "the last notes", jobs::run_last(&last)).await;
    by(closed_by, &env, "the numbers' sessions", sessions.shutdown()).await;
    by(closed_by, &env, "the database", env.db.close()).await;
    Ok(())
}

/// Waits for `work`, but not past `deadline`. What is late is dropped: whatever it holds in the database is undone or leased.
async fn by<T>(deadline: Timestamp, env: &Env, what: &str, work: impl Future<Output = T>) {
    tokio::select! {
        _ = work => {}
        () = env.clock.sleep_until(deadline) => tracing::warn!("{what} did not finish in time"),
    }
}

/// Ctrl-C, or the service manager's SIGTERM.
pub async fn stop_signal() {
    let interrupt = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
