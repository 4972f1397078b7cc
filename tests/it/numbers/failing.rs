use std::time::Duration;

use grantline::numbers::{self, LinkFailure, LinkState};
use grantline::on;

use super::{Member, PHONE, SandboxPhone, mails_to};
use crate::both_databases;

both_databases! {
    async fn a_wrong_code_is_answered_with_a_new_one(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let first = link.code().await;
        link.phone().types("AAAA-AAAA").await.is(422).says("This code does not match.");
        link.until(|attempt| matches!(&attempt.state, LinkState::Waiting(waiting) if waiting.was_wrong && waiting.code.is_some())).await;
        link.page().await.is(200).says("The code on the phone was wrong, so it counts no more.");
        let second = link.code().await;
        assert_ne!(first, second);
        link.phone().types(&second).await.is(303);
        link.phone().presses_link().await.is(303);
        link.until_ended().await;
        assert_eq!(link.state().await, LinkState::Linked);
    }

    async fn three_wrong_codes_are_too_many(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        link.code().await;
        for _ in 0..2 {
            link.phone().types("AAAA-AAAA").await.is(422);
        }
        link.phone().types("AAAA-AAAA").await.is(422).says("There were too many wrong codes.");
        link.until_ended().await;
        link.page().await.is(200).says("There were too many tries").says("wait ten minutes").says("Try again");
        assert_eq!(ann.record().await.pop().map(|(action, _, _)| action), Some(String::from("number.link_failed")));
    }

    async fn a_code_runs_out_and_then_the_attempt(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let code = link.code().await;
        world.passes(Duration::from_secs(150));
        link.page().await.is(200).says("The code has run out").says("Get a new code");
        link.phone().types(&code).await.is(422).says("This code has run out.");
        world.passes(Duration::from_secs(10));
        link.until_ended().await;
        link.page().await.is(200).says("The code ran out before the phone used it").says("start again");
        let again = link.posts("again").await.is(303);
        assert_ne!(again.location(), ann.at(&link.path()));
        assert_eq!(ann.number(&link.number).await.state.name(), "not_linked");
    }

    async fn another_phone_is_the_wrong_phone(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        ann.starts_linking("+44 7700 900777").await;
        let other = SandboxPhone::new(&ann.person.browser, "447700900777");
        other.types(&link.code().await).await.is(303);
        other.presses_link().await.is(422).says("The device was to be linked to another number. Nothing was linked.");
        link.until_ended().await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::WrongPhone));
        link.page().await.is(200).says("The phone confirmed a different number").says("The wrong link was undone");
        assert!(other.devices().is_empty() && link.phone().devices().is_empty());
    }

    async fn cancel_on_the_phone_links_nothing_and_tells_nobody(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        link.phone().types(&link.code().await).await.is(303);
        link.phone().presses_cancel().await.is(303);
        assert!(link.state().await.is_open() && link.phone().devices().is_empty());
        world.passes(Duration::from_secs(160));
        link.until_ended().await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::Expired));
    }

    async fn a_number_that_is_linked_here_gets_no_new_code(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        ann.asks_to_link(PHONE).await.is(409).says("This number is already linked to this workspace.");
        link.posts("code").await.is(409).says("The number is linked already").says("+44 7700 900123 is linked");
        assert_eq!(link.phone().devices(), ["Harbour"]);
    }

    async fn a_number_that_is_linked_elsewhere_gets_no_code(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        ann.links(PHONE).await;
        bob.asks_to_link(PHONE).await.is(409).says("Another workspace on this server has linked this number.");
        bob.opens("").await.is(200).says("No numbers yet");
    }

    async fn of_two_workspaces_that_link_one_phone_the_first_wins(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        let first = ann.starts_linking(PHONE).await;
        world.passes(Duration::from_secs(1));
        let second = bob.starts_linking(PHONE).await;
        for link in [&first, &second] {
            first.phone().types(&link.code().await).await.is(303);
            first.phone().presses_link().await.is(303);
            link.until_ended().await;
        }
        assert_eq!(first.state().await, LinkState::Linked);
        assert_eq!(second.state().await, LinkState::Failed(LinkFailure::AlreadyLinkedElsewhere));
        second.page().await.is(200).says("Another workspace on this server has this number");
        // The link made just now is taken off the phone again.
        first.phone().until_it_lists(&["Harbour"]).await;
    }

    async fn a_number_without_an_account_cannot_be_linked(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking("+44 7700 900000").await;
        link.page().await.is(200).says("WhatsApp gave no code for this number").says("check the number").says("Try again");
    }

    async fn a_phone_with_four_devices_takes_no_fifth(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        for name in ["Bob", "Cem", "Dia", "Eve"] {
            let other = Member::owns_a_workspace(world, name).await;
            let link = other.links(PHONE).await;
            leave_the_device(&link).await;
        }
        let link = ann.starts_linking(PHONE).await;
        link.phone().types(&link.code().await).await.is(303);
        link.phone().presses_link().await.is(422).says("This phone has four linked devices");
        link.page().await.is(200).says("Are there four devices already? Remove one first.");
    }

    async fn the_simulated_phone_has_a_number_for_each_way_to_fail(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let unreached = ann.starts_linking("+44 7700 900005").await;
        unreached.page().await.is(200).says("We could not reach WhatsApp").says("try again in a minute.").says("Try again");
        let full = ann.starts_linking("+44 7700 900006").await;
        assert_eq!(full.phone().devices().len(), 4);
        full.phone().types(&full.code().await).await.is(303);
        full.phone().presses_link().await.is(422).says("This phone has four linked devices");
        // The next step that the page names leads on.
        full.phone().unlinks().await.is(303);
        full.posts("code").await.is(303);
        full.phone().types(&full.code().await).await.is(303);
        full.phone().presses_link().await.is(303);
        full.until_ended().await;
        assert_eq!(full.state().await, LinkState::Linked);
    }

    async fn a_server_that_is_about_to_stop_links_nothing_and_says_so(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let linked = ann.links("+44 7700 900124").await;
        let link = ann.starts_linking(PHONE).await;
        let code = link.code().await;
        numbers::pause(&world.app.sessions).await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::ServerPaused));
        let page = link.page().await.is(200).says("The server was stopped while you were linking");
        page.says("try again in a few minutes, when it is back").says("Try again");
        link.phone().types(&code).await.is(422);
        assert!(link.phone().devices().is_empty());
        let record = ann.record().await.pop().expect("an entry");
        assert!(record.0 == "number.link_failed" && record.2.contains("server_paused"), "{record:?}");
        // Nothing is begun, and the number that is linked goes on.
        let (attempts, mails) = (ann.attempts().await, mails_to(world, "ann@example.com").await.len());
        ann.asks_to_link(PHONE).await.is(503).says("This server is about to stop, so no number can be linked now.");
        assert_eq!((ann.attempts().await, mails_to(world, "ann@example.com").await.len()), (attempts, mails));
        assert_eq!(ann.number(&linked.number).await.state.name(), "linked");
    }

    async fn whoever_asks_too_often_waits(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        for turn in 0..20 {
            ann.asks_to_link(&format!("+44 7700 9005{turn:02}")).await.is(303);
        }
        let refused = ann.asks_to_link(PHONE).await.is(429);
        let refused = refused.says("There were too many tries to link. Wait 3 minutes and try again.");
        assert_eq!(refused.header("retry-after"), "180");
        let bob = Member::owns_a_workspace(world, "Bob").await;
        bob.asks_to_link(PHONE).await.is(303);
    }

    async fn whatsapp_wants_a_pause_after_five_codes_and_the_last_one_stays(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        for _ in 0..4 {
            link.posts("code").await.is(303);
        }
        let last = link.code().await;
        world.passes(Duration::from_secs(30));
        let refused = link.posts("code").await.is(429);
        let refused = refused.says("Many codes were asked for. Wait 10 minutes before the next one.");
        assert_eq!(refused.header("retry-after"), "570");
        assert_eq!(link.code().await, last);
    }

    async fn attempts_that_are_long_over_are_forgotten(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let linked = ann.links(PHONE).await;
        let stopped = ann.starts_linking("+44 7700 900124").await;
        stopped.posts("cancel").await.is(303);
        world.passes(Duration::from_secs(90 * 86_400));
        world.works().await;
        assert_eq!(ann.attempts().await, 2, "somebody may still look at them");
        world.passes(Duration::from_secs(1));
        world.works().await;
        assert_eq!(ann.attempts().await, 0);
        assert_eq!(ann.number(&linked.number).await.state.name(), "linked");
    }

    async fn an_attempt_that_whatsapp_forgot_is_ended_by_a_job(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        // As if WhatsApp never told the end.
        world.app.sessions.shutdown().await;
        world.passes(Duration::from_secs(250));
        world.works().await;
        assert!(link.state().await.is_open(), "the phone may still be asking");
        world.passes(Duration::from_secs(60));
        world.works().await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::Expired));
    }
}

/// The row is gone and the device still on the phone, as after a restore from an old backup.
async fn leave_the_device(link: &super::Link<'_, '_>) {
    let id = link.number.clone();
    let unit = link.member.world.env().db.write(move |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query("delete from number where id = $1").bind(&id).execute(connection).await.map(drop))
        })
    });
    unit.await.map_err(|error: sqlx::Error| error).expect("deleted");
}
