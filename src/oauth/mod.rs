//! Permission: authorization requests, consent, grants, codes, tokens, and their ends.

mod approve;
mod ask;
mod authorize;
mod consent;
mod jobs;
mod pages;
mod parameters;
mod request;
mod review;
mod store;
mod way_back;

pub use jobs::jobs;
pub use pages::routes;

use async_trait::async_trait;

use crate::accounts::Destination;
use crate::platform::Env;
use crate::platform::secret::PlainSecret;

/// Tells the sign-in page which app waits behind it.
pub struct PendingApp(pub Env);

#[async_trait]
impl Destination for PendingApp {
    async fn app_name(&self, request: &str) -> Option<String> {
        let asking = review::asking_app(&self.0, &PlainSecret::received(request)).await;
        asking.ok().map(|app| app.name)
    }
}
