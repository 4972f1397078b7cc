//! The pages of webhook endpoints: for the developer of an app, and for a workspace's own use.

use std::time::Duration;

use grantline::on;

use crate::actors::{Answer, Person};
use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::surroundings::{joins, workspace_of};
use crate::world::World;

const DAY: Duration = Duration::from_secs(24 * 3600);
const URL: &str = "https://hooks.example.com/in/s3cret-path";

/// Somebody before the endpoints of an app of theirs, or of a workspace.
pub struct Portal<'w, 'p> {
    pub person: &'p Person<'w>,
    /// Where the list is.
    pub list: String,
}

impl<'w, 'p> Portal<'w, 'p> {
    pub async fn of_app(world: &'w World, person: &'p Person<'w>) -> Self {
        let app = ClientApp::registers(world, person, "Shop").await;
        Self { person, list: format!("/developers/apps/{}/webhooks", app.id) }
    }

    pub async fn of_workspace(world: &'w World, person: &'p Person<'w>) -> Self {
        Self { person, list: format!("/w/{}/webhooks", workspace_of(world, person).await) }
    }

    pub async fn opens(&self, path: &str) -> Answer {
        self.person.browser.opens(path).await
    }

    pub async fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.person.browser.fills("/account", path, fields).await
    }

    /// Adds an endpoint: the address of its page.
    pub async fn adds(&self, fields: &[(&str, &str)]) -> String {
        let added = self.sends(&format!("{}/new", self.list), fields).await.is(303);
        let page = added.location().strip_suffix("?done=added").expect("its page").to_owned();
        assert!(page.starts_with(&format!("{}/whe_", self.list)), "{page}");
        page
    }

    /// Sends a form without fields of the page, and looks where it leads.
    pub async fn presses(&self, page: &str, button: &str) -> Answer {
        let pressed = self.sends(&format!("{page}/{button}"), &[]).await.is(303);
        self.opens(pressed.location()).await.is(200)
    }

    /// The secrets that the page shows to whoever asks.
    async fn secrets(&self, page: &str) -> Vec<String> {
        let shown = self.sends(&format!("{page}/secret"), &[]).await.is(200);
        shown.body.split(['<', '>']).filter(|text| text.starts_with("whsec_")).map(str::to_owned).collect()
    }
}

/// Every entry about endpoints: who did what, and the chain it stands in, oldest first.
async fn audit(world: &World) -> Vec<String> {
    let mut tx = world.env().db.read().await.expect("a connection");
    let rows: Vec<(String, String, String)> = on!(&mut tx, connection => sqlx::query_as(
        "select workspace_id, actor_name, action from audit_entry where target_kind = 'endpoint' order by workspace_id, seq limit 1000")
        .fetch_all(connection).await)
    .expect("the audit log can be read");
    rows.into_iter().map(|(chain, who, action)| format!("{who} in {}: {action}", &chain[..2])).collect()
}

async fn is_added_and_looked_at(portal: &Portal<'_, '_>) {
    portal.opens(&portal.list).await.is(200).says("Be told what happens").says("is sent again for a day");
    let fields =
        [("url", URL), ("description", "<b>Ours</b>"), ("events", "message.read"), ("events", "grant.revoked")];
    let page = portal.adds(&fields).await;
    let shown = portal.opens(&format!("{page}?done=added")).await.is(200);
    let shown =
        shown.says("The endpoint is added").says("Active").says(URL).says("<bdi>&#60;b&#62;Ours&#60;/b&#62;</bdi>");
    assert!(shown.words().contains("message.read , grant.revoked"), "in the order of the catalogue: {shown}");
    assert!(!shown.body.contains("whsec_"), "a secret is shown to whoever asks for it: {shown}");
    let every = portal.adds(&[("url", "https://other.example.com/")]).await;
    portal.opens(&every).await.is(200).says("All events").says("Nothing has been sent yet.");
    let list = portal.opens(&portal.list).await.is(200).says("hooks.example.com").says("All events");
    assert!(!list.body.contains("s3cret-path"), "the list names hosts: {list}");
}

/// Fields of a form that are refused, and what is said about them.
const REFUSED: &[(&[(&str, &str)], &str)] = &[
    (&[], "Write a whole address"),
    (&[("url", "hooks.example.com")], "Write a whole address"),
    (&[("url", "http://hooks.example.com/")], "The address must begin with https."),
    (&[("url", "https://me:pass@hooks.example.com/")], "Leave out the user name"),
    (&[("url", "https://hooks.example.com/#part")], "Leave out the #"),
    (&[("url", "https://hooks/")], "Write the full name of the host"),
    (&[("url", "https://printer.local/")], "Only a local network knows this host."),
    (&[("url", "https://10.0.0.1/")], "This host is not on the public internet."),
    (&[("url", URL), ("events", "message.invented")], "does not know one of these kinds"),
];

