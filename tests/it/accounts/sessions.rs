use std::time::Duration;

use axum::http::header;

use super::signs_in_again;
use crate::actors::{Answer, PASSWORD};
use crate::both_databases;

const DAY: Duration = Duration::from_secs(24 * 3600);
const SESSION: &str = "__Host-gl_session";
const VISITOR: &str = "__Host-gl_visitor";

fn set_cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
}

fn attributes(cookie: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

both_databases! {
    async fn cookies_are_bound_to_this_host_and_hidden_from_scripts(world: &World) {
        let browser = world.browser();
        let page = browser.opens("/sign-up").await.is(200);
        let fields = [("name", "Ann"), ("email", "ann@example.com"), ("password", PASSWORD), ("workspace", "")];
        let signed_up = browser.posts("/sign-up", &page.input("csrf"), &fields).await.is(303);
        for (answer, name) in [(&page, VISITOR), (&signed_up, SESSION)] {
            let [cookie] = set_cookies(answer)[..] else { panic!("one cookie in {answer}") };
            assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
            assert_eq!(attributes(cookie), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
        }
    }

    async fn on_plain_http_cookies_go_without_what_browsers_would_refuse(world: &World) {
        let plain = world.beside(|config| config.server.base_url = "http://127.0.0.1:8080".into()).await;
        let browser = plain.browser();
        let page = browser.opens("/sign-up").await.is(200);
        let fields = [("name", "Ann"), ("email", "ann@example.com"), ("password", PASSWORD), ("workspace", "")];
        let signed_up = browser.posts("/sign-up", &page.input("csrf"), &fields).await.is(303);
        for (answer, name) in [(&page, "gl_visitor"), (&signed_up, "gl_session")] {
            let [cookie] = set_cookies(answer)[..] else { panic!("one cookie in {answer}") };
            assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
            assert_eq!(attributes(cookie), ["HttpOnly", "Path=/", "SameSite=Lax"]);
        }
        plain.ends().await;
    }

    async fn a_planted_session_is_not_taken_over(world: &World) {
        let ann = world.person("Ann").await;
        let planted = format!("gl_ss_{}", "a".repeat(49));
        let browser = world.browser();
        browser.is_given_cookie(SESSION, &planted);
        let before = browser.opens("/sign-in").await.is(200).input("csrf");
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD)];
        browser.posts("/sign-in", &before, &fields).await.is(303);
        assert_ne!(browser.cookie(SESSION), planted);
        let thief = world.browser();
        thief.is_given_cookie(SESSION, &planted);
        assert_eq!(thief.opens("/account").await.is(303).location(), "/sign-in");
        // What was known before signing in proves nothing after it.
        browser.posts("/account/name", &before, &[("name", "Mallory")]).await.is(403);
    }

    async fn a_planted_visitor_cookie_makes_no_forms_after_signing_in(world: &World) {
        let ann = world.person("Ann").await;
        let planted = format!("gl_vi_{}", "a".repeat(49));
        let (browser, thief) = (world.browser(), world.browser());
        for either in [&browser, &thief] {
            either.is_given_cookie(VISITOR, &planted);
        }
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD)];
        browser.fills("/sign-in", "/sign-in", &fields).await.is(303);
        let known_to_the_thief = thief.opens("/sign-in").await.is(200).input("csrf");
        browser.posts("/account/name", &known_to_the_thief, &[("name", "Mallory")]).await.is(403);
    }

    async fn a_session_of_before_is_another_one_after_signing_in_again(world: &World) {
        let ann = world.person("Ann").await;
        let first = ann.browser.cookie(SESSION);
        ann.browser.fills("/account", "/sign-out", &[]).await.is(303);
        assert_eq!(ann.browser.cookie(SESSION), "", "the cookie is taken back");
        let thief = world.browser();
        thief.is_given_cookie(SESSION, &first);
        assert_eq!(thief.opens("/account").await.is(303).location(), "/sign-in");
        let again = signs_in_again(world, &ann, PASSWORD).await;
        assert_ne!(again.browser.cookie(SESSION), first);
    }

    async fn a_session_that_nobody_uses_ends(world: &World) {
        let ann = world.person("Ann").await;
        world.passes(DAY * 7 - Duration::from_secs(1));
        ann.browser.opens("/account").await.is(200);
        world.passes(DAY * 7 - Duration::from_secs(1));
        ann.browser.opens("/account").await.is(200);
        world.passes(DAY * 7);
        assert_eq!(ann.browser.opens("/account").await.is(303).location(), "/sign-in");
    }

    async fn a_session_ends_even_if_it_is_used_all_the_time(world: &World) {
        let ann = world.person("Ann").await;
        for _ in 0..5 {
            world.passes(DAY * 5);
            ann.browser.opens("/account").await.is(200);
        }
        world.passes(DAY * 5);
        assert_eq!(ann.browser.opens("/account").await.is(303).location(), "/sign-in");
    }
}
