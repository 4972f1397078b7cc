//! `grantline partner ..`

use clap::Parser as _;
use grantline::commands::partner::Arguments;

use super::developer::{Developer, actions};
use crate::both_databases;
use crate::world::World;

async fn types(world: &World, arguments: &[&str]) -> Result<String, String> {
    let arguments = ["partner"].iter().chain(arguments);
    let arguments = Arguments::try_parse_from(arguments).map_err(|error| error.to_string())?;
    arguments.perform(world.env()).await.map_err(|error| format!("{error:#}"))
}

const ADD: &[&str] = &["add", "--email", "Dev@example.com", "--name", "Northwind Software"];

both_databases! {
    async fn an_operator_makes_and_stops_a_partner(world: &World) {
        Developer::signs_up(world, "Dev").await;
        let told = types(world, ADD).await.expect("a partner");
        let id = told.strip_prefix("partner_id=").expect("an id");
        let row = |state: &str| format!("PARTNER ID\tSTATE\tE-MAIL\tNAME\n{id}\t{state}\tdev@example.com\tNorthwind Software");
        assert_eq!(types(world, &["list"]).await, Ok(row("active")));
        assert_eq!(types(world, &["suspend", id]).await, Ok(format!("{id} is suspended")));
        assert_eq!(types(world, &["list"]).await, Ok(row("suspended")));
        assert_eq!(types(world, &["suspend", id]).await, Err(format!("{id}: that is so already")));
        assert_eq!(types(world, &["resume", id]).await, Ok(format!("{id} may go on")));
        let done = ["operator: partner.added", "operator: partner.suspended", "operator: partner.resumed"];
        assert_eq!(actions(world).await, done);
    }

    async fn who_cannot_be_a_partner_is_told_why(world: &World) {
        assert_eq!(types(world, ADD).await, Err(String::from("nobody has an account with Dev@example.com")));
        Developer::signs_up(world, "Dev").await;
        let reserved = [&ADD[..4], &["WhatsApp Partners"]].concat();
        assert_eq!(types(world, &reserved).await, Err(String::from("the name cannot be used: it may not contain WhatsApp")));
        types(world, ADD).await.expect("a partner");
        assert_eq!(types(world, ADD).await, Err(String::from("this person is a partner already")));
        let unknown = "prt_1: there is no such partner; `grantline partner list` shows all of them";
        assert_eq!(types(world, &["resume", "prt_1"]).await, Err(String::from(unknown)));
    }
}
