//! Joins the rooms: one router, one set of jobs. The only file that names every room.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;
use crate::platform::clock::WallClock;
use crate::platform::db::Db;
use crate::platform::jobs::{Bell, Job};
use crate::platform::limits::Limits;
use crate::platform::mail::{self, Post};
use crate::platform::random::SystemRandom;
use crate::platform::seal::Sealer;
use crate::platform::web::{
    StatusPage, asset_routes, assign_request_id, remember_browser, render_problems, render_status_pages, secure_headers,
};
use crate::platform::{Clock, Env, Random};
use crate::{accounts, apps, audit, messages, numbers, oauth};

/// A server that has been put together and waits for requests.
pub struct App {
    pub env: Env,
    pub router: Router,
    pub jobs: Vec<Job>,
}

/// Opens the database: all that an action needs. A command that does not serve stops here.
pub async fn open_env(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<Env> {
    let master_keys: Vec<&str> = config.keys.master.split(',').collect();
    let sealer = Arc::new(Sealer::new(&master_keys)?);
    Ok(Env {
        db: Db::open(&config.database).await?,
        limits: Arc::new(Limits::new(Arc::clone(&clock))),
        clock,
        random,
        sealer,
        bell: Bell::default(),
        config: Arc::new(config),
    })
}

/// As [`open_env`], on the machine's own clock and chance: for commands.
pub async fn open_env_now(config: Config) -> anyhow::Result<Env> {
    open_env(config, Arc::new(WallClock), Arc::new(SystemRandom)).await
}

/// Opens the database and puts the rooms together.
pub async fn build(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<App> {
    let env = open_env(config, clock, random).await?;
    let post = Post::from_settings(&env.config.mail.smtp_url, &env.config.mail.from)?;
    let router = router(&env);
    let mut jobs = vec![mail::job(&env, post)];
    jobs.extend(accounts::jobs(&env));
    Ok(App { env, router, jobs })
}

fn router(env: &Env) -> Router {
    let pages = Router::new()
        .merge(accounts::start_route(env.clone()))
        .merge(accounts::routes(env.clone(), Arc::new(oauth::PendingApp(env.clone()))))
        .merge(apps::routes(env.clone()))
        .merge(oauth::routes(env.clone()))
        .merge(numbers::routes(env.clone()))
        .merge(messages::routes(env.clone()))
        .merge(audit::routes::<accounts::InWorkspace>(env.clone()))
        .layer(from_fn_with_state(env.clone(), remember_browser));
    let timeout = Duration::from_secs(env.config.server.request_timeout_s);
    Router::new()
        .merge(pages)
        .merge(asset_routes())
        .fallback(|| async { StatusPage::not_found() })
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(env.clone(), render_status_pages))
        .layer(from_fn(render_problems))
        .layer(from_fn_with_state(env.clone(), assign_request_id))
        .layer(from_fn(secure_headers))
}
