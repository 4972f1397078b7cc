//! Joins the rooms: one router, one set of jobs. The only file that names every room.

mod api;
mod joints;
#[cfg(feature = "live")]
mod live;

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use grantline_whatsapp::Connector;
use grantline_whatsapp::sandbox::Sandbox;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;
use crate::messages::Inbox;
use crate::numbers::Sessions;
use crate::oauth::{AppGrants, GrantStandings, LiveGrants, PendingApp};
use crate::platform::clock::WallClock;
use crate::platform::computing::Computing;
use crate::platform::db::Db;
use crate::platform::jobs::Job;
use crate::platform::limits::Limits;
use crate::platform::mail::{self, Post};
use crate::platform::outbound::Outbound;
use crate::platform::random::SystemRandom;
use crate::platform::seal::Sealer;
use crate::platform::telemetry;
use crate::platform::web::{
    StatusPage, asset_routes, assign_request_id, health_routes, refuse_unstorable, remember_browser, render_problems,
    render_status_pages, secure_headers,
};
use crate::platform::{Clock, Env, Random};
use crate::{accounts, apps, audit, events, messages, numbers, oauth};

pub use api::document as api_document;
use joints::{GrantsOfOauth, OwnersOfEndpoints, QueueOfMessages, SessionsOfNumbers};

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

/// What the rooms share while the server runs.
struct Shared {
    env: Env,
    live: LiveGrants,
    sessions: Sessions,
    files: messages::Files,
    sandbox: Option<Arc<Sandbox>>,
}

/// How the server reaches WhatsApp.
pub struct Whatsapp {
    pub connector: Arc<dyn Connector>,
    /// The same, when it is the simulated one.
    pub sandbox: Option<Arc<Sandbox>>,
}

/// What the actions need, for a command that serves nobody: the same database, the machine's clock and chance.
pub async fn open_env(config: Config) -> anyhow::Result<Env> {
    env_with(config, Arc::new(WallClock), Arc::new(SystemRandom)).await
}

