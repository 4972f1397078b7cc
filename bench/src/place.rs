//! A server in this process, on a database of its own, and those who want to be told by webhooks. Only from inside can one
//! save an event without whatever makes one happen, and know the moment of its commit.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantline::access::Scope;
use grantline::accounts::{self, NewPerson};
use grantline::app;
use grantline::apps::{self, DeclaredScope, Details, Kind, NewApp};
use grantline::audit::Who;
use grantline::commands::run_until_stopped;
use grantline::config;
use grantline::events::{self, Endpoint, EndpointError, Owner, Wish};
use grantline::on;
use grantline::platform::Env;
use grantline::platform::clock::WallClock;
use grantline::platform::db::Tx;
use grantline::platform::random::SystemRandom;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// Endpoints that are made at once.
const AT_ONCE: usize = 16;
/// Old rows are younger than what is taken away: they stay.
const OLD_S: i64 = 10 * 86_400;

/// Who is told together.
#[derive(Clone)]
pub struct Crowd {
    /// The workspaces in which things happen, and how many numbers each has.
    pub workspaces: Vec<String>,
    pub numbers: usize,
    /// Endpoints that hear of each event.
    pub fan_out: usize,
    endpoints: Vec<String>,
}

pub struct Place {
    pub env: Env,
    home: Home,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<anyhow::Result<()>>,
    owner_id: String,
    url: String,
}

enum Home {
    Folder { _folder: TempDir },
    Database { server: String, name: String },
}

