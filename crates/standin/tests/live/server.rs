//! The server, in a process of its own: everything but the program's `main`, with the live connector against a stand-in and a
//! SQLite that stays. Another process tells it what to do, a line each:
//!
//! ```text
//! exchange        > exchange FORM         what trades the grant's code for a token (in the first start only)
//! link PHONE      > code PHONE CODE       a code to type on that phone
//! linked          > linked N              how many numbers are linked and connected
//! received        > received N            how many messages have come in and are kept
//! ids             > ids ID ID ..          of all numbers, by phone
//! stop                                    end in order
//! ```

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantline::access::Scope;
use grantline::app::{self, Whatsapp};
use grantline::audit::Who;
use grantline::commands::run_until_stopped;
use grantline::numbers::{self, LinkRequest, LinkState, Sessions, Waiting};
use grantline::platform::clock::WallClock;
use grantline::platform::random::SystemRandom;
use grantline::platform::{Env, Timestamp};
use grantline::{config, on};
use grantline_whatsapp::Connector;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::seed::{Seed, seed};

const SCOPES: [Scope; 3] = [Scope::AccountRead, Scope::MessagesSend, Scope::NumbersRead];

/// Serves, and does what the parent says.
pub async fn run(
    folder: &Path,
    address: &str,
    connector: impl FnOnce(&Env) -> Arc<dyn Connector>,
) -> anyhow::Result<()> {
    let config = config::load(Some(&settings(folder, address)), std::iter::empty())?;
    let app = app::build_on(config, Arc::new(WallClock), Arc::new(SystemRandom), |env| {
        Ok(Whatsapp { connector: connector(env), sandbox: None })
    });
    let app = app.await?;
    let mut control =
        Control { env: app.env.clone(), sessions: app.sessions.clone(), begun: app.env.now(), seed: None };
    if control.rows("select id from workspace").await?.is_empty() {
        control.seed = Some(seed(&app.env, &SCOPES, 1).await?);
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = TcpListener::bind(address).await?;
    let serving = tokio::spawn(run_until_stopped(app, listener, async { drop(stopped.await) }));
    control.obeys().await?;
    // It has ended already when nobody takes this.
    let _ = stop.send(());
    serving.await?
}

fn settings(folder: &Path, address: &str) -> String {
    let (folder, key) = (folder.display(), STANDARD.encode([7; 32]));
    format!(
        "[server]\nbase_url = \"http://{address}\"\n[database]\nurl = \"sqlite://{folder}/grantline.sqlite\"\n\
         [keys]\nmaster = \"{key}\"\n[api]\ncalls_per_minute = 100000000\n\
         [numbers]\nlink_attempts_per_hour = 1000000\n[messages]\nqueued_per_number = 100000\n"
    )
}

struct Control {
    env: Env,
    sessions: Sessions,
    begun: Timestamp,
    /// Made by the first start.
    seed: Option<Seed>,
}

impl Control {
    #[expect(clippy::print_stdout, reason = "the parent reads it")]
    async fn obeys(&self) -> anyhow::Result<()> {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Some(line) = lines.next_line().await? {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["exchange"] => {
                    println!("exchange {}", self.seed.as_ref().context("not the first start")?.exchange(0));
                }
                ["link", phone] => self.link(phone).await?,
                ["linked"] => println!("linked {}", self.linked().await?),
                ["received"] => {
                    println!("received {}", self.rows("select id from message where direction = 'in'").await?.len());
                }
                ["ids"] => println!("ids {}", self.rows("select id from number order by phone").await?.join(" ")),
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    /// Those that are back: what others were before a stop still stands in the database.
    async fn linked(&self) -> anyhow::Result<usize> {
        let begun = self.begun.0;
        let sql = format!("select id from number where state = 'linked' and changed_at >= {begun}");
        Ok(self.rows(&sql).await?.len())
    }

    async fn rows(&self, sql: &str) -> sqlx::Result<Vec<String>> {
        let mut tx = self.env.db.read().await?;
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        on!(&mut tx, connection => sqlx::query_scalar(sql).fetch_all(connection).await)
    }

    /// Starts to link a number, and says its code as soon as there is one.
    async fn link(&self, phone: &str) -> anyhow::Result<()> {
        let mut tx = self.env.db.read().await?;
        let owner = on!(&mut tx, connection => sqlx::query_as("select workspace_id, person_id from member").fetch_one(connection).await);
        let (workspace_id, person_id): (String, String) = owner?;
        drop(tx);
        let (sessions, phone) = (self.sessions.clone(), phone.to_owned());
        tokio::spawn(async move {
            if let Err(error) = ask_for_code(&sessions, workspace_id, person_id, &phone).await {
                tracing::error!(error = format!("{error:#}"), "no code");
            }
        });
        Ok(())
    }
}

#[expect(clippy::print_stdout, reason = "the parent reads it")]
async fn ask_for_code(sessions: &Sessions, workspace_id: String, person_id: String, phone: &str) -> anyhow::Result<()> {
    let request = LinkRequest {
        workspace_id: workspace_id.clone(),
        person_id,
        phone: format!("+{phone}"),
        country: None,
        name: String::new(),
    };
    let attempt_id = numbers::start_link(sessions, &Who::operator(), request).await?;
    let attempt = numbers::link_attempt(sessions.env(), &workspace_id, &attempt_id).await?.context("it was saved")?;
    match attempt.state {
        LinkState::Waiting(Waiting { code: Some(code), .. }) => println!("code {phone} {}", code.text),
        other => anyhow::bail!("there is no code: {other:?}"),
    }
    Ok(())
}
