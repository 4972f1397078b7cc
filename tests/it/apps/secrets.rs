//! Secrets: made, used, changed without a pause, and ended.

use std::time::Duration;

use futures_util::future::join_all;
use grantline::apps;
use grantline::on;
use grantline::platform::Timestamp;
use grantline::platform::secret::PlainSecret;

use super::developer::{Developer, actions, code_on};
use crate::both_databases;
use crate::world::{START, World};

async fn works(world: &World, app: &str, secret: &str) -> bool {
    apps::authenticate(world.env(), app, Some(&PlainSecret::received(secret))).await.expect("it answers")
}

async fn last_used(world: &World, app: &str) -> Option<Timestamp> {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_scalar("select last_used_at from app_secret where app_id = $1")
        .bind(app).fetch_one(connection).await)
    .expect("one secret")
}

both_databases! {
    async fn two_secrets_work_at_once_and_a_third_is_refused(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, first) = dev.registers_acme().await;
        let path = format!("/developers/apps/{id}/secrets");
        world.passes(Duration::from_secs(60));
        let page = dev.posts(&path, &[]).await.is(200).says("Copy it now.").says("The old secret goes on working");
        let second = code_on(&page, "secret");
        assert!(first != second && works(world, &id, &first).await && works(world, &id, &second).await);
        dev.posts(&path, &[]).await.is(422).says("Two secrets are live. End one before you make another.");
        let overview = dev.opens(&format!("/developers/apps/{id}")).await.is(200).says("Newest");
        assert!(!overview.body.contains("Make a new secret"), "the button is gone: {overview}");
    }

    async fn an_ended_secret_fails_at_once_and_the_other_goes_on(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, first) = dev.registers_acme().await;
        let overview = dev.opens(&format!("/developers/apps/{id}")).await.is(200);
        let link = overview.body.split('"').find(|part| part.ends_with("/revoke")).expect("a link").to_owned();
        dev.opens(&link).await.is(200).says("It is the only live secret").says("Workspaces stay connected");
        let second = code_on(&dev.posts(&format!("/developers/apps/{id}/secrets"), &[]).await.is(200), "secret");
        assert!(!dev.opens(&link).await.is(200).body.contains("It is the only live secret"));
        let answer = dev.posts(&link, &[]).await.is(303);
        dev.opens(answer.location()).await.says("The secret is ended.");
        assert!(!works(world, &id, &first).await && works(world, &id, &second).await);
        dev.opens(&link).await.is(404);
        dev.posts(&link, &[]).await.is(303);
        let told = actions(world).await;
        assert_eq!(told.iter().filter(|action| action.ends_with("app.secret_revoked")).count(), 1, "{told:?}");
    }

    async fn only_the_apps_own_live_secret_is_right(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let ((first, secret), (second, _)) = (dev.registers_acme().await, dev.registers_acme().await);
        assert!(works(world, &first, &secret).await);
        assert!(!works(world, &second, &secret).await, "another app's secret");
        assert!(!works(world, "app_none", &secret).await);
        for wrong in ["", "gl_cs_", &secret[..secret.len() - 1], &secret.to_uppercase(), &format!("{secret} ")] {
            assert!(!works(world, &first, wrong).await, "{wrong}");
        }
    }

    async fn the_last_use_is_noted_to_the_hour(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, secret) = dev.registers_acme().await;
        dev.opens(&format!("/developers/apps/{id}")).await.says("Never");
        assert_eq!(last_used(world, &id).await, None);
        assert!(works(world, &id, &secret).await);
        assert_eq!(last_used(world, &id).await, Some(START));
        world.passes(Duration::from_secs(3599));
        assert!(works(world, &id, &secret).await);
        assert_eq!(last_used(world, &id).await, Some(START), "not an hour yet: no row is written");
        world.passes(Duration::from_secs(1));
        assert!(works(world, &id, &secret).await);
        assert_eq!(last_used(world, &id).await, Some(START.plus_s(3600)));
        assert!(!works(world, &id, "gl_cs_wrong").await);
    }

    async fn many_presses_at_once_make_one_secret_more(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let (path, csrf) = (format!("/developers/apps/{id}/secrets"), dev.csrf().await);
        let answers = join_all((0..8).map(|_| dev.browser().posts(&path, &csrf, &[]))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422, 422, 422, 422, 422, 422, 422]);
    }
}
