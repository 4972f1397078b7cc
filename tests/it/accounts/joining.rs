use std::time::Duration;

use grantline::accounts::{self, Role};

use super::{account_of, invitation_mailed_to, invites, workspace_of};
use crate::actors::{PASSWORD, Person};
use crate::both_databases;

fn as_query(path: &str) -> String {
    path.replace("/invitations/", "?invitation=")
}

both_databases! {
    async fn somebody_with_an_account_signs_in_and_joins(world: &World) {
        let (ann, sam) = (world.person("Ann").await, world.person("Sam").await);
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, &sam.email, "editor").await.is(303);
        let path = invitation_mailed_to(world, &sam.email).await;
        let browser = world.browser();
        let page = browser.opens(&path).await.is(200).says("Join").says("sam@example.com").says("Also sends messages");
        let sign_in = format!("/sign-in{}", as_query(&path));
        assert!(page.body.contains(&sign_in), "{page}");
        let form = browser.opens(&sign_in).await.is(200).says("You are invited to");
        assert_eq!(form.input("email"), "sam@example.com");
        let fields = [("email", sam.email.as_str()), ("password", PASSWORD)];
        let answer = browser.posts(&sign_in, &form.input("csrf"), &fields).await.is(303);
        assert_eq!(answer.location(), path);
        let joined = browser.fills(&path, &path, &[]).await.is(303);
        assert_eq!(joined.location(), format!("/w/{workspace}/settings?done=joined"));
        browser.opens(joined.location()).await.is(200).says("You are a member now.").says("Editor");
        let used = browser.opens(&path).await.is(410).says("It was used already.");
        let csrf = browser.opens("/account").await.is(200).input("csrf");
        browser.posts(&path, &csrf, &[]).await.is(410).says("It was used already.");
        drop(used);
        let person = account_of(world, &sam).await;
        let membership = accounts::membership(world.env(), &person.id, &workspace).await.expect("is read");
        assert_eq!(membership.map(|membership| membership.role), Some(Role::Editor));
    }

    async fn somebody_new_makes_an_account_even_where_strangers_may_not(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, "sam@example.com", "admin").await.is(303);
        let path = invitation_mailed_to(world, "sam@example.com").await;
        let closed = world.beside(|config| config.server.open_sign_up = false).await;
        let browser = closed.browser();
        let sign_up = format!("/sign-up{}", as_query(&path));
        browser.opens(&format!("/sign-in{}", as_query(&path))).await.is(200).says("Create an account");
        let form = browser.opens(&sign_up).await.is(200).says("You are invited to");
        assert_eq!(form.input("email"), "sam@example.com");
        assert!(!form.body.contains("name=\"workspace\""), "they get no workspace of their own: {form}");
        let other = [("name", "Sam"), ("email", "mallory@example.com"), ("password", PASSWORD)];
        browser.posts(&sign_up, &form.input("csrf"), &other).await.is(422).says("The invitation is for another address.");
        let fields = [("name", "Sam"), ("email", "sam@example.com"), ("password", PASSWORD)];
        let answer = browser.posts(&sign_up, &form.input("csrf"), &fields).await.is(303);
        assert_eq!(answer.location(), path);
        assert!(browser.opens("/").await.is(200).words().contains("You are in no workspace yet"));
        browser.fills(&path, &path, &[]).await.is(303);
        let sam = Person { browser, name: "Sam".into(), email: "sam@example.com".into() };
        assert_eq!(workspace_of(&sam).await, workspace);
        closed.ends().await;
    }

    async fn an_invitation_that_ran_out_opens_no_closed_door(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, "sam@example.com", "admin").await.is(303);
        let path = invitation_mailed_to(world, "sam@example.com").await;
        let closed = world.beside(|config| config.server.open_sign_up = false).await;
        let browser = closed.browser();
        let sign_up = format!("/sign-up{}", as_query(&path));
        let csrf = browser.opens(&sign_up).await.is(200).input("csrf");
        world.passes(Duration::from_secs(7 * 24 * 3600));
        let fields = [("name", "Sam"), ("email", "sam@example.com"), ("password", PASSWORD)];
        browser.opens(&sign_up).await.is(404);
        browser.posts(&sign_up, &csrf, &fields).await.is(404);
        closed.ends().await;
    }

    async fn the_wrong_account_is_told_so_and_led_to_the_right_one(world: &World) {
        let (ann, sam, eve) = (world.person("Ann").await, world.person("Sam").await, world.person("Eve").await);
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, &sam.email, "owner").await.is(303);
        let path = invitation_mailed_to(world, &sam.email).await;
        let page = eve.browser.opens(&path).await.is(200).says("You are signed in as").says("This invitation is for another address.");
        eve.browser.posts(&path, &page.input("csrf"), &[]).await.is(200).says("This invitation is for another address.");
        let person = account_of(world, &eve).await;
        assert_eq!(accounts::membership(world.env(), &person.id, &workspace).await.expect("is read"), None);
        let out = eve.browser.posts(&format!("/sign-out{}", as_query(&path)), &page.input("csrf"), &[]).await.is(303);
        assert_eq!(out.location(), format!("/sign-in{}", as_query(&path)));
    }

    async fn an_unknown_invitation_is_a_clear_page(world: &World) {
        for made_up in ["/invitations/x", "/invitations/gl_iv_AAAA", "/invitations/a%0d%0ab"] {
            world.browser().opens(made_up).await.is(404).says("This invitation is unknown");
        }
        let ann = world.person("Ann").await;
        let csrf = ann.browser.opens("/account").await.is(200).input("csrf");
        ann.browser.posts("/invitations/a%0d%0ab", &csrf, &[]).await.is(404).says("This invitation is unknown");
        let stranger = world.browser();
        let csrf = stranger.opens("/sign-in").await.is(200).input("csrf");
        assert_eq!(stranger.posts("/invitations/x", &csrf, &[]).await.is(303).location(), "/sign-in");
    }
}
