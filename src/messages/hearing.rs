//! What WhatsApp tells of messages that we know already: other words, none any more, votes. Of any other it is not heard.

use grantline_whatsapp::MessageRef;

use super::{Body, Inbox, Message, news, store};
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
        let (env, number, body) = (self.0.clone(), number.clone(), Body::received(body));
        // WhatsApp's clock is not ours; nothing happens in the future.
        let at = at.min(env.now());
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                let Some(found) = known(tx, &number, &message).await? else { return Ok(()) };
                if found.content.words_max().is_none() {
                    return Ok(());
                }
                match store::edit(tx, &number.id, &found.id, &body, at).await? {
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
        let (env, number) = (self.0.clone(), number.clone());
        let at = at.min(env.now());
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                match known(tx, &number, &poll).await? {
                    Some(poll) => news::tell_vote(tx, &env, &poll, &from, options, at).await,
                    None => Ok(()),
                }
            })
        });
        unit.await
    }
}

async fn known(tx: &mut Tx, number: &Number, message: &MessageRef) -> sqlx::Result<Option<Message>> {
    match named(tx, &number.id, message).await? {
        Some(id) => store::find(tx, &number.workspace_id, &id).await,
        None => Ok(None),
    }
}

/// The id of a message that is told of, or answered. Whoever tells can say anything: PostgreSQL refuses to look for U+0000.
pub(super) async fn named(tx: &mut Tx, number_id: &str, message: &MessageRef) -> sqlx::Result<Option<String>> {
    let (MessageRef::Ours(id) | MessageRef::Named(id)) = message;
    if id.contains('\0') { Ok(None) } else { store::find_named(tx, number_id, message).await }
}
