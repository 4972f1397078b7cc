//! Changing what an app says of itself.

use grantline::apps::{self, Kind, Verdict};
use grantline::audit::Who;
use serde_json::json;

use super::developer::{Developer, actions, audit, with};
use crate::both_databases;

both_databases! {
    async fn a_change_is_saved_and_recorded_with_what_was_before(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let path = format!("/developers/apps/{id}/edit");
        dev.opens(&path).await.is(200).says("value=\"We send order updates.\"").says("This cannot be changed.");
        let fields = with(&[("name", "Acme Desk"), ("redirects", "https://acme.example/cb"), ("ask-contacts-read", "off")]);
        let answer = dev.posts(&path, &fields).await.is(303);
        dev.opens(answer.location()).await.is(200).says("The changes are saved.").says("Acme Desk");
        let (_, action, detail) = audit(world).await.pop().expect("an entry");
        assert_eq!(action, "app.changed");
        assert_eq!(detail, json!({
            "name": "Acme Desk",
            "name_before": "Acme CRM",
            "redirect_uris": "https://acme.example/cb",
            "redirect_uris_before": "http://127.0.0.1:8080/callback https://acme.example/callback",
            "scopes": "messages:send required: We send order updates.",
            "scopes_before": "messages:send required: We send order updates.; contacts:read optional",
        }));
        let app = apps::find(world.env(), &id).await.expect("it answers").expect("it is there");
        assert_eq!((app.name.as_str(), app.redirect_uris.len(), app.scopes.len()), ("Acme Desk", 1, 1));
    }

    async fn saving_the_same_again_changes_nothing(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        dev.posts(&format!("/developers/apps/{id}/edit"), &with(&[])).await.is(303);
        assert_eq!(actions(world).await, ["person Dev: app.created", "person Dev: app.secret_created"]);
    }

    async fn a_refused_change_keeps_what_was_typed_and_saves_nothing(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let path = format!("/developers/apps/{id}/edit");
        let wrong = with(&[("name", "Acme Desk"), ("redirects", "https://acme.example/cb\r\nhttp://acme.example/cb")]);
        let page = dev.posts(&path, &wrong).await.is(422).says("The app was not changed");
        page.says("Line 2: the address must use https.").says("value=\"Acme Desk\"").says("http://acme.example/cb");
        dev.opens(&path).await.is(200).says("value=\"Acme CRM\"");
    }

    async fn a_kind_is_for_good(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let path = format!("/developers/apps/{id}/edit");
        dev.posts(&path, &with(&[("kind", "public")])).await.is(303);
        let app = apps::find(world.env(), &id).await.expect("it answers").expect("it is there");
        assert_eq!(app.kind, Kind::Confidential);
        let device = with(&[("kind", "public"), ("redirects", "com.example.acme:/cb")]);
        dev.posts(&path, &device).await.is(422).says("such an address is for apps that run on a device");
    }

    async fn a_change_takes_the_review_back_and_the_form_says_so(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        apps::judge(world.env(), &Who::operator(), &id, Verdict::Review).await.expect("an operator may");
        dev.opens(&format!("/developers/apps/{id}")).await.says("Reviewed");
        let path = format!("/developers/apps/{id}/edit");
        dev.opens(&path).await.is(200).says("a change takes it back");
        dev.posts(&path, &with(&[])).await.is(303);
        assert!(apps::find(world.env(), &id).await.expect("it answers").expect("it is there").reviewed);
        dev.posts(&path, &with(&[("publisher", "Another Company")])).await.is(303);
        assert!(!apps::find(world.env(), &id).await.expect("it answers").expect("it is there").reviewed);
    }
}
