//! Where a room needs what another one knows, without knowing that room.

use async_trait::async_trait;

use crate::platform::Env;
use crate::{messages, oauth};

/// What the messages ask about grants.
pub struct GrantsOfOauth(pub Env);

#[async_trait]
impl messages::Grants for GrantsOfOauth {
    async fn is_live(&self, grant_id: &str) -> anyhow::Result<bool> {
        Ok(oauth::grant_is_live(&self.0, grant_id).await?)
    }

    async fn app_name(&self, workspace_id: &str, grant_id: &str) -> anyhow::Result<Option<String>> {
        let connected = oauth::connected_app(&self.0, workspace_id, grant_id).await?;
        Ok(connected.map(|app| app.app_name))
    }
}
