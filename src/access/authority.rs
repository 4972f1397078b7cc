//! What the bearer of a live token may do.

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
