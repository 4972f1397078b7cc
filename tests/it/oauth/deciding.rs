//! What a workspace holds of apps: earlier refusals, blocks, and rules.

use super::actors::{ClientApp, ConsentPage, YES, sent_to};
use super::surroundings::{changes, joins, text, workspace_of};
use super::tokens::Tokens;
use crate::actors::{Answer, Person};
use crate::both_databases;
use crate::world::World;

impl Person<'_> {
    /// Opens the app's link, whatever comes of it.
    async fn meets(&self, app: &ClientApp<'_>) -> ConsentPage {
        let path = self.browser.opens(&app.authorize_url()).await.is(303).location().to_owned();
        let page = self.browser.opens(&format!("{path}?numbers=later")).await;
        ConsentPage { path, page }
    }

    async fn refuses_for_good(&self, page: &ConsentPage) -> Answer {
        self.browser.posts(&format!("{}/deny", page.path), &page.csrf(), &[("block", "yes")]).await
    }

    /// Sets the rules of their first workspace.
    async fn rules(&self, fields: &[(&str, &str)]) -> Answer {
        let rules = format!("{}/apps/rules", self.workspace().await);
        self.browser.fills(&rules, &rules, fields).await
    }
}

/// The actions in a workspace's log, the newest first.
async fn log_says(world: &World, workspace_id: &str, action: &'static str) -> bool {
    let sql = "select max(action) from audit_entry where workspace_id = $1 and action in
        ('app.blocked', 'app.unblocked', 'apps.rules_changed')";
    text(world, sql, workspace_id).await.as_deref() == Some(action)
}