impl Place {
    /// Starts a server that tells a receiver; on PostgreSQL when that is named.
    pub async fn start(name: &str, postgres: Option<&str>, receiver: SocketAddr) -> anyhow::Result<Self> {
        let (home, database) = match postgres {
            Some(server) => database_of_its_own(server, name).await?,
            None => {
                let folder = tempfile::tempdir()?;
                let url = format!("sqlite://{}/grantline.sqlite", folder.path().display());
                (Home::Folder { _folder: folder }, url)
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let config = config::load(Some(&settings(listener.local_addr()?, &database)), std::iter::empty())?;
        let app = app::build(config, Arc::new(WallClock), Arc::new(SystemRandom)).await?;
        let env = app.env.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(run_until_stopped(app, listener, async { drop(stopped.await) }));
        let owner = NewPerson {
            email: String::from("owner@bench.example"),
            name: String::from("Owner"),
            password: String::from("a password for the bench"),
            workspace: String::new(),
        };
        let owner_id = accounts::sign_up(&env, &Who::operator(), owner).await?.id;
        Ok(Self { env, home, stop, serving, owner_id, url: format!("http://{receiver}/hook") })
    }

    pub async fn end(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        self.serving.await??;
        if let Home::Database { server, name } = &self.home {
            let drop = format!("drop database {name} with (force)");
            PgConnection::connect(server).await?.execute(sqlx::AssertSqlSafe(drop)).await?;
        }
        Ok(())
    }

    /// One workspace with `apps` apps, each of which has `endpoints` endpoints.
    pub async fn apps_in_a_workspace(&self, numbers: usize, apps: usize, endpoints: usize) -> anyhow::Result<Crowd> {
        let workspaces = self.workspaces(1).await?;
        let mut owners = Vec::new();
        for _ in 0..apps {
            let app_id = self.app().await?;
            self.grant(&workspaces[0], &app_id).await?;
            owners.extend(std::iter::repeat_n(Owner::App(app_id), endpoints));
        }
        let endpoints = self.endpoints(owners).await?;
        Ok(Crowd { workspaces, numbers, fan_out: endpoints.len(), endpoints })
    }

    /// Workspaces that have one endpoint and one number each.
    pub async fn workspaces_with_an_endpoint(&self, count: usize) -> anyhow::Result<Crowd> {
        let workspaces = self.workspaces(count).await?;
        let owners = workspaces.iter().cloned().map(Owner::Workspace).collect();
        let endpoints = self.endpoints(owners).await?;
        Ok(Crowd { workspaces, numbers: 1, fan_out: 1, endpoints })
    }

    async fn workspaces(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let ids: Vec<String> = (0..count).map(|_| self.env.id("ws")).collect();
        let (made, owner_id, now) = (ids.clone(), self.owner_id.clone(), self.env.now());
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                for id in &made {
                    on!(tx, connection => sqlx::query(
                        "insert into workspace (id, name, created_by, created_at) values ($1, 'Bench', $2, $3)")
                        .bind(id).bind(&owner_id).bind(now).execute(connection).await.map(drop))?;
                    on!(tx, connection => sqlx::query(
                        "insert into member (workspace_id, person_id, role, created_at) values ($1, $2, 'owner', $3)")
                        .bind(id).bind(&owner_id).bind(now).execute(connection).await.map(drop))?;
                }
                Ok::<_, sqlx::Error>(())
            })
        });
        unit.await?;
        Ok(ids)
    }

    async fn app(&self) -> anyhow::Result<String> {
        let details = Details {
            name: String::from("Bench app"),
            publisher: String::from("Bench"),
            redirect_uris: vec![String::from("https://app.example/callback")],
            scopes: vec![DeclaredScope { scope: Scope::MessagesRead, required: true, reason: String::new() }],
            ..Details::default()
        };
        let new = NewApp { owner_id: self.owner_id.clone(), kind: Kind::Public, details };
        Ok(apps::register(&self.env, &Who::operator(), new).await?.0.id)
    }

    async fn grant(&self, workspace_id: &str, app_id: &str) -> anyhow::Result<()> {
        let (grant_id, now, owner_id) = (self.env.id("gr"), self.env.now(), self.owner_id.clone());
        let (workspace_id, app_id) = (workspace_id.to_owned(), app_id.to_owned());
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query(
                    "insert into oauth_grant (id, workspace_id, app_id, approved_by, scopes, all_numbers, state, created_at,
                        changed_at, idle_since, locale)
                     values ($1, $2, $3, $4, 'messages:read', true, 'active', $5, $5, $5, 'en')")
                    .bind(&grant_id).bind(&workspace_id).bind(&app_id).bind(&owner_id).bind(now)
                    .execute(connection).await.map(drop))?;
                events::begin_to_tell(tx, &grant_id, &workspace_id, &app_id).await
            })
        });
        Ok(unit.await?)
    }

    async fn endpoints(&self, owners: Vec<Owner>) -> anyhow::Result<Vec<String>> {
        let wish = Wish::check(&self.url, "", [], self.env.config.outbound.reach())?;
        let (mut ids, mut making) = (Vec::new(), JoinSet::<Result<Endpoint, EndpointError>>::new());
        for owner in owners {
            while making.len() >= AT_ONCE
                && let Some(made) = making.join_next().await
            {
                ids.push(made??.id);
            }
            let (env, wish) = (self.env.clone(), wish.clone());
            making.spawn(async move { events::create_endpoint(&env, &Who::operator(), &owner, wish).await });
        }
        while let Some(made) = making.join_next().await {
            ids.push(made??.id);
        }
        Ok(ids)
    }

    /// A past for a crowd: so many events of its workspaces, and so many tries of its endpoints.
    pub async fn ages(&self, crowd: &Crowd, rows: usize) -> anyhow::Result<()> {
        let begun = self.env.now().plus_s(-OLD_S).0;
        let numbers = i64::try_from(crowd.numbers)?;
        let each = i64::try_from(rows / crowd.workspaces.len())?;
        for id in crowd.workspaces.clone() {
            let unit =
                self.env.db.write(move |tx| Box::pin(async move { old_events(tx, &id, each, numbers, begun).await }));
            unit.await?;
        }
        let each = i64::try_from(rows / crowd.endpoints.len())?;
        for id in crowd.endpoints.clone() {
            self.env.db.write(move |tx| Box::pin(async move { old_attempts(tx, &id, each, begun).await })).await?;
        }
        Ok(())
    }

    /// Rows a second into this database when each waits for its own commit.
    #[expect(
        clippy::disallowed_methods,
        clippy::cast_precision_loss,
        reason = "this program measures real time; small counts"
    )]
    pub async fn rows_a_second(&self, rows: usize) -> anyhow::Result<f64> {
        self.runs("create table entry (id bigint generated always as identity primary key, body text not null)")
            .await?;
        let begun = Instant::now();
        for _ in 0..rows {
            self.runs("insert into entry (body) values ('one row')").await?;
        }
        Ok(rows as f64 / begun.elapsed().as_secs_f64())
    }

    /// PostgreSQL does this by itself, some time after many rows have come.
    pub async fn looks_around(&self) -> anyhow::Result<()> {
        if let Home::Database { .. } = self.home {
            self.runs("analyze").await?;
        }
        Ok(())
    }

    async fn runs(&self, sql: &'static str) -> sqlx::Result<()> {
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move { on!(tx, connection => sqlx::query(sql).execute(connection).await.map(drop)) })
        });
        unit.await
    }
}

