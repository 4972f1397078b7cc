//! To anyone but its developer an app does not exist.

use axum::body::Body;
use axum::http::Method;
use grantline::apps;

use super::developer::{Developer, actions, multipart, with};
use crate::both_databases;

const PAGES: &[&str] = &["", "/edit", "/delete", "/secrets/{secret}/revoke"];
const FORMS: &[&str] = &["/edit", "/secrets", "/secrets/{secret}/revoke", "/logo/remove", "/delete"];

/// The id of the app's only secret, from the address of its page.
async fn secret_of(dev: &Developer<'_>, app: &str) -> String {
    let page = dev.opens(&format!("/developers/apps/{app}")).await.is(200);
    let rest = page.body.split_once("/secrets/").map(|(_, rest)| rest).expect("a form");
    let rest = rest.split_once("/secrets/").map_or(rest, |(_, rest)| rest);
    rest.split('/').next().expect("an id").to_owned()
}

both_databases! {
    async fn another_developer_finds_nothing_and_changes_nothing(world: &World) {
        let (dev, eve) = (Developer::signs_up(world, "Dev").await, Developer::signs_up(world, "Eve").await);
        let (id, _) = dev.registers_acme().await;
        let secret = secret_of(&dev, &id).await;
        let before = (apps::find(world.env(), &id).await.expect("it answers"), actions(world).await);
        for page in PAGES {
            let path = format!("/developers/apps/{id}{}", page.replace("{secret}", &secret));
            dev.opens(&path).await.is(200);
            eve.opens(&path).await.is(404);
        }
        for form in FORMS {
            let path = format!("/developers/apps/{id}{}", form.replace("{secret}", &secret));
            eve.posts(&path, &with(&[("name", "Taken"), ("confirm", "Acme CRM")])).await.is(404);
        }
        eve.uploads(&id, b"\x89PNG").await.is(404);
        assert!(!eve.opens("/developers").await.is(200).body.contains("Acme CRM"));
        assert_eq!((apps::find(world.env(), &id).await.expect("it answers"), actions(world).await), before);
    }

    async fn a_secret_of_another_app_of_ones_own_is_not_reached_through_this_one(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let ((first, _), (second, _)) = (dev.registers_acme().await, dev.registers_acme().await);
        let secret = secret_of(&dev, &second).await;
        let path = format!("/developers/apps/{first}/secrets/{secret}/revoke");
        dev.opens(&path).await.is(404);
        dev.posts(&path, &[]).await.is(303);
        dev.opens(&format!("/developers/apps/{second}/secrets/{secret}/revoke")).await.is(200);
    }

    async fn who_is_not_signed_in_is_asked_to(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let stranger = world.browser();
        for page in ["/developers", "/developers/apps/new", &format!("/developers/apps/{id}")] {
            assert_eq!(stranger.opens(page).await.is(303).location(), "/sign-in", "{page}");
        }
        let csrf = stranger.opens("/sign-in").await.is(200).input("csrf");
        for form in FORMS.iter().map(|form| format!("/developers/apps/{id}{form}")) {
            assert_eq!(stranger.posts(&form, &csrf, &[]).await.is(303).location(), "/sign-in", "{form}");
        }
        assert_eq!(stranger.posts("/developers/apps/new", &csrf, &[]).await.is(303).location(), "/sign-in");
    }

    async fn a_form_from_elsewhere_is_refused(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        for form in FORMS {
            let path = format!("/developers/apps/{id}{form}");
            dev.browser().posts(&path, "made-up", &with(&[("confirm", "Acme CRM")])).await.is(403);
        }
        let form = multipart(&[("csrf", b"made-up"), ("file", b"\x89PNG")]);
        dev.sends_multipart(&id, form).await.is(403).says("This form is too old");
        let plain = Body::from("csrf=x");
        let path = format!("/developers/apps/{id}/logo");
        dev.browser().sends(Method::POST, &path, plain, Some("application/x-www-form-urlencoded")).await.is(400);
        assert_eq!(actions(world).await, ["person Dev: app.created", "person Dev: app.secret_created"]);
    }
}
