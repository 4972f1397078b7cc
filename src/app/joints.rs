//! Where a room needs what another one knows, without knowing that room.

use async_trait::async_trait;
use grantline_whatsapp::{Chat, DownloadFailure, Outgoing, SendFailure};

use crate::events::{self, Owner, Responsible};
use crate::numbers::Sessions;
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::{accounts, apps, messages, oauth};

/// What `messages` asks about grants.
pub struct GrantsOfOauth(pub Env);

#[async_trait]
impl messages::Grants for GrantsOfOauth {
    async fn is_live(&self, grant_id: &str) -> anyhow::Result<bool> {
        Ok(oauth::grant_is_live(&self.0, grant_id).await?)
    }

    async fn app_name(&self, workspace_id: &str, grant_id: &str) -> anyhow::Result<Option<String>> {
        Ok(oauth::app_name_of_grant(&self.0, workspace_id, grant_id).await?)
    }
}

/// What `oauth` asks about messages.
pub struct QueueOfMessages(pub Env);

#[async_trait]
impl oauth::Queue for QueueOfMessages {
    async fn waiting(&self, workspace_id: &str, grant_id: &str) -> sqlx::Result<i64> {
        messages::count_waiting(&self.0, workspace_id, grant_id).await
    }
}

/// Through whom `messages` sends.
pub struct SessionsOfNumbers(pub Sessions);

#[async_trait]
impl messages::Sender for SessionsOfNumbers {
    async fn send(&self, number_id: &str, message: Outgoing) -> Result<(), SendFailure> {
        self.0.send(number_id, message).await
    }

    async fn download(&self, number_id: &str, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        self.0.download(number_id, wa_id).await
    }
}

#[async_trait]
impl messages::Line for SessionsOfNumbers {
    async fn edit(&self, number_id: &str, chat: &Chat, id: &str, body: &str) -> Result<(), SendFailure> {
        self.0.ask(number_id, |session| async move { session.edit(chat, id, body).await }).await
    }

    async fn delete(&self, number_id: &str, chat: &Chat, id: &str) -> Result<(), SendFailure> {
        self.0.ask(number_id, |session| async move { session.delete(chat, id).await }).await
    }

    async fn mark_read(&self, number_id: &str, chat: &Chat, from: &str, wa_ids: &[String]) -> Result<(), SendFailure> {
        self.0.ask(number_id, |session| async move { session.mark_read(chat, from, wa_ids).await }).await
    }
}

/// Who answers for webhook endpoints.
pub struct OwnersOfEndpoints(pub Env);

#[async_trait]
impl events::Owners for OwnersOfEndpoints {
    async fn may_hear(&self, owner: &Owner) -> sqlx::Result<bool> {
        match owner {
            Owner::Workspace(id) => accounts::workspace_is_active(&self.0, id).await,
            Owner::App(_) => Ok(true),
        }
    }

    async fn responsible(&self, tx: &mut Tx, owner: &Owner) -> sqlx::Result<Vec<Responsible>> {
        let people = match owner {
            Owner::Workspace(id) => accounts::owners_within(tx, id).await?,
            Owner::App(id) => apps::developer_within(tx, id).await?.into_iter().collect(),
        };
        Ok(people.into_iter().map(|person| Responsible { name: person.name, email: person.email }).collect())
    }
}
