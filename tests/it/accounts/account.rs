use std::time::Duration;

use super::{account_of, presses, signs_in_again};
use crate::actors::PASSWORD;
use crate::both_databases;

const NEW: &str = "staple battery horse";
const SESSION: &str = "__Host-gl_session";

both_databases! {
    async fn a_name_can_be_changed(world: &World) {
        let ann = world.person("Ann").await;
        let bad = [("name", "   ")];
        ann.browser.fills("/account", "/account/name", &bad).await.is(422).says("Write your name, in at most 80 characters.");
        let answer = ann.browser.fills("/account", "/account/name", &[("name", "  Ann \t Lee ")]).await.is(303);
        assert_eq!(answer.location(), "/account?done=name");
        let page = ann.browser.opens("/account?done=name").await.is(200).says("Saved. You have your new name.");
        assert_eq!(page.input("name"), "Ann Lee");
        assert_eq!(account_of(world, &ann).await.name, "Ann Lee");
        let page = ann.browser.opens("/account?done=made-up").await.is(200);
        assert!(!page.body.contains("made-up") && !page.body.contains("class=\"notice"), "{page}");
    }

    async fn a_new_password_leaves_this_browser_alone_signed_in(world: &World) {
        let ann = world.person("Ann").await;
        let other = signs_in_again(world, &ann, PASSWORD).await;
        let before = ann.browser.cookie(SESSION);
        let fields = [("current", PASSWORD), ("new", NEW)];
        let answer = ann.browser.fills("/account", "/account/password", &fields).await.is(303);
        assert_eq!(answer.location(), "/account?done=password");
        ann.browser.opens("/account?done=password").await.is(200).says("Every other browser is signed out.");
        assert_eq!(other.browser.opens("/account").await.is(303).location(), "/sign-in");
        assert_ne!(ann.browser.cookie(SESSION), before);
        let thief = world.browser();
        thief.is_given_cookie(SESSION, &before);
        assert_eq!(thief.opens("/account").await.is(303).location(), "/sign-in", "a copy of the old token is worth nothing");
        let old = [("email", ann.email.as_str()), ("password", PASSWORD)];
        world.browser().fills("/sign-in", "/sign-in", &old).await.is(422);
        signs_in_again(world, &ann, NEW).await;
    }

    async fn the_current_password_is_needed_and_guessing_is_slowed_down(world: &World) {
        let ann = world.person("Ann").await;
        let guess = [("current", "not this one"), ("new", NEW)];
        for _ in 0..5 {
            let answer = ann.browser.fills("/account", "/account/password", &guess).await.is(422);
            let answer = answer.says("The current password is wrong.").says("The password was not changed");
            assert!(!answer.body.contains(NEW), "a password never goes back into a page");
        }
        let right = [("current", PASSWORD), ("new", NEW)];
        ann.browser.fills("/account", "/account/password", &right).await.is(429).says("Wait 60 seconds");
        world.passes(Duration::from_secs(60));
        let short = [("current", PASSWORD), ("new", "short")];
        ann.browser.fills("/account", "/account/password", &short).await.is(422).says("Use at least 10 characters.");
        world.passes(Duration::from_secs(60));
        ann.browser.fills("/account", "/account/password", &right).await.is(303);
    }

    async fn two_changes_at_once_leave_one_password(world: &World) {
        use grantline::accounts::{AccountError, AccountRefusal, change_password, sessions};
        let ann = world.person("Ann").await;
        let (env, person) = (world.env(), account_of(world, &ann).await);
        let session = sessions(env, &person.id).await.expect("are listed").remove(0).id;
        let who = grantline::audit::Who::system();
        let to = |new: &str| change_password(env, &who, &person, &session, PASSWORD.into(), new.into());
        let (one, two) = tokio::join!(to("the first new password"), to("the second new password"));
        let overtaken = |error: &AccountError| matches!(error, AccountError::Refused(AccountRefusal::Overtaken));
        // The later one may have read the password after it had been changed; then its current password is wrong.
        let wrong = |error: &AccountError| matches!(error, AccountError::Refused(AccountRefusal::WrongPassword));
        let refusals: Vec<AccountError> = [one.err(), two.err()].into_iter().flatten().collect();
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        assert!(overtaken(&refusals[0]) || wrong(&refusals[0]), "{refusals:?}");
    }

    async fn every_browser_is_listed_and_can_be_signed_out(world: &World) {
        let ann = world.person("Ann").await;
        let only = ann.browser.opens("/account").await.is(200).says("This browser");
        assert!(!only.body.contains("Sign out everywhere else"), "there is nothing else: {only}");
        let second = signs_in_again(world, &ann, PASSWORD).await;
        let third = signs_in_again(world, &ann, PASSWORD).await;
        let page = ann.browser.opens("/account").await.is(200).says("Sign out everywhere else");
        let ends: Vec<&str> = page.body.split("action=\"").filter(|rest| rest.starts_with("/account/sessions/ses_")).collect();
        assert_eq!(ends.len(), 2, "a button for each of the others: {page}");
        let end = ends[0].split('"').next().expect("an address");
        let answer = presses(&ann, "/account", end).await.is(303);
        assert_eq!(answer.location(), "/account?done=session");
        let out = [&second, &third];
        let mut gone = 0;
        for person in out {
            gone += u32::from(person.browser.opens("/account").await.status == 303);
        }
        assert_eq!(gone, 1, "one of them is signed out");
        presses(&ann, "/account", "/account/sessions/end-others").await.is(303);
        for person in out {
            person.browser.opens("/account").await.is(303);
        }
        ann.browser.opens("/account?done=others").await.is(200).says("Every other browser is signed out.");
    }

    async fn nobody_ends_the_session_of_somebody_else(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let id = account_of(world, &bob).await.id;
        let session = grantline::accounts::sessions(world.env(), &id).await.expect("are listed").remove(0).id;
        presses(&ann, "/account", &format!("/account/sessions/{session}/end")).await.is(303);
        presses(&ann, "/account", "/account/sessions/end-others").await.is(303);
        bob.browser.opens("/account").await.is(200);
    }

    async fn names_of_others_cannot_break_a_page(world: &World) {
        let ann = world.person("Ann").await;
        let evil = "<script>alert(1)</script>";
        ann.browser.fills("/account", "/account/name", &[("name", evil)]).await.is(303);
        let page = ann.browser.opens("/account").await.is(200);
        assert!(!page.body.contains(evil), "{page}");
    }
}
