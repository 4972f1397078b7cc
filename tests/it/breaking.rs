//! What people and apps see when something of ours breaks.

use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::tokens::Tokens;

both_databases! {
    async fn what_broke_can_be_found_by_its_reference(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        world.env().db.close().await;
        let page = ann.browser.opens("/developers").await.is(500).says("Something broke on our side");
        let reference = page.header("x-request-id");
        assert!(reference.starts_with("req_") && page.body.contains(reference), "{page}");
        let problem = shop.asks_who(&tokens.access).await.is(500);
        assert_eq!(problem.json()["request_id"], problem.header("x-request-id"));
        assert_eq!(problem.json()["code"], "server_error");
    }
}
