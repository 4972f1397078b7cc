//! What an app may ask, and what happens to what it may not.

use std::time::Duration;

use super::actors::{CALLBACK, ClientApp, VERIFIER, challenge_of};
use super::surroundings::count;
use crate::both_databases;

const ISS: &str = "iss=https%3A%2F%2Fgrantline.test";

both_databases! {
    async fn a_good_request_waits_behind_the_sign_in_page(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let stranger = world.browser();
        let sign_in = stranger.opens(&app.authorize_url()).await.is(303).location().to_owned();
        assert!(sign_in.starts_with("/sign-in?request=gl_ar_"), "{sign_in}");
        stranger.opens(&sign_in).await.is(200).says("Acme CRM");
        let consent = ann.browser.opens(&app.authorize_url()).await.is(303).location().to_owned();
        assert!(consent.starts_with("/oauth/consent/gl_ar_"), "{consent}");
        stranger.opens(&consent).await.is(303);
        let fields = [("email", ann.email.as_str()), ("password", crate::actors::PASSWORD)];
        let back = stranger.fills(&sign_in, &sign_in, &fields).await.is(303).location().to_owned();
        assert_eq!(back, sign_in.replace("/sign-in?request=", "/oauth/consent/"));
    }

    async fn nothing_is_sent_to_an_address_that_is_not_registered(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.is_reviewed().await;
        app.answers_at("http://127.0.0.1/callback").await;
        for uri in [
            "https://app.acme.example/callback/",
            "https://app.acme.example/callback/more",
            "https://app.acme.example/callback?next=https://evil.example",
            "https://app.acme.example/callback#",
            "https://app.acme.example/callback#fragment",
            "https://app.acme.example/Callback",
            "https://APP.acme.example/callback",
            "HTTPS://app.acme.example/callback",
            "https://app.acme.example%2Fcallback",
            "https://app.acme.example/%63allback",
            "https://app.acme.example//callback",
            "https://app.acme.example/x/../callback",
            "https://app.acme.example:443/callback",
            "https://app.acme.example./callback",
            "https://app.acme.example@evil.example/callback",
            "https://evil@app.acme.example/callback",
            "https://app.acme.example.evil.example/callback",
            "https://app.acmе.example/callback",
            "http://app.acme.example/callback",
            " https://app.acme.example/callback",
            "https://app.acme.example/callback\n",
            "//app.acme.example/callback",
            "javascript:alert(1)",
            "http://127.0.0.1:8080/callback?x=1",
            "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.2/callback",
            "http://localhost/callback",
            "https://127.0.0.1/callback",
        ] {
            let answer = ann.browser.opens(&app.authorize_url_with(&[("redirect_uri", uri)])).await;
            let answer = answer.is(400).says("Invalid Request").says("an address that the app has not registered");
            assert_eq!(answer.location(), "", "{uri}");
            assert!(answer.body.contains("<code>redirect_uri</code>") && !answer.body.contains("evil"), "{uri}");
        }
        let port = [("redirect_uri", "http://127.0.0.1:49152/callback")];
        ann.browser.opens(&app.authorize_url_with(&port)).await.is(303);
    }

    async fn a_link_without_a_known_app_and_address_stays_here(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let second_address = format!("{}&redirect_uri={CALLBACK}", app.authorize_url());
        let second_app = format!("{}&client_id=app_other", app.authorize_url());
        let long = format!("{}&x={}", app.authorize_url(), "x".repeat(20_000));
        for (url, says, parameter) in [
            (app.authorize_url_with(&[("client_id", "")]), "incomplete or was altered", "client_id"),
            (app.authorize_url_with(&[("redirect_uri", "")]), "incomplete or was altered", "redirect_uri"),
            (second_address, "incomplete or was altered", "redirect_uri"),
            (second_app, "incomplete or was altered", "client_id"),
            (app.authorize_url_with(&[("client_id", "app_other")]), "not known here, or it is paused", "client_id"),
            (long, "far too long", "invalid_request"),
            (String::from("/oauth/authorize"), "incomplete or was altered", "client_id"),
        ] {
            let answer = ann.browser.opens(&url).await.is(400).says("Invalid Request").says(says).says(parameter);
            assert!(answer.body.contains("<title>Error: Invalid Request"), "{answer}");
            assert!(answer.body.contains(answer.header("x-request-id")), "no reference in {answer}");
        }
        assert_eq!(count(world, "select count(*) from authorization_request").await, 0);
    }

    async fn nobody_can_tell_a_suspended_app_from_an_unknown_one(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.is_suspended().await;
        let unknown = ann.browser.opens(&app.authorize_url_with(&[("client_id", "app_other")])).await.is(400);
        let suspended = ann.browser.opens(&app.authorize_url()).await.is(400);
        let reference = |answer: &crate::actors::Answer| answer.header("x-request-id").to_owned();
        let same = suspended.body.replace(&reference(&suspended), &reference(&unknown));
        assert_eq!(same, unknown.body);
    }

    async fn other_faults_go_back_to_the_app(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.is_reviewed().await;
        let long = "x".repeat(1025);
        let padded = format!("{}=", &challenge_of(VERIFIER)[..42]);
        for (changed, error, description) in [
            (("response_type", ""), "invalid_request", "response_type is missing; it must be code"),
            (("response_type", "token"), "unsupported_response_type", "response_type must be code"),
            (("response_type", "code id_token"), "unsupported_response_type", "response_type must be code"),
            (("response_mode", "fragment"), "invalid_request", "response_mode must be query"),
            (("code_challenge", ""), "invalid_request", "code_challenge is missing: PKCE is required (RFC 7636)"),
            (("code_challenge_method", ""), "invalid_request", "code_challenge_method must be S256"),
            (("code_challenge_method", "plain"), "invalid_request", "code_challenge_method must be S256"),
            (("code_challenge_method", "s256"), "invalid_request", "code_challenge_method must be S256"),
            (("code_challenge", "short"), "invalid_request", "code_challenge must be a SHA-256 in 43 characters of base64url"),
            (("code_challenge", &padded), "invalid_request", "code_challenge must be a SHA-256 in 43 characters of base64url"),
            (("scope", "everything"), "invalid_scope", "scope names a scope that does not exist"),
            (("scope", "security:read"), "invalid_scope", "scope names a scope that the app has not declared"),
            (("resource", "https://other.example"), "invalid_target", "resource must be the base URL of this server"),
            (("request", "e30.e30."), "request_not_supported", "request objects are not supported"),
            (("request_uri", "urn:x"), "request_uri_not_supported", "request objects are not supported"),
            (("prompt", "none"), "consent_required", "prompt=none, but a person has to approve"),
            (("prompt", "login none"), "invalid_request", "prompt=none stands alone"),
        ] {
            let answer = ann.browser.opens(&app.authorize_url_with(&[changed])).await.is(303);
            let description = description.replace(':', "%3A").replace(' ', "%20").replace(';', "%3B");
            let description = description.replace('=', "%3D").replace('(', "%28").replace(')', "%29").replace(',', "%2C");
            let expected = format!("{CALLBACK}?error={error}&error_description={description}&state=s-1&{ISS}");
            assert_eq!(answer.location(), expected, "{changed:?}");
        }
        for state in [long.as_str(), "tab\there", "ünïcode"] {
            let answer = ann.browser.opens(&app.authorize_url_with(&[("state", state)])).await.is(303);
            let description = "state%20must%20be%20at%20most%201024%20printable%20ASCII%20characters";
            let expected = format!("{CALLBACK}?error=invalid_request&error_description={description}&{ISS}");
            assert_eq!(answer.location(), expected);
        }
    }

    async fn a_parameter_is_sent_once(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.is_reviewed().await;
        for (more, what, state) in [
            ("&scope=account:read&scope=messages:send", "scope", "&state=s-1"),
            ("&code_challenge_method=plain", "code_challenge_method", "&state=s-1"),
            ("&response_type=code", "response_type", "&state=s-1"),
            ("&state=s-2", "state", ""),
        ] {
            let answer = ann.browser.opens(&format!("{}{more}", app.authorize_url())).await.is(303);
            let description = format!("{what}%20was%20sent%20more%20than%20once");
            let expected = format!("{CALLBACK}?error=invalid_request&error_description={description}{state}&{ISS}");
            assert_eq!(answer.location(), expected);
        }
        let ignored = format!("{}&x=1&x=2&resource=https://grantline.test", app.authorize_url());
        let ignored = format!("{ignored}&resource=https://grantline.test/&prompt=login&nonce=");
        let consent = ann.browser.opens(&ignored).await.is(303).location().to_owned();
        assert!(consent.starts_with("/oauth/consent/"), "{consent}");
    }

    async fn an_app_that_declares_nothing_cannot_ask(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        app.is_reviewed().await;
        app.declares_nothing().await;
        let answer = ann.browser.opens(&app.authorize_url()).await.is(303);
        assert!(answer.location().starts_with(&format!("{CALLBACK}?error=invalid_scope&")), "{answer}");
    }

    async fn nobody_is_thrown_to_a_stranger(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let wrong = app.authorize_url_with(&[("response_type", "token")]);
        let expected = format!(
            "{CALLBACK}?error=unsupported_response_type&#38;error_description=response_type%20must%20be%20code&#38;state=s-1&#38;{ISS}"
        );
        let page = ann.browser.opens(&wrong).await.is(400).says("app.acme.example").says(&expected);
        assert!(!page.body.contains("http-equiv"), "{page}");
        app.is_reviewed().await;
        ann.browser.opens(&wrong).await.is(303);
        let stranger = world.browser();
        stranger.opens(&wrong).await.is(400).says("app.acme.example").says(&expected);
        let silent = stranger.opens(&app.authorize_url_with(&[("prompt", "none")])).await.is(303);
        let description = "prompt%3Dnone%2C%20but%20nobody%20is%20signed%20in";
        let expected = format!("{CALLBACK}?error=login_required&error_description={description}&state=s-1&{ISS}");
        assert_eq!(silent.location(), expected);
    }

    async fn asking_without_pause_is_slowed_down(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let stranger = world.browser();
        for _ in 0..60 {
            stranger.opens(&app.authorize_url()).await.is(303);
        }
        let answer = stranger.opens(&app.authorize_url()).await.is(429).says("Wait 2 seconds and try again.");
        assert_eq!(answer.header("retry-after"), "2");
        world.passes(Duration::from_secs(2));
        stranger.opens(&app.authorize_url()).await.is(303);
    }

    async fn old_questions_are_forgotten(world: &World) {
        let ann = world.person("Ann").await;
        let app = ClientApp::registers(world, &ann, "Acme CRM").await;
        let consent = ann.browser.opens(&app.authorize_url()).await.is(303).location().to_owned();
        world.passes(Duration::from_secs(1800));
        let expired = ann.browser.opens(&consent).await.is(410).says("it has expired").says("Acme CRM");
        assert!(!expired.words().contains("Authorize"), "{expired}");
        world.works().await;
        assert_eq!(count(world, "select count(*) from authorization_request").await, 1);
        world.passes(Duration::from_secs(86_401));
        world.works().await;
        assert_eq!(count(world, "select count(*) from authorization_request").await, 0);
        ann.browser.opens(&consent).await.is(410).says("it has expired");
    }
}
