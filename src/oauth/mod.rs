//! Permission: authorization requests, consent, grants, codes, tokens, and their ends.

mod pages;

pub use pages::routes;

use async_trait::async_trait;

use crate::accounts::Destination;
use crate::platform::Env;

/// Tells the sign-in page which app waits behind it.
pub struct PendingApp(pub Env);

#[async_trait]
impl Destination for PendingApp {
    async fn app_name(&self, _request: &str) -> Option<String> {
        None
    }
}
