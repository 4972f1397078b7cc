//! A page that was wanted before signing in is not forgotten, and nothing else leads anywhere.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};

use super::workspace_of;
use crate::actors::{Answer, Browser, PASSWORD};
use crate::both_databases;
use crate::numbers::{Member, PHONE, mails_to};
use crate::world::BASE_URL;

const WANTED: &str = "__Host-gl_wanted";

async fn signs_in(browser: &Browser<'_>, email: &str) -> Answer {
    browser.fills("/sign-in", "/sign-in", &[("email", email), ("password", PASSWORD)]).await.is(303)
}

both_databases! {
    async fn a_link_in_a_mail_leads_to_its_page_by_way_of_the_sign_in(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        ann.starts_linking(PHONE).await;
        let (_, mail) = mails_to(world, "ann@example.com").await.pop().expect("a mail");
        let link = mail.split_whitespace().find_map(|word| word.strip_prefix(BASE_URL)).expect("a link").to_owned();
        assert!(link.starts_with("/w/"), "{link}");

        let browser = world.browser();
        assert_eq!(browser.opens(&link).await.is(303).location(), "/sign-in", "nothing of it in the address");
        assert!(!browser.cookie(WANTED).contains(&ann.workspace), "sealed");
        browser.opens("/sign-in").await.is(200).says("Sign in, and you go on to the page that you opened.");
        // A password that is typed wrong loses nothing.
        browser.fills("/sign-in", "/sign-in", &[("email", "ann@example.com"), ("password", "not this one")]).await.is(422);
        let signed_in = signs_in(&browser, "ann@example.com").await;
        assert_eq!(signed_in.location(), link);
        browser.opens(signed_in.location()).await.is(200);
        assert_eq!(browser.cookie(WANTED), "", "forgotten after use");
    }

    async fn the_query_of_a_page_comes_along_and_the_last_page_counts(world: &World) {
        let ann = world.person("Ann").await;
        let (browser, workspace) = (world.browser(), workspace_of(&ann).await);
        browser.opens("/account").await.is(303);
        let page = format!("/w/{workspace}/numbers?done=removed");
        browser.opens(&page).await.is(303);
        assert_eq!(signs_in(&browser, &ann.email).await.location(), page);
    }

    async fn a_page_is_wanted_for_a_quarter_of_an_hour(world: &World) {
        let ann = world.person("Ann").await;
        let (soon, late) = (world.browser(), world.browser());
        for browser in [&soon, &late] {
            browser.opens("/account").await.is(303);
        }
        world.passes(Duration::from_secs(15 * 60 - 1));
        assert_eq!(signs_in(&soon, &ann.email).await.location(), "/account");
        world.passes(Duration::from_secs(1));
        let page = late.opens("/sign-in").await.is(200);
        assert!(!page.words().contains("the page that you opened"), "{page}");
        assert_eq!(signs_in(&late, &ann.email).await.location(), "/start");
        assert_eq!(late.cookie(WANTED), "", "it does not lie about");
    }

    async fn a_page_that_is_not_theirs_says_what_it_always_says(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let (browser, numbers) = (world.browser(), format!("/w/{}/numbers", workspace_of(&ann).await));
        browser.opens(&numbers).await.is(303);
        let signed_in = signs_in(&browser, &bob.email).await;
        browser.opens(signed_in.location()).await.is(404).says("There is nothing here");
        // A new account has nothing to do with it.
        let browser = world.browser();
        browser.opens(&numbers).await.is(303);
        let fields = [("name", "Cem"), ("email", "cem@example.com"), ("password", PASSWORD), ("workspace", "")];
        let signed_up = browser.fills("/sign-up", "/sign-up", &fields).await.is(303);
        assert_eq!((signed_up.location(), browser.cookie(WANTED).as_str()), ("/start", ""));
    }

    async fn the_next_person_at_the_browser_goes_nowhere_but_to_their_own(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let browser = world.browser();
        browser.opens("/account").await.is(303);
        let sealed = browser.cookie(WANTED);
        signs_in(&browser, &ann.email).await;
        browser.fills("/account", "/sign-out", &[]).await.is(303);
        assert_eq!(signs_in(&browser, &bob.email).await.location(), "/start");
        // What was used once is worth nothing, here and on any other browser.
        for other in [&browser, &world.browser()] {
            other.opens("/sign-in").await;
            other.is_given_cookie(WANTED, &sealed);
            if other.cookie("__Host-gl_session").is_empty() {
                assert_eq!(signs_in(other, &bob.email).await.location(), "/start");
            } else {
                assert_eq!(other.opens("/sign-in").await.is(303).location(), "/start");
            }
        }
    }

    async fn no_value_of_the_cookie_sends_anybody_elsewhere(world: &World) {
        let ann = world.person("Ann").await;
        let env = world.env();
        let page = "9999999999999 https://evil.example/";
        let forged = env.sealer.seal("wanted:", page.as_bytes(), &*env.random).expect("sealed");
        for hostile in ["https://evil.example/", "//evil.example", "9999999999999 /account", "", ".", &forged] {
            let browser = world.browser();
            browser.opens("/sign-in").await.is(200);
            browser.is_given_cookie(WANTED, hostile);
            assert_eq!(signs_in(&browser, &ann.email).await.location(), "/start", "{hostile}");
        }
    }

    async fn an_app_that_asks_and_an_invitation_come_first(world: &World) {
        let ann = world.person("Ann").await;
        let browser = world.browser();
        browser.opens("/account").await.is(303);
        let page = "/sign-in?request=gl_ar_waiting";
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD)];
        let signed_in = browser.fills(page, page, &fields).await.is(303);
        assert_eq!((signed_in.location(), browser.cookie(WANTED).as_str()), ("/oauth/consent/gl_ar_waiting", ""));
    }

    async fn neither_forms_nor_streams_nor_other_pages_are_remembered(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let browser = world.browser();
        let csrf = browser.opens("/sign-in").await.is(200).input("csrf");
        browser.posts(&ann.at("/link"), &csrf, &[("phone", PHONE)]).await.is(303);
        browser.sends(Method::HEAD, "/account", Body::empty(), None).await.is(303);
        browser.opens("/developers").await.is(303);
        browser.opens(&format!("/w/{}/numbers?{}", ann.workspace, "a".repeat(1000))).await.is(303);
        let stream = Request::get(ann.at(&format!("{}/stream", link.path())))
            .header(header::ACCEPT, "text/event-stream")
            .header(header::COOKIE, browser.cookie_header());
        let stream = world.sends(stream.body(Body::empty()).expect("a request")).await.is(303);
        assert_eq!((stream.header(header::SET_COOKIE), browser.cookie(WANTED).as_str()), ("", ""));
        assert_eq!(signs_in(&browser, "ann@example.com").await.location(), "/start");
    }
}
