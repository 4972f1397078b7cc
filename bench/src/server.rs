//! The server under test: the release program on a fresh database, with grants and codes that wait to be used.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantline::access::Scope;
use grantline::{app, config};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::load::{get, once, post};
use crate::seed::{Seed, seed};
use crate::yardstick::memory_kib;

pub struct Server {
    pub address: SocketAddr,
    pub started_in_ms: u128,
    process: Child,
    seed: Seed,
    _folder: TempDir,
}

impl Server {
    /// Fills a database with a grant that has `codes` codes, starts the program on it, and waits until it is ready.
    #[expect(clippy::disallowed_methods, reason = "this program measures real time")]
    pub async fn start(program: &Path, codes: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = free_address().await?;
        let settings = folder.path().join("grantline.toml");
        std::fs::write(&settings, settings_text(address, folder.path()))?;
        let env = app::open_env(config::load(Some(&std::fs::read_to_string(&settings)?), std::iter::empty())?).await?;
        let seed = seed(&env, &[Scope::AccountRead], codes).await?;
        env.db.close().await;
        let begun = Instant::now();
        let mut process =
            Command::new(program).args(["serve", "--config"]).arg(&settings).kill_on_drop(true).spawn()?;
        while once(address, &get("/readyz", "")).await.is_err() {
            ensure!(process.try_wait()?.is_none(), "the server ended before it answered; its last words stand above");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let started_in_ms = begun.elapsed().as_millis();
        Ok(Self { address, started_in_ms, process, seed, _folder: folder })
    }

    pub fn memory_kib(&self) -> anyhow::Result<f64> {
        memory_kib(&self.process)
    }

    /// The request that trades the code of this index.
    pub fn exchange(&self, index: usize) -> String {
        post("/oauth/token", &self.seed.exchange(index))
    }

    /// An access token, for the first code.
    pub async fn bearer(&self) -> anyhow::Result<String> {
        let answer = once(self.address, &self.exchange(0)).await?;
        let token = answer.split("\"access_token\":\"").nth(1).and_then(|rest| rest.split('"').next());
        Ok(token.with_context(|| answer.clone())?.to_owned())
    }
}

async fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(tokio::net::TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}

fn settings_text(address: SocketAddr, folder: &Path) -> String {
    let (folder, key) = (folder.display(), STANDARD.encode([7; 32]));
    format!(
        "[server]\nbase_url = \"http://{address}\"\nlisten = \"{address}\"\n[database]\n\
         url = \"sqlite://{folder}/grantline.sqlite\"\n[keys]\nmaster = \"{key}\"\n[oauth]\ncode_lifetime_s = 3600\n\
         [api]\ncalls_per_minute = 100000000\n[logs]\nfilter = \"warn\"\n"
    )
}
