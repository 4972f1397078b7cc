//! The room's pages: what the numbers of a workspace sent and received.

mod file;

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRef, Query, State as FromState};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};

use grantline_whatsapp::{Chat, Location};

use self::file::show_file;
use super::list::list_workspace;
use super::{Content, Direction, Files, Filter, Grants, Kind, ListError, Message, Origin, State};
use crate::accounts::{InWorkspace, Right};
use crate::events::Live;
use crate::numbers::{self, Number, Phone};
use crate::platform::Env;
use crate::platform::web::{Markup, Page, Shell, StatusPage};

const PAGE: usize = 50;

/// Of a longer text only the beginning is shown.
const TEXT_SHOWN: usize = 160;

/// A longer word may be broken, so that an address does not push the other columns off the page.
const WORD_UNBROKEN: usize = 20;

/// The pages of this room. `grants` tells which app sent a message, and from `files` comes what a message carries.
pub fn routes(env: Env, grants: Arc<dyn Grants>, files: Files) -> Router {
    Router::new()
        .route("/w/{workspace}/messages", get(show_messages))
        .route("/w/{workspace}/messages/{message}/media", get(show_file))
        .layer(Extension(files))
        .with_state(Room { env, grants })
}

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    grants: Arc<dyn Grants>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Wanted {
    number: String,
    after: String,
}

#[derive(Template)]
#[template(path = "messages/list.html")]
struct MessagesPage {
    shell: Shell,
    workspace: (String, String),
    numbers: Vec<Number>,
    /// The id of the only number whose messages are shown, or empty.
    number_id: String,
    rows: Vec<Row>,
    /// Only the newest page changes by itself.
    live: Option<Live>,
    /// Whether this is not the first page.
    further: bool,
    next: Option<String>,
}

struct Row {
    message: Message,
    number_name: String,
    app_name: Option<String>,
}

impl Row {
    fn at(&self) -> Markup {
        Markup::time(self.message.created_at)
    }

    fn is_out(&self) -> bool {
        self.message.direction == Direction::Out
    }

    fn peer(&self) -> String {
        match self.message.chat() {
            Chat::Group(id) if self.is_out() => id,
            _ => Phone::of_digits(&self.message.peer).international(),
        }
    }

    fn group(&self) -> &str {
        self.message.group.as_deref().unwrap_or_default()
    }

    /// Why no app stands beside the message.
    fn no_app_words(&self) -> &'static str {
        match self.message.origin {
            Some(Origin::Api) => "messages-unknown-app",
            Some(Origin::Phone) => "messages-from-phone",
            None => "messages-no-app",
        }
    }

    /// What became of the words.
    fn change_words(&self) -> Option<&'static str> {
        let edited = self.message.edited_at.map(|_| "message-edited");
        self.message.deleted_at.map(|_| "message-deleted").or(edited)
    }

    fn peer_words(&self) -> &'static str {
        match (self.message.direction, &self.message.group) {
            (Direction::Out, None) => "messages-to",
            (Direction::Out, Some(_)) => "messages-to-group",
            (Direction::In, None) => "messages-from",
            (Direction::In, Some(_)) => "messages-from-in-group",
        }
    }

    /// What it is, when it is no text.
    fn kind_words(&self) -> Option<String> {
        let kind = self.message.content.kind();
        (kind != Kind::Text).then(|| format!("message-kind-{}", kind.name()))
    }

    /// Whether there is anything to see of it but what became of it.
    fn says_something(&self) -> bool {
        self.message.content.kind() != Kind::Text || !matches!(self.message.content, Content::Gone(_))
    }

    /// Where what it carries can be saved.
    fn file(&self) -> Option<String> {
        let Message { id, workspace_id, content, .. } = &self.message;
        matches!(content, Content::File(_)).then(|| format!("/w/{workspace_id}/messages/{id}/media"))
    }

    fn text(&self) -> String {
        let (mut shown, mut unbroken) = (String::new(), 0);
        for (index, letter) in said(&self.message.content).chars().enumerate() {
            if index == TEXT_SHOWN {
                shown.push('…');
                break;
            }
            unbroken = if letter.is_whitespace() { 0 } else { unbroken + 1 };
            if unbroken > WORD_UNBROKEN {
                // A place to break that nobody sees.
                shown.push('\u{200b}');
                unbroken = 1;
            }
            shown.push(letter);
        }
        shown
    }

    fn state_words(&self) -> String {
        format!("message-{}", self.message.state.name())
    }

    /// The class of the state's badge.
    fn tone(&self) -> &'static str {
        match self.message.state {
            State::Delivered | State::Read => " good",
            State::Failed => " bad",
            State::Queued => " warn",
            State::Sent | State::Received => "",
        }
    }

    fn reason_words(&self) -> Option<String> {
        self.message.reason.map(|reason| format!("message-failed-{}", reason.name()))
    }
}

