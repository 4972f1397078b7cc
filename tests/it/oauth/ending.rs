use grantline::on;

use super::actors::ClientApp;
use super::tokens::Tokens;
use crate::actors::Person;
use crate::both_databases;
use crate::world::World;

impl Person<'_> {
    /// The address of the one connected app's page.
    pub async fn app_page(&self) -> String {
        let start = self.workspace().await;
        let list = self.browser.opens(&format!("{start}/apps")).await.is(200);
        let link =
            list.body.split("href=\"").find(|rest| rest.contains("/apps/gr_")).unwrap_or_else(|| panic!("{list}"));
        let path = link.split('"').next().unwrap_or_default();
        path.trim_end_matches("/disconnect").trim_end_matches("/delete").to_owned()
    }

    /// `/w/{workspace}` of the first workspace.
    pub async fn workspace(&self) -> String {
        let world = self.browser.world();
        let mut tx = world.env().db.read().await.expect("a connection");
        let id: String = on!(&mut tx, connection => sqlx::query_scalar(
            "select workspace_id from member join person on person.id = member.person_id where person.email = $1")
            .bind(&self.email).fetch_one(connection).await)
        .expect("a workspace");
        format!("/w/{id}")
    }
}

/// Rows of access tokens, refresh tokens, families and codes.
pub async fn rows_left(world: &World) -> [i64; 4] {
    let mut counts = [0; 4];
    let counted = [
        "select count(*) from access_token",
        "select count(*) from refresh_token",
        "select count(*) from token_family",
        "select count(*) from authorization_code",
    ];
    for (count, sql) in counts.iter_mut().zip(counted) {
        let mut tx = world.env().db.read().await.expect("a connection");
        *count = on!(&mut tx, connection => sqlx::query_scalar(sql).fetch_one(connection).await).expect("a count");
    }
    counts
}

/// The reasons in the events that tell of a grant's end.
async fn told_of_the_end(world: &World) -> Vec<String> {
    let mut tx = world.env().db.read().await.expect("a connection");
    let facts: Vec<String> = on!(&mut tx, connection => sqlx::query_scalar(
        "select data from event where kind = 'grant.revoked' order by created_at, id").fetch_all(connection).await)
    .expect("the events");
    let reason = |data: String| {
        let data: serde_json::Value = serde_json::from_str(&data).expect("an event's data is JSON");
        data["reason"].as_str().expect("a reason").to_owned()
    };
    facts.into_iter().map(reason).collect()
}

