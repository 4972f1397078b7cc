use grantline::accounts;
use grantline::audit::{self, Filter, Place};

use super::{account_of, workspace_of};
use crate::actors::PASSWORD;
use crate::both_databases;

fn fields<'f>(name: &'f str, email: &'f str, password: &'f str) -> [(&'f str, &'f str); 4] {
    [("name", name), ("email", email), ("password", password), ("workspace", "Bakery")]
}

both_databases! {
    async fn whoever_signs_up_owns_a_workspace(world: &World) {
        let browser = world.browser();
        let answer = browser.fills("/sign-up", "/sign-up", &fields("Ann", "Ann@Example.com", PASSWORD)).await.is(303);
        assert_eq!(answer.location(), "/start");
        let ann = crate::actors::Person { browser, name: "Ann".into(), email: "ann@example.com".into() };
        let workspace = workspace_of(&ann).await;
        let person = account_of(world, &ann).await;
        let membership = accounts::membership(world.env(), &person.id, &workspace).await.expect("is read");
        let membership = membership.expect("a member");
        assert_eq!((membership.role, membership.workspace.name.as_str()), (accounts::Role::Owner, "Bakery"));
        let log = audit::read(world.env(), audit::SYSTEM, &Filter::default(), Place::Newest).await.expect("is read");
        let actions: Vec<&str> = log.entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["session.opened", "person.created"]);
        assert!(log.entries.iter().all(|entry| entry.actor_name == "Ann"), "{log:?}");
    }

    async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(world: &World) {
        world.person("Ann").await;
        let long = "x".repeat(201);
        let cases = [
            (fields("Bob", "bob", PASSWORD), "This is not an e-mail address."),
            (fields("  ", "bob@example.com", PASSWORD), "Write your name"),
            (fields("Bob", "bob@example.com", "short"), "Use at least 10 characters."),
            (fields("Bob", "bob@example.com", &long), "Use at most 200 characters."),
            (fields("Bob", "bob@example.com", "Bob@Example.com"), "Choose a password that is not your e-mail address"),
            (fields("Bob", "ann@example.com", PASSWORD), "There is already an account with this address."),
        ];
        let browser = world.browser();
        for (fields, text) in cases {
            let answer = browser.fills("/sign-up", "/sign-up", &fields).await.is(422).says(text);
            assert_eq!(answer.input("email"), fields[1].1);
            assert_eq!(answer.input("workspace"), "Bakery");
            assert_eq!(answer.input("password"), "", "a password never goes back into a page");
        }
    }

    async fn one_address_makes_only_so_many_accounts(world: &World) {
        let browser = world.browser();
        let csrf = browser.opens("/sign-up").await.is(200).input("csrf");
        for _ in 0..30 {
            browser.posts("/sign-up", &csrf, &fields("Bob", "no address", PASSWORD)).await.is(422);
        }
        let answer = browser.posts("/sign-up", &csrf, &fields("Bob", "bob@example.com", PASSWORD)).await;
        answer.is(429).says("Wait 60 seconds");
    }

    async fn a_server_may_be_closed_to_strangers(world: &World) {
        let closed = world.beside(|config| config.server.open_sign_up = false).await;
        let browser = closed.browser();
        let sign_in = browser.opens("/sign-in").await.is(200);
        assert!(!sign_in.body.contains("/sign-up"), "no link leads nowhere: {sign_in}");
        browser.opens("/sign-up").await.is(404);
        let csrf = sign_in.input("csrf");
        browser.posts("/sign-up", &csrf, &fields("Bob", "bob@example.com", PASSWORD)).await.is(404);
        browser.posts("/sign-up?invitation=gl_iv_made_up", &csrf, &fields("Bob", "bob@example.com", PASSWORD)).await.is(404);
        let people = accounts::people_after(world.env(), "", 10).await.expect("people are listed");
        assert_eq!(people, []);
        closed.ends().await;
    }
}
