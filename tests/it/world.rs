//! A server with a clock that only the test moves and chance that repeats.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use grantline::app::{self, App};
use grantline::config::{self, Config};
use grantline::platform::clock::HandClock;
use grantline::platform::jobs::Progress;
use grantline::platform::{Env, Random, Timestamp};
use http_body_util::BodyExt as _;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::actors::{Answer, Person};

pub const BASE_URL: &str = "https://grantline.test";
/// 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp(1_767_225_600_000);

/// Runs a scenario on SQLite and on PostgreSQL, each with a world of its own.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$about:meta])* async fn $name:ident($world:ident: &World) $body:block)+) => {$(
        $(#[$about])*
        async fn $name($world: &$crate::world::World) $body

        mod $name {
            #[tokio::test]
            async fn sqlite() {
                let world = $crate::world::World::on_sqlite().await;
                super::$name(&world).await;
                world.ends().await;
            }

            #[tokio::test]
            async fn postgres() {
                let world = $crate::world::World::on_postgres().await;
                super::$name(&world).await;
                world.ends().await;
            }
        }
    )+};
}

/// Repeats the same bytes in every run.
struct SeededRandom(Mutex<ChaCha20Rng>);

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().expect("no test panics while it holds this").fill_bytes(bytes);
    }
}

enum Place {
    Folder {
        _folder: TempDir,
    },
    Database {
        server: String,
        name: String,
    },
    /// The database of another world, which outlives this one.
    Shared,
}

pub struct World {
    pub app: App,
    pub clock: Arc<HandClock>,
    place: Place,
}

impl World {
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}/grantline.sqlite", folder.path().display());
        Self::open(&url, START, Place::Folder { _folder: folder }).await
    }

    /// Over a database that somebody else looks after, at a moment.
    pub async fn over(database_url: &str, start: Timestamp) -> Self {
        Self::open(database_url, start, Place::Shared).await
    }

    pub async fn on_postgres() -> Self {
        let server = postgres_server();
        let name = format!("world_{}_{}", std::process::id(), next_number());
        let mut connection = PgConnection::connect(&server).await.expect("TEST_POSTGRES_URL can be reached");
        let create = format!("create database {name} template {}", template_database(&server).await);
        connection.execute(sqlx::AssertSqlSafe(create)).await.expect("a database of its own");
        let url = database_url(&server, &name);
        Self::open(&url, START, Place::Database { server, name }).await
    }

    async fn open(database_url: &str, start: Timestamp, place: Place) -> Self {
        let clock = Arc::new(HandClock::at(start));
        let random = Arc::new(SeededRandom(Mutex::new(ChaCha20Rng::seed_from_u64(7))));
        let app =
            app::build(test_config(database_url), clock.clone(), random).await.expect("the server is put together");
        Self { app, clock, place }
    }

    /// Another node over the same database, with other settings.
    pub async fn beside(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::clone(&self.env().config);
        change(&mut config);
        let random = Arc::clone(&self.env().random);
        let app = app::build(config, self.clock.clone(), random).await.expect("the server is put together");
        Self { app, clock: Arc::clone(&self.clock), place: Place::Shared }
    }

    pub fn env(&self) -> &Env {
        &self.app.env
    }

    /// Moves the clock.
    pub fn passes(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// A browser that nobody has signed in on.
    pub fn browser(&self) -> crate::actors::Browser<'_> {
        crate::actors::Browser::new(self)
    }

    /// Somebody with an account and a workspace, signed in.
    pub async fn person(&self, name: &str) -> Person<'_> {
        Person::signs_up(self, name).await
    }

    /// Sends one request through the whole router.
    pub async fn sends(&self, request: Request<Body>) -> Answer {
        let response = self.app.router.clone().oneshot(request).await.expect("the router answers");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("the body can be read").to_bytes();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Runs every background job until none has work left.
    pub async fn works(&self) {
        for _ in 0..100 {
            let mut idle = true;
            for job in &self.app.jobs {
                idle &= job.run_once().await.expect(job.name) == Progress::Idle;
            }
            if idle {
                return;
            }
        }
        panic!("the background jobs find no end");
    }

    /// Closes the sessions and lets go of the database.
    pub async fn ends(self) {
        self.app.sessions.shutdown().await;
        self.app.env.db.close().await;
        if let Place::Database { server, name } = &self.place {
            let mut connection = PgConnection::connect(server).await.expect("TEST_POSTGRES_URL can be reached");
            let drop = format!("drop database {name} with (force)");
            connection.execute(sqlx::AssertSqlSafe(drop)).await.expect("the database can be dropped");
        }
    }
}

fn test_config(database_url: &str) -> Config {
    let settings = format!(
        "[server]\nbase_url = \"{BASE_URL}\"\nproduct_name = \"Harbour\"\n\
         [database]\nurl = \"{database_url}\"\nconnections_max = 4\n\
         [outbound]\nallow_loopback = true\n\
         [keys]\nmaster = \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""
    );
    config::load(Some(&settings), std::iter::empty()).expect("the test settings are right")
}

#[expect(clippy::disallowed_methods, reason = "the test run says where its PostgreSQL is")]
fn postgres_server() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL names a PostgreSQL server; `scripts/test it` starts one")
}

fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn database_url(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("TEST_POSTGRES_URL is a URL");
    url.set_path(name);
    url.to_string()
}

/// The migrations run once a test process; every world starts from a copy.
async fn template_database(server: &str) -> String {
    static MADE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    MADE.get_or_init(|| async {
        let name = format!("template_{}", std::process::id());
        let mut connection = PgConnection::connect(server).await.expect("TEST_POSTGRES_URL can be reached");
        let create = format!("create database {name}");
        connection.execute(sqlx::AssertSqlSafe(create)).await.expect("databases may be made");
        let settings = test_config(&database_url(server, &name)).database;
        grantline::platform::db::Db::open(&settings).await.expect("the migrations run").close().await;
        name
    })
    .await
    .clone()
}
