use std::sync::Arc;

use grantline::numbers::{LinkFailure, LinkState, MessageSink, Sessions};
use grantline::platform::Env;
use grantline_whatsapp::Connector;

use super::told::Recorder;
use super::{Member, PHONE, happens};
use crate::both_databases;
use crate::world::World;

/// The server after a restart: new sessions over the same database, the same phones and the same simulated WhatsApp.
async fn restarted(world: &World) -> Sessions {
    let sessions = starting_again(world, world.env().clone()).await;
    sessions.restore_all().await;
    sessions
}

/// The same before anything is brought back.
pub async fn starting_again(world: &World, env: Env) -> Sessions {
    world.app.sessions.shutdown().await;
    let connector: Arc<dyn Connector> = world.app.sandbox.clone().expect("a simulated WhatsApp");
    let inbox: Arc<dyn MessageSink> = Arc::new(Recorder::default());
    Sessions::start(env, connector, inbox)
}

/// Waits for the state of a number in sessions of one's own.
pub async fn until_state(sessions: &Sessions, member: &Member<'_>, number: &str, state: &str) {
    let mut news = sessions.watch(number);
    let seen = async {
        while member.number(number).await.state.name() != state {
            news.changed().await.expect("the sessions are open");
            news.borrow_and_update();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("it happens");
}

both_databases! {
    async fn a_linked_number_is_back_after_a_restart(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        link.until_number("linked").await;
        let sessions = restarted(world).await;
        until_state(&sessions, &ann, &link.number, "linked").await;
        assert_eq!(link.phone().devices(), ["Harbour"]);
        let kinds = ann.kinds_of_facts().await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "number.linked").count(), 1, "{kinds:?}");
        link.phone().unlinks().await.is(303);
        until_state(&sessions, &ann, &link.number, "needs_attention").await;
        sessions.shutdown().await;
    }

    async fn a_number_that_was_unlinked_while_the_server_was_down_says_so(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        world.app.sessions.shutdown().await;
        link.phone().unlinks().await.is(303);
        let sessions = restarted(world).await;
        until_state(&sessions, &ann, &link.number, "needs_attention").await;
        sessions.shutdown().await;
    }

    async fn an_attempt_from_before_a_restart_was_interrupted(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let code = link.code().await;
        let sessions = restarted(world).await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::Interrupted));
        link.page().await.is(200).says("The server was restarted while you were linking").says("start again");
        link.phone().types(&code).await.is(422);
        sessions.shutdown().await;
    }

    async fn a_link_that_the_server_did_not_live_to_save_is_taken_off_the_phone(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        link.until_number("linked").await;
        world.app.sessions.shutdown().await;
        // As after a stop between the two: the keys of the session are there, the number is not linked.
        runs(world, "update number set state = 'not_linked' where id = $1", &link.number).await;
        let sessions = restarted(world).await;
        link.phone().until_it_lists(&[]).await;
        happens(world, &link.number, async || ann.number(&link.number).await.state.name() == "not_linked").await;
        sessions.shutdown().await;
    }

    async fn leftovers_are_forgotten_however_many_there_are(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        has_leftovers(&ann, 250).await;
        let sessions = restarted(world).await;
        assert_eq!(keys_kept(world).await, 0);
        sessions.shutdown().await;
    }

    async fn a_link_whose_keys_are_gone_or_damaged_says_so_and_holds_up_no_other(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (gone, damaged, whole) =
            (ann.links(PHONE).await, ann.links("+44 7700 900124").await, ann.links("+44 7700 900125").await);
        world.app.sessions.shutdown().await;
        runs(world, "delete from number_key where number_id = $1", &gone.number).await;
        runs(world, "update number_key set sealed = 'nonsense' where number_id = $1", &damaged.number).await;
        let sessions = restarted(world).await;
        until_state(&sessions, &ann, &whole.number, "linked").await;
        for link in [&gone, &damaged] {
            let number = ann.number(&link.number).await;
            assert_eq!((number.state.name(), number.reason.as_deref()), ("needs_attention", Some("unreadable")));
            let page = ann.opens(&format!("/{}", link.number)).await.is(200).says("The link’s keys could not be read");
            page.says("whoever runs this server must look at its master key").says("Link again");
        }
        sessions.shutdown().await;
    }
}

/// Numbers that are not linked, each with a key that opens nothing.
async fn has_leftovers(member: &Member<'_>, count: usize) {
    let (workspace, email) = (member.workspace.clone(), member.person.email.clone());
    let unit = member.world.env().db.write(move |tx| {
        Box::pin(async move {
            for index in 0..count {
                let (id, phone) = (format!("num_{index:032}"), format!("4477009{index:05}"));
                grantline::on!(tx, connection => sqlx::query(
                    "insert into number (id, workspace_id, phone, name, connector, state, created_by, created_at, changed_at)
                     select $1, $2, $3, 'Left', 'sandbox', 'not_linked', person.id, 0, 0 from person where email = $4")
                    .bind(&id).bind(&workspace).bind(&phone).bind(&email).execute(connection).await.map(drop))?;
                grantline::on!(tx, connection => sqlx::query(
                    "insert into number_key (number_id, kind, key, sealed) values ($1, 'sandbox', 'device', 'nonsense')")
                    .bind(&id).execute(connection).await.map(drop))?;
            }
            Ok(())
        })
    });
    unit.await.map_err(|error: sqlx::Error| error).expect("left behind");
}

async fn keys_kept(world: &World) -> i64 {
    let mut tx = world.env().db.read().await.expect("a connection");
    grantline::on!(&mut tx, connection => sqlx::query_scalar("select count(*) from number_key")
        .fetch_one(connection).await)
    .expect("readable")
}

/// Something happens to a row of the database behind the server's back.
pub async fn runs(world: &World, sql: &'static str, id: &str) {
    let id = id.to_owned();
    let unit = world.env().db.write(move |tx| {
        Box::pin(async move {
            grantline::on!(tx, connection => sqlx::query(sql).bind(&id).execute(connection).await.map(drop))
        })
    });
    unit.await.map_err(|error: sqlx::Error| error).expect("changed");
}
