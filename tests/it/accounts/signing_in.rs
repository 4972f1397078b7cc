use std::time::Duration;

use crate::actors::PASSWORD;
use crate::both_databases;

both_databases! {
    async fn a_person_signs_up_out_and_in_again(world: &World) {
        let ann = world.person("Ann").await;
        ann.browser.opens("/account").await.is(200).says("ann@example.com");
        let out = ann.browser.fills("/account", "/sign-out", &[]).await.is(303);
        assert_eq!(out.location(), "/sign-in");
        assert_eq!(ann.browser.opens("/account").await.is(303).location(), "/sign-in");
        let fields = [("email", " Ann@Example.com "), ("password", PASSWORD)];
        let signed_in = ann.browser.fills("/sign-in", "/sign-in", &fields).await.is(303);
        assert_eq!(signed_in.location(), "/account", "on to the page that was wanted");
        ann.browser.opens("/account").await.is(200);
        assert_eq!(ann.browser.opens("/sign-in").await.is(303).location(), "/start", "no second sign-in");
    }

    async fn a_wrong_password_and_an_unknown_address_get_one_text(world: &World) {
        world.person("Ann").await;
        let browser = world.browser();
        let wrong = [("email", "ann@example.com"), ("password", "not this one")];
        let unknown = [("email", "bob@example.com"), ("password", PASSWORD)];
        for fields in [wrong, unknown] {
            let answer = browser.fills("/sign-in", "/sign-in", &fields).await.is(422);
            assert!(answer.words().contains("The e-mail address or the password is wrong."), "{answer}");
            assert_eq!(answer.input("email"), fields[0].1, "what was typed stays");
        }
    }

    async fn guessing_at_one_account_is_slowed_down_and_a_pause_helps(world: &World) {
        world.person("Ann").await;
        let browser = world.browser();
        let wrong = [("email", "ann@example.com"), ("password", "not this one")];
        for _ in 0..8 {
            browser.fills("/sign-in", "/sign-in", &wrong).await.is(422);
        }
        let right = [("email", "ann@example.com"), ("password", PASSWORD)];
        browser.fills("/sign-in", "/sign-in", &right).await.is(429).says("Wait 60 seconds and try again.");
        world.passes(Duration::from_secs(60));
        browser.fills("/sign-in", "/sign-in", &right).await.is(303);
    }

    async fn guessing_from_one_address_is_slowed_down(world: &World) {
        let browser = world.browser();
        let csrf = browser.opens("/sign-in").await.is(200).input("csrf");
        for number in 0..30 {
            let email = format!("nobody{number}@example.com");
            browser.posts("/sign-in", &csrf, &[("email", &email), ("password", "a guess")]).await.is(422);
        }
        let one_more = [("email", "ann@example.com"), ("password", "a guess")];
        browser.posts("/sign-in", &csrf, &one_more).await.is(429).says("Wait 10 seconds");
    }

    async fn a_form_from_elsewhere_is_refused(world: &World) {
        let browser = world.browser();
        browser.opens("/sign-in").await.is(200);
        let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
        browser.posts("/sign-in", "made-up", &fields).await.is(403).says("This form is too old");
    }

    async fn whoever_blocks_cookies_is_told_so(world: &World) {
        let ann = world.person("Ann").await;
        let page = world.browser().opens("/sign-in").await.is(200);
        // A browser that keeps nothing: each request looks like the first.
        let blocking = || world.browser();
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD)];
        let refused = blocking().posts("/sign-in", &page.input("csrf"), &fields).await.is(403);
        let refused = refused.says("Your browser kept no cookie from this page").says("Allow cookies for this site");
        assert!(refused.body.contains("href=\"/sign-in\" target=\"_blank\""), "{refused}");
        let asked = "/sign-in?request=gl_ar_waiting";
        let refused = blocking().posts(asked, &page.input("csrf"), &fields).await.is(403);
        assert!(refused.body.contains("href=\"/sign-in?request=gl_ar_waiting\" target"), "the way is kept: {refused}");
        blocking().posts("/sign-up", &page.input("csrf"), &fields).await.is(403).says("Your browser kept no cookie");
        let logo = world.browser().posts("/account/name", "made-up", &[("name", "Mallory")]).await;
        assert_ne!(logo.status, 200);
    }

    async fn nothing_in_the_address_leads_away_after_signing_in(world: &World) {
        world.person("Ann").await;
        for query in ["?next=//evil.example", "?request=//evil.example", "?invitation=https://evil.example", "?request=a%0d%0ab"] {
            let browser = world.browser();
            let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
            let page = format!("/sign-in{query}");
            let answer = browser.fills(&page, &page, &fields).await.is(303);
            assert_eq!(answer.location(), "/start", "{query}");
        }
        let browser = world.browser();
        let page = "/sign-in?request=gl_ar_waiting";
        let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
        assert_eq!(browser.fills(page, page, &fields).await.is(303).location(), "/oauth/consent/gl_ar_waiting");
    }
}
