//! Starting the demo: the server on one port, Acme CRM on another.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::acme::{self, AcmeClient, Inbox};
use super::steps::Where;
use super::{pages, seed};
use crate::app::{self, App, Whatsapp};
use crate::commands::{hold_database, run_alone};
use crate::config::{self, Config};
use crate::numbers;
use crate::platform::clock::WallClock;
use crate::platform::random::SystemRandom;
use crate::platform::web::{Bounds, serve};
use crate::platform::{Env, Random};

/// A running demo.
pub struct Demo {
    /// Where the story begins.
    pub url: String,
    /// A second client with Acme's id and secret, for the story that plays itself.
    pub acme: AcmeClient,
    /// What Acme's site is told by webhooks.
    pub inbox: Arc<Inbox>,
    pub place: Where,
    stop: CancellationToken,
    server: JoinHandle<anyhow::Result<()>>,
    /// Goes with the demo, unless the database was to be kept.
    folder: Option<TempDir>,
}

impl Demo {
    /// Waits until `stop`, then finishes what has begun.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let Self { stop: stopping, mut server, folder, .. } = self;
        tokio::select! {
            () = stop => stopping.cancel(),
            ended = &mut server => return ended?,
        }
        let ended = server.await?;
        drop(folder);
        ended
    }
}

/// Starts the server and the app on simulated phones. `data` keeps the database; without it everything is gone at the end.
pub async fn start(port: u16, data: Option<&Path>) -> anyhow::Result<Demo> {
    start_on(port, data, |env| {
        let sandbox = numbers::sandbox(env);
        seed::phones(&sandbox)?;
        Ok(Whatsapp { connector: sandbox.clone(), sandbox: Some(sandbox) })
    })
    .await
}

/// The same over the WhatsApp that is given.
pub async fn start_on(
    port: u16,
    data: Option<&Path>,
    whatsapp: impl FnOnce(&Env) -> anyhow::Result<Whatsapp>,
) -> anyhow::Result<Demo> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("port {port} is taken; choose another with --port, or --port 0 for any free one"))?;
    let url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    let (folder, database) = database_file(data)?;
    let config = demo_config(&url, &database)?;
    let alone = hold_database(&config).await?;
    let app = app::build_on(config, Arc::new(WallClock), Arc::new(SystemRandom), whatsapp).await?;
    let acme_listener = TcpListener::bind(("127.0.0.1", 0)).await.context("Acme CRM found no free port")?;
    let acme_url = format!("http://127.0.0.1:{}", acme_listener.local_addr()?.port());
    let redirect_uri = format!("{acme_url}/callback");
    let workspace_id = seed::owner(&app.env).await?;
    let known = seed::acme(&app.env, &redirect_uri).await?;
    let client = || {
        let secret = known.client_secret.reveal().to_owned();
        AcmeClient::new(&url, known.client_id.clone(), secret, redirect_uri.clone())
    };
    let acme = client()?;
    let inbox = Arc::new(Inbox::default());
    let acme_site = acme::routes(Arc::new(client()?), Arc::clone(&inbox), url.clone());
    let place = Where { workspace_id, acme_url, client_id: known.client_id.clone() };
    let router = pages::routes(app.env.clone(), place.clone()).fallback_service(app.router.clone());
    let app = App { router, ..app };
    let stop = CancellationToken::new();
    let bounds = Bounds::from(&app.env.config.server);
    tokio::spawn(serve(acme_listener, acme_site, bounds, Arc::clone(&app.env.clock), stop.clone()));
    let server = tokio::spawn(run_alone(alone, app, listener, stop.clone().cancelled_owned()));
    Ok(Demo { acme, inbox, url, place, stop, server, folder })
}

fn database_file(data: Option<&Path>) -> anyhow::Result<(Option<TempDir>, PathBuf)> {
    if let Some(data) = data {
        std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        let file = data.join("grantline.sqlite");
        anyhow::ensure!(!file.exists(), "{} exists: a demo starts afresh, name an empty folder", file.display());
        return Ok((None, file));
    }
    let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let file = folder.path().join("grantline.sqlite");
    Ok((Some(folder), file))
}

fn demo_config(url: &str, database: &Path) -> anyhow::Result<Config> {
    let random: &dyn Random = &SystemRandom;
    let settings = [
        ("GRANTLINE__SERVER__BASE_URL", url.to_owned()),
        ("GRANTLINE__DATABASE__URL", format!("sqlite://{}", database.display())),
        ("GRANTLINE__KEYS__MASTER", STANDARD.encode(random.bytes::<32>())),
        // Whoever tries the demo has a receiver on the same machine.
        ("GRANTLINE__OUTBOUND__ALLOW_LOOPBACK", String::from("true")),
        ("GRANTLINE__SERVER__PRIVACY_URL", format!("{url}/demo/privacy")),
        ("GRANTLINE__SERVER__TERMS_URL", format!("{url}/demo/terms")),
    ];
    config::load(None, settings.into_iter().map(|(name, value)| (name.to_owned(), value)))
}
