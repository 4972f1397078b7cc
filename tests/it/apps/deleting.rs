//! Deleting an app ends what workspaces gave to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::middleware::from_fn_with_state;
use grantline::apps::{self, Grants};
use grantline::audit::Who;
use grantline::platform::db::Tx;
use grantline::platform::secret::PlainSecret;
use grantline::platform::web::remember_browser;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::developer::{Developer, actions, audit};
use crate::both_databases;
use crate::world::World;

/// Stands for `oauth`: three live grants, and what was asked of them.
#[derive(Default)]
struct ThreeGrants {
    broken: AtomicBool,
    ended: AtomicUsize,
    forgotten: AtomicUsize,
}

#[async_trait]
impl Grants for ThreeGrants {
    async fn live_count(&self, _app_id: &str) -> sqlx::Result<i64> {
        Ok(3)
    }

    async fn end_all(&self, _tx: &mut Tx, _who: &Who, _app_id: &str) -> sqlx::Result<i64> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(sqlx::Error::WorkerCrashed);
        }
        self.ended.fetch_add(1, Ordering::SeqCst);
        Ok(3)
    }

    fn forget(&self, _app_id: &str) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
    }
}

/// The room's pages over grants of our own; the status and the page.
async fn asks(dev: &Developer<'_>, grants: &Arc<ThreeGrants>, request: Request<Body>) -> (u16, String) {
    let env = dev.world().env().clone();
    let pages: Router = apps::routes(env.clone(), grants.clone()).layer(from_fn_with_state(env, remember_browser));
    let (mut head, body) = request.into_parts();
    head.headers.insert(header::COOKIE, dev.browser().cookie_header().parse().expect("a header"));
    let response = pages.oneshot(Request::from_parts(head, body)).await.expect("an answer");
    let status = response.status().as_u16();
    let page = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8_lossy(&page).into_owned())
}

async fn presses_delete(dev: &Developer<'_>, grants: &Arc<ThreeGrants>, id: &str) -> u16 {
    let form = format!("csrf={}&confirm=Acme+CRM", dev.csrf().await);
    let request = Request::post(format!("/developers/apps/{id}/delete")).body(Body::from(form)).expect("a request");
    asks(dev, grants, request).await.0
}

async fn is_there(world: &World, id: &str) -> bool {
    apps::find(world.env(), id).await.expect("it answers").is_some()
}

both_databases! {
    async fn the_page_says_how_many_workspaces_lose_it_and_all_of_them_do(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, secret) = dev.registers_acme().await;
        let grants = Arc::new(ThreeGrants::default());
        let ask = Request::get(format!("/developers/apps/{id}/delete")).body(Body::empty()).expect("a request");
        let (status, page) = asks(&dev, &grants, ask).await;
        assert!(status == 200 && page.contains("3 workspaces are disconnected"), "{status} {page}");
        assert_eq!(presses_delete(&dev, &grants, &id).await, 303);
        assert!(!is_there(world, &id).await);
        assert_eq!((grants.ended.load(Ordering::SeqCst), grants.forgotten.load(Ordering::SeqCst)), (1, 1));
        assert!(!apps::authenticate(world.env(), &id, Some(&PlainSecret::received(&secret))).await.expect("it answers"));
        let (who, action, detail) = audit(world).await.pop().expect("an entry");
        assert_eq!((who.as_str(), action.as_str()), ("person Dev", "app.deleted"));
        assert_eq!(detail["grants_ended"], 3);
    }

    async fn when_the_grants_cannot_be_ended_the_app_stays(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let grants = Arc::new(ThreeGrants::default());
        grants.broken.store(true, Ordering::SeqCst);
        assert_eq!(presses_delete(&dev, &grants, &id).await, 500);
        assert!(is_there(world, &id).await && grants.forgotten.load(Ordering::SeqCst) == 0);
        assert!(!actions(world).await.contains(&String::from("person Dev: app.deleted")));
    }

    async fn the_name_has_to_be_typed(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let path = format!("/developers/apps/{id}/delete");
        dev.opens(&path).await.is(200).says("No workspace uses it.").says("The audit log of every workspace stays.");
        for wrong in ["", "acme crm", "Acme"] {
            dev.posts(&path, &[("confirm", wrong)]).await.is(422).says("This is not the app’s name.");
        }
        let answer = dev.posts(&path, &[("confirm", " Acme CRM ")]).await.is(303);
        dev.opens(answer.location()).await.is(200).says("The app is deleted.").says("Register your first app");
        dev.opens(&path).await.is(404);
        dev.posts(&path, &[("confirm", "Acme CRM")]).await.is(404);
    }
}
