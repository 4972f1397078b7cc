//! Telling that a message is new or has changed.

use super::view::MessageView;
use super::{Direction, Message, State};
use crate::events::{self, Event, Subject};
use crate::platform::Env;
use crate::platform::db::Tx;

/// Saves the event of the state that the message is in now. Call it in the transaction that brought it there.
pub(super) async fn tell(tx: &mut Tx, env: &Env, message: &Message) -> sqlx::Result<()> {
    let view = match message.direction {
        Direction::Out => MessageView::without_text(message),
        Direction::In => MessageView::of(message),
    };
    let event = Event {
        kind: kind_of(message.state),
        subject: Subject::Workspace(message.workspace_id.clone()),
        number_id: Some(message.number_id.clone()),
        grant_id: message.grant_id.clone(),
        data: serde_json::json!(view),
    };
    events::emit(tx, env, event).await
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
