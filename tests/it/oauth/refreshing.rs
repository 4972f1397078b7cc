use std::time::Duration;

use futures_util::future::join_all;

use super::actors::ClientApp;
use super::surroundings::workspace_of;
use super::tokens::{Tokens, refusal};
use crate::both_databases;

const REUSED: &str =
    "400 invalid_grant: the refresh token was used before, and all tokens that came from it have been ended";

both_databases! {
    async fn a_refresh_token_is_traded_for_a_new_pair(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let first = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let second = Tokens::of(shop.refreshes(&first.refresh).await);
        assert_ne!(first.refresh, second.refresh);
        assert_eq!(first.scope, second.scope);
        shop.asks_who(&second.access).await.is(200);
        // The first access token lives out its hour.
        shop.asks_who(&first.access).await.is(200);
        world.passes(Duration::from_secs(3600));
        shop.asks_who(&second.access).await.is(401);
        shop.asks_who(&Tokens::of(shop.refreshes(&second.refresh).await).access).await.is(200);
    }

    async fn a_lost_answer_may_be_asked_for_again(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let first = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let lost = Tokens::of(shop.refreshes(&first.refresh).await);
        let again = Tokens::of(shop.refreshes(&first.refresh).await);
        // What was lost is worth nothing to whoever finds it.
        shop.asks_who(&lost.access).await.is(401);
        shop.refreshes(&lost.refresh).await.is(400);
        shop.asks_who(&again.access).await.is(200);
    }

    async fn a_parent_shown_after_its_child_was_used_is_theft(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let first = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let second = Tokens::of(shop.refreshes(&first.refresh).await);
        shop.asks_who(&second.access).await.is(200);
        assert_eq!(refusal(&shop.refreshes(&first.refresh).await), REUSED);
        shop.asks_who(&second.access).await.is(401);
        shop.refreshes(&second.refresh).await.is(400);
    }

    async fn a_grandparent_is_theft_too(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let first = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let second = Tokens::of(shop.refreshes(&first.refresh).await);
        let third = Tokens::of(shop.refreshes(&second.refresh).await);
        assert_eq!(refusal(&shop.refreshes(&first.refresh).await), REUSED);
        shop.refreshes(&third.refresh).await.is(400);
    }

    async fn many_at_once_leave_one_living_pair(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let first = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let answers = join_all((0..10).map(|_| shop.refreshes(&first.refresh))).await;
        let pairs: Vec<Tokens> = answers.into_iter().map(Tokens::of).collect();
        let mut living = 0;
        for pair in &pairs {
            living += usize::from(shop.asks_who(&pair.access).await.status == 200);
        }
        assert_eq!(living, 1);
    }

    async fn a_refresh_narrows_and_never_widens(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let narrow = Tokens::of(shop.refreshes_for(&tokens.refresh, "messages:send").await);
        assert_eq!(narrow.scope, "messages:send");
        // Declared by the app but left out by the person: left out again, as clients resend what they asked at first.
        let resent = Tokens::of(shop.refreshes_for(&narrow.refresh, "messages:send contacts:read").await);
        assert_eq!(resent.scope, "messages:send");
        let told = [
            refusal(&shop.refreshes_for(&resent.refresh, "contacts:read").await),
            refusal(&shop.refreshes_for(&resent.refresh, "security:read").await),
        ];
        assert_eq!(told, [
            "400 invalid_scope: none of the scopes asked for was granted",
            "400 invalid_scope: the app has not declared one of the scopes asked for",
        ]);
        // A refusal costs nothing, and the next one has everything again.
        assert_eq!(Tokens::of(shop.refreshes(&resent.refresh).await).scope, tokens.scope);
    }

    async fn another_app_cannot_use_it(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let thief = ClientApp::registers(world, &ann, "Thief").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let told = refusal(&thief.refreshes(&tokens.refresh).await);
        assert_eq!(told, "400 invalid_grant: the refresh token is unknown, or it was issued to another app");
        thief.posts("/oauth/revoke", Some(&thief.basic()), &[("token", &tokens.refresh)]).await.is(200);
        Tokens::of(shop.refreshes(&tokens.refresh).await);
    }

    async fn a_token_that_nobody_uses_for_ninety_days_is_dead(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        world.passes(Duration::from_secs(7_776_000));
        let told = refusal(&shop.refreshes(&tokens.refresh).await);
        assert_eq!(told, "400 invalid_grant: the refresh token was not used for too long, ask for access again");
    }

    /// RFC 7009.
    async fn an_app_can_end_its_own_tokens(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        shop.asks_who(&tokens.access).await.is(200);
        let basic = shop.basic();
        let answer = shop.posts("/oauth/revoke", Some(&basic), &[("token", &tokens.access)]).await.is(200);
        assert_eq!(answer.header("content-type"), "application/json");
        shop.asks_who(&tokens.access).await.is(401);
        let tokens = Tokens::of(shop.refreshes(&tokens.refresh).await);
        shop.posts("/oauth/revoke", Some(&basic), &[("token", &tokens.refresh)]).await.is(200);
        shop.asks_who(&tokens.access).await.is(401);
        shop.refreshes(&tokens.refresh).await.is(400);
        shop.posts("/oauth/revoke", Some(&basic), &[("token", "never issued")]).await.is(200);
        shop.posts("/oauth/revoke", None, &[("token", &tokens.refresh)]).await.is(401);
        // The workspace can read that it was the app.
        let log = format!("/w/{}/audit?action=token.revoked", workspace_of(world, &ann).await);
        let page = ann.browser.opens(&log).await.is(200).says("An app gave its tokens back").says("Shop");
        assert_eq!(page.body.matches("revoked_by_app").count(), 1, "{page}");
    }

    async fn what_has_expired_is_swept_away(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        shop.asks_who(&tokens.access).await.is(200);
        world.passes(Duration::from_secs(31_536_000));
        world.works().await;
        let left = super::ending::rows_left(world).await;
        assert_eq!(left, [0, 0, 0, 0], "access tokens, refresh tokens, families, codes");
    }
}
