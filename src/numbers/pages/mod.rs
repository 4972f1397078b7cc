//! The room's pages: the list, one number, linking one, and the phones of the simulated WhatsApp.

mod ending;
mod link;
mod list;
mod number;
mod passkey;
mod phone;
mod phones;
mod qr;
mod start;
mod stream;
mod view;

use axum::Router;
use axum::extract::FromRef;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};

use super::{Number, NumberState, Sessions};
use crate::platform::Env;
use crate::platform::limits::TooOften;
use crate::platform::web::StatusPage;

pub use phones::sandbox_routes;

/// What the handlers share.
#[derive(Clone)]
struct Room {
    sessions: Sessions,
}

impl Room {
    fn env(&self) -> &Env {
        self.sessions.env()
    }
}

impl FromRef<Room> for Env {
    fn from_ref(room: &Room) -> Self {
        room.env().clone()
    }
}

pub fn routes(sessions: &Sessions) -> Router {
    Router::new()
        .route("/w/{workspace}/numbers", get(list::show))
        .route("/w/{workspace}/numbers/link", get(start::show).post(start::post))
        .route("/w/{workspace}/numbers/links/{attempt}", get(link::show))
        .route("/w/{workspace}/numbers/links/{attempt}/code", post(link::post_code))
        .route("/w/{workspace}/numbers/links/{attempt}/passkey", post(passkey::post_passkey))
        .route("/w/{workspace}/numbers/links/{attempt}/compare", post(passkey::post_compare))
        .route("/w/{workspace}/numbers/links/{attempt}/check", post(link::post_check))
        .route("/w/{workspace}/numbers/links/{attempt}/cancel", post(link::post_cancel))
        .route("/w/{workspace}/numbers/links/{attempt}/again", post(start::post_again))
        .route("/w/{workspace}/numbers/links/{attempt}/stream", get(stream::follow))
        .route("/w/{workspace}/numbers/{number}", get(number::show))
        .route("/w/{workspace}/numbers/{number}/unlink", get(ending::show_unlink).post(ending::post_unlink))
        .route("/w/{workspace}/numbers/{number}/remove", get(ending::show_remove).post(ending::post_remove))
        .with_state(Room { sessions: sessions.clone() })
}

/// Storage failed, or something of ours did.
fn broken(what: &'static str) -> impl Fn(anyhow::Error) -> StatusPage {
    move |error| StatusPage::broken(error.as_ref(), what)
}

/// The wait as people count it.
fn minutes(wait: TooOften) -> i64 {
    (wait.retry_after_s + 59).div_euclid(60)
}

/// A page for somebody who was too quick also tells programs how long to wait.
fn retry_later(wait: TooOften, mut page: Response) -> Response {
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.retry_after_s));
    page
}

/// The word for the state of a number, and the badge that it stands on.
fn badge(state: NumberState) -> (&'static str, &'static str) {
    match state {
        NumberState::Linked => ("good", "number-online"),
        NumberState::Starting => ("", "number-connecting"),
        NumberState::NeedsAttention => ("bad", "number-signed-out"),
        NumberState::Blocked => ("bad", "number-blocked"),
        NumberState::NotLinked => ("", "number-not-linked"),
    }
}

/// The word for linking a number, when that can be done.
fn link_words(number: &Number) -> Option<&'static str> {
    let again = number.linked_at.is_some();
    let may_link = matches!(number.state, NumberState::NotLinked | NumberState::NeedsAttention | NumberState::Blocked);
    may_link.then_some(if again { "number-link-again" } else { "number-link" })
}

/// How a number reaches WhatsApp, in words.
fn connector_words(connector: &str) -> &'static str {
    match connector {
        "sandbox" => "connector-sandbox",
        "cloud" => "connector-cloud",
        _ => "connector-live",
    }
}

/// Why a number is not linked, in words; nothing for a reason that needs none.
fn reason_words(reason: Option<&str>) -> Option<&'static str> {
    match reason? {
        "unlinked_on_phone" => Some("number-reason-unlinked_on_phone"),
        "replaced_elsewhere" => Some("number-reason-replaced_elsewhere"),
        "unreadable" => Some("number-reason-unreadable"),
        "logged_out_here" => Some("number-reason-logged_out_here"),
        "linked_elsewhere" => Some("number-reason-linked_elsewhere"),
        "banned" => Some("number-reason-banned"),
        "outdated" => Some("number-reason-outdated"),
        "refused" => Some("number-reason-refused"),
        _ => None,
    }
}

/// What there is to do now, in words, and whether that is for those who manage numbers.
fn next_words(state: NumberState, reason: Option<&str>) -> (&'static str, bool) {
    match (state, reason) {
        (NumberState::Linked, _) => ("number-next-linked", false),
        (NumberState::Starting, Some("banned")) => ("number-next-banned", false),
        (NumberState::Starting, Some("outdated")) => ("number-next-outdated", false),
        (NumberState::Starting, Some("refused")) => ("number-next-refused", false),
        (NumberState::Starting, _) => ("number-next-starting", false),
        (NumberState::Blocked, _) => ("number-next-blocked", true),
        (_, Some("replaced_elsewhere")) => ("number-next-replaced_elsewhere", true),
        (_, Some("unreadable")) => ("number-next-unreadable", true),
        (_, Some("linked_elsewhere")) => ("number-next-linked_elsewhere", true),
        (_, Some("logged_out_here")) => ("number-next-logged_out_here", true),
        (NumberState::NeedsAttention, _) => ("number-next-unlinked_on_phone", true),
        (NumberState::NotLinked, _) => ("number-next-not_linked", true),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use grantline_whatsapp::UnlinkReason;

    use super::*;
    use crate::numbers::number::Turn;
    use crate::platform::web::Words;

    /// Whatever happens to a number, its page says why and what to do, each in words of its own.
    #[test]
    fn every_state_and_reason_has_a_next_step() {
        let ended = [UnlinkReason::UnlinkedOnPhone, UnlinkReason::ReplacedElsewhere, UnlinkReason::Blocked];
        let others = [Turn::Linked, Turn::Connected, Turn::Reconnecting, Turn::LoggedOutHere, Turn::LinkedElsewhere];
        let turns = ended.into_iter().map(Turn::Ended).chain(others).chain([Turn::Unreadable]);
        let reached = turns.flat_map(|turn| NumberState::ALL.into_iter().filter_map(move |state| state.after(turn)));
        let reached: BTreeSet<_> = reached.map(|(state, reason)| (state.name(), reason)).collect();
        let words = Words::for_header("");
        let mut said = BTreeSet::new();
        for (name, reason) in reached.into_iter().chain([("not_linked", None)]) {
            let state = name.parse().expect("a state");
            let (key, _) = next_words(state, reason);
            assert!(words.has(key) && said.insert(key), "{name} {reason:?} {key}");
            assert_eq!(reason_words(reason).is_some(), reason.is_some(), "{name} {reason:?}");
        }
    }
}
