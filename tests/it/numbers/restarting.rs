use std::sync::Arc;

use grantline::numbers::{LinkFailure, LinkState, MessageSink, Sessions};
use grantline_whatsapp::Connector;

use super::told::Recorder;
use super::{Member, PHONE, happens};
use crate::both_databases;
use crate::world::World;

/// The server after a restart: new sessions over the same database, the same phones and the same simulated WhatsApp.
async fn restarted(world: &World) -> Sessions {
    world.app.sessions.shutdown().await;
    let connector: Arc<dyn Connector> = world.app.sandbox.clone().expect("a simulated WhatsApp");
    let inbox: Arc<dyn MessageSink> = Arc::new(Recorder::default());
    let sessions = Sessions::start(world.env().clone(), connector, inbox);
    sessions.restore_all().await.expect("restored");
    sessions
}

/// Waits for the state of a number in sessions of one's own.
async fn until_state(sessions: &Sessions, member: &Member<'_>, number: &str, state: &str) {
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
        forget_the_link(world, &link.number).await;
        let sessions = restarted(world).await;
        link.phone().until_it_lists(&[]).await;
        happens(world, &link.number, async || ann.number(&link.number).await.state.name() == "not_linked").await;
        sessions.shutdown().await;
    }
}

/// The keys of the session are there, the number is not linked: as after a stop between the two.
async fn forget_the_link(world: &World, number: &str) {
    let id = number.to_owned();
    let unit = world.env().db.write(move |tx| {
        Box::pin(async move {
            grantline::on!(tx, connection => sqlx::query("update number set state = 'not_linked' where id = $1")
                .bind(&id).execute(connection).await.map(drop))
        })
    });
    unit.await.map_err(|error: sqlx::Error| error).expect("changed");
}