both_databases! {
    async fn an_earlier_refusal_is_told_until_somebody_approves(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let anns = workspace_of(world, &ann).await;
        joins(world, &bob, &anns, "viewer").await;
        let first = ann.follows(&shop.authorize_url()).await;
        assert!(!first.page.body.contains("refused this app"), "{}", first.page);
        ann.refuses(&first).await.is(200);
        let told = "<bdi>Ann</bdi> refused this app in <bdi>Ann</bdi> on <time datetime=\"2026-01-01T00:00:00.000Z\" data-absolute>";
        ann.follows(&shop.authorize_url()).await.page.says(told);
        ann.approves(&shop).await;
        let after = ann.follows(&shop.authorize_url()).await;
        assert!(!after.page.body.contains("refused this app"), "{}", after.page);
        // Who cannot approve there does not refuse for the workspace.
        let question = bob.meets(&shop).await;
        let pick = format!("{}/workspace", question.path);
        bob.browser.posts(&pick, &bob.browser.opens(&pick).await.input("csrf"), &[("workspace", &anns)]).await;
        bob.refuses(&question).await.is(200);
        let after = ann.follows(&shop.authorize_url()).await;
        assert!(!after.page.body.contains("refused this app"), "{}", after.page);
    }

    async fn a_blocked_app_loses_its_access_and_cannot_ask(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        shop.asks_who(&tokens.access).await.is(200);
        let open = ann.follows(&shop.authorize_url()).await;
        let page = ann.app_page().await;
        let block = format!("{page}/block");
        ann.browser.opens(&block).await.is(200).says("Nobody can approve");
        let long = "why ".repeat(60);
        ann.browser.fills(&block, &block, &[("reason", &long)]).await.is(422).says("Use at most 200 characters.");
        shop.asks_who(&tokens.access).await.is(200);
        let done = ann.browser.fills(&block, &block, &[("reason", "Too curious")]).await.is(303).location().to_owned();
        ann.browser.opens(&done).await.is(200).says("The app is blocked.").says("Too curious");
        shop.asks_who(&tokens.access).await.is(401);
        ann.browser.opens(&page).await.is(200).says("Disconnected");
        // The page that was open before approves nothing any more.
        ann.answers(&open, &YES).await.is(303);
        let question = ann.meets(&shop).await;
        let told = question.page.clone().is(403).says("You can’t approve this here");
        told.says("<bdi>Ann</bdi> blocked this app here on").says("The reason: <bdi>Too curious</bdi>");
        let refused = ann.refuses(&question).await.is(200);
        assert_eq!(sent_to(&refused).remove("error").as_deref(), Some("access_denied"));
        // Elsewhere it is nobody's business.
        bob.follows(&shop.authorize_url()).await.page.says("Authorize API Access");
        let unblock = format!("{}/blocked-apps/{}/unblock", ann.workspace().await, shop.id);
        let csrf = question.csrf();
        ann.browser.posts(&unblock, &csrf, &[]).await.is(303);
        ann.browser.posts(&unblock, &csrf, &[]).await.is(404);
        let anns = workspace_of(world, &ann).await;
        assert!(log_says(world, &anns, "app.unblocked").await);
        shop.asks_who(&tokens.access).await.is(401);
        shop.asks_who(&Tokens::of(shop.trades(&ann.approves(&shop).await).await).access).await.is(200);
    }

    async fn a_question_can_be_answered_with_a_block(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let refused = ann.refuses_for_good(&ann.follows(&shop.authorize_url()).await).await.is(200);
        assert_eq!(sent_to(&refused).remove("error").as_deref(), Some("access_denied"));
        shop.asks_who(&tokens.access).await.is(401);
        ann.meets(&shop).await.page.is(403).says("blocked this app here");
        let list = format!("{}/apps?tab=blocked", ann.workspace().await);
        ann.browser.opens(&list).await.is(200).says("<bdi>Shop</bdi>").says("None given");
        // Whose role approves nothing blocks nothing.
        let bobs = workspace_of(world, &bob).await;
        joins(world, &bob, &bobs, "editor").await;
        bob.refuses_for_good(&bob.meets(&shop).await).await.is(200);
        joins(world, &bob, &bobs, "owner").await;
        bob.follows(&shop.authorize_url()).await;
    }

    async fn rules_bind_approvals_and_leave_what_is_connected(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let anns = workspace_of(world, &ann).await;
        joins(world, &bob, &anns, "admin").await;
        super::surroundings::leaves(world, &bob, &workspace_of(world, &bob).await).await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        bob.browser.opens(&format!("/w/{anns}/apps/rules")).await.is(403);
        let saved = ann.rules(&[("owners_only", "yes"), ("reviewed_only", "yes"), ("lifetime", "30d")]).await.is(303);
        let list = ann.browser.opens(saved.location()).await.is(200).says("The rules are saved.");
        list.says("Only owners approve apps.").says("Only apps that <bdi>Harbour</bdi> has reviewed").says("An app is approved for <bdi>30 days</bdi> at most.");
        assert!(log_says(world, &anns, "apps.rules_changed").await);
        shop.asks_who(&tokens.access).await.is(200);
        bob.meets(&shop).await.page.is(403).says("In this workspace only owners approve apps.");
        ann.meets(&shop).await.page.is(403).says("This workspace takes reviewed apps only");
        shop.is_reviewed().await;
        let page = ann.follows(&shop.authorize_url()).await;
        let shown = page.page.body.split("name=\"lifetime\"").count() - 1;
        assert_eq!(shown, 2, "30 days and 24 hours: {}", page.page);
        ann.answers(&page, &YES).await.is(422).says("Choose how long the access lasts.");
        let month = [("numbers", "all"), ("lifetime", "30d"), ("understood", "yes")];
        ann.answers(&page, &month).await.is(200);
        let ends = text(world, "select cast(expires_at as text) from oauth_grant where app_id = $1", &shop.id).await;
        assert_eq!(ends, Some(world.env().now().plus_s(30 * 86_400).0.to_string()));
    }

    async fn an_open_page_does_not_outlive_a_change_of_the_rules(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let page = ann.follows(&shop.authorize_url()).await;
        ann.rules(&[("lifetime", "90d")]).await.is(303);
        ann.answers(&page, &YES).await.is(409).says("Nothing was approved.");
        let page = ann.follows(&shop.authorize_url()).await;
        ann.rules(&[("reviewed_only", "yes"), ("lifetime", "90d")]).await.is(303);
        ann.answers(&page, &YES).await.is(303);
        ann.browser.opens(&page.path).await.is(403);
    }

    async fn an_app_in_development_is_for_its_developer(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let draft = ClientApp::registers(world, &ann, "Draft").await;
        let id = draft.id.clone();
        changes(world, move |tx| {
            Box::pin(async move {
                grantline::on!(tx, connection => sqlx::query("update app set in_development = true where id = $1")
                    .bind(&id).execute(connection).await.map(drop))
            })
        })
        .await;
        ann.follows(&draft.authorize_url()).await.page.says("Only its developer, you, can connect it.");
        let page = bob.meets(&draft).await.page.is(403);
        page.says("This app is still in development.").says("Ask <bdi>Acme Software Ltd</bdi> when it will be ready.");
    }

    async fn a_block_and_an_approval_at_once_leave_no_access(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let anns = workspace_of(world, &ann).await;
        joins(world, &bob, &anns, "admin").await;
        super::surroundings::leaves(world, &bob, &workspace_of(world, &bob).await).await;
        for round in 0..8 {
            let app = ClientApp::registers(world, &ann, &format!("App {round}")).await;
            let (yes, no) = (ann.follows(&app.authorize_url()).await, bob.follows(&app.authorize_url()).await);
            tokio::join!(ann.answers(&yes, &YES), bob.refuses_for_good(&no));
            let sql = "select app_id from app_stance where app_id = $1 and blocked_at is not null";
            assert!(text(world, sql, &app.id).await.is_some(), "the block stands");
            let sql = "select id from oauth_grant where app_id = $1 and state = 'active'";
            assert_eq!(text(world, sql, &app.id).await, None, "and nothing beside it");
        }
    }

    async fn a_yes_and_a_no_at_once_are_one_answer(world: &World) {
        let ann = world.person("Ann").await;
        for round in 0..8 {
            let app = ClientApp::registers(world, &ann, &format!("App {round}")).await;
            // What the workspace holds of the app is there already, so that both reach for it.
            ann.refuses(&ann.follows(&app.authorize_url()).await).await.is(200);
            let page = ann.follows(&app.authorize_url()).await;
            let (yes, no) = tokio::join!(ann.answers(&page, &YES), ann.refuses(&page));
            let mut answers = [yes.status.as_u16(), no.status.as_u16()];
            answers.sort_unstable();
            assert_eq!(answers, [200, 410], "{yes} {no}");
        }
    }
}
