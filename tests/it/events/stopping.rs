//! When telling stops: with a grant, by its owner's wish, or because nothing arrives.

use std::sync::Arc;
use std::time::Duration;

use grantline::accounts::set_workspace_active;
use grantline::apps::{Verdict, judge};
use grantline::audit::Who;
use grantline::events::{Deed, EndpointState, Kind, Owner, change_endpoint, find_endpoint};
use tokio::sync::Notify;

use super::receiver::{Receiver, Reply};
use super::telling::{Listener, happens};
use crate::both_databases;
use crate::oauth::actors::YES;
use crate::oauth::surroundings::{count, linked_number, text, workspace_of};
use crate::world::World;

async fn does(world: &World, owner: &Owner, id: &str, deed: Deed) {
    change_endpoint(world.env(), &Who::operator(), owner, id, deed).await.expect("it is done");
}

async fn state(world: &World, owner: &Owner, id: &str) -> (EndpointState, Option<String>) {
    let endpoint = find_endpoint(world.env(), owner, id).await.expect("it can be looked up").expect("it is there");
    (endpoint.state, endpoint.reason)
}

both_databases! {
    async fn the_end_of_a_grant_is_the_last_that_is_told(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::App(shop.app.id.clone()), &[]).await;
        let floor = linked_number(world, &shop.workspace, "447700900001", "Shop floor").await;
        receiver.answers([Reply::Status(500)]);
        happens(world, Kind::MessageReceived, &shop.workspace, Some(&floor), "waits for its next try").await;
        world.works().await;
        assert_eq!(receiver.kinds(), ["message.received"]);
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        ann.browser.fills(&disconnect, &disconnect, &[]).await.is(303);
        happens(world, Kind::MessageReceived, &shop.workspace, Some(&floor), "nobody's business").await;
        world.works().await;
        let last = receiver.heard();
        assert_eq!(last.iter().map(|heard| heard.kind()).collect::<Vec<_>>(), ["grant.revoked"]);
        assert_eq!(last[0].body["data"]["reason"], "disconnected");
        world.passes(Duration::from_secs(3 * 86_400));
        world.works().await;
        assert_eq!(receiver.kinds(), [""; 0]);
        assert_eq!(count(world, "select count(*) from webhook_lane").await, 0);
    }

    async fn the_end_waits_for_what_is_on_its_way(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::App(shop.app.id.clone()), &[]).await;
        let floor = linked_number(world, &shop.workspace, "447700900001", "Shop floor").await;
        let gate = Arc::new(Notify::new());
        receiver.answers([Reply::Waits(Arc::clone(&gate))]);
        happens(world, Kind::MessageReceived, &shop.workspace, Some(&floor), "on its way").await;
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        let (_, ()) = tokio::join!(world.works(), async {
            assert_eq!(receiver.hears().await.told(), "on its way");
            ann.browser.fills(&disconnect, &disconnect, &[]).await.is(303);
            // The end of the grant is looked at, and put off, before the answer comes.
            while text(world, "select number_id from webhook_lane where number_id = $1 and due_at > 1767225600000 and not leased", "").await.is_none() {
                tokio::task::yield_now().await;
            }
            assert_eq!(receiver.kinds(), [""; 0]);
            gate.notify_one();
        });
        world.passes(Duration::from_secs(1));
        world.works().await;
        assert_eq!(receiver.kinds(), ["grant.revoked"]);
    }

    async fn what_happens_during_a_pause_is_told_after_it(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let owner = Owner::Workspace(anns.clone());
        let endpoint = receiver.listens(world, &owner, &[]).await;
        does(world, &owner, &endpoint.id, Deed::Pause).await;
        for told in ["first", "second"] {
            happens(world, Kind::MessageReceived, &anns, None, told).await;
            world.works().await;
        }
        world.passes(Duration::from_secs(86_400));
        world.works().await;
        assert_eq!(receiver.told(), [""; 0]);
        does(world, &owner, &endpoint.id, Deed::Resume).await;
        world.works().await;
        assert_eq!(receiver.told(), ["first", "second"]);
        does(world, &owner, &endpoint.id, Deed::Delete).await;
        happens(world, Kind::MessageReceived, &anns, None, "to nobody").await;
        world.works().await;
        assert_eq!(receiver.told(), [""; 0]);
        assert_eq!(count(world, "select count(*) from audit_entry where action like 'endpoint.%'").await, 4);
    }

    async fn pausing_and_going_on_at_once_leaves_nothing_behind(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let owner = Owner::Workspace(anns.clone());
        let endpoint = receiver.listens(world, &owner, &[]).await;
        for round in 0..12 {
            does(world, &owner, &endpoint.id, Deed::Pause).await;
            happens(world, Kind::MessageReceived, &anns, None, &round.to_string()).await;
            tokio::join!(world.works(), does(world, &owner, &endpoint.id, Deed::Resume));
            world.works().await;
            assert_eq!(receiver.told(), [round.to_string()]);
        }
    }

    async fn after_five_days_without_success_its_owner_is_told_and_it_rests(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let (mut dead, mut alive) = (Receiver::starts().await, Receiver::starts().await);
        let owner = Owner::Workspace(anns.clone());
        let endpoint = dead.listens(world, &owner, &["message.received"]).await;
        alive.listens(world, &owner, &["endpoint.disabled"]).await;
        dead.usually(Reply::Status(500));
        for told in ["1", "2", "3", "4", "5"] {
            happens(world, Kind::MessageReceived, &anns, None, told).await;
        }
        world.works().await;
        for _ in 0..60 {
            world.passes(Duration::from_secs(9_300));
            world.works().await;
        }
        assert_eq!(state(world, &owner, &endpoint.id).await.0, EndpointState::Disabled);
        let reason = state(world, &owner, &endpoint.id).await.1;
        assert_eq!(reason.as_deref(), Some("failing"));
        assert_eq!(alive.kinds(), ["endpoint.disabled"]);
        let mails = "select count(*) from mail where subject like '%127.0.0.1%'";
        assert_eq!(count(world, mails).await, 1);
        assert_eq!(count(world, "select count(*) from audit_entry where action = 'endpoint.disabled'").await, 1);
        dead.heard();
        world.passes(Duration::from_secs(86_400));
        world.works().await;
        assert_eq!(dead.told(), [""; 0]);
        dead.usually(Reply::Status(200));
        does(world, &owner, &endpoint.id, Deed::Resume).await;
        world.works().await;
        assert_eq!(dead.told().last().map(String::as_str), Some("5"), "nothing is lost");
        assert_eq!(state(world, &owner, &endpoint.id).await, (EndpointState::Active, None));
    }

    async fn a_receiver_that_is_gone_is_believed_at_once(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let owner = Owner::Workspace(anns.clone());
        let endpoint = receiver.listens(world, &owner, &[]).await;
        receiver.answers([Reply::Status(410)]);
        happens(world, Kind::MessageReceived, &anns, None, "too late").await;
        world.works().await;
        let (state, reason) = state(world, &owner, &endpoint.id).await;
        assert_eq!((state, reason.as_deref()), (EndpointState::Disabled, Some("gone")));
        happens(world, Kind::MessageReceived, &anns, None, "much too late").await;
        world.passes(Duration::from_secs(86_400));
        world.works().await;
        assert_eq!(receiver.told(), ["too late"]);
    }

    async fn a_suspended_app_hears_of_that_and_of_nothing_else(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::App(shop.app.id.clone()), &[]).await;
        judge(world.env(), &Who::operator(), &shop.app.id, Verdict::Suspend).await.expect("it is suspended");
        happens(world, Kind::MessageReceived, &shop.workspace, None, "while suspended").await;
        world.works().await;
        assert_eq!(receiver.kinds(), ["app.suspended"]);
        judge(world.env(), &Who::operator(), &shop.app.id, Verdict::Resume).await.expect("it goes on");
        happens(world, Kind::MessageReceived, &shop.workspace, None, "afterwards").await;
        world.works().await;
        assert_eq!(receiver.told(), ["afterwards"]);
    }

    async fn a_suspended_workspace_is_told_nothing(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        receiver.listens(world, &Owner::Workspace(anns.clone()), &[]).await;
        set_workspace_active(world.env(), &Who::operator(), &anns, false).await.expect("it is suspended");
        happens(world, Kind::MessageReceived, &anns, None, "while suspended").await;
        world.works().await;
        set_workspace_active(world.env(), &Who::operator(), &anns, true).await.expect("it goes on");
        happens(world, Kind::MessageReceived, &anns, None, "afterwards").await;
        world.works().await;
        assert_eq!(receiver.told(), ["afterwards"]);
    }
}
