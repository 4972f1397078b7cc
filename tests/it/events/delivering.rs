//! What is brought to an endpoint: to whom, in which order, and how often.

use std::sync::Arc;
use std::time::Duration;

use grantline::audit::Who;
use grantline::events::{Deed, Kind, Owner, Wanted, attempts, change_endpoint, endpoint_secrets};
use tokio::sync::Notify;

use super::receiver::{Receiver, Reply};
use super::telling::{Listener, happens};
use crate::both_databases;
use crate::oauth::actors::YES;
use crate::oauth::surroundings::{count, linked_number, text, workspace_of};

/// The outcomes of all tries of an endpoint, oldest first.
async fn outcomes(world: &crate::world::World, owner: &Owner, id: &str) -> Vec<String> {
    let wanted = Wanted { limit: 100, ..Wanted::default() };
    let tries = attempts(world.env(), owner, id, &wanted).await.expect("they are kept");
    let told = |attempt: &grantline::events::Attempt| {
        let what =
            attempt.status.map_or_else(|| attempt.failure.clone().unwrap_or_default(), |status| status.to_string());
        format!("{} {what}", attempt.outcome.name())
    };
    // Those of one moment stand in no order.
    let mut tries: Vec<_> = tries.iter().map(|attempt| (attempt.at, told(attempt))).collect();
    tries.sort();
    tries.into_iter().map(|(_, told)| told).collect()
}

