use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use grantline::platform::jobs::Progress;
use grantline_whatsapp::{Outgoing, SendFailure};

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, Queue, body_of, refusal, text};
use crate::both_databases;

const DAY_S: u64 = 86_400;

both_databases! {
    async fn a_text_is_handed_over_under_its_own_id(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        world.passes(Duration::from_secs(2));
        queue.works().await;
        let taken = queue.carrier.taken.lock().expect("whole").clone();
        let [(number, text)] = taken.as_slice() else { panic!("{taken:?}") };
        assert_eq!((number, text), (&desk, &Outgoing::text(&id, BOBS_PHONE, "hello")));
        let message = app.gets(&format!("/v1/messages/{id}")).await.json();
        assert_eq!((message["state"].as_str(), message["changed_at"].as_str()), (Some("sent"), Some("2026-01-01T00:00:02.000Z")));
        assert_eq!(office.news().await, "message.queued 1, message.sent 1");
        queue.works().await;
        assert_eq!(queue.carrier.tries(), 1);
    }

    async fn texts_of_one_number_leave_in_their_order(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let texts: Vec<String> = (0..45).map(|index| format!("text {index}")).collect();
        for text in &texts {
            app.texts(&desk, text).await;
        }
        queue.carrier.refuses(&desk, &[SendFailure::Network]);
        queue.works().await;
        assert!(queue.carrier.bodies().is_empty(), "nothing overtakes the first one");
        app.texts(&desk, "later").await;
        queue.works().await;
        assert_eq!(queue.carrier.tries(), 1, "a new text does not end the pause");
        world.passes(Duration::from_secs(5));
        queue.works().await;
        let expected: Vec<String> = texts.into_iter().chain([String::from("later")]).collect();
        assert_eq!(queue.carrier.bodies(), expected);
    }

    async fn workers_at_once_hand_each_text_over_once_and_in_order(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let mut numbers = Vec::new();
        for index in 0..6 {
            numbers.push(office.number(&format!("44770090010{index}"), "linked").await);
        }
        for text in 0..8 {
            for number in &numbers {
                app.texts(number, &format!("{text}")).await;
            }
        }
        let work = |worker: &grantline::platform::jobs::Job| {
            let worker = worker.clone();
            async move { while worker.run_once().await.expect("it works") == Progress::More {} }
        };
        join_all(queue.workers.iter().map(work)).await;
        queue.works().await;
        let taken = queue.carrier.taken.lock().expect("whole").clone();
        for number in &numbers {
            let of_number = taken.iter().filter(|(from, _)| from == number).map(|(_, text)| body_of(text));
            assert_eq!(of_number.collect::<Vec<_>>(), ["0", "1", "2", "3", "4", "5", "6", "7"]);
        }
    }

    async fn a_number_that_is_held_up_collects_no_more_than_may_wait(world: &World) {
        let small = world.beside(|config| config.messages.queued_per_number = 3).await;
        let office = Office::opens(&small, "Ann").await;
        let (desk, other) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let (app, queue) = (office.app("gr_acme"), Queue::of(&small));
        let first = app.sends_once("first", &text(Some(&desk), "1")).await.is(202).json()["id"].clone();
        app.texts(&desk, "2").await;
        app.texts(&desk, "3").await;
        let full = app.sends(&text(Some(&desk), "4")).await;
        assert_eq!(refusal(&full), "429 queue_full number_id: As many messages wait to leave this number as may wait. \
            Send more when some have left; GET /v1/messages?state=queued lists them.");
        assert_eq!(full.header("retry-after"), "60");
        let again = app.sends_once("first", &text(Some(&desk), "1")).await.is(202);
        assert_eq!(again.json()["id"], first, "what was taken before is still known");
        app.texts(&other, "another number has a queue of its own").await;
        queue.works().await;
        app.texts(&desk, "5").await;
        queue.works().await;
        let mut sent = queue.carrier.bodies();
        sent.retain(|body| body.len() == 1);
        assert_eq!(sent, ["1", "2", "3", "5"]);
        small.ends().await;
    }

    async fn a_slow_number_delays_no_other(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (slow, quick) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        queue.carrier.holds(&slow);
        let held = app.texts(&slow, "held").await;
        let worker = queue.workers[0].clone();
        let stuck = tokio::spawn(async move { worker.run_once().await });
        while queue.carrier.tries() == 0 {
            tokio::task::yield_now().await;
        }
        let waits = app.texts(&slow, "waits behind it").await;
        let sent = app.texts(&quick, "quick").await;
        assert_eq!(queue.workers[1].run_once().await.expect("it works"), Progress::More);
        assert_eq!(queue.workers[2].run_once().await.expect("it works"), Progress::Idle);
        assert_eq!(queue.carrier.bodies(), ["quick"]);
        assert_eq!([app.state_of(&sent).await, app.state_of(&held).await], ["sent", "queued"]);
        queue.carrier.releases(&slow);
        stuck.await.expect("no panic").expect("it works");
        queue.works().await;
        assert_eq!(queue.carrier.bodies(), ["quick", "held", "waits behind it"]);
        assert_eq!(app.state_of(&waits).await, "sent");
    }

    async fn a_text_that_was_not_taken_is_tried_again_after_longer_and_longer_pauses(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.carrier.refuses(&desk, &[SendFailure::Network, SendFailure::Throttled, SendFailure::Network, SendFailure::Network, SendFailure::Network]);
        for (tries, pause_s) in [(1, 5), (2, 30), (3, 120), (4, 600), (5, 600)] {
            queue.works().await;
            assert_eq!(queue.carrier.tries(), tries);
            assert_eq!(app.state_of(&id).await, "queued");
            world.passes(Duration::from_secs(pause_s - 1));
            queue.works().await;
            assert_eq!(queue.carrier.tries(), tries, "{pause_s} seconds are not over");
            world.passes(Duration::from_secs(1));
        }
        queue.works().await;
        assert_eq!(app.state_of(&id).await, "sent");
        // What follows begins with the shortest pause again.
        queue.carrier.refuses(&desk, &[SendFailure::Network]);
        let next = app.texts(&desk, "again").await;
        queue.works().await;
        world.passes(Duration::from_secs(5));
        queue.works().await;
        assert_eq!(app.state_of(&next).await, "sent");
    }

    async fn a_text_that_cannot_be_sent_in_time_fails_and_so_does_what_waits_behind_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let first = app.texts(&desk, "first").await;
        world.passes(Duration::from_secs(10));
        let second = app.texts(&desk, "second").await;
        queue.carrier.refuses(&desk, &[SendFailure::NotLinked; 3]);
        queue.works().await;
        world.passes(Duration::from_secs(59));
        queue.works().await;
        assert_eq!(queue.carrier.tries(), 1, "a number that is not linked is asked once a minute");
        world.passes(Duration::from_secs(1));
        queue.works().await;
        assert_eq!(queue.carrier.tries(), 2);
        world.passes(Duration::from_secs(DAY_S - 71));
        queue.works().await;
        assert_eq!([app.state_of(&first).await, app.state_of(&second).await], ["queued", "queued"]);
        assert_eq!(queue.carrier.tries(), 3);
        world.passes(Duration::from_secs(1));
        queue.works().await;
        assert_eq!(app.state_of(&first).await, "failed expired");
        assert_eq!(app.state_of(&second).await, "sent", "it has ten seconds left, and the number is back");
        assert_eq!(office.news().await, "message.failed 1, message.queued 2, message.sent 1");
    }

    async fn a_refusal_is_final_and_holds_nothing_up(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        queue.carrier.refuses(&desk, &[SendFailure::NotOnWhatsapp, SendFailure::Refused]);
        let ids = [app.texts(&desk, "1").await, app.texts(&desk, "2").await, app.texts(&desk, "3").await];
        queue.works().await;
        let states = [app.state_of(&ids[0]).await, app.state_of(&ids[1]).await, app.state_of(&ids[2]).await];
        assert_eq!(states, ["failed not_on_whatsapp", "failed refused", "sent"]);
        let failed: Vec<String> = office.events().await.into_iter().filter(|(kind, _)| kind == "message.failed")
            .map(|(_, data)| data["reason"].as_str().expect("a reason").to_owned()).collect();
        assert_eq!(failed.len(), 2);
        assert!(failed.contains(&String::from("refused")) && failed.contains(&String::from("not_on_whatsapp")));
    }

    async fn what_waits_when_access_ends_is_not_sent(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (gone, stays) = (office.app("gr_gone"), office.app("gr_stays"));
        let queue = Queue::of(world);
        let ids = [gone.texts(&desk, "1").await, stays.texts(&desk, "2").await, gone.texts(&desk, "3").await];
        queue.ledger.ended.lock().expect("whole").insert(String::from("gr_gone"));
        queue.works().await;
        let states = [stays.state_of(&ids[0]).await, stays.state_of(&ids[1]).await, stays.state_of(&ids[2]).await];
        assert_eq!(states, ["failed access_ended", "sent", "failed access_ended"]);
        assert_eq!(queue.carrier.bodies(), ["2"]);
    }

    async fn a_worker_that_dies_is_followed_by_another_one(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.texts(&desk, "hello").await;
        queue.carrier.holds(&desk);
        let worker = queue.workers[0].clone();
        let dying = tokio::spawn(async move { worker.run_once().await });
        while queue.carrier.tries() == 0 {
            tokio::task::yield_now().await;
        }
        dying.abort();
        assert!(dying.await.expect_err("it is dead").is_cancelled());
        let after = Queue::of(world);
        after.works().await;
        assert_eq!(after.carrier.tries(), 0, "the lease is not over");
        world.passes(Duration::from_secs(90));
        after.works().await;
        assert_eq!(app.state_of(&id).await, "sent");
        assert_eq!(after.carrier.taken.lock().expect("whole")[0].1.id, id, "WhatsApp knows it by the same id");
    }

    async fn a_worker_that_comes_too_late_leaves_the_lane_to_the_other(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let (first, second) = (app.texts(&desk, "first").await, app.texts(&desk, "second").await);
        queue.carrier.holds(&desk);
        let worker = queue.workers[0].clone();
        let late = tokio::spawn(async move { worker.run_once().await });
        while queue.carrier.tries() == 0 {
            tokio::task::yield_now().await;
        }
        world.passes(Duration::from_secs(91));
        let other = Queue::of(world);
        other.carrier.refuses(&desk, &[SendFailure::Network]);
        other.works().await;
        queue.carrier.releases(&desk);
        late.await.expect("no panic").expect("it works");
        assert_eq!(queue.carrier.bodies(), ["first"], "it does not go on in a lane that is not its own");
        assert_eq!([app.state_of(&first).await, app.state_of(&second).await], ["sent", "queued"]);
        world.passes(Duration::from_secs(5));
        other.works().await;
        assert_eq!(other.carrier.bodies(), ["second"]);
    }

    async fn a_bell_is_rung_for_every_text(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let (stop, tracker) = (tokio_util::sync::CancellationToken::new(), tokio_util::task::TaskTracker::new());
        grantline::platform::jobs::start(queue.workers.clone(), &world.env().clock, &world.env().bell, &stop, &tracker);
        let id = app.texts(&desk, "hello").await;
        // The clock stands still: only the bell can have woken a worker.
        let sent = async { while app.state_of(&id).await != "sent" { tokio::task::yield_now().await } };
        tokio::time::timeout(Duration::from_secs(20), sent).await.expect("the bell wakes a worker");
        stop.cancel();
        tracker.close();
        tracker.wait().await;
        assert_eq!(Arc::clone(&queue.carrier).tries(), 1);
    }
}
