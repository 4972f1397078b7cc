//! What the operator does at the command line.

use clap::Parser as _;
use grantline::apps::{self, AppState, Kind};
use grantline::commands::app::Arguments;
use grantline::on;
use grantline::platform::secret::PlainSecret;

use super::developer::{Developer, actions};
use crate::both_databases;
use crate::world::World;

/// `grantline app ..`
async fn types(world: &World, arguments: &[&str]) -> Result<String, String> {
    let arguments = ["app"].iter().chain(arguments);
    let arguments = Arguments::try_parse_from(arguments).map_err(|error| error.to_string())?;
    arguments.perform(world.env()).await.map_err(|error| format!("{error:#}"))
}

const CREATE: &[&str] = &[
    "create",
    "--owner",
    "dev@example.com",
    "--name",
    "Acme CRM",
    "--publisher",
    "Acme",
    "--redirect",
    "https://acme.example/cb",
    "--redirect",
    "http://127.0.0.1/cb",
    "--scope",
    "messages:send:required:We send: updates.",
    "--scope",
    "account:read:optional",
];

async fn events(world: &World) -> Vec<(String, String)> {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_as("select kind, data from event order by id limit 100")
        .fetch_all(connection).await)
    .expect("events can be read")
}

both_databases! {
    async fn an_operator_registers_an_app_for_somebody(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let told = types(world, CREATE).await.expect("it is registered");
        let (id, secret) = told.split_once('\n').expect("two lines");
        let (id, secret) = (id.strip_prefix("client_id=").expect("an id"), secret.strip_prefix("client_secret=").expect("a secret"));
        assert!(apps::authenticate(world.env(), id, Some(&PlainSecret::received(secret))).await.expect("it answers"));
        let app = apps::find(world.env(), id).await.expect("it answers").expect("it is there");
        assert_eq!((app.kind, app.owner_id), (Kind::Confidential, dev.id().await));
        assert_eq!((app.scopes[1].reason.as_str(), app.scopes[1].required), ("We send: updates.", true));
        dev.opens(&format!("/developers/apps/{id}")).await.is(200).says("Acme CRM");
        assert_eq!(actions(world).await, ["operator: app.created", "operator: app.secret_created"]);
        let public = types(world, &[CREATE, &["--public"]].concat()).await.expect("it is registered");
        assert!(!public.contains("client_secret"), "{public}");
        let list = types(world, &["list"]).await.expect("a list");
        assert!(list.lines().count() == 3 && list.contains("\tactive\tno\tconfidential\t"), "{list}");
    }

    async fn a_mistake_at_the_command_line_is_told_in_full(world: &World) {
        let no_one = types(world, CREATE).await.expect_err("nobody signed up");
        assert_eq!(no_one, "nobody has an account with dev@example.com");
        Developer::signs_up(world, "Dev").await;
        let wrong = [&CREATE[..4], &["WhatsApp", "--publisher", "Acme", "--redirect", "http://localhost/cb"], &CREATE[11..]];
        let told = types(world, &wrong.concat()).await.expect_err("it is wrong");
        assert_eq!(
            told,
            "the name: it may not contain WhatsApp; redirect address 1: it uses localhost: write http://127.0.0.1 or http://[::1]"
        );
        for scope in ["messages:send", "messages:send:always", "messages:fly:required"] {
            let told = types(world, &[&CREATE[..11], &["--scope", scope]].concat()).await.expect_err(scope);
            assert!(told.contains("--scope"), "{told}");
        }
    }

    async fn a_suspended_app_stands_still_until_it_is_resumed(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        assert_eq!(types(world, &["suspend", &id]).await, Ok(format!("{id} is suspended")));
        assert_eq!(types(world, &["suspend", &id]).await, Err(format!("{id}: that is so already")));
        let app = apps::find(world.env(), &id).await.expect("it answers").expect("it is there");
        assert_eq!(app.state, AppState::Suspended);
        let page = dev.opens(&format!("/developers/apps/{id}")).await.is(200);
        page.says("Suspended").says("The people who run this server have suspended this app.");
        let told = events(world).await;
        let [(kind, data)] = told.as_slice() else { panic!("{told:?}") };
        assert!(kind == "app.suspended" && data.contains(&id) && data.contains("Acme CRM"), "{data}");
        assert_eq!(types(world, &["resume", &id]).await, Ok(format!("{id} may go on")));
        let app = apps::find(world.env(), &id).await.expect("it answers").expect("it is there");
        assert_eq!(app.state, AppState::Active);
        assert_eq!(actions(world).await[2..], ["operator: app.suspended", "operator: app.resumed"]);
    }

    async fn a_review_is_given_and_taken_back(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        assert_eq!(types(world, &["review", &id]).await, Ok(format!("{id} is reviewed")));
        assert_eq!(types(world, &["review", &id]).await, Err(format!("{id}: that is so already")));
        dev.opens("/developers").await.is(200).says("Reviewed");
        types(world, &["review", &id, "--withdraw"]).await.expect("it is taken back");
        assert!(!apps::find(world.env(), &id).await.expect("it answers").expect("it is there").reviewed);
        let missing = types(world, &["review", "app_none"]).await.expect_err("there is none");
        assert_eq!(missing, "app_none: there is no such app; `grantline app list` shows all of them");
        assert_eq!(actions(world).await[2..], ["operator: app.reviewed", "operator: app.reviewed"]);
    }
}