both_databases! {
    async fn an_app_is_told_what_its_grant_covers_and_its_endpoint_wants(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);
        let floor = linked_number(world, &anns, "447700900001", "Shop floor").await;
        let office = linked_number(world, &anns, "447700900002", "Office").await;
        let choice = [("numbers", "these"), ("number", floor.as_str()), ("lifetime", "30d"), ("understood", "yes")];
        let shop = Listener::connects(world, &ann, &choice).await;
        let (mut all, mut some) = (Receiver::starts().await, Receiver::starts().await);
        let owner = Owner::App(shop.app.id.clone());
        let endpoint = all.listens(world, &owner, &[]).await;
        some.listens(world, &owner, &["message.sent"]).await;
        happens(world, Kind::MessageReceived, &anns, Some(&office), "of another number").await;
        happens(world, Kind::MessageReceived, &anns, Some(&floor), "of its number").await;
        happens(world, Kind::NumberStateChanged, &anns, Some(&floor), "without the scope").await;
        happens(world, Kind::MessageReceived, &bobs, Some(&floor), "of another workspace").await;
        world.works().await;
        let heard = all.heard();
        assert_eq!(heard.iter().map(|heard| heard.told()).collect::<Vec<_>>(), ["of its number"]);
        assert_eq!(some.told(), [""; 0]);
        let fed = shop.asks("").await.is(200).json();
        assert_eq!(Some(&heard[0].body), fed["data"].as_array().and_then(|data| data.last()), "as the feed tells it");
        assert_eq!((heard[0].id.as_str(), heard[0].timestamp.as_str()), (heard[0].body["id"].as_str().unwrap_or(""), "1767225600"));
        assert_eq!(outcomes(world, &owner, &endpoint.id).await, ["delivered 204"]);
        assert_eq!(count(world, "select count(*) from webhook_lane").await, 0, "a lane is there while there is something to tell");
    }

    async fn a_workspace_hears_of_itself_alone(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::Workspace(anns.clone()), &[]).await;
        Listener::connects(world, &ann, &YES).await;
        happens(world, Kind::MessageReceived, &anns, None, "ours").await;
        happens(world, Kind::MessageReceived, &bobs, None, "theirs").await;
        world.works().await;
        assert_eq!(receiver.kinds(), ["grant.created", "message.received"]);
    }

    async fn one_number_waits_for_what_failed_and_others_do_not(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let floor = linked_number(world, &anns, "447700900001", "Shop floor").await;
        let office = linked_number(world, &anns, "447700900002", "Office").await;
        let mut receiver = Receiver::starts().await;
        let owner = Owner::Workspace(anns.clone());
        let endpoint = receiver.listens(world, &owner, &[]).await;
        receiver.answers([Reply::Status(503)]);
        happens(world, Kind::MessageReceived, &anns, Some(&floor), "floor 1").await;
        world.works().await;
        for (number, told) in [(&floor, "floor 2"), (&office, "office 1"), (&floor, "floor 3"), (&office, "office 2")] {
            happens(world, Kind::MessageReceived, &anns, Some(number), told).await;
        }
        world.works().await;
        assert_eq!(receiver.told(), ["floor 1", "office 1", "office 2"]);
        world.passes(Duration::from_secs(6));
        world.works().await;
        assert_eq!(receiver.told(), ["floor 1", "floor 2", "floor 3"]);
        let (refused, taken) = ("again 503", "delivered 204");
        assert_eq!(outcomes(world, &owner, &endpoint.id).await, [refused, taken, taken, taken, taken, taken]);
        assert_eq!(text(world, "select state from webhook_endpoint where id = $1 and failing_since is null", &endpoint.id).await.as_deref(), Some("active"));
    }

    async fn what_is_refused_comes_again_on_schedule_and_is_given_up_at_last(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let owner = Owner::Workspace(anns.clone());
        let endpoint = receiver.listens(world, &owner, &[]).await;
        receiver.answers([301, 302, 400, 404, 500, 502, 503, 504].map(Reply::Status));
        happens(world, Kind::MessageReceived, &anns, None, "hopeless").await;
        happens(world, Kind::MessageReceived, &anns, None, "next").await;
        world.works().await;
        for pause_s in [5, 300, 1800, 7200, 18_000, 36_000, 36_000] {
            assert_eq!(receiver.told(), ["hopeless"]);
            world.passes(Duration::from_millis(pause_s * 1000 - 100));
            world.works().await;
            assert_eq!(receiver.told(), [""; 0], "not before {pause_s} s");
            // Chance makes it a tenth longer at most.
            world.passes(Duration::from_millis(pause_s * 100 + 100));
            world.works().await;
        }
        assert_eq!(receiver.told(), ["hopeless", "next"]);
        let tries = outcomes(world, &owner, &endpoint.id).await;
        assert_eq!(tries[..3], ["again 301", "again 302", "again 400"], "a redirect is not followed");
        assert_eq!(tries[7..], ["delivered 204", "failed 504"]);
    }

    async fn who_asks_for_patience_gets_it(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::Workspace(anns.clone()), &[]).await;
        receiver.answers([Reply::With(429, "retry-after", "120")]);
        happens(world, Kind::MessageReceived, &anns, None, "later").await;
        world.works().await;
        world.passes(Duration::from_secs(119));
        world.works().await;
        assert_eq!(receiver.told(), ["later"]);
        world.passes(Duration::from_secs(1));
        world.works().await;
        assert_eq!(receiver.told(), ["later"]);
    }

    async fn a_slow_endpoint_delays_no_other(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let (mut slow, mut quick) = (Receiver::starts().await, Receiver::starts().await);
        let owner = Owner::Workspace(anns.clone());
        slow.listens(world, &owner, &[]).await;
        quick.listens(world, &owner, &[]).await;
        let gate = Arc::new(Notify::new());
        slow.usually(Reply::Waits(Arc::clone(&gate)));
        let mut numbers = Vec::new();
        for phone in 0..12 {
            numbers.push(linked_number(world, &anns, &format!("4477009001{phone:02}"), "Shop").await);
        }
        for number in &numbers {
            happens(world, Kind::MessageReceived, &anns, Some(number), number).await;
        }
        let telling = world.works();
        let others = async {
            let mut heard = Vec::new();
            while heard.len() < numbers.len() {
                heard.push(quick.hears().await.told().to_owned());
            }
            // What comes while the slow one thinks does not wait for it either.
            happens(world, Kind::MessageReceived, &anns, None, "one more").await;
            assert_eq!(quick.hears().await.told(), "one more");
            slow.usually(Reply::Status(200));
            for _ in 0..64 {
                gate.notify_one();
                tokio::task::yield_now().await;
            }
            gate.notify_waiters();
            heard
        };
        let (_, mut heard) = tokio::join!(telling, async {
            let heard = others.await;
            // Whoever came between the opening and the next request finds it open.
            gate.notify_one();
            heard
        });
        heard.sort();
        numbers.sort();
        assert_eq!(heard, numbers);
        let mut late = slow.told();
        late.sort();
        assert_eq!(late.len(), 13, "{late:?}");
    }

    async fn two_secrets_sign_for_a_week(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let owner = Owner::Workspace(anns.clone());
        let endpoint = receiver.listens(world, &owner, &[]).await;
        let first = endpoint_secrets(world.env(), &owner, &endpoint.id).await.expect("it has one");
        change_endpoint(world.env(), &Who::operator(), &owner, &endpoint.id, Deed::RotateSecret).await.expect("it rotates");
        let both = endpoint_secrets(world.env(), &owner, &endpoint.id).await.expect("it has two");
        assert_eq!(both.old.as_ref(), Some(&first.newest));
        assert_ne!(both.newest, first.newest);
        let stored = text(world, "select secret from webhook_endpoint where id = $1", &endpoint.id).await.expect("it is kept");
        assert!(!stored.contains(both.newest.reveal().trim_start_matches("whsec_")), "sealed");
        happens(world, Kind::MessageReceived, &anns, None, "").await;
        world.works().await;
        assert_eq!(receiver.hears().await.signature.matches("v1,").count(), 2);
        world.passes(Duration::from_secs(7 * 86_400));
        happens(world, Kind::MessageReceived, &anns, None, "").await;
        world.works().await;
        assert_eq!(receiver.hears().await.signature.matches("v1,").count(), 1);
        change_endpoint(world.env(), &Who::operator(), &owner, &endpoint.id, Deed::RotateSecret).await.expect("it rotates");
        change_endpoint(world.env(), &Who::operator(), &owner, &endpoint.id, Deed::EndOldSecret).await.expect("it ends");
        assert!(endpoint_secrets(world.env(), &owner, &endpoint.id).await.expect("it has one").old.is_none());
    }

    async fn what_happens_while_it_is_told_is_told_in_its_order(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::Workspace(anns.clone()), &[]).await;
        let floor = linked_number(world, &anns, "447700900001", "Shop floor").await;
        let happening = async {
            for told in 0..60 {
                happens(world, Kind::MessageReceived, &anns, Some(&floor), &told.to_string()).await;
            }
        };
        let telling = async {
            for _ in 0..60 {
                world.works().await;
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(happening, telling);
        world.works().await;
        let expected: Vec<String> = (0..60).map(|told| told.to_string()).collect();
        assert_eq!(receiver.told(), expected);
        assert_eq!(count(world, "select count(*) from webhook_lane").await, 0);
    }

    async fn whoever_died_at_it_is_followed_by_another(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::Workspace(anns.clone()), &[]).await;
        let gate = Arc::new(Notify::new());
        receiver.answers([Reply::Waits(gate)]);
        happens(world, Kind::MessageReceived, &anns, None, "interrupted").await;
        let job = world.app.jobs.iter().find(|job| job.name == "webhooks").expect("it is there").clone();
        let dying = tokio::spawn(async move { job.run_once().await });
        let first = receiver.hears().await;
        dying.abort();
        let _ = dying.await;
        world.works().await;
        assert_eq!(receiver.told(), [""; 0], "its lease holds");
        grantline::events::take_over(world.env()).await.expect("a server that starts is alone");
        world.works().await;
        let second = receiver.hears().await;
        assert_eq!((second.id.as_str(), second.told()), (first.id.as_str(), "interrupted"));
    }
}
