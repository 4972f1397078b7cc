//! What the bearer of a live token may do.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::ScopeSet;

/// A grant as it stands at this moment, found by a token. The rooms' API reads it; only `oauth` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    pub grant_id: String,
    pub app_id: String,
    /// As the app calls itself, for the audit log.
    pub app_name: String,
    pub workspace_id: String,
    pub workspace_name: String,
    pub scopes: ScopeSet,
    /// The numbers it covers; `None` for all of the workspace, including ones linked later.
    pub numbers: Option<Vec<String>>,
}

impl Authority {
    #[must_use]
    pub fn covers(&self, number_id: &str) -> bool {
        self.numbers.as_ref().is_none_or(|numbers| numbers.iter().any(|id| id == number_id))
    }
}

/// An app that calls as itself, with its id and secret, under no grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppCaller {
    pub app_id: String,
    /// As the app calls itself, for the audit log.
    pub app_name: String,
}

/// Whoever called, for an answer that goes on: what they may do at a later moment. `oauth` makes one; nobody else can.
#[derive(Clone)]
pub struct Bearer(Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<Option<Authority>>> + Send + Sync>);

impl Bearer {
    pub fn new<F>(look_up: F) -> Self
    where
        F: Fn() -> BoxFuture<'static, anyhow::Result<Option<Authority>>> + Send + Sync + 'static,
    {
        Self(Arc::new(look_up))
    }

    /// Nothing once the access has ended.
    pub async fn authority(&self) -> anyhow::Result<Option<Authority>> {
        (self.0)().await
    }
}
