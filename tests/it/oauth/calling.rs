//! How often an app may call.

use std::time::Duration;

use super::actors::ClientApp;
use super::tokens::Tokens;
use crate::both_databases;

both_databases! {
    async fn a_grant_has_so_many_calls_a_minute(world: &World) {
        let node = world.beside(|config| config.api.calls_per_minute = 3).await;
        let ann = node.person("Ann").await;
        let (shop, other) = (ClientApp::registers(&node, &ann, "Shop").await, ClientApp::registers(&node, &ann, "Till").await);
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let others = Tokens::of(other.trades(&ann.approves(&other).await).await);
        for _ in 0..3 {
            shop.asks_who(&tokens.access).await.is(200);
        }
        let refused = shop.asks_who(&tokens.access).await.is(429);
        assert_eq!((refused.header("retry-after"), &refused.json()["code"]), ("20", &"too_many_requests".into()));
        // Another token of the same grant does not help, and nobody else waits.
        let fresh = Tokens::of(shop.refreshes(&tokens.refresh).await);
        shop.asks_who(&fresh.access).await.is(429);
        other.asks_who(&others.access).await.is(200);
        world.passes(Duration::from_secs(20));
        shop.asks_who(&fresh.access).await.is(200);
    }
}
