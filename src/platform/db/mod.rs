//! One SQL text, two engines: SQLite embedded, or a PostgreSQL server.
//!
//! - Writes go through [`Db::write`]. On SQLite one task runs the waiting units inside one transaction, each in its own
//!   savepoint, commits once and then answers all of them (group commit, `synchronous=FULL`).
//! - Reads go through [`Db::read`]: a connection of the readers' pool, each statement at its own moment.
//! - Work for a background job is rung for inside the unit that makes it, [`Tx::ring`]; the bell sounds after the commit.
//! - SQL is written once, with `$1`; [`on!`](crate::on) runs it on whichever connection a [`Tx`] holds.

mod alone;
mod look;
mod open;
mod writer;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use tracing::Instrument as _;

pub use alone::{Alone, AloneError};
pub use look::{LookError, Standing};
pub use open::{DatabaseSettings, OpenError};

use super::jobs::Bell;

/// An open connection, inside a transaction when it comes from [`Db::write`].
pub enum Tx {
    Sqlite(PoolConnection<Sqlite>, Rung),
    Postgres(PgConnection, Rung),
}

/// The jobs for which there is work once the transaction has been committed.
#[derive(Default)]
pub struct Rung(Vec<&'static str>);

impl Tx {
    /// Wakes a job after the commit of this transaction, and not before: then it finds the work.
    pub fn ring(&mut self, job: &'static str) {
        let (Self::Sqlite(_, Rung(rung)) | Self::Postgres(_, Rung(rung))) = self;
        if !rung.contains(&job) {
            rung.push(job);
        }
    }

    fn take_rung(&mut self) -> Rung {
        let (Self::Sqlite(_, rung) | Self::Postgres(_, rung)) = self;
        std::mem::take(rung)
    }
}

impl Rung {
    fn sound(self, bell: &Bell) {
        for job in self.0 {
            bell.ring(job);
        }
    }
}

/// A PostgreSQL connection: plain for reading, in a transaction for writing.
pub enum PgConnection {
    Plain(PoolConnection<Postgres>),
    Transaction(sqlx::Transaction<'static, Postgres>),
}

impl PgConnection {
    pub fn inner(&mut self) -> &mut sqlx::PgConnection {
        match self {
            Self::Plain(connection) => connection,
            Self::Transaction(transaction) => transaction,
        }
    }
}

/// Runs one statement on whichever engine the transaction holds.
///
/// ```ignore
/// on!(tx, connection => sqlx::query("delete from mail where id = $1").bind(id).execute(connection).await)?;
/// ```
/// Both arms must give the same type: end a statement that changes rows with `.map(|done| done.rows_affected())`.
#[macro_export]
macro_rules! on {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::platform::db::Tx::Sqlite(inner, _) => {
                let $connection = &mut **inner;
                $body
            }
            $crate::platform::db::Tx::Postgres(inner, _) => {
                let $connection = inner.inner();
                $body
            }
        }
    };
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    bell: Bell,
}

#[derive(Clone)]
enum Engine {
    Sqlite { readers: SqlitePool, writer: writer::Writer },
    Postgres(PgPool),
}

impl Db {
    /// Runs a unit of work in one transaction and returns after it is durable. An `Err` undoes everything the unit did;
    /// a refusal that must leave a trace is therefore an `Ok` that holds the refusal.
    ///
    /// The unit owns what it uses and runs in a task of its own: once begun it runs to its end, even if whoever asked has
    /// gone. One that panics is undone, and is an `Err` for whoever asked.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<sqlx::Error> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite { writer, .. } => writer.run(unit).await,
            Engine::Postgres(pool) => {
                let run = tokio::spawn(in_transaction(pool.clone(), self.bell.clone(), unit).in_current_span());
                run.await.unwrap_or_else(|_| Err(E::from(sqlx::Error::WorkerCrashed)))
            }
        }
    }

    /// A connection for reading, outside any transaction.
    pub async fn read(&self) -> sqlx::Result<Tx> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => Ok(Tx::Sqlite(readers.acquire().await?, Rung::default())),
            Engine::Postgres(pool) => Ok(Tx::Postgres(PgConnection::Plain(pool.acquire().await?), Rung::default())),
        }
    }

    /// What wakes the jobs for which units of work rang.
    #[must_use]
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Waits for open connections and closes them.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { readers, writer } => {
                writer.close().await;
                readers.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

async fn in_transaction<T, E, F>(pool: PgPool, bell: Bell, unit: F) -> Result<T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    E: From<sqlx::Error>,
{
    let mut tx = Tx::Postgres(PgConnection::Transaction(pool.begin().await?), Rung::default());
    let result = unit(&mut tx).await;
    let Tx::Postgres(PgConnection::Transaction(transaction), rung) = tx else {
        return Err(E::from(sqlx::Error::WorkerCrashed));
    };
    if result.is_ok() {
        transaction.commit().await?;
        rung.sound(&bell);
    } else {
        transaction.rollback().await?;
    }
    result
}