async fn env_with(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<Env> {
    let master_keys: Vec<&str> = config.keys.master.reveal().split(',').collect();
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let db = Db::open(&config.database).await?;
    Ok(Env {
        bell: db.bell(),
        db,
        limits: Arc::new(Limits::new(Arc::clone(&clock))),
        computing: Arc::new(Computing::on(cores)),
        outbound: Outbound::new(&config.outbound, Arc::clone(&clock))?,
        clock,
        random,
        sealer: Arc::new(Sealer::new(&master_keys)?),
        config: Arc::new(config),
    })
}

/// Opens the database and puts the rooms together.
pub async fn build(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> anyhow::Result<App> {
    build_on(config, clock, random, whatsapp_of_settings).await
}

/// The same over the WhatsApp that is given.
pub async fn build_on(
    config: Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    whatsapp: impl FnOnce(&Env) -> anyhow::Result<Whatsapp>,
) -> anyhow::Result<App> {
    let env = env_with(config, clock, random).await?;
    let post = Post::from_settings(env.config.mail.smtp_url.reveal(), &env.config.mail.from)?;
    let Whatsapp { connector, sandbox } = whatsapp(&env)?;
    let sessions = Sessions::start(env.clone(), connector, Arc::new(Inbox(env.clone())));
    let files = messages::Files::new(Arc::new(SessionsOfNumbers(sessions.clone())));
    let shared = Shared { live: LiveGrants::default(), sessions, files, sandbox, env };
    let jobs = jobs(&shared, post);
    let router = router(&shared);
    Ok(App { env: shared.env, router, jobs, sessions: shared.sessions, sandbox: shared.sandbox })
}

fn whatsapp_of_settings(env: &Env) -> anyhow::Result<Whatsapp> {
    match env.config.numbers.connector.as_str() {
        "sandbox" => {
            let sandbox = numbers::sandbox(env);
            Ok(Whatsapp { connector: sandbox.clone(), sandbox: Some(sandbox) })
        }
        #[cfg(feature = "live")]
        "live" => Ok(Whatsapp { connector: live::live(env), sandbox: None }),
        #[cfg(not(feature = "live"))]
        "live" => anyhow::bail!("this program was built without the live WhatsApp: build it with its default features"),
        other => anyhow::bail!("numbers.connector = {other:?} is not known; it can be \"sandbox\" or \"live\""),
    }
}

fn jobs(shared: &Shared, post: Post) -> Vec<Job> {
    let Shared { env, live, sessions, .. } = shared;
    let mut jobs = mail::jobs(env, post);
    jobs.push(telemetry::job());
    jobs.extend(numbers::jobs(sessions));
    jobs.extend(accounts::jobs(env));
    jobs.extend(oauth::jobs(env, live));
    let sender: Arc<dyn messages::Sender> = Arc::new(SessionsOfNumbers(sessions.clone()));
    let grants: Arc<dyn messages::Grants> = Arc::new(GrantsOfOauth(env.clone()));
    jobs.extend(messages::jobs(env, &sender, &grants));
    let standings: Arc<dyn events::Grants> = Arc::new(GrantStandings(env.clone()));
    let owners: Arc<dyn events::Owners> = Arc::new(OwnersOfEndpoints(env.clone()));
    jobs.extend(events::jobs(env, &standings, &owners));
    jobs
}

fn router(shared: &Shared) -> Router {
    let env = &shared.env;
    let routes = Router::new()
        .merge(pages(shared))
        .merge(api::routes(env, &shared.live, &shared.sessions, shared.files.clone()))
        .merge(oauth::endpoints(env.clone(), shared.live.clone()))
        .merge(apps::logo_routes(env.clone()))
        .merge(asset_routes())
        .merge(health_routes(env.clone()))
        .fallback(|| async { StatusPage::not_found() });
    in_our_form(routes, env)
}

/// What is true of every answer, whatever happens inside: it comes in time, in our form, with our headers, and is counted.
pub fn in_our_form(routes: Router, env: &Env) -> Router {
    let timeout = Duration::from_secs(env.config.server.request_timeout_s);
    routes
        .layer(from_fn(refuse_unstorable))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(env.clone(), render_status_pages))
        .layer(from_fn(render_problems))
        .layer(from_fn_with_state(env.clone(), assign_request_id))
        .layer(from_fn(secure_headers))
        .layer(from_fn(telemetry::count_requests))
}

/// Everything that a person looks at.
fn pages(shared: &Shared) -> Router {
    let Shared { env, live, sessions, files, sandbox } = shared;
    let grants = Arc::new(AppGrants { env: env.clone(), live: live.clone() });
    let phones = sandbox.as_ref().map(|sandbox| numbers::sandbox_routes(env.clone(), Arc::clone(sandbox)));
    Router::new()
        .merge(accounts::routes(env.clone(), Arc::new(PendingApp(env.clone()))))
        .merge(apps::routes(env.clone(), grants))
        .merge(oauth::routes(env.clone(), live.clone()))
        .merge(oauth::connected_routes(env.clone(), live.clone(), Arc::new(QueueOfMessages(env.clone()))))
        .merge(numbers::routes(sessions))
        .merge(phones.unwrap_or_default())
        .merge(messages::routes(env.clone(), Arc::new(GrantsOfOauth(env.clone())), files.clone()))
        .merge(audit::routes::<accounts::InWorkspace>(env.clone()))
        .merge(events::catalogue_routes::<accounts::Visitor>(env.clone()))
        .merge(events::live_routes::<accounts::InWorkspace>(env.clone()))
        .merge(events::app_webhook_routes::<apps::OwnApp>(env.clone()))
        .merge(events::workspace_webhook_routes::<accounts::InWorkspace>(env.clone()))
        .layer(from_fn_with_state(env.clone(), remember_browser))
}
