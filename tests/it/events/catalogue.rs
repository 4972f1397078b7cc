//! What is told is what the catalogue says.

use std::collections::BTreeSet;
use std::path::Path;

use grantline::apps::{self, Verdict};
use grantline::audit::Who;
use grantline::events::Kind;
use grantline::numbers::MessageTold;
use grantline::on;
use grantline_whatsapp::{MessageRef, SendFailure};
use serde_json::Value;
use walkdir::WalkDir;

use super::schema::{data_schema, described, faults};
use crate::both_databases;
use crate::messages::actors::{ANNS_PHONE, Office, Queue};
use crate::numbers::{Member, PHONE};
use crate::oauth::actors::{ClientApp, YES};
use crate::oauth::surroundings::{linked_number, workspace_of};
use crate::world::World;

/// Every fact that there is, held against its schema: their kinds.
async fn kinds_as_described(world: &World) -> BTreeSet<String> {
    let mut tx = world.env().db.read().await.expect("a connection");
    let rows: Vec<(String, String)> = on!(&mut tx, connection =>
        sqlx::query_as("select kind, data from event order by id").fetch_all(connection).await)
    .expect("events can be read");
    let document = described();
    for (kind, data) in &rows {
        let value: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(faults(&document, data_schema(&document, kind), &value), [""; 0], "{kind} {data}");
    }
    rows.into_iter().map(|(kind, _)| kind).collect()
}

/// The sources of the server without its tests, and without those that name every kind.
fn makers() -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let catalogue = ["events/event.rs", "events/samples.rs", "events/view.rs", "accounts/pages/onlooker.rs"];
    let catalogue = catalogue.map(|file| source.join(file));
    let files = WalkDir::new(&source).into_iter().flatten();
    files
        .filter(|file| file.path().extension().is_some_and(|it| it == "rs"))
        .filter(|file| catalogue.iter().all(|other| file.path() != other))
        .map(|file| std::fs::read_to_string(file.path()).expect("source can be read"))
        .map(|text| text.split("#[cfg(test)]").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_kind_is_marked_as_told_when_something_tells_it() {
    let makers = makers();
    for kind in Kind::ALL {
        let made = makers.iter().any(|text| text.contains(&format!("Kind::{kind:?}")));
        assert_eq!(kind.is_told(), made, "{}: Kind::is_told says one thing, the sources another", kind.name());
    }
}

both_databases! {
    async fn what_is_told_of_numbers_is_as_described(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        link.phone().unlinks().await.is(303);
        link.until_number("needs_attention").await;
        let path = ann.at(&format!("/{}/remove", link.number));
        ann.person.browser.fills(&path, &path, &[]).await.is(303);
        assert_eq!(kinds_as_described(world).await, BTreeSet::from([
            "number.link_code_issued", "number.linked", "number.state_changed", "number.unlinked",
        ].map(String::from)));
        let facts = ann.facts().await;
        assert!(facts.iter().any(|(_, data)| data["state"] == "removed" && data["name"] == "Phone 0123"), "{facts:?}");
    }

    async fn what_is_told_of_messages_is_as_described(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let read = app.texts(&desk, "hello").await;
        let failed = app.texts(&desk, "hello?").await;
        queue.works().await;
        let at = world.env().now();
        office.hears(&desk, MessageTold::Delivered { id: read.clone(), at }).await;
        office.hears(&desk, MessageTold::Read { id: read, at }).await;
        office.hears(&desk, MessageTold::Failed { id: failed, reason: SendFailure::Refused }).await;
        office.receives(&desk, "wa-1", "Is a table free?").await;
        office.receives(&desk, "wa-2", "What?").await;
        let (message, body) = (MessageRef::Named(String::from("wa-1")), String::from("Is it?"));
        office.hears(&desk, MessageTold::Edited { message: message.clone(), body, at }).await;
        let (from, options) = (String::from("447700900456"), vec![String::from("19:00")]);
        office.hears(&desk, MessageTold::Voted { poll: message, from, options, at }).await;
        office.hears(&desk, MessageTold::Deleted { message: MessageRef::Named(String::from("wa-2")), at }).await;
        assert_eq!(kinds_as_described(world).await, BTreeSet::from([
            "message.deleted", "message.delivered", "message.edited", "message.failed", "message.queued", "message.read",
            "message.received", "message.sent", "message.voted",
        ].map(String::from)));
        for (kind, data) in office.events().await {
            let says = matches!(kind.as_str(), "message.received" | "message.edited") && data["deleted_at"].is_null();
            assert_eq!(data.get("text").is_some(), says, "{kind} {data}");
        }
    }

    async fn what_is_told_of_access_and_apps_is_as_described(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let workspace = workspace_of(world, &ann).await;
        let floor = linked_number(world, &workspace, "447700900001", "Shop floor").await;
        ann.approves_with(&shop, &YES).await;
        let narrower = [("numbers", "these"), ("number", floor.as_str()), ("lifetime", "30d"), ("understood", "yes")];
        ann.approves_with(&shop, &narrower).await;
        apps::judge(world.env(), &Who::operator(), &shop.id, Verdict::Suspend).await.expect("it is suspended");
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        ann.browser.fills(&disconnect, &disconnect, &[]).await.is(303);
        assert_eq!(kinds_as_described(world).await, BTreeSet::from([
            "app.suspended", "grant.changed", "grant.created", "grant.revoked",
        ].map(String::from)));
    }

    async fn anyone_reads_the_catalogue(world: &World) {
        let page = world.browser().opens("/developers/events").await.is(200);
        let page = page.says("Catalogue of events").says("A number received a message.");
        let page = page.says("Needs the scope <bdi dir=\"ltr\">messages:read</bdi>; for a message that your app sent itself");
        let document = described();
        for kind in Kind::ALL {
            let name = kind.name();
            assert!(page.body.contains(&format!("<a href=\"#{name}\">")), "the contents lead to {name}");
            let (_, from_here) = page.body.split_once(&format!("<article class=\"card\" id=\"{name}\"")).expect(name);
            let entry = from_here.split("</article>").next().unwrap_or_default();
            assert_eq!(entry.contains("Not told yet"), !kind.is_told(), "{name}");
            let sample = entry.split("<code id=\"sample-").nth(1).and_then(|rest| rest.split_once('>')).expect(name).1;
            let sample = sample.split('<').next().unwrap_or_default().replace("&#34;", "\"");
            let shown: Value = serde_json::from_str(&sample).expect(name);
            let body = &document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"];
            assert_eq!(shown, body["example"], "{name}");
            for field in shown["data"].as_object().expect(name).keys() {
                assert!(entry.contains(&format!("<th scope=\"row\"><code>{field}</code></th>")), "{name} {field}");
            }
        }
    }

    async fn a_developer_finds_the_catalogue(world: &World) {
        let ann = world.person("Ann").await;
        let page = ann.browser.opens("/developers").await.is(200);
        assert!(page.body.contains("<a href=\"/developers/events\">Catalogue of events</a>"), "{page}");
        ann.browser.opens("/developers/events").await.is(200).says("Sign out").says("ann@example.com");
    }
}
