//! The one task that writes to SQLite: group commit.
//!
//! An fsync costs far more than a row, so the units that wait while one commit runs share the next one. Each has its own
//! savepoint: a unit that fails undoes only itself. Nobody is answered before the commit that holds their change.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::{Rung, Tx};
use crate::platform::jobs::Bell;

/// More units than this in one transaction would make the first one wait without making the last one cheaper.
const UNITS_A_COMMIT: usize = 128;

/// Units that may wait; more senders wait at the door.
const QUEUE: usize = 1024;

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Settled> + Send>;

/// What a unit came to, and how to tell the one who waits.
struct Settled {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), sqlx::Error>) + Send>,
}

enum Order {
    Run(Job),
    Close(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
}

impl Writer {
    pub(super) async fn start(pool: &SqlitePool, bell: Bell) -> sqlx::Result<Self> {
        let connection = pool.acquire().await?;
        let (orders, inbox) = mpsc::channel(QUEUE);
        tokio::spawn(write_for_ever(connection, inbox, bell));
        Ok(Self { orders })
    }

    pub(super) async fn run<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<sqlx::Error> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            async move {
                let result = unit(tx).await;
                let keep = result.is_ok();
                let answer = move |durable: Result<(), sqlx::Error>| {
                    // Whoever asked may be gone; the change stands all the same.
                    let _ = sender.send(match durable {
                        Err(error) if keep => Err(E::from(error)),
                        _ => result,
                    });
                };
                Settled { keep, answer: Box::new(answer) }
            }
            .boxed()
        });
        self.orders.send(Order::Run(job)).await.map_err(|_| sqlx::Error::PoolClosed)?;
        // The sender is dropped without an answer only when the unit panicked.
        receiver.await.unwrap_or_else(|_| Err(E::from(sqlx::Error::WorkerCrashed)))
    }

    pub(super) async fn close(&self) {
        let (done, wait) = oneshot::channel();
        if self.orders.send(Order::Close(done)).await.is_ok() {
            let _ = wait.await;
        }
    }
}

async fn write_for_ever(connection: PoolConnection<Sqlite>, mut inbox: mpsc::Receiver<Order>, bell: Bell) {
    let mut tx = Tx::Sqlite(connection, Rung::default());
    while let Some(order) = inbox.recv().await {
        match order {
            Order::Close(done) => return end(tx, inbox, done).await,
            Order::Run(first) => {
                let close = write_once(&mut tx, first, &mut inbox, &bell).await;
                if let Some(done) = close {
                    return end(tx, inbox, done).await;
                }
            }
        }
    }
}

/// The connection is closed before anyone hears of it: whoever closes a file last takes away what lies beside it.
async fn end(tx: Tx, mut inbox: mpsc::Receiver<Order>, done: oneshot::Sender<()>) {
    inbox.close();
    if let Tx::Sqlite(connection, _) = tx
        && let Err(error) = connection.close().await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "the writer's connection could not be closed");
    }
    let _ = done.send(());
}

/// One transaction for `first` and whatever waits behind it. Gives back a request to close that it met on the way.
async fn write_once(
    tx: &mut Tx,
    first: Job,
    inbox: &mut mpsc::Receiver<Order>,
    bell: &Bell,
) -> Option<oneshot::Sender<()>> {
    let mut answers = Vec::new();
    let mut close = None;
    let mut outcome = run(tx, "begin immediate; savepoint unit").await;
    let mut next = Some(first);
    while let (Some(job), true) = (next.take(), outcome.is_ok()) {
        outcome = run_unit(tx, job, &mut answers).await;
        if outcome.is_ok() && answers.len() < UNITS_A_COMMIT {
            match inbox.try_recv() {
                Ok(Order::Run(job)) => {
                    next = Some(job);
                    outcome = run(tx, "release unit; savepoint unit").await;
                }
                Ok(Order::Close(done)) => close = Some(done),
                Err(_) => {}
            }
        }
    }
    if outcome.is_ok() {
        outcome = run(tx, "commit").await;
    }
    // A unit that was undone may have rung, too: its job looks once for nothing.
    let rung = tx.take_rung();
    if outcome.is_ok() {
        rung.sound(bell);
    } else {
        // Fails when SQLite has already rolled back by itself, which is as good.
        let _ = run(tx, "rollback").await;
    }
    for answer in answers {
        answer(outcome.as_ref().copied().map_err(|error| sqlx::Error::Protocol(format!("the commit failed: {error}"))));
    }
    if let Err(error) = outcome {
        tracing::error!(error = &error as &dyn std::error::Error, "a group of writes could not be committed");
    }
    close
}

type Answers = Vec<Box<dyn FnOnce(Result<(), sqlx::Error>) + Send>>;

/// One unit, inside the savepoint that stands: what it did is undone when it failed.
async fn run_unit(tx: &mut Tx, job: Job, answers: &mut Answers) -> sqlx::Result<()> {
    match AssertUnwindSafe(async { job(tx).await }).catch_unwind().await {
        Ok(Settled { keep, answer }) => {
            answers.push(answer);
            if keep { Ok(()) } else { run(tx, "rollback to unit").await }
        }
        Err(_panic) => {
            tracing::error!("a unit of work panicked and was undone");
            run(tx, "rollback to unit").await
        }
    }
}

/// Statements that go to SQLite's thread together: each way there and back costs more than most of them do.
async fn run(tx: &mut Tx, statements: &'static str) -> sqlx::Result<()> {
    crate::on!(tx, connection => sqlx::raw_sql(statements).execute(connection).await.map(drop))
}
