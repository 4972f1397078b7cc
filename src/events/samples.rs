//! A sample of each kind of fact: the same story throughout, of a shop that books tables.

use super::Kind;
use super::catalogue::Data;
use super::facts::{
    AppFact, ContactFact, EndpointFact, GrantEndedFact, GrantFact, LinkCodeFact, NumberFact, NumbersFact, TemplateFact,
    VoteFact,
};
use super::{MessageFact, TextFact};

pub(super) const EVENT: &str = "evt_019b76da7c0075b8a7a6d8d5d8c1d3f4";
pub(super) const WORKSPACE: &str = "ws_019b76da7c0075b8a7a6d8d5d8c1d3f0";
pub(super) const APP: &str = "app_019b76da7c0075b8a7a6d8d5d8c1d3e1";
const NUMBER: &str = "num_019b76da7c0075b8a7a6d8d5d8c1d3f1";
const GRANT: &str = "gr_019b76da7c0075b8a7a6d8d5d8c1d3e2";
const MESSAGE: &str = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2";
const OURS: &str = "+447700900123";
const THEIRS: &str = "+447700900456";
const BEFORE: &str = "2025-12-31T23:59:30.000Z";
const NOW: &str = "2026-01-01T00:00:00.000Z";

/// The `data` of a kind.
pub(super) fn data(kind: Kind) -> Data {
    match kind {
        Kind::NumberLinked | Kind::NumberRenamed => Data::of(&number("linked", None)),
        Kind::NumberUnlinked | Kind::NumberStateChanged => {
            Data::of(&number("needs_attention", Some("unlinked_on_phone")))
        }
        Kind::NumberLinkCodeIssued => Data::of(&LinkCodeFact {
            number_id: String::from(NUMBER),
            attempt_id: String::from("la_019b76da7c0075b8a7a6d8d5d8c1d3e3"),
            expires_at: String::from("2026-01-01T00:02:00.000Z"),
        }),
        Kind::MessageReceived => Data::of(&incoming("Can I move my table to 20:00?")),
        Kind::MessageEdited => Data::of(&edited("Can I move my table to 20:30?")),
        Kind::MessageDeleted => {
            Data::of(&MessageFact { text: None, deleted_at: Some(String::from(NOW)), ..incoming("") })
        }
        Kind::MessageVoted => Data::of(&VoteFact {
            message_id: String::from(MESSAGE),
            number_id: String::from(NUMBER),
            from: String::from(THEIRS),
            options: vec![String::from("19:00"), String::from("20:00")],
            voted_at: String::from(NOW),
        }),
        Kind::MessageQueued => Data::of(&MessageFact { created_at: String::from(NOW), ..outgoing("queued", None) }),
        Kind::MessageSent => Data::of(&outgoing("sent", None)),
        Kind::MessageDelivered => Data::of(&outgoing("delivered", None)),
        Kind::MessageRead => Data::of(&outgoing("read", None)),
        Kind::MessageFailed => Data::of(&outgoing("failed", Some("not_on_whatsapp"))),
        Kind::GrantCreated => Data::of(&grant("account:read messages:send", NumbersFact::Word("all"))),
        Kind::GrantChanged => {
            Data::of(&grant("account:read messages:send messages:read", NumbersFact::These(vec![NUMBER.to_owned()])))
        }
        Kind::GrantRevoked => Data::of(&GrantEndedFact {
            grant_id: String::from(GRANT),
            app_id: String::from(APP),
            reason: String::from("disconnected"),
        }),
        Kind::ContactCreated | Kind::ContactChanged | Kind::ContactDeleted => Data::of(&ContactFact {
            id: String::from("con_019b76da7c0075b8a7a6d8d5d8c1d3e4"),
            phone: String::from(THEIRS),
            name: Some(String::from("Bob")),
            changed_at: String::from(NOW),
        }),
        Kind::TemplateStatusChanged => Data::of(&TemplateFact {
            id: String::from("tpl_019b76da7c0075b8a7a6d8d5d8c1d3e5"),
            name: String::from("table_reminder"),
            language: String::from("en"),
            status: "approved",
            reason: None,
        }),
        Kind::AppSuspended => Data::of(&AppFact { app_id: String::from(APP), name: String::from("Table Booker") }),
        Kind::EndpointDisabled => Data::of(&EndpointFact {
            endpoint_id: String::from("whe_019b76da7c0075b8a7a6d8d5d8c1d3e6"),
            url: String::from("https://app.example.com/hooks"),
            reason: String::from("failing"),
            failing_since: String::from("2025-12-27T00:00:00.000Z"),
        }),
    }
}

fn number(state: &'static str, reason: Option<&str>) -> NumberFact {
    NumberFact {
        id: String::from(NUMBER),
        phone: String::from(OURS),
        name: String::from("Front desk"),
        connector: String::from("live"),
        state,
        reason: reason.map(ToOwned::to_owned),
        linked_at: Some(String::from(NOW)),
    }
}

fn outgoing(state: &'static str, reason: Option<&'static str>) -> MessageFact {
    MessageFact {
        id: String::from(MESSAGE),
        number_id: String::from(NUMBER),
        direction: "out",
        to: Some(String::from(THEIRS)),
        from: None,
        group_id: None,
        kind: "text",
        text: None,
        image: None,
        video: None,
        audio: None,
        voice: None,
        document: None,
        sticker: None,
        location: None,
        contacts: None,
        poll: None,
        reply_to: None,
        state,
        reason,
        created_at: String::from(BEFORE),
        changed_at: String::from(NOW),
        origin: Some("api"),
        edited_at: None,
        deleted_at: None,
    }
}

fn incoming(body: &str) -> MessageFact {
    MessageFact {
        direction: "in",
        to: None,
        from: Some(String::from(THEIRS)),
        text: Some(TextFact { body: body.to_owned() }),
        origin: None,
        ..outgoing("received", None)
    }
}

fn edited(body: &str) -> MessageFact {
    MessageFact { edited_at: Some(String::from(NOW)), ..incoming(body) }
}

fn grant(scopes: &str, numbers: NumbersFact) -> GrantFact {
    GrantFact {
        grant_id: String::from(GRANT),
        app_id: String::from(APP),
        scopes: scopes.to_owned(),
        numbers,
        expires_at: Some(String::from("2026-01-31T00:00:00.000Z")),
    }
}
