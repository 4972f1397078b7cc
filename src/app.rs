//! Joins the rooms: one router, one set of jobs. The only file that names every room.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use grantline_whatsapp::sandbox::Sandbox;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;
use crate::numbers::{MessageSink, MessageTold, Number, Sessions};
use crate::platform::db::Db;
use crate::platform::jobs::{Bell, Job};
use crate::platform::limits::Limits;
use crate::platform::mail::{self, Post};
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
    /// The numbers' connections to WhatsApp. [`Sessions::restore_all`] brings those from before back.
    pub sessions: Sessions,
    /// The simulated WhatsApp, when that is the connector.
    pub sandbox: Option<Arc<Sandbox>>,
}

/// Opens the database and puts the rooms together.
pub async fn build(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<App> {
    let db = Db::open(&config.database).await?;
    let master_keys: Vec<&str> = config.keys.master.split(',').collect();
    let env = Env {
        db,
        limits: Arc::new(Limits::new(Arc::clone(&clock))),
        clock,
        random,
        sealer: Arc::new(Sealer::new(&master_keys)?),
        bell: Bell::default(),
        config: Arc::new(config),
    };
    let post = Post::from_settings(&env.config.mail.smtp_url, &env.config.mail.from)?;
    let sandbox = simulated_whatsapp(&env)?;
    let sessions = Sessions::start(env.clone(), sandbox.clone(), Arc::new(Unheard));
    let router = router(&env, &sessions, &sandbox);
    let jobs = vec![mail::job(&env, post), numbers::job(&sessions)];
    Ok(App { env, router, jobs, sessions, sandbox: Some(sandbox) })
}

/// The one connector that there is.
fn simulated_whatsapp(env: &Env) -> anyhow::Result<Arc<Sandbox>> {
    let connector = &env.config.numbers.connector;
    anyhow::ensure!(connector == "sandbox", "numbers.connector = {connector:?} is not known; it can be \"sandbox\"");
    Ok(numbers::sandbox(env))
}

/// Nobody keeps messages yet.
struct Unheard;

#[async_trait]
impl MessageSink for Unheard {
    async fn told(&self, number: &Number, _told: MessageTold) -> anyhow::Result<()> {
        tracing::debug!(number = number.id, "nobody listens to news about messages");
        Ok(())
    }
}

fn router(env: &Env, sessions: &Sessions, sandbox: &Arc<Sandbox>) -> Router {
    let pages = Router::new()
        .merge(accounts::routes(env.clone(), Arc::new(oauth::PendingApp(env.clone()))))
        .merge(apps::routes(env.clone()))
        .merge(oauth::routes(env.clone()))
        .merge(numbers::routes(sessions))
        .merge(numbers::sandbox_routes(env.clone(), Arc::clone(sandbox)))
        .merge(messages::routes(env.clone()))
        .merge(audit::routes(env.clone()))
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
