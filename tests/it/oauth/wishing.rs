//! What an app wishes of how the person is asked: a new sign-in, an account, a workspace.

use std::time::Duration;

use super::actors::{ClientApp, YES, sent_to};
use super::surroundings::{count, joins, workspace_of};
use crate::actors::PASSWORD;
use crate::both_databases;

both_databases! {
    async fn an_app_can_have_somebody_sign_in_anew(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        world.passes(Duration::from_secs(60));
        let link = shop.authorize_url_with(&[("prompt", "login")]);
        let consent = ann.browser.opens(&link).await.is(303).location().to_owned();
        let sign_in = ann.browser.opens(&consent).await.is(303).location().to_owned();
        assert_eq!(sign_in, consent.replace("/oauth/consent/", "/sign-in?request="));
        let page = ann.browser.opens(&sign_in).await.is(200);
        let page = page.says("<bdi>Shop</bdi> asks you to sign in again").says("Not reviewed");
        // Nothing is answered in the old session, whatever is posted.
        let csrf = page.input("csrf");
        let fields: Vec<(&str, &str)> = YES.into_iter().chain([("seen", "x")]).collect();
        for path in [consent.clone(), format!("{consent}/deny"), format!("{consent}/workspace")] {
            let answer = ann.browser.posts(&path, &csrf, &fields).await.is(303);
            assert_eq!(answer.location(), sign_in, "{path}");
        }
        assert_eq!(count(world, "select count(*) from oauth_grant").await, 0);
        let wrong = [("email", "ann@example.com"), ("password", "wrong")];
        ann.browser.fills(&sign_in, &sign_in, &wrong).await.is(422).says("asks you to sign in again");
        let right = [("email", "ann@example.com"), ("password", PASSWORD)];
        let back = ann.browser.fills(&sign_in, &sign_in, &right).await.is(303);
        assert_eq!(back.location(), consent);
        ann.browser.opens(&format!("{consent}?numbers=later")).await.is(200).says("Authorize API Access");
        // Whoever has just signed in for it is not asked again.
        let there = ann.browser.opens(&sign_in).await.is(303);
        assert_eq!(there.location(), consent);
    }

    async fn without_that_wish_a_session_is_enough(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        world.passes(Duration::from_secs(60));
        let page = ann.follows(&shop.authorize_url_with(&[("prompt", "consent select_account")])).await;
        let answer = ann.answers(&page, &YES).await.is(200);
        assert!(sent_to(&answer).contains_key("code"), "{answer}");
    }

    async fn a_hint_fills_the_form_in_and_signs_nobody_in(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let hinted = shop.authorize_url_with(&[("login_hint", "ann@example.com")]);
        let stranger = world.browser();
        let sign_in = stranger.opens(&hinted).await.is(303).location().to_owned();
        let page = stranger.opens(&sign_in).await.is(200);
        assert_eq!(page.input("email"), "ann@example.com");
        // Somebody else who is signed in goes on as themselves.
        let bob = world.person("Bob").await;
        bob.follows(&hinted).await.page.says("bob@example.com");
        let endless = shop.authorize_url_with(&[("login_hint", &"a".repeat(300))]);
        let sign_in = stranger.opens(&endless).await.is(303);
        assert_eq!(stranger.opens(sign_in.location()).await.is(200).input("email"), "");
    }

    async fn a_named_workspace_is_preselected_never_chosen(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let bobs = workspace_of(world, &bob).await;
        joins(world, &ann, &bobs, "admin").await;
        let consent = ann.browser.opens(&shop.authorize_url_with(&[("workspace_hint", &bobs)])).await.location().to_owned();
        let chooser = ann.browser.opens(&consent).await.is(303).location().to_owned();
        let page = ann.browser.opens(&chooser).await.is(200);
        let checked: Vec<&str> = page.body.split("<input").filter(|tag| tag.contains(" checked")).collect();
        assert!(checked.len() == 1 && checked[0].contains(&bobs), "{page}");
        let elsewhere = shop.authorize_url_with(&[("workspace_hint", "ws_of_somebody_else")]);
        let consent = ann.browser.opens(&elsewhere).await.location().to_owned();
        let page = ann.browser.opens(&format!("{consent}/workspace")).await.is(200);
        assert!(!page.body.contains(" checked"), "{page}");
    }

    async fn many_workspaces_can_be_searched(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        for name in ["Bob", "Cleo", "Dora", "Eve", "Finn", "Gus", "Hana"] {
            let other = world.person(name).await;
            joins(world, &ann, &workspace_of(world, &other).await, "admin").await;
        }
        let consent = ann.browser.opens(&shop.authorize_url()).await.location().to_owned();
        let chooser = format!("{consent}/workspace");
        let eight = ann.browser.opens(&chooser).await.is(200);
        assert!(!eight.body.contains("type=\"search\""), "{eight}");
        let ivo = world.person("Ivo").await;
        joins(world, &ann, &workspace_of(world, &ivo).await, "admin").await;
        ann.browser.opens(&chooser).await.is(200).says("Find a workspace");
        let found = ann.browser.opens(&format!("{chooser}?q=+IV")).await.is(200).says("<bdi>Ivo</bdi>");
        assert!(!found.body.contains("<bdi>Bob</bdi>"), "{found}");
        ann.browser.opens(&format!("{chooser}?q=zzz")).await.is(200).says("No workspace of yours is called");
    }
}