async fn database_of_its_own(server: &str, name: &str) -> anyhow::Result<(Home, String)> {
    let name = format!("bench_{}_{name}", std::process::id());
    let create = format!("create database {name}");
    PgConnection::connect(server).await?.execute(sqlx::AssertSqlSafe(create)).await?;
    let (before, _) = server.rsplit_once('/').unwrap_or((server, ""));
    let url = format!("{before}/{name}");
    Ok((Home::Database { server: server.to_owned(), name }, url))
}

fn settings(address: SocketAddr, database: &str) -> String {
    let key = STANDARD.encode([7; 32]);
    format!(
        "[server]\nbase_url = \"http://{address}\"\n[database]\nurl = \"{database}\"\n[keys]\nmaster = \"{key}\"\n\
         [outbound]\nallow_loopback = true\n"
    )
}

async fn old_events(tx: &mut Tx, workspace_id: &str, count: i64, numbers: i64, begun: i64) -> sqlx::Result<()> {
    let data = crate::webhooks::data(0).to_string();
    on!(tx, connection => sqlx::query(
        "insert into event (id, seq, kind, subject, number_id, grant_id, data, created_at)
         with recursive series (n) as
            (select cast(1 as bigint) union all select n + 1 from series where n < cast($2 as bigint))
         select 'evt_0' || cast($1 as text) || cast(1000000000 + n as text), n, 'message.received', cast($1 as text),
                'num_' || cast(n % cast($3 as bigint) as text), null, cast($4 as text), cast($5 as bigint) + n
           from series")
        .bind(workspace_id).bind(count).bind(numbers).bind(&data).bind(begun)
        .execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query("insert into event_head (subject, seq) values ($1, $2)")
        .bind(workspace_id).bind(count).execute(connection).await.map(drop))
}

/// One in a hundred was given up.
async fn old_attempts(tx: &mut Tx, endpoint_id: &str, count: i64, begun: i64) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into webhook_attempt (id, endpoint_id, event_id, kind, subject, grant_id, attempt, outcome, status, answer,
            took_ms, at)
         with recursive series (n) as
            (select cast(1 as bigint) union all select n + 1 from series where n < cast($2 as bigint))
         select 'try_0' || cast($1 as text) || cast(1000000000 + n as text), cast($1 as text),
                'evt_0' || cast(1000000000 + n as text), 'message.received', 'ws_0', '', 1,
                case when n % 100 = 0 then 'failed' else 'delivered' end, 204, '', 3, cast($3 as bigint) + n
           from series")
        .bind(endpoint_id).bind(count).bind(begun).execute(connection).await.map(drop))
}
