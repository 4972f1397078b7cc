//! The server under test: the release program on a fresh database, with grants and codes that wait to be used.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use grantline::access::Scope;
use grantline::accounts::{self, NewPerson};
use grantline::apps::{self, DeclaredScope, Details, Kind, NewApp};
use grantline::audit::Who;
use grantline::platform::Env;
use grantline::platform::secret::PlainSecret;
use grantline::{app, config, on};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::load::{get, once, post};
use crate::yardstick::memory_kib;

const CALLBACK: &str = "https://app.example/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct Server {
    pub address: SocketAddr,
    pub started_in_ms: u128,
    process: Child,
    app_id: String,
    codes: Vec<String>,
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
        let (app_id, codes) = fill(&std::fs::read_to_string(&settings)?, codes).await?;
        let begun = Instant::now();
        let mut process =
            Command::new(program).args(["serve", "--config"]).arg(&settings).kill_on_drop(true).spawn()?;
        while once(address, &get("/readyz", "")).await.is_err() {
            ensure!(process.try_wait()?.is_none(), "the server ended before it answered; its last words stand above");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let started_in_ms = begun.elapsed().as_millis();
        Ok(Self { address, started_in_ms, process, app_id, codes, _folder: folder })
    }

    pub fn memory_kib(&self) -> anyhow::Result<f64> {
        memory_kib(&self.process)
    }

    /// The request that trades the code of this index.
    pub fn exchange(&self, index: usize) -> String {
        let (app_id, code) = (&self.app_id, &self.codes[index]);
        let form = format!(
            "grant_type=authorization_code&client_id={app_id}&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}"
        );
        post("/oauth/token", &form)
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

async fn fill(settings: &str, count: usize) -> anyhow::Result<(String, Vec<String>)> {
    let env = app::open_env(config::load(Some(settings), std::iter::empty())?).await?;
    let who = Who::operator();
    let owner = NewPerson {
        email: String::from("owner@bench.example"),
        name: String::from("Owner"),
        password: String::from("a password for the bench"),
        workspace: String::new(),
    };
    let owner = accounts::sign_up(&env, &who, owner).await?;
    let workspace_id = accounts::memberships(&env, &owner.id).await?.remove(0).workspace.id;
    let details = Details {
        name: String::from("Bench app"),
        publisher: String::from("Bench"),
        redirect_uris: vec![CALLBACK.to_owned()],
        scopes: vec![DeclaredScope { scope: Scope::AccountRead, required: true, reason: String::new() }],
        ..Details::default()
    };
    let new = NewApp { owner_id: owner.id.clone(), kind: Kind::Public, details };
    let (app, _) = apps::register(&env, &who, new).await?;
    let codes = codes(&env, &workspace_id, &app.id, &owner.id, count).await?;
    env.db.close().await;
    Ok((app.id, codes))
}

async fn codes(env: &Env, workspace_id: &str, app_id: &str, owner: &str, count: usize) -> anyhow::Result<Vec<String>> {
    let codes: Vec<PlainSecret> = (0..count).map(|_| PlainSecret::generate("gl_ac_", &*env.random)).collect();
    let plain = codes.iter().map(|code| code.reveal().to_owned()).collect();
    let (now, grant_id) = (env.now(), env.id("gr"));
    let (workspace_id, app_id, owner) = (workspace_id.to_owned(), app_id.to_owned(), owner.to_owned());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()));
    env.db
        .write(move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query(
                    "insert into oauth_grant (id, workspace_id, app_id, approved_by, scopes, all_numbers, state, created_at,
                        changed_at, idle_since, locale)
                     values ($1, $2, $3, $4, 'account:read', true, 'active', $5, $5, $5, 'en')")
                    .bind(&grant_id).bind(&workspace_id).bind(&app_id).bind(&owner).bind(now)
                    .execute(connection).await.map(drop))?;
                for code in &codes {
                    on!(tx, connection => sqlx::query(
                        "insert into authorization_code (code_hash, grant_id, app_id, redirect_uri, code_challenge, state,
                            created_at, expires_at) values ($1, $2, $3, $4, $5, 'issued', $6, $7)")
                        .bind(code.hash()).bind(&grant_id).bind(&app_id).bind(CALLBACK).bind(&challenge).bind(now)
                        .bind(now.plus_s(3600)).execute(connection).await.map(drop))?;
                }
                Ok::<(), sqlx::Error>(())
            })
        })
        .await?;
    Ok(plain)
}
