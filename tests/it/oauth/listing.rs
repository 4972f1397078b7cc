//! The list of connected apps, filtered and in order.

use std::time::Duration;

use super::actors::ClientApp;
use super::surroundings::{joins, leaves, workspace_of};
use super::tokens::Tokens;
use crate::actors::Person;
use crate::both_databases;

/// The names of the listed apps, from above.
async fn listed(person: &Person<'_>, query: &str) -> Vec<String> {
    let path = format!("{}/apps{query}", person.workspace().await);
    let page = person.browser.opens(&path).await.is(200);
    let rows = page.body.split("<th scope=\"row\">").skip(1);
    let name =
        |row: &str| row.split("<bdi>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned();
    rows.map(name).collect()
}

both_databases! {
    async fn the_list_can_be_narrowed_and_ordered(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let anns = workspace_of(world, &ann).await;
        leaves(world, &bob, &workspace_of(world, &bob).await).await;
        joins(world, &bob, &anns, "admin").await;
        let (shop, crm, bot) = (
            ClientApp::registers(world, &ann, "Shop").await,
            ClientApp::registers(world, &ann, "Desk").await,
            ClientApp::registers(world, &ann, "Bot").await,
        );
        crm.is_reviewed().await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        world.passes(Duration::from_secs(60));
        let with_contacts = [&super::actors::YES[..], &[("scope", "contacts:read")]].concat();
        ann.approves_with(&crm, &with_contacts).await;
        world.passes(Duration::from_secs(60));
        bob.approves(&bot).await;
        shop.asks_who(&tokens.access).await.is(200);
        world.works().await;
        assert_eq!(listed(&ann, "").await, ["Bot", "Desk", "Shop"]);
        assert_eq!(listed(&ann, "?sort=used").await, ["Shop", "Bot", "Desk"]);
        assert_eq!(listed(&ann, "?group=contacts").await, ["Desk"]);
        assert_eq!(listed(&ann, "?review=reviewed").await, ["Desk"]);
        assert_eq!(listed(&ann, "?review=not-reviewed").await, ["Bot", "Shop"]);
        assert_eq!(listed(&ann, "?person=Bob").await, ["Bot"]);
        assert_eq!(listed(&ann, "?person=Bob&group=contacts").await, [""; 0]);
        assert_eq!(listed(&ann, "?group=nonsense&review=x&sort=y").await, ["Bot", "Desk", "Shop"]);
        assert_eq!(listed(&ann, "?tab=disconnected").await, [""; 0]);
        crm.is_suspended().await;
        assert_eq!(listed(&ann, "").await, ["Desk", "Bot", "Shop"], "what needs attention comes first");
    }

    async fn people_find_what_they_approved_wherever_it_is(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let bobs = workspace_of(world, &bob).await;
        ann.browser.opens("/account/apps").await.is(200).says("You have approved no app");
        ann.approves(&shop).await;
        bob.approves(&shop).await;
        joins(world, &ann, &bobs, "admin").await;
        let list = ann.browser.opens("/account/apps").await.is(200).says("<bdi>Shop</bdi>");
        assert!(list.body.contains("<bdi>Ann</bdi></td>") && !list.body.contains("<bdi>Bob</bdi></td>"), "{list}");
        leaves(world, &ann, &workspace_of(world, &ann).await).await;
        ann.browser.opens("/account/apps").await.is(200).says("You have approved no app");
        let stranger = world.browser();
        assert_eq!(stranger.opens("/account/apps").await.is(303).location(), "/sign-in");
    }

    async fn access_that_nobody_needs_asks_for_attention(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        ann.approves(&shop).await;
        world.passes(Duration::from_secs(60 * 86_400));
        ann.signs_in_again().await;
        let list = format!("{}/apps", ann.workspace().await);
        ann.browser.opens(&list).await.is(200).says("Not used lately");
        ann.browser.opens(&ann.app_page().await).await.is(200).says("Nobody has used this access for two months.");
    }
}
