use std::os::unix::fs::PermissionsExt as _;

use grantline::on;
use grantline::platform::db::Tx;
use tokio::sync::oneshot;

use crate::both_databases;
use crate::oauth::surroundings::{changes, count};
use crate::world::World;

#[tokio::test]
async fn only_its_owner_may_read_the_database_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let world = World::on_sqlite().await;
    let file = folder.path().join("made.sqlite");
    let url = toml::Value::String(format!("sqlite://{}", file.display()));
    let other = world.beside(|config| config.database.url = url.try_into().expect("a setting")).await;
    other.person("Ann").await;
    for name in ["made.sqlite", "made.sqlite-wal", "made.sqlite-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    other.ends().await;
    world.ends().await;
}

both_databases! {
    /// Whoever closes their browser stops no transaction half-way.
    async fn a_write_that_has_begun_runs_to_its_end_without_whoever_asked(world: &World) {
        let (tell, begun) = oneshot::channel();
        let (go, wait) = oneshot::channel::<()>();
        let mut asking = Box::pin(world.env().db.write(move |tx| Box::pin(async move {
            let _ = tell.send(());
            let _ = wait.await;
            note(tx, "evt_1").await
        })));
        tokio::select! {
            ended = &mut asking => panic!("it waits: {ended:?}"),
            told = begun => told.expect("it has begun"),
        }
        drop(asking);
        go.send(()).expect("it waits still");
        let mut looks = 0;
        while count(world, NOTES).await == 0 {
            looks += 1;
            assert!(looks < 10_000, "it was undone");
        }
    }

    async fn a_write_that_panics_is_undone_and_disturbs_nobody(world: &World) {
        let panicked: sqlx::Result<()> = world.env().db.write(|tx| Box::pin(async move {
            note(tx, "evt_1").await?;
            panic!("no luck")
        })).await;
        assert!(matches!(panicked, Err(sqlx::Error::WorkerCrashed)), "{panicked:?}");
        assert_eq!(count(world, NOTES).await, 0);
        changes(world, |tx| Box::pin(note(tx, "evt_2"))).await;
        assert_eq!(count(world, NOTES).await, 1);
    }

    async fn a_server_without_its_database_is_not_ready(world: &World) {
        world.browser().opens("/readyz").await.is(200);
        world.env().db.close().await;
        let answer = world.browser().opens("/readyz").await.is(503);
        assert_eq!(answer.body, "the database does not answer\n");
        world.browser().opens("/healthz").await.is(200);
    }
}

/// Nobody is told that a change stands before the commit that holds it.
#[tokio::test]
async fn a_commit_that_fails_fails_everyone_in_it_and_nobody_after_it() {
    let world = World::on_sqlite().await;
    // Checked at the commit, when the unit itself has long gone well.
    let orphan = world.env().db.write(|tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query("pragma defer_foreign_keys = on").execute(connection).await.map(drop))?;
            let insert =
                "insert into member (workspace_id, person_id, role, created_at) values ('ws_0', 'usr_0', 'owner', 0)";
            on!(tx, connection => sqlx::query(insert).execute(connection).await.map(drop))
        })
    });
    // Both wait together, so that they share a commit, or the second has one of its own.
    let beside = world.env().db.write(|tx| Box::pin(note(tx, "evt_1")));
    let (orphan, beside): (sqlx::Result<()>, sqlx::Result<()>) = tokio::join!(orphan, beside);
    assert!(orphan.expect_err("nothing was committed").to_string().contains("the commit failed"));
    assert_eq!(count(&world, NOTES).await, i64::from(beside.is_ok()));
    assert_eq!(count(&world, "select count(*) from member").await, 0);
    changes(&world, |tx| Box::pin(note(tx, "evt_2"))).await;
    world.ends().await;
}

const NOTES: &str = "select count(*) from event";

async fn note(tx: &mut Tx, id: &'static str) -> sqlx::Result<()> {
    let insert = "insert into event (id, kind, data, created_at) values ($1, 'test', '{}', 0)";
    on!(tx, connection => sqlx::query(insert).bind(id).execute(connection).await.map(drop))
}
