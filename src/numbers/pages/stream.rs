//! The link page's news as server-sent events: `view` with pieces of the page, `end` when there is nothing to come.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::sync::watch;

use super::Room;
use super::link::find;
use super::view::{Chosen, Ending, Method, Passkey, Stage, View};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, Attempt, LinkState};
use crate::platform::Timestamp;
use crate::platform::web::{FieldErrors, Shell, StatusPage};

/// A stream ends after this long and the browser opens it again: by then the member may have lost the right.
const LIFETIME_S: i64 = 300;

pub async fn follow(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let attempt = find(&room, &member, &id).await?;
    let follower = Follower {
        news: room.sessions.watch(&attempt.number_id),
        until: room.env().now().plus_s(LIFETIME_S),
        shell: member.shell("numbers"),
        workspace_id: member.id().to_owned(),
        attempt_id: id,
        chosen,
        sent: None,
        phase: Phase::Live,
        room,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    // A code is in it.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

struct Follower {
    room: Room,
    shell: Shell,
    workspace_id: String,
    attempt_id: String,
    chosen: Chosen,
    news: watch::Receiver<u64>,
    until: Timestamp,
    /// What the page shows now.
    sent: Option<Sent>,
    phase: Phase,
}

enum Phase {
    Live,
    /// The page has all; one more word, and then none.
    Ending,
    Over,
}

#[derive(Clone, PartialEq, Eq)]
struct Sent {
    stage: Stage,
    was_wrong: bool,
    code: Option<String>,
    qr: Option<String>,
    /// The step at the passkey gate.
    passkey: Option<String>,
}

#[derive(Template)]
#[template(path = "numbers/pieces.html")]
struct Pieces<'a> {
    shell: &'a Shell,
    view: &'a View,
    code: bool,
    qr: bool,
    /// A step at the passkey gate was passed, and what comes next takes the place of its panel.
    confirming: bool,
    errors: FieldErrors,
    ending: Option<Ending>,
}

impl Follower {
    async fn next(&mut self) -> Option<Event> {
        match self.phase {
            Phase::Live => self.live().await,
            Phase::Ending => {
                self.phase = Phase::Over;
                Some(Event::default().event("end").data("end"))
            }
            Phase::Over => None,
        }
    }

    async fn live(&mut self) -> Option<Event> {
        let mut stopping = false;
        while self.room.env().now() < self.until {
            self.news.borrow_and_update();
            let attempt = self.attempt().await?;
            if let Some(event) = self.changed(&attempt).await {
                return Some(event);
            }
            if stopping {
                return None;
            }
            let expires = self.code_expiry(&attempt).unwrap_or(self.until).min(self.until);
            tokio::select! {
                changed = self.news.changed() => changed.ok()?,
                () = self.room.env().clock.sleep_until(expires) => {}
                // The last that there is to tell may be that the server stops.
                () = self.room.sessions.stopping() => stopping = true,
            }
        }
        None
    }

    /// Nothing when it is gone, or cannot be read: the browser opens the stream again.
    async fn attempt(&self) -> Option<Attempt> {
        let found = numbers::link_attempt(self.room.env(), &self.workspace_id, &self.attempt_id).await;
        found.inspect_err(|error| tracing::error!(error = format!("{error:#}"), "a stream ended")).ok().flatten()
    }

    /// The pieces of the page that differ from what it shows.
    async fn changed(&mut self, attempt: &Attempt) -> Option<Event> {
        let view = View::new(&self.room, attempt, self.chosen.clone(), self.room.env().now());
        let now = Sent {
            stage: view.stage,
            was_wrong: view.was_wrong,
            code: view.code.as_ref().map(|code| code.dashed.clone()).filter(|_| view.shows(Method::Code)),
            qr: view.qr.as_ref().map(|qr| qr.payload.clone()).filter(|_| view.shows(Method::Qr)),
            passkey: view.passkey.as_ref().map(Passkey::step),
        };
        if self.sent.as_ref() == Some(&now) {
            return None;
        }
        let stage_changed = self.sent.as_ref().is_none_or(|sent| sent.stage != now.stage);
        let differs = |what: fn(&Sent) -> &Option<String>| {
            stage_changed || self.sent.as_ref().is_none_or(|sent| what(sent) != what(&now))
        };
        // Each panel by itself: a QR code that changes must never touch a code that somebody is typing.
        let code = view.shows(Method::Code) && differs(|sent| &sent.code);
        let qr = view.shows(Method::Qr) && differs(|sent| &sent.qr);
        let ending = self.ending(&view, attempt).await;
        let was_at_gate = self.sent.as_ref().is_some_and(|sent| sent.passkey.is_some());
        let confirming = was_at_gate && view.is_confirming();
        let errors = FieldErrors::default();
        let pieces = Pieces { shell: &self.shell, view: &view, code, qr, confirming, errors, ending };
        let html = pieces
            .render()
            .inspect_err(|error| tracing::error!(error = error as &dyn std::error::Error, "a piece was not rendered"));
        self.sent = Some(now);
        if view.has_ended() {
            self.phase = Phase::Ending;
        }
        html.ok().map(|html| Event::default().event("view").data(html))
    }

    async fn ending(&self, view: &View, attempt: &Attempt) -> Option<Ending> {
        if !view.has_ended() {
            return None;
        }
        let number = numbers::number(self.room.env(), &self.workspace_id, &attempt.number_id).await;
        Ending::of(view, number.ok().flatten().as_ref())
    }

    /// When the code that the page shows runs out. A QR code stays until the next one takes its place.
    fn code_expiry(&self, attempt: &Attempt) -> Option<Timestamp> {
        let LinkState::Waiting(waiting) = &attempt.state else { return None };
        waiting.live_code(self.room.env().now()).map(|code| code.valid_until)
    }
}
