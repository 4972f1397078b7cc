//! One server a database. Numbers' sessions live in one process: a second one would open every session twice and end the
//! link attempts of the first. A server holds a lock for as long as it lives; commands beside it do not.
//!
//! The lock goes when its process dies, however it dies: on SQLite the operating system holds it, on PostgreSQL the
//! connection that took it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::DatabaseSettings;
use crate::platform::Clock;

/// Our advisory lock (each database of a PostgreSQL server has its own): `grantlin` in ASCII.
const LOCK: i64 = 0x6772_616E_746C_696E;
/// Between looks at a lock that another server holds.
const LOOK_AGAIN_MS: i64 = 500;
/// Between looks at the connection that holds the lock: when it breaks, PostgreSQL gives the lock to whoever asks next.
const WATCH_S: i64 = 5;
/// A connection that takes longer than this for an answer counts as broken.
const ANSWER_MAX: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum AloneError {
    #[error(
        "another server runs on this database. One server keeps all connections of its numbers to WhatsApp, so a second one would break them: stop the other one first, or give this one a database of its own (database.url)"
    )]
    Taken,
    #[error("the lock file {path} cannot be used: {error}")]
    File { path: PathBuf, error: std::io::Error },
    #[error("the database's lock cannot be taken: {0}")]
    Database(#[from] sqlx::Error),
}

/// The database is this server's alone, until this is released or dropped.
pub struct Alone {
    held: Held,
    lost: CancellationToken,
}

enum Held {
    File(File),
    Connection { keeper: JoinHandle<()>, stop: DropGuard },
}

enum Try {
    File(PathBuf),
    Connection(Box<PgConnectOptions>),
}

impl Alone {
    /// Takes the lock. Another server that is about to stop is waited for, `patience_s` seconds long.
    pub async fn take(settings: &DatabaseSettings, clock: Arc<dyn Clock>, patience_s: i64) -> Result<Self, AloneError> {
        let url = settings.url.reveal();
        let way = if url.starts_with("sqlite:") {
            let mut path = SqliteConnectOptions::from_str(url)?.get_filename().as_os_str().to_owned();
            path.push(".lock");
            Try::File(path.into())
        } else {
            Try::Connection(Box::new(PgConnectOptions::from_str(url)?))
        };
        let (until, lost) = (clock.now().plus_s(patience_s), CancellationToken::new());
        for looks in 0_usize.. {
            if let Some(held) = way.once(&clock, &lost).await? {
                return Ok(Self { held, lost });
            }
            if clock.now() >= until {
                return Err(AloneError::Taken);
            }
            if looks == 0 {
                tracing::info!("another server runs on this database: waiting for it to stop");
            }
            clock.sleep_until(clock.now().plus_ms(LOOK_AGAIN_MS).min(until)).await;
        }
        Err(AloneError::Taken)
    }

    /// Ends when the connection that held the lock broke and another server was quicker to take it again.
    pub fn lost(&self) -> impl Future<Output = ()> + Send + 'static {
        self.lost.clone().cancelled_owned()
    }

    /// Lets the next server in.
    pub async fn release(self) {
        match self.held {
            Held::File(file) => drop(file),
            Held::Connection { keeper, stop } => {
                drop(stop);
                let _ = keeper.await;
            }
        }
    }
}

impl Try {
    /// Nothing when another server holds the lock.
    async fn once(&self, clock: &Arc<dyn Clock>, lost: &CancellationToken) -> Result<Option<Held>, AloneError> {
        match self {
            Self::File(path) => {
                let failed = |error| AloneError::File { path: path.clone(), error };
                // Never written to; it stays, because to delete it would free its name while somebody waits for it.
                let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(failed)?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(Held::File(file))),
                    Err(TryLockError::WouldBlock) => Ok(None),
                    Err(TryLockError::Error(error)) => Err(failed(error)),
                }
            }
            Self::Connection(options) => {
                let Some(connection) = lock(options).await? else { return Ok(None) };
                let stop = CancellationToken::new();
                let keeper =
                    Keeper { options: PgConnectOptions::clone(options), clock: Arc::clone(clock), lost: lost.clone() };
                let keeper = tokio::spawn(keeper.run(connection, stop.clone()));
                Ok(Some(Held::Connection { keeper, stop: stop.drop_guard() }))
            }
        }
    }
}

/// A connection that holds the lock, or nothing when another one does.
async fn lock(options: &PgConnectOptions) -> sqlx::Result<Option<PgConnection>> {
    let mut connection = options.connect().await?;
    let taken: bool =
        sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut connection).await?;
    Ok(taken.then_some(connection))
}

/// Keeps the connection that holds the lock, and takes the lock again when it breaks.
struct Keeper {
    options: PgConnectOptions,
    clock: Arc<dyn Clock>,
    lost: CancellationToken,
}

impl Keeper {
    async fn run(self, connection: PgConnection, stop: CancellationToken) {
        let mut connection = Some(connection);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.clock.sleep_until(self.clock.now().plus_s(WATCH_S)) => {}
            }
            if let Some(held) = &mut connection
                && !matches!(tokio::time::timeout(ANSWER_MAX, held.ping()).await, Ok(Ok(())))
            {
                tracing::warn!("the connection that holds the database's lock broke; it is opened again");
                connection = None;
            }
            if connection.is_none() {
                match tokio::time::timeout(ANSWER_MAX, lock(&self.options)).await {
                    Ok(Ok(None)) => {
                        tracing::error!("another server has taken this database: stopping");
                        self.lost.cancel();
                        return;
                    }
                    Ok(Ok(Some(again))) => connection = Some(again),
                    Ok(Err(_)) | Err(_) => tracing::warn!("the database's lock could not be taken again yet"),
                }
            }
        }
        if let Some(mut held) = connection {
            // Closing alone frees the lock only when PostgreSQL has noticed.
            let _ = sqlx::query("select pg_advisory_unlock($1)").bind(LOCK).execute(&mut held).await;
            let _ = held.close().await;
        }
    }
}
