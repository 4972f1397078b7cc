//! The pages of webhook endpoints: the same for the developer of an app and for those who keep a workspace's own.

mod again;
mod deeds;
mod endpoint;
mod form;
mod keeper;
mod list;
mod tries;

use axum::Router;
use axum::routing::{get, post};

use crate::platform::Env;

pub use keeper::Keeper;

/// The endpoints of an app, for its developer.
pub fn app_webhook_routes<K: Keeper>(env: Env) -> Router {
    Router::new()
        .route("/developers/apps/{app}/webhooks", get(list::show::<K>))
        .route("/developers/apps/{app}/webhooks/new", get(form::show_new::<K>).post(form::post_new::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}", get(endpoint::show::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/edit", get(form::show_edit::<K>).post(form::post_edit::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/pause", post(deeds::pause::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/resume", post(deeds::resume::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/secret", post(deeds::show_secret::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/secret/rotate", post(deeds::rotate::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/secret/end-old", post(deeds::end_old_secret::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/test", post(again::test::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/tries/{attempt}/again", post(again::one::<K>))
        .route("/developers/apps/{app}/webhooks/{endpoint}/recover", post(again::all::<K>))
        .route(
            "/developers/apps/{app}/webhooks/{endpoint}/delete",
            get(deeds::show_delete::<K>).post(deeds::post_delete::<K>),
        )
        .with_state(env)
}

/// The endpoints of a workspace, for its own use.
pub fn workspace_webhook_routes<K: Keeper>(env: Env) -> Router {
    Router::new()
        .route("/w/{workspace}/webhooks", get(list::show::<K>))
        .route("/w/{workspace}/webhooks/new", get(form::show_new::<K>).post(form::post_new::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}", get(endpoint::show::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/edit", get(form::show_edit::<K>).post(form::post_edit::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/pause", post(deeds::pause::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/resume", post(deeds::resume::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/secret", post(deeds::show_secret::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/secret/rotate", post(deeds::rotate::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/secret/end-old", post(deeds::end_old_secret::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/test", post(again::test::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/tries/{attempt}/again", post(again::one::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/recover", post(again::all::<K>))
        .route("/w/{workspace}/webhooks/{endpoint}/delete", get(deeds::show_delete::<K>).post(deeds::post_delete::<K>))
        .with_state(env)
}
