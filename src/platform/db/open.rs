//! Opening a database and bringing its tables up to date.

use std::io::ErrorKind;
use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::writer::Writer;
use super::{Db, Engine};
use crate::config::Secret;
use crate::platform::jobs::Bell;

/// One folder serves both engines: text, `bigint`, `boolean`, `$1`, `returning`, `on conflict`.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A statement that waits longer than this for a connection is refused rather than queued for ever.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite://path/to/file` or `postgres://user@host/name`.
    pub url: Secret,
    /// Connections: readers on SQLite, all of them on PostgreSQL.
    pub connections_max: u32,
}

pub(super) enum Kind {
    Sqlite,
    Postgres,
}

impl DatabaseSettings {
    pub(super) fn kind(&self) -> Result<Kind, OpenError> {
        match self.url.reveal().split(':').next() {
            Some("sqlite") => Ok(Kind::Sqlite),
            Some("postgres" | "postgresql") => Ok(Kind::Postgres),
            _ => Err(OpenError::UnknownScheme),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("database.url must begin with sqlite:// or postgres://")]
    UnknownScheme,
    #[error("the database could not be opened: {0}")]
    Connect(#[from] sqlx::Error),
    #[error("the database file could not be made: {0}")]
    Create(#[from] std::io::Error),
    #[error("the tables could not be brought up to date: {0}")]
    Migrate(#[from] MigrateError),
}

impl Db {
    /// Opens the database and runs what is missing of the migrations.
    pub async fn open(settings: &DatabaseSettings) -> Result<Self, OpenError> {
        match settings.kind()? {
            Kind::Sqlite => open_sqlite(settings).await,
            Kind::Postgres => open_postgres(settings).await,
        }
    }
}

async fn open_sqlite(settings: &DatabaseSettings) -> Result<Db, OpenError> {
    let options = SqliteConnectOptions::from_str(settings.url.reveal())?;
    if !is_in_memory(settings.url.reveal()) {
        create_for_owner(options.get_filename()).await?;
    }
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Durable against power loss; group commit pays for it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(ACQUIRE_TIMEOUT);
    let pool = SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
    // What savepoints keep for undoing stays in memory, and a group of units fits into the cache (in KiB) until its commit.
    let of_writer = options.clone().pragma("temp_store", "memory").pragma("cache_size", "-8192");
    let one = pool.clone().max_connections(1).connect_with(of_writer).await?;
    MIGRATIONS.run(&one).await?;
    let bell = Bell::default();
    let writer = Writer::start(&one, bell.clone()).await?;
    let readers =
        pool.max_connections(settings.connections_max).connect_with(options.pragma("query_only", "on")).await?;
    Ok(Db { engine: Engine::Sqlite { readers, writer }, bell })
}

pub(super) fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

/// Makes an empty file that its owner alone may read, where there is none. SQLite would make one for everyone; the files
/// that it lays beside it (`-wal`, `-shm`) get the mode of this one.
async fn create_for_owner(file: &Path) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.open(file).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

async fn open_postgres(settings: &DatabaseSettings) -> Result<Db, OpenError> {
    let pool = PgPoolOptions::new()
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_connections(settings.connections_max)
        .connect_with(PgConnectOptions::from_str(settings.url.reveal())?)
        .await?;
    MIGRATIONS.run(&pool).await?;
    Ok(Db { engine: Engine::Postgres(pool), bell: Bell::default() })
}
