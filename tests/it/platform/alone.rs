//! One server a database.

use std::time::Duration;

use grantline::app;
use grantline::on;
use grantline::platform::db::{Alone, AloneError, Tx};

use crate::both_databases;
use crate::world::World;

async fn takes(world: &World, patience_s: i64) -> Result<Alone, AloneError> {
    Alone::take(&world.env().config.database, world.clock.clone(), patience_s).await
}

/// Waits until `holds`; the bound only ends a test that would hang.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let seen = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it happens");
}

/// Whether PostgreSQL knows of a lock like ours in this database.
async fn is_locked(world: &World) -> bool {
    let mut tx = world.env().db.read().await.expect("a connection");
    let locks: i64 = on!(&mut tx, connection => sqlx::query_scalar(
        "select count(*) from pg_locks where locktype = 'advisory' and granted
            and database = (select oid from pg_database where datname = current_database())")
        .fetch_one(connection).await)
    .expect("readable");
    locks > 0
}

/// PostgreSQL ends the connections that hold such a lock, as when it restarts.
async fn breaks_the_connection(world: &World) {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
            and database = (select oid from pg_database where datname = current_database())")
        .execute(connection).await.map(drop))
    .expect("ended");
    drop(tx);
    until(async || !is_locked(world).await).await;
}

async fn is_postgres(world: &World) -> bool {
    matches!(world.env().db.read().await.expect("a connection"), Tx::Postgres(..))
}

both_databases! {
    async fn a_second_server_is_refused_and_told_what_to_do(world: &World) {
        let first = takes(world, 0).await.expect("nobody else is there");
        let refusal = takes(world, 0).await.err().expect("refused").to_string();
        assert!(refusal.contains("another server runs on this database") && refusal.contains("stop the other one first"), "{refusal}");
        // What an operator's command opens.
        let beside = app::open_env((*world.env().config).clone()).await.expect("a command runs beside the server");
        beside.db.close().await;
        first.release().await;
        takes(world, 0).await.expect("the first one is gone").release().await;
    }

    async fn a_server_that_stops_is_waited_for_and_not_for_ever(world: &World) {
        let first = takes(world, 0).await.expect("nobody else is there");
        let (settings, clock) = (world.env().config.database.clone(), world.clock.clone());
        let second = tokio::spawn(async move { Alone::take(&settings, clock, 1_000_000_000).await });
        let (settings, clock) = (world.env().config.database.clone(), world.clock.clone());
        let third = tokio::spawn(async move { Alone::take(&settings, clock, 10).await });
        until(async || {
            world.passes(Duration::from_millis(500));
            third.is_finished()
        }).await;
        assert!(matches!(third.await.expect("no panic"), Err(AloneError::Taken)));
        first.release().await;
        until(async || {
            world.passes(Duration::from_millis(1));
            second.is_finished()
        }).await;
        second.await.expect("no panic").expect("it has the database now").release().await;
    }

    async fn a_server_that_dies_holds_nothing_up(world: &World) {
        drop(takes(world, 0).await.expect("nobody else is there"));
        let mut after = None;
        until(async || {
            after = takes(world, 0).await.ok();
            after.is_some()
        }).await;
        after.expect("the database is free").release().await;
    }

    async fn a_lock_whose_connection_broke_is_taken_again(world: &World) {
        if !is_postgres(world).await {
            return; // The operating system's locks have no connection.
        }
        let held = takes(world, 0).await.expect("nobody else is there");
        breaks_the_connection(world).await;
        until(async || {
            world.passes(Duration::from_secs(5));
            is_locked(world).await
        }).await;
        assert!(matches!(takes(world, 0).await, Err(AloneError::Taken)));
        held.release().await;
    }

    async fn a_server_whose_lock_went_to_another_one_is_told(world: &World) {
        if !is_postgres(world).await {
            return; // The operating system's locks have no connection.
        }
        let held = takes(world, 0).await.expect("nobody else is there");
        breaks_the_connection(world).await;
        let other = takes(world, 0).await.expect("the first one has lost it");
        let lost = tokio::spawn(held.lost());
        until(async || {
            world.passes(Duration::from_secs(5));
            lost.is_finished()
        }).await;
        held.release().await;
        assert!(is_locked(world).await, "the other one's lock is not touched");
        other.release().await;
    }
}
