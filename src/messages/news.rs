//! Telling that a message is new or has changed.

use super::{Direction, Message, Reason, State};
use crate::events::{self, Event, MessageFact, Subject, TextFact};
use crate::platform::Env;
use crate::platform::db::Tx;

/// Saves the event of the state that the message is in now. Call it in the transaction that brought it there.
pub(super) async fn tell(tx: &mut Tx, env: &Env, message: &Message) -> sqlx::Result<()> {
    let event = Event {
        kind: kind_of(message.state),
        subject: Subject::Workspace(message.workspace_id.clone()),
        number_id: Some(message.number_id.clone()),
        grant_id: message.grant_id.clone(),
        data: serde_json::json!(fact(message)),
    };
    events::emit(tx, env, event).await
}

/// The message as receivers of facts see it. What went out is told without its text: the app that sent it knows it.
fn fact(message: &Message) -> MessageFact {
    let peer = format!("+{}", message.peer);
    let (to, from, text) = match message.direction {
        Direction::Out => (Some(peer), None, None),
        Direction::In => (None, Some(peer), Some(TextFact { body: message.body.as_str().to_owned() })),
    };
    MessageFact {
        id: message.id.clone(),
        number_id: message.number_id.clone(),
        direction: message.direction.name(),
        to,
        from,
        kind: "text",
        text,
        state: message.state.name(),
        reason: message.reason.map(Reason::name),
        created_at: message.created_at.rfc3339(),
        changed_at: message.changed_at.rfc3339(),
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
