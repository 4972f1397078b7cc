//! Registering apps.

use grantline::access::Scope;
use grantline::apps::{self, AppState, DeclaredScope, Details, Kind, NewApp, RegisterError, RegisterRefusal};
use grantline::audit::Who;
use grantline::platform::secret::PlainSecret;
use serde_json::json;

use super::developer::{Developer, acme, audit, code_on, with};
use crate::both_databases;

both_databases! {
    async fn a_developer_begins_with_nothing_and_a_quickstart(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let page = dev.opens("/developers").await.is(200);
        let page = page.says("Register your first app").says("Five minutes to the first call");
        page.says("https://grantline.test/oauth/authorize?response_type=code&#38;client_id=app_…");
    }

    async fn a_developer_registers_an_app_and_sees_its_secret_once(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let page = dev.registers(&acme()).await.is(200).says("The app is registered.").says("Copy it now.");
        let (id, secret) = (code_on(&page, "client-id"), code_on(&page, "secret"));
        assert!(id.starts_with("app_") && secret.starts_with("gl_cs_"), "{page}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(apps::authenticate(world.env(), &id, Some(&PlainSecret::received(&secret))).await.expect("it answers"));

        let overview = dev.opens(&format!("/developers/apps/{id}")).await.is(200);
        assert!(!overview.body.contains(&secret), "the secret is never shown again");
        let overview = overview.says(&format!("gl_cs_…{}", &secret[secret.len() - 4..])).says("Not reviewed");
        let overview = overview.says("0 workspaces use it").says("http://127.0.0.1:8080/callback");
        overview.says("We send order updates.").says("https://grantline.test/oauth/token");
        dev.opens("/developers").await.is(200).says("Acme CRM").says(&id);
    }

    async fn the_quickstart_of_an_app_is_made_of_what_it_registered(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let fields = with(&[("redirects", "https://acme.example/o'hara"), ("ask-numbers-read", "optional")]);
        let id = code_on(&dev.registers(&fields).await.is(200), "client-id");
        let page = dev.opens(&format!("/developers/apps/{id}")).await.is(200);
        let authorize = code_on(&page, "quick-authorize");
        assert!(authorize.contains(&format!("client_id={id}&#38;redirect_uri=https%3A%2F%2Facme.example%2Fo%27hara")));
        assert!(authorize.contains("scope=messages%3Asend+numbers%3Aread+contacts%3Aread"), "{authorize}");
        let token = code_on(&page, "quick-token");
        assert!(token.contains("redirect_uri=https://acme.example/o&#39;\\&#39;&#39;hara&#39;"), "quoted for a shell: {token}");
        page.says("GET /v1/numbers");
        let (id, _) = dev.registers_acme().await;
        let page = dev.opens(&format!("/developers/apps/{id}")).await.is(200);
        assert!(!page.body.contains("quick-call"), "no scope of it allows one of these calls: {page}");
    }

    async fn what_was_registered_is_what_the_other_rooms_find(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let app = apps::find(world.env(), &id).await.expect("it answers").expect("it is there");
        let declared = |scope, required, reason: &str| DeclaredScope { scope, required, reason: reason.to_owned() };
        assert_eq!(app.scopes, [
            declared(Scope::MessagesSend, true, "We send order updates."),
            declared(Scope::ContactsRead, false, ""),
        ]);
        assert_eq!(app.redirect_uris, ["http://127.0.0.1:8080/callback", "https://acme.example/callback"]);
        assert_eq!((app.name.as_str(), app.publisher.as_str()), ("Acme CRM", "Acme Software Ltd"));
        assert_eq!((app.homepage_url.as_str(), app.terms_url.as_str()), ("https://acme.example/", ""));
        assert_eq!((app.kind, app.state, app.reviewed), (Kind::Confidential, AppState::Active, false));
        assert!(app.allows_redirect("http://127.0.0.1:50123/callback") && !app.allows_redirect("https://acme.example/"));
        assert_eq!(app.owner_id, dev.id().await);
        assert_eq!(apps::find(world.env(), "app_none").await.expect("it answers"), None);
    }

    async fn a_public_app_has_no_secret_and_may_use_a_scheme_of_its_own(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let fields = with(&[("kind", "public"), ("redirects", "com.example.acme:/callback")]);
        let answer = dev.registers(&fields).await.is(303);
        let page = dev.opens(answer.location()).await.is(200).says("The app is registered.");
        page.says("A public app has no secret.").says("com.example.acme:/callback");
        let overview = answer.location().split('?').next().expect("a path").to_owned();
        dev.posts(&format!("{overview}/secrets"), &[]).await.is(422).says("A public app has no secret.");
    }

    async fn a_registration_is_in_the_audit_log_without_its_secret(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (_, secret) = dev.registers_acme().await;
        let entries = audit(world).await;
        let [(who, action, detail), (_, second, made)] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((who.as_str(), action.as_str(), second.as_str()), ("person Dev", "app.created", "app.secret_created"));
        assert_eq!(*detail, json!({
            "name": "Acme CRM",
            "publisher": "Acme Software Ltd",
            "homepage_url": "https://acme.example/",
            "privacy_url": "https://acme.example/privacy",
            "redirect_uris": "http://127.0.0.1:8080/callback https://acme.example/callback",
            "scopes": "messages:send required: We send order updates.; contacts:read optional",
            "kind": "confidential",
            "owner_id": dev.id().await,
        }));
        assert!(!format!("{entries:?}").contains(&secret) && made["hint"] == secret[secret.len() - 4..]);
    }

    async fn a_developer_may_have_fifty_apps(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let owner_id = dev.id().await;
        let app = |number: usize| NewApp {
            owner_id: owner_id.clone(),
            kind: Kind::Public,
            details: Details {
                name: format!("Acme {number}"),
                publisher: String::from("Acme"),
                redirect_uris: vec![String::from("https://acme.example/cb")],
                scopes: vec![DeclaredScope { scope: Scope::AccountRead, required: false, reason: String::new() }],
                ..Details::default()
            },
        };
        for number in 0..50 {
            apps::register(world.env(), &Who::system(), app(number)).await.expect("there is room");
        }
        let refused = apps::register(world.env(), &Who::system(), app(50)).await;
        assert!(matches!(refused, Err(RegisterError::Refused(RegisterRefusal::TooManyApps))), "{refused:?}");
        dev.registers(&acme()).await.is(422).says("You have 50 apps").says("value=\"Acme CRM\"");
    }
}
