//! Joins the rooms: one router, one set of jobs. The only file that names every room.

mod api;
mod joints;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::config::Config;
use crate::oauth::{AppGrants, Guard, LiveGrants};
use crate::platform::clock::WallClock;
use crate::platform::db::Db;
use crate::platform::jobs::{Bell, Job};
use crate::platform::limits::Limits;
use crate::platform::mail::{self, Post};
use crate::platform::random::SystemRandom;
use crate::platform::seal::Sealer;
use crate::platform::telemetry;
use crate::platform::web::{
    StatusPage, asset_routes, assign_request_id, health_routes, remember_browser, render_problems, render_status_pages,
    secure_headers,
};
use crate::platform::{Clock, Env, Random};
use crate::{accounts, apps, audit, messages, numbers, oauth};

pub use api::document as api_document;

/// A server that has been put together and waits for requests.
pub struct App {
    pub env: Env,
    pub router: Router,
    pub jobs: Vec<Job>,
}

/// What the actions need, for a command that serves nobody: the same database, the machine's clock and chance.
pub async fn open_env(config: Config) -> anyhow::Result<Env> {
    env_with(config, Arc::new(WallClock), Arc::new(SystemRandom)).await
}

async fn env_with(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<Env> {
    let master_keys: Vec<&str> = config.keys.master.reveal().split(',').collect();
    Ok(Env {
        db: Db::open(&config.database).await?,
        limits: Arc::new(Limits::new(Arc::clone(&clock))),
        clock,
        random,
        sealer: Arc::new(Sealer::new(&master_keys)?),
        bell: Bell::default(),
        config: Arc::new(config),
    })
}

/// Opens the database and puts the rooms together.
pub async fn build(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<App> {
    let env = env_with(config, clock, random).await?;
    let post = Post::from_settings(env.config.mail.smtp_url.reveal(), &env.config.mail.from)?;
    let live = LiveGrants::default();
    let router = router(&env, &live);
    let mut jobs = vec![mail::job(&env, post)];
    jobs.extend(oauth::jobs(&env, &live));
    Ok(App { env, router, jobs })
}

fn router(env: &Env, live: &LiveGrants) -> Router {
    let grants = Arc::new(AppGrants { env: env.clone(), live: live.clone() });
    let pages = Router::new()
        .merge(accounts::routes(env.clone(), Arc::new(oauth::PendingApp(env.clone()))))
        .merge(apps::routes(env.clone(), grants))
        .merge(oauth::routes(env.clone(), live.clone()))
        .merge(oauth::connected_routes(env.clone(), live.clone()))
        .merge(numbers::routes(env.clone()))
        .merge(messages::routes(env.clone(), Arc::new(joints::GrantsOfOauth)))
        .merge(audit::routes(env.clone()))
        .layer(from_fn_with_state(env.clone(), remember_browser));
    let timeout = Duration::from_secs(env.config.server.request_timeout_s);
    Router::new()
        .merge(pages)
        .merge(api::routes(env))
        .merge(asset_routes())
        .merge(health_routes(env.clone()))
        .merge(oauth::endpoints(env.clone(), live.clone()))
        .merge(api(env, live))
        .merge(apps::logo_routes(env.clone()))
        .fallback(|| async { StatusPage::not_found() })
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(env.clone(), render_status_pages))
        .layer(from_fn(render_problems))
        .layer(from_fn_with_state(env.clone(), assign_request_id))
        .layer(from_fn(secure_headers))
        .layer(from_fn(telemetry::count_requests))
}

/// The API: every route behind the check of its bearer.
fn api(env: &Env, live: &LiveGrants) -> Router {
    let guard = Guard { env: env.clone(), live: live.clone() };
    let (router, _document) = OpenApiRouter::new().merge(oauth::account_routes(env.clone())).split_for_parts();
    router.route_layer(from_fn_with_state(guard, oauth::guard))
}
