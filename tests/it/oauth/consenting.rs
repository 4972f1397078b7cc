//! What a person is shown before they decide.

use grantline::access::{Risk, Scope};

use super::actors::{ClientApp, YES, return_url};
use super::surroundings::{is_suspended, joins, leaves, linked_number, workspace_of};
use crate::both_databases;

both_databases! {
    async fn the_page_says_who_asks_for_what_and_where(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(world, &ann).await;
        linked_number(world, &workspace, "447700900123", "Front desk").await;
        linked_number(world, &workspace, "447700900456", "Deliveries").await;
        let app = ClientApp::registers(world, &ann, "Acme <b>CRM</b>").await;
        let consent = ann.follows(&app.authorize_url()).await;
        let page = consent.page;
        for said in [
            "Authorize API Access",
            "Acme &#60;b&#62;CRM&#60;/b&#62;</bdi> is requesting access to your workspace <bdi>Ann</bdi>",
            "Made by <bdi>Acme Software Ltd</bdi>",
            "This app has not been reviewed by <bdi>Harbour</bdi>",
            "<bdi dir=\"ltr\">ann@example.com</bdi>",
            "<bdi>Owner</bdi> of <bdi>Ann</bdi>",
            "We send order updates.",
            "Show all permissions (2 more, all low impact)",
            "+44 •••• ••0123",
            "Only these",
            "Until you disconnect it",
            "see your password or sign in as you",
            "Security Notice",
            "https://acme.example/privacy",
            "You will return to <bdi dir=\"ltr\">app.acme.example</bdi>",
            "I have read and understood what",
        ] {
            assert!(page.body.contains(said), "{said:?} is not in {page}");
        }
        let high = page.words();
        let order = ["Send Messages", "Access Contacts", "Show all permissions", "Account Status", "Manage Templates"];
        let places: Vec<_> = order.iter().map(|words| high.find(words).expect(words)).collect();
        assert!(places.is_sorted(), "{high}");
        assert!(!page.body.contains("Security &#38; Compliance") && !page.body.contains("Manage Phone Numbers"));
        assert!(page.body.contains(r#"name="scope" value="contacts:read"><span>"#), "optional and unticked");
        assert!(!page.body.contains(r#"value="messages:send""#), "needed, so there is no box");
        assert!(page.body.contains(r#"name="numbers" value="these" checked"#), "several numbers: only these");
        assert!(page.body.contains(r#"name="understood" value="yes" required>"#), "the box is required and empty");
    }

    async fn every_permission_has_its_words(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.declares_nothing().await;
        for scope in Scope::ALL {
            app.declares(scope.name(), scope.risk() == Risk::Medium, "").await;
        }
        let page = ann.follows(&app.authorize_url()).await.page;
        for words in [
            "Account Status &#38; Activity",
            "Send Messages",
            "Manage Templates",
            "Manage Phone Numbers",
            "Access Contacts",
            "Security &#38; Compliance",
            "It can message your customers in your name",
            "It can unlink a number",
            "It shows who signed in",
        ] {
            assert!(page.body.contains(words), "{words} is not in {page}");
        }
        for scope in Scope::ALL {
            let boxed = page.body.contains(&format!("value=\"{scope}\""));
            assert_eq!(boxed, scope.risk() != Risk::Medium, "{scope}");
        }
    }

    async fn one_number_or_none_needs_no_choice(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let path = ann.browser.opens(&app.authorize_url()).await.location().to_owned();
        let first = ann.browser.opens(&path).await.is(200).says("Link a number first").says("Continue without a number");
        assert!(!first.body.contains("Authorize Access"), "{first}");
        let later = ann.browser.opens(&format!("{path}?numbers=later")).await.is(200);
        later.says("None is linked yet").says(r#"name="numbers" value="all" checked"#);
        let workspace = workspace_of(world, &ann).await;
        linked_number(world, &workspace, "447700900123", "Front desk").await;
        ann.browser.opens(&path).await.is(200).says("Front desk").says(r#"name="numbers" value="all" checked"#);
    }

    async fn an_app_that_has_no_use_for_numbers_does_not_ask_for_any(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.declares_nothing().await;
        app.declares("account:read", true, "").await;
        let path = ann.browser.opens(&app.authorize_url()).await.location().to_owned();
        let page = ann.browser.opens(&path).await.is(200).says("Authorize Access").says("Low impact");
        assert!(!page.body.contains("Which numbers?") && !page.body.contains("<details class=\"more\""), "{page}");
    }

    async fn several_workspaces_are_a_question_of_their_own(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let bobs = workspace_of(world, &bob).await;
        joins(world, &ann, &bobs, "viewer").await;
        let page = ann.follows(&app.authorize_url()).await.page.says("your workspace <bdi>Ann</bdi>");
        assert!(page.body.contains("Switch workspace"), "only one can be approved, and it is named");
        joins(world, &ann, &bobs, "admin").await;
        let consent = ann.browser.opens(&app.authorize_url()).await.location().to_owned();
        let chooser = ann.browser.opens(&consent).await.is(303).location().to_owned();
        assert_eq!(chooser, format!("{consent}/workspace"));
        let page = ann.browser.opens(&chooser).await.is(200).says("Which workspace is").says("no numbers yet");
        let csrf = page.input("csrf");
        ann.browser.posts(&chooser, &csrf, &[]).await.is(422).says("Choose a workspace");
        let picked = ann.browser.posts(&chooser, &csrf, &[("workspace", &bobs)]).await.is(303);
        assert_eq!(picked.location(), consent);
        let later = format!("{consent}?numbers=later");
        ann.browser.opens(&later).await.is(200).says("your workspace <bdi>Bob</bdi>").says("<bdi>Admin</bdi> of");
        // What Ann picked is nothing to Bob, who has one workspace only.
        bob.browser.opens(&later).await.is(200).says("<bdi>Owner</bdi> of <bdi>Bob</bdi>");
    }

    async fn a_workspace_in_which_one_may_not_approve_says_why(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);
        leaves(world, &ann, &anns).await;
        joins(world, &ann, &bobs, "editor").await;
        let consent = ann.browser.opens(&app.authorize_url()).await.location().to_owned();
        let blocked = ann.browser.opens(&consent).await.is(403).says("Ask an owner to approve this");
        let blocked = blocked.says("Your role here is <bdi>Editor</bdi>. An owner or an admin has to approve apps.");
        let csrf = blocked.input("csrf");
        let yes = ann.browser.posts(&consent, &csrf, &YES).await.is(303);
        assert_eq!(yes.location(), consent);
        joins(world, &ann, &bobs, "owner").await;
        is_suspended(world, &bobs).await;
        ann.browser.opens(&consent).await.is(403).says("This workspace is suspended.");
        let chooser = ann.browser.opens(&format!("{consent}/workspace")).await.is(200);
        assert!(!chooser.body.contains("type=\"radio\"") && !chooser.body.contains("Continue<"), "{chooser}");
        let picked = ann.browser.posts(&format!("{consent}/workspace"), &csrf, &[("workspace", &bobs)]).await;
        picked.is(422).says("Choose a workspace in which you can approve apps.");
        let other = world.person("Cleo").await;
        let cleos = workspace_of(world, &other).await;
        let picked = ann.browser.posts(&format!("{consent}/workspace"), &csrf, &[("workspace", &cleos)]).await;
        picked.is(422);
        let refused = ann.browser.posts(&format!("{consent}/deny"), &csrf, &[]).await.is(200);
        assert!(return_url(&refused).contains("error=access_denied"), "{refused}");
    }

    async fn without_a_workspace_one_is_made_first(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        leaves(world, &ann, &workspace_of(world, &ann).await).await;
        let consent = ann.browser.opens(&app.authorize_url()).await.location().to_owned();
        let first = ann.browser.opens(&consent).await.is(303);
        let new = consent.replace("/oauth/consent/", "/workspaces/new?request=");
        assert_eq!(first.location(), new);
        let made = ann.browser.fills(&new, &new, &[("name", "Bluebird Bakery")]).await.is(303);
        assert_eq!(made.location(), consent);
        ann.browser.opens(&consent).await.is(200).says("<bdi>Bluebird Bakery</bdi> has none yet");
    }

    async fn another_account_keeps_the_question(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.follows(&app.authorize_url()).await;
        let away = ann.browser.posts(&format!("{}/account", consent.path), &consent.csrf(), &[]).await.is(303);
        assert_eq!(away.location(), consent.path.replace("/oauth/consent/", "/sign-in?request="));
        ann.browser.opens(&consent.path).await.is(303);
        let bob = world.person("Bob").await;
        bob.browser.opens(&format!("{}?numbers=later", consent.path)).await.is(200).says("bob@example.com");
    }

    async fn a_made_up_handle_is_an_invalid_request(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let path = ann.follows(&app.authorize_url()).await.path;
        for altered in [format!("{path}x"), path[..path.len() - 1].to_owned(), String::from("/oauth/consent/at_7Q")] {
            for page in [altered.clone(), format!("{altered}/workspace")] {
                ann.browser.opens(&page).await.is(400).says("Invalid Request").says("incomplete or was altered");
            }
        }
        app.is_suspended().await;
        ann.browser.opens(&path).await.is(400).says("not known here, or it is paused");
    }

    async fn a_question_to_a_program_on_this_device_says_so(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.answers_at("http://127.0.0.1/callback").await;
        let url = app.authorize_url_with(&[("redirect_uri", "http://127.0.0.1:49152/callback")]);
        let consent = ann.follows(&url).await;
        assert!(consent.page.body.contains("You will return to an app on this device."), "{}", consent.page);
        let answer = ann.answers(&consent, &YES).await.is(200).says("Returning you to the app on this device");
        assert!(return_url(&answer).starts_with("http://127.0.0.1:49152/callback?code=gl_ac_"), "{answer}");
    }
}
