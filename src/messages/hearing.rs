//! What WhatsApp tells of messages that we know already: other words, none any more, votes. Of any other it is not heard.

use grantline_whatsapp::MessageRef;

use super::{Body, Inbox, news, store};
use crate::numbers::Number;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

impl Inbox {
    pub(super) async fn edited(
        &self,
        number: &Number,
        message: MessageRef,
        body: String,
        at: Timestamp,
    ) -> sqlx::Result<()> {
        let (env, number_id, body) = (self.0.clone(), number.id.clone(), Body::received(body));
        // WhatsApp's clock is not ours; nothing happens in the future.
        let at = at.min(env.now());
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                let Some(id) = named(tx, &number_id, &message).await? else { return Ok(()) };
                match store::edit(tx, &number_id, &id, &body, at).await? {
                    Some(edited) => news::tell_edited(tx, &env, &edited).await,
                    None => Ok(()),
                }
            })
        });
        unit.await
    }

    pub(super) async fn deleted(&self, number: &Number, message: MessageRef, at: Timestamp) -> sqlx::Result<()> {
        let (env, number_id) = (self.0.clone(), number.id.clone());
        let at = at.min(env.now());
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                let Some(id) = named(tx, &number_id, &message).await? else { return Ok(()) };
                match store::delete(tx, &number_id, &id, at).await? {
                    Some(deleted) => news::tell_deleted(tx, &env, &deleted).await,
                    None => Ok(()),
                }
            })
        });
        unit.await
    }

    /// Votes are told and not kept: whoever asked the question counts them, by the last word of each person.
    pub(super) async fn voted(
        &self,
        number: &Number,
        poll: MessageRef,
        from: String,
        options: Vec<String>,
        at: Timestamp,
    ) -> sqlx::Result<()> {
        let (env, number_id, workspace_id) = (self.0.clone(), number.id.clone(), number.workspace_id.clone());
        let at = at.min(env.now());
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                let Some(id) = named(tx, &number_id, &poll).await? else { return Ok(()) };
                match store::find(tx, &workspace_id, &id).await? {
                    Some(poll) => news::tell_vote(tx, &env, &poll, &from, options, at).await,
                    None => Ok(()),
                }
            })
        });
        unit.await
    }
}

/// The id of a message that is told of. Whoever tells can say anything: PostgreSQL refuses to look for U+0000.
async fn named(tx: &mut Tx, number_id: &str, message: &MessageRef) -> sqlx::Result<Option<String>> {
    let (MessageRef::Ours(id) | MessageRef::Named(id)) = message;
    if id.contains('\0') { Ok(None) } else { store::find_named(tx, number_id, message).await }
}
