//! Where a room needs what another one knows, without knowing that room.

use async_trait::async_trait;

use crate::messages;

/// Until grants exist there are none.
pub struct GrantsOfOauth;

#[async_trait]
impl messages::Grants for GrantsOfOauth {
    async fn is_live(&self, _grant_id: &str) -> anyhow::Result<bool> {
        Ok(false)
    }

    async fn app_name(&self, _grant_id: &str) -> anyhow::Result<Option<String>> {
        Ok(None)
    }
}
