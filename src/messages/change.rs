//! Which messages can be edited, taken back or marked as read, and how.

use grantline_whatsapp::SendFailure;

use super::{Body, Direction, Message, Origin, State};

/// How a change is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is done already: the call came again.
    Done,
    /// Here, before the message leaves.
    InQueue,
    /// Where the message is.
    AtWhatsapp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// One answer for a message of somebody else and for one that does not exist.
    #[error("the grant covers no such message")]
    NotFound,
    #[error("the message was not sent through the API")]
    NotSentHere,
    #[error("the message did not come in")]
    NotReceived,
    #[error("a message of its kind has no words")]
    NoWords,
    #[error("the words are too long to stand beside a file")]
    TooLong { max: usize },
    #[error("the message was deleted")]
    Deleted,
    #[error("the message failed: nobody has it")]
    Failed,
    /// Between our queue and WhatsApp's answer: neither here nor there.
    #[error("the message is being handed to WhatsApp")]
    Leaving,
    #[error("another change of the message is under way")]
    UnderWay,
    #[error("WhatsApp did not do it: {0}")]
    Whatsapp(SendFailure),
}

/// How these words get into a message.
pub fn edit(message: &Message, body: &Body) -> Result<Way, ChangeRefusal> {
    if message.origin != Some(Origin::Api) {
        return Err(ChangeRefusal::NotSentHere);
    }
    if message.deleted_at.is_some() {
        return Err(ChangeRefusal::Deleted);
    }
    let max = message.content.words_max().ok_or(ChangeRefusal::NoWords)?;
    if body.as_str().chars().count() > max {
        return Err(ChangeRefusal::TooLong { max });
    }
    if message.content.keep().body == body.as_str() { Ok(Way::Done) } else { where_it_is(message) }
}

/// How a message is taken back.
pub fn delete(message: &Message) -> Result<Way, ChangeRefusal> {
    if message.origin != Some(Origin::Api) {
        Err(ChangeRefusal::NotSentHere)
    } else if message.deleted_at.is_some() {
        Ok(Way::Done)
    } else {
        where_it_is(message)
    }
}

/// Whether there is anybody who can be told that a message was read.
pub fn mark_read(message: &Message) -> Result<(), ChangeRefusal> {
    if message.direction == Direction::In { Ok(()) } else { Err(ChangeRefusal::NotReceived) }
}

const fn where_it_is(message: &Message) -> Result<Way, ChangeRefusal> {
    match message.state {
        State::Queued => Ok(Way::InQueue),
        State::Failed => Err(ChangeRefusal::Failed),
        State::Sent | State::Delivered | State::Read | State::Received => Ok(Way::AtWhatsapp),
    }
}

#[cfg(test)]
mod tests {
    use grantline_whatsapp::{File, FileKind, Location};

    use super::*;
    use crate::messages::{Attachment, Content, Kind};
    use crate::platform::Timestamp;

    fn message(origin: Option<Origin>, state: State) -> Message {
        Message {
            id: String::from("msg_1"),
            workspace_id: String::from("ws_1"),
            number_id: String::from("num_1"),
            grant_id: None,
            direction: if origin.is_some() { Direction::Out } else { Direction::In },
            peer: String::from("447700900456"),
            group: None,
            content: Content::Text(words("hello")),
            reply_to: None,
            state,
            reason: None,
            created_at: Timestamp(0),
            changed_at: Timestamp(0),
            origin,
            edited_at: None,
            deleted_at: None,
        }
    }

    fn words(text: &str) -> Body {
        Body::received(text.to_owned())
    }

    #[test]
    fn what_an_app_sent_is_changed_where_it_is() {
        for (state, way) in [
            (State::Queued, Ok(Way::InQueue)),
            (State::Sent, Ok(Way::AtWhatsapp)),
            (State::Delivered, Ok(Way::AtWhatsapp)),
            (State::Read, Ok(Way::AtWhatsapp)),
            (State::Failed, Err(ChangeRefusal::Failed)),
        ] {
            let message = message(Some(Origin::Api), state);
            assert_eq!((edit(&message, &words("Hello")), delete(&message)), (way, way), "{state:?}");
            assert_eq!(mark_read(&message), Err(ChangeRefusal::NotReceived));
        }
    }

    #[test]
    fn what_others_wrote_is_not_changed_but_read() {
        let (echo, received) = (message(Some(Origin::Phone), State::Sent), message(None, State::Received));
        for message in [&echo, &received] {
            assert_eq!(edit(message, &words("Hello")), Err(ChangeRefusal::NotSentHere));
            assert_eq!(delete(message), Err(ChangeRefusal::NotSentHere));
        }
        assert_eq!((mark_read(&echo), mark_read(&received)), (Err(ChangeRefusal::NotReceived), Ok(())));
    }

    #[test]
    fn what_is_done_is_not_done_again() {
        let sent = message(Some(Origin::Api), State::Sent);
        assert_eq!(edit(&sent, &words("hello")), Ok(Way::Done));
        let deleted = Message { deleted_at: Some(Timestamp(1)), content: Content::Gone(Kind::Text), ..sent };
        assert_eq!((delete(&deleted), edit(&deleted, &words(""))), (Ok(Way::Done), Err(ChangeRefusal::Deleted)));
    }

    #[test]
    fn words_are_changed_where_phones_show_them() {
        let saying = |content| Message { content, ..message(Some(Origin::Api), State::Sent) };
        let file = |kind| {
            let caption = Some(String::from("hello"));
            let file = File { kind, mime_type: String::from("image/png"), name: None, caption, size: 1 };
            saying(Content::File(Attachment { media_id: None, file }))
        };
        for kind in [FileKind::Image, FileKind::Video, FileKind::Document] {
            assert_eq!(edit(&file(kind), &words("hello")), Ok(Way::Done), "{kind:?}");
            assert_eq!(edit(&file(kind), &words(&"é".repeat(1024))), Ok(Way::AtWhatsapp), "{kind:?}");
            let too_long = Err(ChangeRefusal::TooLong { max: 1024 });
            assert_eq!(edit(&file(kind), &words(&"é".repeat(1025))), too_long, "{kind:?}");
        }
        for kind in [FileKind::Audio, FileKind::Voice, FileKind::Sticker] {
            assert_eq!(edit(&file(kind), &words("Hello")), Err(ChangeRefusal::NoWords), "{kind:?}");
        }
        let place = Location { latitude: 0.0, longitude: 0.0, name: None, address: None };
        assert_eq!(edit(&saying(Content::Location(place)), &words("Hello")), Err(ChangeRefusal::NoWords));
    }
}
