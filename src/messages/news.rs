//! Telling that a message is new or has changed.

use super::content::Content;
use super::parts::Parts;
use super::{Message, Origin, Reason, State, view};
use crate::events::{self, Event, MessageFact, Subject, VoteFact};
use crate::platform::db::Tx;
use crate::platform::{Env, Timestamp};

/// Saves the event of the state that the message is in now. Call it in the transaction that brought it there.
pub(super) async fn tell(tx: &mut Tx, env: &Env, message: &Message) -> sqlx::Result<()> {
    tell_as(tx, env, message, kind_of(message.state)).await
}

/// Saves that the message says something else now.
pub(super) async fn tell_edited(tx: &mut Tx, env: &Env, message: &Message) -> sqlx::Result<()> {
    tell_as(tx, env, message, events::Kind::MessageEdited).await
}

/// Saves that the message was taken back, and takes what it said out of everything that was told of it.
pub(super) async fn tell_deleted(tx: &mut Tx, env: &Env, message: &Message) -> sqlx::Result<()> {
    tell_as(tx, env, message, events::Kind::MessageDeleted).await?;
    events::retell(tx, &message.id, &serde_json::json!(fact(message))).await
}

/// Saves what somebody chose in a poll.
pub(super) async fn tell_vote(
    tx: &mut Tx,
    env: &Env,
    poll: &Message,
    from: &str,
    options: Vec<String>,
    at: Timestamp,
) -> sqlx::Result<()> {
    let fact = VoteFact {
        message_id: poll.id.clone(),
        number_id: poll.number_id.clone(),
        from: format!("+{from}"),
        options,
        voted_at: at.rfc3339(),
    };
    events::emit(tx, env, event(poll, events::Kind::MessageVoted, serde_json::json!(fact))).await
}

async fn tell_as(tx: &mut Tx, env: &Env, message: &Message, kind: events::Kind) -> sqlx::Result<()> {
    let fact = fact(message);
    let words_of = is_told_whole(message).then_some(message.id.as_str());
    events::emit_words(tx, env, event(message, kind, serde_json::json!(fact)), words_of).await
}

fn event(message: &Message, kind: events::Kind, data: serde_json::Value) -> Event {
    Event {
        kind,
        subject: Subject::Workspace(message.workspace_id.clone()),
        number_id: Some(message.number_id.clone()),
        grant_id: message.grant_id.clone(),
        data,
    }
}

/// Whether its facts hold what it says.
fn is_told_whole(message: &Message) -> bool {
    message.origin != Some(Origin::Api) && !matches!(message.content, Content::Gone(_))
}

/// The message as receivers of facts see it. What an app sent is told without what it says: the app knows it.
fn fact(message: &Message) -> MessageFact {
    let (to, from) = view::ends(message);
    let said = if is_told_whole(message) { Parts::of(&message.content) } else { Parts::default() };
    MessageFact {
        id: message.id.clone(),
        number_id: message.number_id.clone(),
        direction: message.direction.name(),
        to,
        from,
        group_id: message.group_id(),
        kind: message.content.kind().name(),
        text: said.text,
        image: said.image,
        video: said.video,
        audio: said.audio,
        voice: said.voice,
        document: said.document,
        sticker: said.sticker,
        location: said.location,
        contacts: said.contacts,
        poll: said.poll,
        reply_to: message.reply_to.clone(),
        state: message.state.name(),
        reason: message.reason.map(Reason::name),
        created_at: message.created_at.rfc3339(),
        changed_at: message.changed_at.rfc3339(),
        origin: message.origin.map(Origin::name),
        edited_at: message.edited_at.map(Timestamp::rfc3339),
        deleted_at: message.deleted_at.map(Timestamp::rfc3339),
    }
}

const fn kind_of(state: State) -> events::Kind {
    match state {
        State::Queued => events::Kind::MessageQueued,
        State::Sent => events::Kind::MessageSent,
        State::Delivered => events::Kind::MessageDelivered,
        State::Read => events::Kind::MessageRead,
        State::Failed => events::Kind::MessageFailed,
        State::Received => events::Kind::MessageReceived,
    }
}