both_databases! {
    async fn an_app_has_endpoints(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_app(world, &ann).await;
        let app = portal.list.strip_suffix("/webhooks").expect("the app's page").to_owned();
        portal.opens(&app).await.is(200).says("No server of yours is told yet").says(&portal.list);
        is_added_and_looked_at(&portal).await;
        portal.opens(&app).await.is(200).says("2 endpoints are told what happens.");
    }

    async fn a_workspace_has_endpoints(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let settings = portal.list.replace("/webhooks", "/settings");
        portal.opens(&settings).await.is(200).says(&portal.list);
        is_added_and_looked_at(&portal).await;
        let form = portal.opens(&format!("{}/new", portal.list)).await.is(200);
        assert!(!form.body.contains("app.suspended"), "it is told to apps: {form}");
    }

    async fn what_cannot_be_called_is_refused_beside_its_field(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_app(world, &ann).await;
        let new = format!("{}/new", portal.list);
        for (fields, why) in REFUSED {
            let page = portal.sends(&new, fields).await.is(422).says("The endpoint was not added").says(why);
            let typed = fields.iter().find(|(name, _)| *name == "url").map_or("", |(_, value)| value);
            assert_eq!(page.input("url"), typed);
        }
        let long = "x".repeat(101);
        let fields = [("url", URL), ("description", long.as_str()), ("events", "message.read")];
        let page = portal.sends(&new, &fields).await.is(422).says("The description is longer than 100 characters.");
        assert!(page.body.contains("value=\"message.read\" checked"), "what was ticked stays so: {page}");
        portal.opens(&portal.list).await.is(200).says("Be told what happens");
        let page = portal.adds(&[("url", URL)]).await;
        let refused = portal.sends(&format!("{page}/edit"), &[("url", "ftp://hooks.example.com")]).await.is(422);
        refused.says("This was not done").says("The address must begin with https.");
        portal.opens(&page).await.is(200).says(URL);
    }

    async fn it_is_changed_paused_and_deleted(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let page = portal.adds(&[("url", URL), ("events", "message.read")]).await;
        let form = portal.opens(&format!("{page}/edit")).await.is(200);
        assert_eq!(form.input("url"), URL);
        assert!(form.body.contains("value=\"message.read\" checked"), "{form}");
        let fields = [("url", "https://new.example.com/"), ("description", "Moved")];
        let changed = portal.sends(&format!("{page}/edit"), &fields).await.is(303);
        assert_eq!(changed.location(), format!("{page}?done=changed"));
        portal.opens(changed.location()).await.says("The endpoint is changed.").says("All events").says("Moved");
        portal.presses(&page, "pause").await.says("The endpoint is paused.").says("Go on").says("Paused");
        portal.opens(&portal.list).await.is(200).says("Paused");
        portal.presses(&page, "pause").await;
        portal.presses(&page, "resume").await.says("The endpoint goes on.").says("Active");
        portal.opens(&format!("{page}/delete")).await.is(200).says("Delete <bdi dir=\"ltr\">new.example.com</bdi>");
        portal.presses(&page, "delete").await.says("The endpoint is deleted.").says("Be told what happens");
        portal.opens(&page).await.is(404);
        portal.sends(&format!("{page}/resume"), &[]).await.is(404);
        let done = ["created", "changed", "paused", "resumed", "deleted"];
        assert_eq!(audit(world).await, done.map(|what| format!("Ann in ws: endpoint.{what}")));
        let log = portal.opens(&portal.list.replace("/webhooks", "/audit")).await.is(200);
        log.says("Added a webhook endpoint").says("<bdi>hooks.example.com</bdi>");
    }

    async fn its_secret_is_shown_on_request_and_rotated(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_app(world, &ann).await;
        let page = portal.adds(&[("url", URL)]).await;
        let first = portal.secrets(&page).await;
        assert_eq!(first.len(), 1);
        let rotated = portal.presses(&page, "secret/rotate").await.says("A new secret signs.").says("Two secrets sign");
        assert!(!rotated.body.contains("whsec_"), "{rotated}");
        let both = portal.secrets(&page).await;
        assert!(both.len() == 2 && both[1] == first[0] && both[0] != first[0], "{both:?}");
        let ended = portal.presses(&page, "secret/end-old").await.says("The old secret signs no more.");
        assert!(!ended.body.contains("Two secrets sign"), "{ended}");
        assert_eq!(portal.secrets(&page).await, both[..1]);
        portal.presses(&page, "secret/rotate").await;
        world.passes(7 * DAY);
        ann.signs_in_again().await;
        let (page, shown) = (portal.opens(&page).await.is(200), portal.secrets(&page).await);
        assert!(shown.len() == 1 && !page.body.contains("End the old one now"), "the old one ended by itself: {shown:?}");
        let done = ["created", "secret_rotated", "old_secret_ended", "secret_rotated"];
        assert_eq!(audit(world).await, done.map(|what| format!("Ann in sy: endpoint.{what}")));
    }

    async fn twenty_are_the_most(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let mut last = String::new();
        for number in 0..20 {
            last = portal.adds(&[("url", &format!("https://h{number}.example.com/"))]).await;
        }
        let full = portal.opens(&portal.list).await.is(200).says("h0.example.com").says("h19.example.com");
        assert!(!full.body.contains("/webhooks/new\""), "there is no button for another one: {full}");
        let fields = [("url", URL)];
        portal.sends(&format!("{}/new", portal.list), &fields).await.is(422).says("There are 20 endpoints");
        portal.presses(&last, "delete").await;
        portal.adds(&fields).await;
    }

    async fn only_who_may_manage_apps_keeps_a_workspaces_endpoints(world: &World) {
        let (ann, dan) = (world.person("Ann").await, world.person("Dan").await);
        let portal = Portal::of_workspace(world, &ann).await;
        let page = portal.adds(&[("url", URL)]).await;
        let workspace = workspace_of(world, &ann).await;
        for role in ["viewer", "editor"] {
            joins(world, &dan, &workspace, role).await;
            for path in [&portal.list, &page, &format!("{page}/edit"), &format!("{page}/delete")] {
                dan.browser.opens(path).await.is(403);
            }
            dan.browser.fills("/account", &format!("{page}/secret"), &[]).await.is(403);
            dan.browser.fills("/account", &format!("{}/new", portal.list), &[("url", URL)]).await.is(403);
            let settings = dan.browser.opens(&format!("/w/{workspace}/settings")).await.is(200);
            assert!(!settings.body.contains("/webhooks"), "{role}: {settings}");
        }
        joins(world, &dan, &workspace, "admin").await;
        dan.browser.opens(&page).await.is(200).says(URL);
    }

    async fn an_endpoint_of_another_owner_does_not_exist(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let (shop, own) = (Portal::of_app(world, &ann).await, Portal::of_workspace(world, &ann).await);
        let id_of = |page: &str| page.rsplit('/').next().expect("an id").to_owned();
        let (of_shop, of_workspace) = (shop.adds(&[("url", URL)]).await, own.adds(&[("url", URL)]).await);
        // Ann herself, under an address that names another owner.
        for (portal, id) in [(&shop, id_of(&of_workspace)), (&own, id_of(&of_shop))] {
            let page = format!("{}/{id}", portal.list);
            portal.opens(&page).await.is(404);
            for button in ["secret", "pause", "resume", "secret/rotate", "secret/end-old", "test", "recover", "delete"] {
                portal.sends(&format!("{page}/{button}"), &[]).await.is(404);
            }
        }
        for page in [&of_shop, &of_workspace] {
            bob.browser.opens(page).await.is(404);
            bob.browser.fills("/account", &format!("{page}/secret"), &[]).await.is(404);
        }
        assert_eq!(audit(world).await.len(), 2, "nothing was done but adding");
    }

    async fn a_form_from_elsewhere_does_nothing(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_app(world, &ann).await;
        let page = portal.adds(&[("url", URL)]).await;
        let buttons =
            ["edit", "pause", "resume", "secret", "secret/rotate", "secret/end-old", "test", "tries/x/again", "recover", "delete"];
        for button in buttons {
            let refused = ann.browser.posts(&format!("{page}/{button}"), "forged", &[("url", URL)]).await;
            assert!(!refused.is(403).body.contains("whsec_"), "{button}");
        }
        ann.browser.posts(&format!("{}/new", portal.list), "forged", &[("url", URL)]).await.is(403);
        assert_eq!(audit(world).await, ["Ann in sy: endpoint.created"]);
    }
}