/// What it says, in words.
fn said(content: &Content) -> String {
    match content {
        Content::Location(Location { latitude, longitude, name: None, address: None }) => {
            format!("{latitude}, {longitude}")
        }
        Content::Contacts(contacts) => {
            contacts.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>().join(", ")
        }
        Content::Poll(poll) => format!("{} {}", poll.question, poll.options.join(" / ")),
        other => other.words(),
    }
}

async fn show_messages(
    FromState(room): FromState<Room>,
    Query(wanted): Query<Wanted>,
    member: InWorkspace,
) -> Result<Response, StatusPage> {
    member.needs(Right::ViewMessages)?;
    let live = Live::part(&room.env, member.id(), "message.", &wanted.number, "live-messages").await?;
    let numbers = numbers::in_workspace(&room.env, member.id())
        .await
        .map_err(|error| StatusPage::broken(&error, "numbers could not be listed"))?;
    let one = numbers.iter().find(|number| number.id == wanted.number).map(|number| number.id.clone());
    if one.is_none() && !wanted.number.is_empty() {
        return Err(StatusPage::not_found());
    }
    let further = !wanted.after.is_empty();
    let filter = Filter {
        number_id: one.clone(),
        direction: None,
        state: None,
        after: further.then_some(wanted.after),
        limit: PAGE,
    };
    let listed = list_workspace(&room.env, member.id(), &filter).await.map_err(|error| match error {
        ListError::Refused(_) => StatusPage::not_found(),
        ListError::Storage(error) => StatusPage::broken(&error, "messages could not be listed"),
    })?;
    let rows = rows_of(&room, member.id(), &numbers, listed.messages).await;
    let page = MessagesPage {
        shell: member.shell("messages"),
        workspace: (member.id().to_owned(), member.membership.workspace.name.clone()),
        numbers,
        number_id: one.unwrap_or_default(),
        rows,
        live: (!further).then_some(live),
        further,
        next: listed.next,
    };
    Ok(Page::ok(page).into_response())
}

async fn rows_of(room: &Room, workspace_id: &str, numbers: &[Number], messages: Vec<Message>) -> Vec<Row> {
    let mut app_names: HashMap<String, Option<String>> = HashMap::new();
    for grant_id in messages.iter().filter_map(|message| message.grant_id.as_ref()) {
        if !app_names.contains_key(grant_id) {
            app_names.insert(grant_id.clone(), app_name(room, workspace_id, grant_id).await);
        }
    }
    let row = |message: Message| Row {
        number_name: numbers
            .iter()
            .find(|number| number.id == message.number_id)
            .map_or_else(String::new, |number| number.name.clone()),
        app_name: message.grant_id.as_ref().and_then(|grant_id| app_names.get(grant_id).cloned().flatten()),
        message,
    };
    messages.into_iter().map(row).collect()
}

/// The page is worth showing without a name.
async fn app_name(room: &Room, workspace_id: &str, grant_id: &str) -> Option<String> {
    room.grants.app_name(workspace_id, grant_id).await.unwrap_or_else(|error| {
        tracing::warn!(error = format!("{error:#}"), "the app of a grant could not be looked up");
        None
    })
}
