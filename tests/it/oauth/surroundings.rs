//! What a scenario finds in place: facts that other rooms would have made.

use futures_util::future::BoxFuture;
use grantline::accounts;
use grantline::audit::Who;
use grantline::on;
use grantline::platform::db::Tx;

use crate::actors::Person;
use crate::world::World;

/// Changes the database behind the server's back.
pub async fn changes<F>(world: &World, unit: F)
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, sqlx::Result<()>> + Send + 'static,
{
    world.env().db.write(unit).await.expect("the surroundings can be made");
}

/// The one text that a query finds for `key`.
pub async fn text(world: &World, sql: &'static str, key: &str) -> Option<String> {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_scalar(sql).bind(key).fetch_optional(connection).await)
        .expect("the query is right")
}

/// How many rows a query counts.
pub async fn count(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_scalar(sql).fetch_one(connection).await).expect("the query is right")
}

/// The id of the workspace that somebody made first.
pub async fn workspace_of(world: &World, person: &Person<'_>) -> String {
    let sql = "select workspace.id from workspace join person on person.id = workspace.created_by
        where person.email = $1 order by workspace.created_at, workspace.id limit 1";
    text(world, sql, &person.email).await.expect("everybody signs up with a workspace")
}

/// A linked number: its id.
pub async fn linked_number(world: &World, workspace_id: &str, phone: &str, name: &str) -> String {
    let (id, now) = (world.env().id("num"), world.env().now());
    let (number_id, workspace_id, phone, name) =
        (id.clone(), workspace_id.to_owned(), phone.to_owned(), name.to_owned());
    changes(world, move |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query(
                "insert into number (id, workspace_id, phone, name, connector, state, created_by, created_at, changed_at)
                 select $1, id, $3, $4, 'sandbox', 'linked', created_by, $5, $5 from workspace where id = $2")
                .bind(&number_id).bind(&workspace_id).bind(&phone).bind(&name).bind(now)
                .execute(connection).await.map(drop))
        })
    })
    .await;
    id
}

/// Makes somebody a member of a workspace, or changes their role there.
pub async fn joins(world: &World, person: &Person<'_>, workspace_id: &str, role: &'static str) {
    let (email, workspace_id, now) = (person.email.clone(), workspace_id.to_owned(), world.env().now());
    changes(world, move |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query(
                "insert into member (workspace_id, person_id, role, created_at)
                 select $1, id, $2, $3 from person where email = $4
                 on conflict (workspace_id, person_id) do update set role = excluded.role")
                .bind(&workspace_id).bind(role).bind(now).bind(&email).execute(connection).await.map(drop))
        })
    })
    .await;
}

/// Takes somebody out of a workspace.
pub async fn leaves(world: &World, person: &Person<'_>, workspace_id: &str) {
    let (email, workspace_id) = (person.email.clone(), workspace_id.to_owned());
    changes(world, move |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query(
                "delete from member where workspace_id = $1 and person_id = (select id from person where email = $2)")
                .bind(&workspace_id).bind(&email).execute(connection).await.map(drop))
        })
    })
    .await;
}

/// An operator suspends a workspace.
pub async fn is_suspended(world: &World, workspace_id: &str) {
    accounts::set_workspace_active(world.env(), &Who::operator(), workspace_id, false).await.expect("it is there");
}