both_databases! {
    async fn disconnecting_ends_everything_at_once(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let unused_code = ann.approves(&shop).await;
        shop.asks_who(&tokens.access).await.is(200);
        let page = ann.app_page().await;
        ann.browser.opens(&page).await.is(200).says("Connected").says("Send messages");
        let question = format!("{page}/disconnect");
        let told = ann.browser.opens(&question).await.is(200).words();
        assert!(told.contains("Its next call fails."), "{told}");
        ann.browser.fills(&question, &question, &[]).await.is(303);
        let refused = shop.asks_who(&tokens.access).await.is(401);
        assert_eq!(
            refused.header("www-authenticate"),
            "Bearer realm=\"Grantline\", error=\"invalid_token\", \
             resource_metadata=\"https://grantline.test/.well-known/oauth-protected-resource\""
        );
        shop.refreshes(&tokens.refresh).await.is(400);
        shop.trades(&unused_code).await.is(400);
        // The row stays, and a new consent reconnects.
        ann.browser.opens(&page).await.is(200).says("Disconnected");
        let again = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        shop.asks_who(&again.access).await.is(200);
    }

    async fn deleting_asks_for_the_name_and_takes_the_row_away(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let page = ann.app_page().await;
        let question = format!("{page}/delete");
        let wrong = ann.browser.fills(&question, &question, &[("confirm", "Shopp")]).await;
        wrong.is(422).says("This is not the app’s name.");
        shop.asks_who(&tokens.access).await.is(200);
        ann.browser.fills(&question, &question, &[("confirm", "Shop")]).await.is(303);
        shop.asks_who(&tokens.access).await.is(401);
        ann.browser.opens(&page).await.is(404);
    }

    async fn deleting_brings_no_older_connection_back(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        ann.approves(&shop).await;
        let first = ann.app_page().await;
        let disconnect = format!("{first}/disconnect");
        ann.browser.fills(&disconnect, &disconnect, &[]).await.is(303);
        world.passes(std::time::Duration::from_secs(1));
        ann.approves(&shop).await;
        let second = ann.app_page().await;
        assert_ne!(first, second);
        ann.browser.fills(&format!("{second}/delete"), &format!("{second}/delete"), &[("confirm", "Shop")]).await.is(303);
        let list = format!("{}/apps?tab=disconnected", ann.workspace().await);
        assert!(!ann.browser.opens(&list).await.is(200).words().contains("Shop"));
        ann.browser.opens(&first).await.is(404);
    }

    async fn nobody_ends_what_is_another_workspaces(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let grant = ann.app_page().await.rsplit('/').next().unwrap_or_default().to_owned();
        let path = format!("{}/apps/{grant}/disconnect", bob.workspace().await);
        bob.browser.opens(&path).await.is(404);
        let csrf = bob.browser.opens("/no-such-page").await;
        assert_eq!(csrf.status, 404);
        shop.asks_who(&tokens.access).await.is(200);
    }

    async fn a_grant_that_was_approved_for_a_day_ends_by_itself(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let for_a_day = [("numbers", "all"), ("lifetime", "24h"), ("understood", "yes")];
        let tokens = Tokens::of(shop.trades(&ann.approves_with(&shop, &for_a_day).await).await);
        world.passes(std::time::Duration::from_secs(86_400));
        shop.refreshes(&tokens.refresh).await.is(400);
        let page = ann.app_page().await;
        ann.browser.opens(&page).await.is(200).says("The time for which it was approved is over.");
        // What needs somebody's attention stands above what is younger and well.
        let till = ClientApp::registers(world, &ann, "Till").await;
        ann.approves(&till).await;
        let list = ann.browser.opens(&format!("{}/apps", ann.workspace().await)).await.is(200).words();
        assert!(list.find("Shop") < list.find("Till"), "{list}");
        // The app and the log are told once.
        world.works().await;
        world.works().await;
        assert_eq!(told_of_the_end(world).await, ["expired"]);
        ann.browser.opens(&page).await.is(200).says("The time for which it was approved is over.");
        let log = format!("{}/audit", ann.workspace().await);
        ann.browser.opens(&log).await.is(200).says("An app’s access ended by itself");
        // Asked anew, it is connected again, in one row.
        let again = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        shop.asks_who(&again.access).await.is(200);
        assert_ne!(ann.app_page().await, page);
        ann.browser.opens(&page).await.is(404);
    }

    async fn access_that_nobody_uses_ends_by_itself(world: &World) {
        let day = std::time::Duration::from_secs(86_400);
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        // A call counts as use, and so does a refresh.
        world.passes(day * 60);
        let tokens = Tokens::of(shop.refreshes(&tokens.refresh).await);
        world.passes(day * 60);
        let tokens = Tokens::of(shop.refreshes(&tokens.refresh).await);
        shop.asks_who(&tokens.access).await.is(200);
        world.works().await;
        world.passes(day * 90 - std::time::Duration::from_secs(1));
        world.works().await;
        ann.signs_in_again().await;
        let page = ann.app_page().await;
        ann.browser.opens(&page).await.is(200).says("Connected");
        assert!(told_of_the_end(world).await.is_empty());
        world.passes(std::time::Duration::from_secs(1));
        world.works().await;
        assert_eq!(told_of_the_end(world).await, ["unused"]);
        ann.browser.opens(&page).await.is(200).says("Nobody used this access for a long time");
        shop.refreshes(&tokens.refresh).await.is(400);
    }

    async fn whoever_disconnects_after_the_end_changes_nothing_and_may_delete(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let for_a_day = [("numbers", "all"), ("lifetime", "24h"), ("understood", "yes")];
        Tokens::of(shop.trades(&ann.approves_with(&shop, &for_a_day).await).await);
        world.passes(std::time::Duration::from_secs(86_400));
        world.works().await;
        let page = ann.app_page().await;
        let (disconnect, delete) = (format!("{page}/disconnect"), format!("{page}/delete"));
        ann.browser.fills(&disconnect, &disconnect, &[]).await.is(303);
        ann.browser.opens(&page).await.is(200).says("Expired");
        ann.browser.fills(&delete, &delete, &[("confirm", "Shop")]).await.is(303);
        ann.browser.opens(&page).await.is(404);
        assert_eq!(told_of_the_end(world).await, ["expired"]);
    }
}
