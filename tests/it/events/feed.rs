//! A page at a time, with patience.

use std::time::Duration;

use axum::body::Body;
use grantline::events::Kind;

use super::telling::{Listener, happens, kinds};
use crate::both_databases;
use crate::oauth::actors::YES;
use crate::oauth::surroundings::{linked_number, workspace_of};
use crate::oauth::tokens::Tokens;

both_databases! {
    async fn an_app_hears_what_its_grant_covers(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);
        let (floor, office) = (
            linked_number(world, &anns, "447700900001", "Shop floor").await,
            linked_number(world, &anns, "447700900002", "Office").await,
        );
        let choice = [("numbers", "these"), ("number", floor.as_str()), ("lifetime", "30d"), ("understood", "yes")];
        let shop = Listener::connects(world, &ann, &choice).await;
        happens(world, Kind::MessageReceived, &anns, Some(&office), "of another number").await;
        happens(world, Kind::MessageReceived, &anns, Some(&floor), "of its number").await;
        happens(world, Kind::NumberStateChanged, &anns, Some(&floor), "without the scope").await;
        happens(world, Kind::MessageReceived, &bobs, Some(&floor), "of another workspace").await;
        let page = shop.asks("").await.is(200).json();
        assert_eq!(kinds(&page), ["grant.created", "message.received"]);
        let told = &page["data"][1];
        assert_eq!((&told["data"]["told"], &told["workspace_id"]), (&"of its number".into(), &anns.as_str().into()));
        assert_eq!(told["timestamp"], "2026-01-01T00:00:00.000Z");
        let next = page["next"].as_str().expect("a place");
        assert_eq!(shop.reads(&format!("?after={next}")).await, (Vec::new(), next.to_owned()));
    }

    async fn pages_follow_each_other_without_a_gap(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        for told in 0..5 {
            happens(world, Kind::MessageReceived, &shop.workspace, None, &told.to_string()).await;
        }
        let (mut heard, mut place) = (Vec::new(), String::from("0"));
        loop {
            let page = shop.asks(&format!("?limit=2&after={place}")).await.is(200).json();
            place = page["next"].as_str().expect("a place").to_owned();
            let events = page["data"].as_array().expect("a list").clone();
            if events.is_empty() {
                break;
            }
            assert!(events.len() <= 2, "{page}");
            heard.extend(events.iter().filter_map(|event| event["data"]["told"].as_str().map(ToOwned::to_owned)));
        }
        assert_eq!(heard, ["0", "1", "2", "3", "4"]);
        for wrong in ["?after=x", "?after=-1", "?after=999", "?limit=0", "?limit=201", "?wait=31", "?wait=-1", "?x=1"] {
            let refused = shop.asks(wrong).await.is(400);
            assert_eq!(refused.json()["code"], "invalid_request", "{wrong}");
        }
    }

    async fn who_begins_now_hears_nothing_old_and_all_that_is_new(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        happens(world, Kind::MessageReceived, &shop.workspace, None, "old").await;
        let (old, place) = shop.reads("?after=now").await;
        assert_eq!(old, [""; 0]);
        happens(world, Kind::MessageReceived, &shop.workspace, None, "new").await;
        let page = shop.asks(&format!("?after={place}")).await.is(200).json();
        assert_eq!((kinds(&page).len(), &page["data"][0]["data"]["told"]), (1, &"new".into()));
        let mut reading = std::pin::pin!(shop.reads("?after=now&wait=30"));
        // What happens before the call has found out where "now" is, is not for it: so it happens until the call has heard of it.
        let (heard, _) = loop {
            tokio::select! {
                heard = &mut reading => break heard,
                () = happens(world, Kind::MessageReceived, &shop.workspace, None, "newer") => {}
            }
        };
        assert!(!heard.is_empty());
    }

    async fn who_waits_hears_at_once(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let (_, place) = shop.reads("").await;
        let query = format!("?wait=30&after={place}");
        let (heard, ()) = tokio::join!(shop.reads(&query), async {
            happens(world, Kind::MessageReceived, &shop.workspace, None, "now").await;
        });
        assert_eq!(heard.0, ["message.received"]);
        let query = format!("?wait=30&after={}", heard.1);
        let (nothing, ()) = tokio::join!(shop.reads(&query), async {
            // Once the call waits, its time passes; what is not for it does not end its patience.
            happens(world, Kind::NumberStateChanged, &shop.workspace, None, "without the scope").await;
            world.passes(Duration::from_secs(30));
        });
        assert_eq!(nothing.0, [""; 0]);
    }

    async fn who_waits_is_told_nothing_once_the_access_has_ended(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let (_, place) = shop.reads("").await;
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        let query = format!("?wait=30&after={place}");
        let (refused, _) = tokio::join!(shop.asks(&query), ann.browser.fills(&disconnect, &disconnect, &[]));
        let refused = refused.is(401);
        assert_eq!(refused.json()["code"], "invalid_token");
        assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""), "{refused}");
    }

    async fn who_comes_back_too_late_is_told_to_begin_anew(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let (first, place) = shop.reads("").await;
        assert_eq!(first, ["grant.created"]);
        happens(world, Kind::MessageReceived, &shop.workspace, None, "missed").await;
        world.passes(Duration::from_secs(31 * 86_400));
        happens(world, Kind::MessageReceived, &shop.workspace, None, "kept").await;
        world.works().await;
        let fresh = Tokens::of(shop.app.refreshes(&shop.tokens.refresh).await);
        let shop = Listener { tokens: fresh, ..shop };
        let gone = shop.asks(&format!("?after={place}")).await.is(410);
        assert_eq!(gone.json()["code"], "events_forgotten");
        let page = shop.asks("").await.is(200).json();
        assert_eq!(page["data"][0]["data"]["told"], "kept");
        let next = page["next"].as_str().expect("a place").to_owned();
        world.passes(Duration::from_secs(31 * 86_400));
        world.works().await;
        let fresh = Tokens::of(shop.app.refreshes(&shop.tokens.refresh).await);
        let shop = Listener { tokens: fresh, ..shop };
        assert_eq!(shop.reads(&format!("?after={next}")).await, (Vec::new(), next.clone()), "nothing is missing behind the last one");
        assert_eq!(shop.reads("").await, (Vec::new(), next));
    }

    async fn nothing_that_is_committed_later_stands_before_what_was_read(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let (_, place) = shop.reads("").await;
        let told: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        let happening = futures_util::future::join_all(
            told.iter().map(|told| happens(world, Kind::MessageReceived, &shop.workspace, None, told)),
        );
        let reading = async {
            let (mut heard, mut place) = (Vec::new(), place);
            while heard.len() < told.len() {
                let page = shop.asks(&format!("?limit=3&wait=30&after={place}")).await.is(200).json();
                place = page["next"].as_str().expect("a place").to_owned();
                let events = page["data"].as_array().expect("a list");
                heard.extend(events.iter().filter_map(|event| event["data"]["told"].as_str().map(ToOwned::to_owned)));
            }
            heard
        };
        let (_, mut heard) = tokio::join!(happening, reading);
        heard.sort_by_key(|told| told.parse::<u32>().expect("a number"));
        assert_eq!(heard, told);
    }

    async fn the_feed_needs_a_scope_of_its_own(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let narrow = Tokens::of(shop.app.refreshes_for(&shop.tokens.refresh, "messages:read").await);
        let call = shop.app.calls(&axum::http::Method::GET, "/v1/events", &narrow.access, Body::empty()).await.is(403);
        assert!(call.header("www-authenticate").contains("scope=\"account:read\""), "{call}");
    }
}
