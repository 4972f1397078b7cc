//! A member changes what a connected app may do, without the app.

use std::time::Duration;

use super::actors::{ClientApp, YES};
use super::surroundings::{count, joins, leaves, linked_number, text, workspace_of};
use super::tokens::Tokens;
use crate::actors::{Answer, Person};
use crate::both_databases;
use crate::world::World;

impl Person<'_> {
    /// Opens the page that changes an app's access and sends its form.
    async fn changes(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("{page}/access");
        let opened = self.browser.opens(&path).await.is(200);
        let (csrf, seen) = (opened.input("csrf"), opened.input("seen"));
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("seen", seen.as_str())]).collect();
        self.browser.posts(&path, &csrf, &fields).await
    }
}

async fn scopes_of(world: &World, app: &ClientApp<'_>) -> Option<String> {
    text(world, "select scopes from oauth_grant where app_id = $1 and state = 'active'", &app.id).await
}

const MAILS: &str = "select count(*) from mail where subject like '%now has access%'";

both_databases! {
    async fn less_takes_effect_with_the_next_call(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let anns = workspace_of(world, &ann).await;
        let (first, second) = (
            linked_number(world, &anns, "447700900001", "Shop floor").await,
            linked_number(world, &anns, "447700900002", "Office").await,
        );
        let code = ann.approves_with(&shop, &[&YES[..], &[("scope", "contacts:read")]].concat()).await;
        let tokens = Tokens::of(shop.trades(&code).await);
        let may = shop.asks_who(&tokens.access).await.is(200).json();
        assert_eq!(may["scopes"].as_array().map(Vec::len), Some(4), "{may}");
        let page = ann.app_page().await;
        let opened = ann.browser.opens(&format!("{page}/access")).await.is(200);
        assert!(!opened.body.contains("Leave it as it is"), "what has no end is left so by its own name: {opened}");
        let ticked: Vec<&str> =
            opened.body.split("<input").filter(|tag| tag.contains("name=\"scope\"") && tag.contains(" checked")).collect();
        assert!(ticked.len() == 1 && ticked[0].contains("contacts:read"), "{opened}");
        let done = ann.changes(&page, &[("numbers", "these"), ("number", &first), ("lifetime", "24h")]).await.is(303);
        ann.browser.opens(done.location()).await.is(200).says("The access is changed.").says("Changed an app’s access");
        let may = shop.asks_who(&tokens.access).await.is(200).json();
        assert_eq!(may["scopes"].as_array().map(Vec::len), Some(3), "{may}");
        let sql = "select number_id from grant_number where grant_id = $1";
        let grant = page.rsplit('/').next().unwrap_or_default();
        assert_eq!(text(world, sql, grant).await.as_ref(), Some(&first));
        assert_ne!(first, second);
        assert_eq!(count(world, MAILS).await, 1, "less is no news that has to be mailed");
        ann.browser.opens(&format!("{page}/access")).await.is(200).says("Leave it as it is").says("Until <time");
        world.passes(Duration::from_secs(86_400));
        shop.asks_who(&tokens.access).await.is(401);
    }

    async fn more_comes_with_the_next_token_and_is_mailed(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let page = ann.app_page().await;
        let more = [("numbers", "all"), ("lifetime", "keep"), ("scope", "contacts:read"), ("scope", "security:read")];
        ann.changes(&page, &more).await.is(303);
        let expected = "account:read messages:send messages:read contacts:read";
        assert_eq!(scopes_of(world, &shop).await.as_deref(), Some(expected), "and nothing that it never declared");
        let may = shop.asks_who(&tokens.access).await.is(200).json();
        assert!(!may["scopes"].to_string().contains("contacts:read"), "{may}");
        let fresh = Tokens::of(shop.refreshes(&tokens.refresh).await);
        let may = shop.asks_who(&fresh.access).await.is(200).json();
        assert!(may["scopes"].to_string().contains("contacts:read"), "{may}");
        assert_eq!(count(world, MAILS).await, 2);
        let told = count(world, "select count(*) from event where kind = 'grant.changed'").await;
        // The same once more changes nothing and tells nobody.
        ann.changes(&page, &more).await.is(303);
        assert_eq!(count(world, "select count(*) from event where kind = 'grant.changed'").await, told);
        assert_eq!(count(world, MAILS).await, 2);
    }

    async fn what_an_app_needs_stays_and_something_must_be_left(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        linked_number(world, &workspace_of(world, &ann).await, "447700900001", "Shop floor").await;
        ann.approves(&shop).await;
        shop.declares("security:read", true, "New in this version.").await;
        let page = ann.app_page().await;
        let missing = ann.changes(&page, &[("numbers", "these")]).await.is(422);
        missing.says("Choose at least one number").says("Choose how long the access lasts.");
        ann.changes(&page, &[("numbers", "all"), ("lifetime", "keep")]).await.is(303);
        let expected = "account:read messages:send messages:read";
        assert_eq!(scopes_of(world, &shop).await.as_deref(), Some(expected), "what it needs by now it asks for itself");
    }

    async fn an_old_page_changes_nothing(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        ann.approves(&shop).await;
        let page = ann.app_page().await;
        let path = format!("{page}/access");
        let old = ann.browser.opens(&path).await.is(200);
        let (csrf, seen) = (old.input("csrf"), old.input("seen"));
        world.passes(Duration::from_secs(1));
        ann.changes(&page, &[("numbers", "all"), ("lifetime", "30d")]).await.is(303);
        let fields = [("numbers", "all"), ("lifetime", "24h"), ("seen", seen.as_str())];
        ann.browser.posts(&path, &csrf, &fields).await.is(409).says("Nothing was saved.");
        ann.browser.fills(&format!("{page}/disconnect"), &format!("{page}/disconnect"), &[]).await.is(303);
        ann.browser.opens(&path).await.is(404);
        ann.browser.posts(&path, &csrf, &fields).await.is(404);
    }

    async fn whoever_changes_it_stands_behind_it(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let anns = workspace_of(world, &ann).await;
        joins(world, &bob, &anns, "owner").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let page = ann.app_page().await;
        leaves(world, &ann, &anns).await;
        world.passes(Duration::from_secs(1));
        shop.asks_who(&tokens.access).await.is(401);
        bob.browser.opens(&page).await.is(200).says("Needs approval");
        bob.changes(&page, &[("numbers", "all"), ("lifetime", "keep")]).await.is(303);
        shop.asks_who(&tokens.access).await.is(200);
        bob.browser.opens(&page).await.is(200).says("<bdi>Bob</bdi>").says("Connected");
        joins(world, &bob, &anns, "editor").await;
        bob.browser.opens(&format!("{page}/access")).await.is(403);
    }

    async fn nobody_changes_what_is_another_workspaces(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        ann.approves(&shop).await;
        let grant = ann.app_page().await.rsplit('/').next().unwrap_or_default().to_owned();
        let path = format!("{}/apps/{grant}/access", bob.workspace().await);
        bob.browser.opens(&path).await.is(404);
        let csrf = bob.browser.opens("/account").await.input("csrf");
        bob.browser.posts(&path, &csrf, &[("numbers", "all"), ("lifetime", "24h")]).await.is(404);
    }
}
