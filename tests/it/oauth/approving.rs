//! A yes, a no, and everything that must never become a yes.

use futures_util::future::join_all;

use super::actors::{CALLBACK, ClientApp, ConsentPage, YES, return_url, sent_to};
use super::surroundings::{count, joins, leaves, linked_number, text, workspace_of};
use super::tokens::Tokens;
use crate::both_databases;

const CODES: &str = "select count(*) from authorization_code";
const GRANTS: &str = "select count(*) from oauth_grant";
const SCOPES: &str = "select scopes from oauth_grant where app_id = $1 and state = 'active'";
const AUDIT: &str = "select detail from audit_entry where action = $1 order by seq desc limit 1";

both_databases! {
    async fn a_yes_sends_a_code_to_the_app(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(world, &ann).await;
        let front = linked_number(world, &workspace, "447700900123", "Front desk").await;
        linked_number(world, &workspace, "447700900456", "Deliveries").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url_with(&[("state", "a b&c=%23+\"'/")])).await;
        let choice = [
            ("scope", "contacts:read"),
            ("scope", "security:read"),
            ("numbers", "these"),
            ("number", front.as_str()),
            ("number", "num_of_somebody_else"),
            ("lifetime", "30d"),
            ("understood", "yes"),
        ];
        let answer = ann.answers(&consent, &choice).await.is(200).says("Returning you to");
        assert!(answer.body.contains("<bdi dir=\"ltr\">app.acme.example</bdi>"), "{answer}");
        let sent = sent_to(&answer);
        assert_eq!(sent.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
        assert!(sent["code"].starts_with("gl_ac_"), "{sent:?}");
        assert_eq!((sent["state"].as_str(), sent["iss"].as_str()), ("a b&c=%23+\"'/", "https://grantline.test"));
        assert!(return_url(&answer).starts_with(&format!("{CALLBACK}?code=")));

        let granted = text(world, SCOPES, &app.id).await;
        assert_eq!(granted.as_deref(), Some("account:read messages:send messages:read contacts:read"));
        let numbers = "select number_id from grant_number join oauth_grant on oauth_grant.id = grant_id where app_id = $1";
        assert_eq!(text(world, numbers, &app.id).await, Some(front.clone()));
        let stored = "select code_hash from authorization_code where redirect_uri = $1 and state = 'issued'";
        let hash = grantline::platform::secret::PlainSecret::received(&sent["code"]).hash();
        assert_eq!(text(world, stored, CALLBACK).await, Some(hash.0));
        let detail = text(world, AUDIT, "grant.created").await.expect("an audit entry");
        for word in [front.as_str(), "contacts:read", "\"locale\":\"en\"", "2026-01-31T00:00:00.000Z"] {
            assert!(detail.contains(word), "{word} is not in {detail}");
        }
        let event = text(world, "select data from event where kind = $1", "grant.created").await;
        assert!(event.is_some_and(|data| data.contains(&app.id)));
        let mail = text(world, "select body from mail where recipient = $1", &ann.email).await.expect("a mail");
        assert!(mail.contains(&format!("https://grantline.test/w/{workspace}/apps")), "{mail}");
        assert!(mail.contains("- Send messages"), "{mail}");
    }

    async fn a_no_is_told_to_the_app(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url()).await;
        let answer = ann.refuses(&consent).await.is(200).says("It is told that you refused.");
        let expected = format!(
            "{CALLBACK}?error=access_denied&error_description=the%20person%20refused&state=s-1&iss=https%3A%2F%2Fgrantline.test"
        );
        assert_eq!(return_url(&answer), expected);
        assert!(text(world, AUDIT, "authorization.denied").await.is_some());
        ann.answers(&consent, &YES).await.is(410).says("it has already been used").says("Acme CRM");
        ann.refuses(&consent).await.is(410);
        assert_eq!(count(world, GRANTS).await, 0);
    }

    async fn state_is_left_out_where_none_was_sent(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url_with(&[("state", "")])).await;
        let sent = sent_to(&ann.answers(&consent, &YES).await.is(200));
        assert_eq!(sent.keys().collect::<Vec<_>>(), ["code", "iss"]);
    }

    async fn what_is_missing_is_said_and_what_was_selected_stays(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(world, &ann).await;
        let front = linked_number(world, &workspace, "447700900123", "Front desk").await;
        linked_number(world, &workspace, "447700900456", "Deliveries").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url()).await;
        let no_tick = [("scope", "contacts:read"), ("numbers", "these"), ("number", &front), ("lifetime", "24h")];
        let page = ann.answers(&consent, &no_tick).await.is(422);
        let page = page.says("Tick the box to say that you have read").says("Error: Authorize API Access");
        for kept in [
            r#"value="contacts:read" checked"#.to_owned(),
            r#"name="numbers" value="these" checked"#.to_owned(),
            format!(r#"value="{front}" checked"#),
            r#"value="24h" checked"#.to_owned(),
            String::from("bind wrong"),
        ] {
            assert!(page.body.contains(&kept), "{kept} is not in {page}");
        }
        let no_number = [("numbers", "these"), ("lifetime", "24h"), ("understood", "yes")];
        let page = ann.answers(&consent, &no_number).await.is(422).says("Choose at least one number");
        assert!(page.body.contains(r#"required checked>"#), "{page}");
        let forever = [("numbers", "all"), ("lifetime", "forever"), ("understood", "yes")];
        ann.answers(&consent, &forever).await.is(422).says("Choose how long the access lasts.");
        assert_eq!(count(world, GRANTS).await, 0);
        ann.answers(&consent, &YES).await.is(200);
    }

    async fn of_twenty_approvals_at_once_one_gets_a_code(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url()).await;
        let answers = join_all((0..20).map(|_| ann.answers(&consent, &YES))).await;
        let approved = answers.iter().filter(|answer| answer.status == 200).count();
        let used = answers.iter().filter(|answer| answer.status == 410).count();
        assert_eq!((approved, used), (1, 19));
        assert_eq!((count(world, CODES).await, count(world, GRANTS).await), (1, 1));
        let entries = "select count(*) from audit_entry where action = 'grant.created'";
        assert_eq!(count(world, entries).await, 1);
    }

    async fn two_tabs_approve_once(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let first = ann.follows(&app.authorize_url()).await;
        let page = ann.browser.opens(&format!("{}?numbers=later", first.path)).await.is(200);
        let second = ConsentPage { path: first.path.clone(), page };
        ann.answers(&second, &YES).await.is(200);
        ann.answers(&first, &YES).await.is(410).says("it has already been used");
        ann.browser.opens(&first.path).await.is(410);
        assert_eq!(count(world, CODES).await, 1);
    }

    async fn a_yes_counts_only_from_the_session_that_saw_the_page(world: &World) {
        let ann = world.person("Ann").await;
        let bob = world.person("Bob").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url()).await;
        // Bob posts what Ann's page holds.
        let page = answers_for(&bob, &consent, &consent.csrf()).await.is(403).says("Something changed");
        assert!(page.body.contains("bob@example.com"), "{page}");
        // Bob, with a token of his own and the seal of Ann's page.
        let own = bob.browser.opens(&format!("{}?numbers=later", consent.path)).await.input("csrf");
        answers_for(&bob, &consent, &own).await.is(409).says("Something changed");
        // Ann in a second session.
        let csrf = ann.browser.opens(&format!("{}?numbers=later", consent.path)).await.input("csrf");
        ann.browser.posts("/sign-out", &csrf, &[]).await.is(303);
        ann.answers(&consent, &YES).await.is(303);
        let fields = [("email", ann.email.as_str()), ("password", crate::actors::PASSWORD)];
        ann.browser.fills("/sign-in", "/sign-in", &fields).await.is(303);
        ann.answers(&consent, &YES).await.is(403).says("Something changed");
        // A form from elsewhere, with no token at all.
        ann.browser.posts(&consent.path, "", &YES).await.is(403).says("Nothing was approved.");
        ann.browser.posts(&format!("{}/deny", consent.path), "", &[]).await.is(403);
        assert_eq!((count(world, CODES).await, count(world, GRANTS).await), (0, 0));
        let again = ConsentPage {
            page: ann.browser.opens(&format!("{}?numbers=later", consent.path)).await.is(200),
            path: consent.path,
        };
        ann.answers(&again, &YES).await.is(200);
    }

    async fn a_yes_counts_only_for_what_was_shown(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);

        let numbers_changed = ann.follows(&app.authorize_url()).await;
        linked_number(world, &anns, "447700900123", "Front desk").await;
        ann.answers(&numbers_changed, &YES).await.is(409).says("Something changed").says("Front desk");

        let scopes_changed = ann.follows(&app.authorize_url()).await;
        app.declares_nothing().await;
        app.declares("messages:send", true, "").await;
        ann.answers(&scopes_changed, &YES).await.is(409).says("Something changed");

        let workspace_changed = ann.follows(&app.authorize_url()).await;
        joins(world, &ann, &bobs, "owner").await;
        let (chooser, csrf) = (format!("{}/workspace", workspace_changed.path), workspace_changed.csrf());
        ann.browser.posts(&chooser, &csrf, &[("workspace", &bobs)]).await.is(303);
        ann.answers(&workspace_changed, &YES).await.is(409).says("your workspace <bdi>Bob</bdi>");

        leaves(world, &ann, &bobs).await;
        let right_lost = ann.follows(&app.authorize_url()).await;
        joins(world, &ann, &anns, "viewer").await;
        let answer = ann.answers(&right_lost, &YES).await.is(303);
        assert_eq!(answer.location(), right_lost.path);
        joins(world, &ann, &anns, "owner").await;

        let app_suspended = ann.follows(&app.authorize_url()).await;
        app.is_suspended().await;
        ann.answers(&app_suspended, &YES).await.is(400).says("Invalid Request");
        assert_eq!((count(world, CODES).await, count(world, GRANTS).await), (0, 0));
    }

    async fn asking_again_changes_the_one_grant(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(world, &ann).await;
        let front = linked_number(world, &workspace, "447700900123", "Front desk").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        ann.approves_with(
            &app,
            &[("scope", "contacts:read"), ("numbers", "these"), ("number", &front), ("lifetime", "24h"), YES[2]],
        )
        .await;
        let again = ann.follows(&app.authorize_url()).await;
        for words in ["already has access to your workspace", "Needed, allowed now", "Optional, allowed now"] {
            assert!(again.page.words().contains(words), "{words}: {}", again.page);
        }
        assert!(again.page.body.contains(r#"value="contacts:read" checked"#), "what was approved is selected");
        assert!(again.page.body.contains(r#"value="these" checked"#), "{}", again.page);
        ann.answers(&again, &YES).await.is(200);
        assert_eq!(text(world, SCOPES, &app.id).await.as_deref(), Some("account:read messages:send messages:read"));
        assert_eq!(count(world, "select count(*) from oauth_grant where all_numbers and expires_at is null").await, 1);
        assert_eq!((count(world, GRANTS).await, count(world, "select count(*) from grant_number").await), (1, 0));
        assert!(text(world, AUDIT, "grant.changed").await.is_some());
        assert!(text(world, "select id from event where kind = $1", "grant.changed").await.is_some());
    }

    async fn a_narrower_answer_is_felt_by_the_next_call(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.declares_nothing().await;
        app.declares("messages:send", true, "").await;
        app.declares("account:read", false, "").await;
        let code = ann.approves_with(&app, &[("scope", "account:read"), YES[0], YES[1], YES[2]]).await;
        let tokens = Tokens::of(app.trades(&code).await);
        app.asks_who(&tokens.access).await.is(200);
        ann.approves(&app).await;
        app.asks_who(&tokens.access).await.is(403);
    }

    async fn the_owners_are_told_when_an_admin_approves(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);
        leaves(world, &ann, &anns).await;
        joins(world, &ann, &bobs, "admin").await;
        ann.approves(&app).await;
        for reader in [&ann, &bob] {
            let mail = text(world, "select subject from mail where recipient = $1", &reader.email).await;
            assert_eq!(mail.as_deref(), Some("Acme CRM now has access to Bob"));
        }
    }

    async fn answering_without_pause_is_slowed_down(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url()).await;
        for _ in 0..30 {
            ann.answers(&consent, &YES[..2]).await.is(422);
        }
        let slow = ann.answers(&consent, &YES).await.is(429).says("Wait 10 seconds and try again.");
        assert_eq!(slow.header("retry-after"), "10");
        assert_eq!(count(world, GRANTS).await, 0);
    }
}

/// The yes of one person's page, posted from another's browser.
async fn answers_for(other: &crate::actors::Person<'_>, page: &ConsentPage, csrf: &str) -> crate::actors::Answer {
    let seen = page.seen();
    let fields: Vec<(&str, &str)> = YES.into_iter().chain([("seen", seen.as_str())]).collect();
    other.browser.posts(&page.path, csrf, &fields).await
}
