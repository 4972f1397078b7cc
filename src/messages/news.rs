//! Telling that a message is new or has changed.

use super::parts::Parts;
use super::{Direction, Message, Reason, State, view};
use crate::events::{self, Event, MessageFact, Subject};
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

/// The message as receivers of facts see it. What went out is told without what it says: the app that sent it knows it.
fn fact(message: &Message) -> MessageFact {
    let (to, from) = view::ends(message);
    let said = match message.direction {
        Direction::Out => Parts::default(),
        Direction::In => Parts::of(&message.content),
    };
    MessageFact {
        id: message.id.clone(),
        number_id: message.number_id.clone(),
        direction: message.direction.name(),
        to,
        from,
        group_id: view::group_id(message),
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
