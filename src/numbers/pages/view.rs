//! What the link page shows of an attempt, whole or in pieces.

use super::Room;
use super::passkey;
use super::qr::{self, Drawing};
use crate::numbers::{Attempt, LinkFailure, LinkState, Number, Waiting};
use crate::platform::Timestamp;
use crate::platform::web::{Markup, plain_handle};

/// How long the next QR code may be on its way while the one before it still stands there: an empty place would flicker.
const QR_CHANGES_S: i64 = 3;

/// The two ways to link; both are open all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    Code,
    Qr,
}

/// The query of an attempt's pages.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// Nothing while nobody has chosen: then both ways are on the page, and the style sheet shows those that fit the screen.
    method: Option<Method>,
    request: String,
}

impl Chosen {
    /// No method in particular, on the way to an app's request if there is one.
    pub fn for_request(request: String) -> Self {
        Self { request, ..Self::default() }
    }

    /// The handle of an app's request that can be answered once a number is linked.
    pub fn request(&self) -> Option<&str> {
        plain_handle(&self.request)
    }

    /// To hand on to the next page.
    pub fn query(&self) -> String {
        let method = self.method.map(|method| match method {
            Method::Code => "method=code",
            Method::Qr => "method=qr",
        });
        let request = self.request().map(|handle| format!("request={handle}"));
        match (method, request) {
            (None, None) => String::new(),
            (Some(method), None) => format!("?{method}"),
            (None, Some(request)) => format!("?{request}"),
            (Some(method), Some(request)) => format!("?{method}&{request}"),
        }
    }
}

/// Everything that the templates need of an attempt.
pub struct View {
    /// The address of the workspace's numbers.
    pub base: String,
    /// The address of this attempt.
    pub here: String,
    pub workspace_id: String,
    pub number_id: String,
    /// In international form.
    pub phone: String,
    pub digits: String,
    /// What the phone will call us.
    pub device_name: String,
    pub chosen: Chosen,
    pub simulated: bool,
    pub stage: Stage,
    pub code: Option<Code>,
    pub qr: Option<Qr>,
    pub was_wrong: bool,
    pub passkey: Option<Passkey>,
}

/// A step at the passkey gate.
pub enum Passkey {
    /// What to run on WhatsApp's own site.
    Asked { snippet: String, until: Timestamp },
    /// To be compared with what the phone shows.
    Comparing(Code),
}

impl Passkey {
    fn of(state: &LinkState, now: Timestamp) -> Option<Self> {
        match state {
            LinkState::PasskeyAsked(asked) => {
                Some(Self::Asked { snippet: passkey::snippet(&asked.text), until: asked.valid_until })
            }
            LinkState::Comparing(code) => Some(Self::Comparing(Code::new(&code.text, code.valid_until, now))),
            _ => None,
        }
    }

    /// Tells one step from another, and a question from the next one.
    pub fn step(&self) -> String {
        match self {
            Self::Asked { until, .. } => format!("asked-{}", until.0),
            Self::Comparing(code) => format!("comparing-{}", code.valid_until.0),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// WhatsApp was asked for a code.
    Asking,
    Waiting,
    PasskeyAsked,
    Comparing,
    Confirming,
    Linked,
    Failed(LinkFailure),
}

/// A code that can be typed.
pub struct Code {
    /// `ABCD-EFGH`.
    pub dashed: String,
    pub start: String,
    pub end: String,
    /// For screen readers: `A B C D, E F G H`.
    pub spelled: String,
    pub valid_until: Timestamp,
    pub now: Timestamp,
}

impl Code {
    fn new(text: &str, valid_until: Timestamp, now: Timestamp) -> Self {
        let middle = text.char_indices().nth(4).map_or(text.len(), |(at, _)| at);
        let (start, end) = text.split_at(middle);
        let spelled = |half: &str| half.chars().map(String::from).collect::<Vec<_>>().join(" ");
        Self {
            dashed: format!("{start}-{end}"),
            spelled: format!("{}, {}", spelled(start), spelled(end)),
            start: start.to_owned(),
            end: end.to_owned(),
            valid_until,
            now,
        }
    }

    /// For readers without a script.
    pub fn minutes_left(&self) -> i64 {
        self.valid_until.since_ms(self.now).div_euclid(60_000).max(1)
    }
}

/// A QR code that can be scanned.
pub struct Qr {
    pub drawing: Option<Drawing>,
    pub payload: String,
}

impl View {
    pub fn new(room: &Room, attempt: &Attempt, chosen: Chosen, now: Timestamp) -> Self {
        let base = format!("/w/{}/numbers", attempt.workspace_id);
        let waiting = match &attempt.state {
            LinkState::Waiting(waiting) => waiting.clone(),
            _ => Waiting::default(),
        };
        let qr = waiting
            .live_qr(now.plus_s(-QR_CHANGES_S))
            .map(|qr| Qr { drawing: qr::draw(&qr.text), payload: qr.text.clone() });
        Self {
            here: format!("{base}/links/{}", attempt.id),
            base,
            workspace_id: attempt.workspace_id.clone(),
            number_id: attempt.number_id.clone(),
            phone: attempt.phone.international(),
            digits: attempt.phone.digits().to_owned(),
            device_name: room.env().config.server.product_name.clone(),
            chosen,
            simulated: room.sessions.connector() == "sandbox",
            stage: Stage::of(&attempt.state),
            code: waiting.live_code(now).map(|code| Code::new(&code.text, code.valid_until, now)),
            qr,
            was_wrong: waiting.was_wrong,
            passkey: Passkey::of(&attempt.state, now),
        }
    }

    /// Whether the page has the panel of this way.
    pub fn shows(&self, method: Method) -> bool {
        self.chosen.method.is_none_or(|chosen| chosen == method)
    }

    /// Whether nobody has chosen a way, so that both panels are there.
    pub fn shows_both(&self) -> bool {
        self.chosen.method.is_none()
    }

    /// The query of this page by the other method, or by the same.
    pub fn by(&self, method: Method) -> String {
        Chosen { method: Some(method), ..self.chosen.clone() }.query()
    }

    /// The key of the sentence in the status line, and its class.
    pub fn status(&self) -> (&'static str, &'static str) {
        match self.stage {
            Stage::Asking => ("link-status-asking", "waiting"),
            Stage::Waiting if self.was_wrong => ("link-status-wrong-code", "waiting"),
            Stage::Waiting => ("link-status-waiting", "waiting"),
            Stage::PasskeyAsked => ("link-status-passkey", "waiting"),
            Stage::Comparing => ("link-status-comparing", "waiting"),
            Stage::Confirming => ("link-status-confirming", "waiting"),
            Stage::Linked => ("link-status-linked", "good"),
            Stage::Failed(_) => ("link-status-failed", "bad"),
        }
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Linked | Stage::Failed(_))
    }

    pub fn is_confirming(&self) -> bool {
        self.stage == Stage::Confirming
    }

    pub fn is_asking(&self) -> bool {
        self.stage == Stage::Asking
    }
}

impl Stage {
    fn of(state: &LinkState) -> Self {
        match state {
            LinkState::Idle | LinkState::Requesting { .. } => Self::Asking,
            LinkState::Waiting(_) => Self::Waiting,
            LinkState::PasskeyAsked(_) => Self::PasskeyAsked,
            LinkState::Comparing(_) => Self::Comparing,
            LinkState::Confirming { .. } => Self::Confirming,
            LinkState::Linked => Self::Linked,
            LinkState::Failed(reason) => Self::Failed(*reason),
        }
    }
}

/// How an attempt ended.
pub struct Ending {
    /// Nothing when it was linked.
    pub failure: Option<Failure>,
    /// The name under which the phone lists us.
    pub device_name: String,
    pub linked_at: Option<Markup>,
}

pub struct Failure {
    reason: LinkFailure,
}

impl Failure {
    pub fn title(&self) -> String {
        format!("link-failed-{}", self.reason.name())
    }

    pub fn next(&self) -> String {
        format!("link-next-{}", self.reason.name())
    }

    /// Whether the one next step is to try the same number again.
    pub fn may_try_again(&self) -> bool {
        !matches!(
            self.reason,
            LinkFailure::AlreadyLinkedHere | LinkFailure::AlreadyLinkedElsewhere | LinkFailure::Unsupported
        )
    }

    pub fn is_linked_here(&self) -> bool {
        self.reason == LinkFailure::AlreadyLinkedHere
    }
}

impl Ending {
    /// Nothing while the attempt is open. `number` as it stands now.
    pub fn of(view: &View, number: Option<&Number>) -> Option<Self> {
        let failure = match view.stage {
            Stage::Linked => None,
            Stage::Failed(reason) => Some(Failure { reason }),
            Stage::Asking | Stage::Waiting | Stage::PasskeyAsked | Stage::Comparing | Stage::Confirming => return None,
        };
        let device_name = number.map(|number| number.device_name.clone()).unwrap_or_default();
        Some(Self { failure, device_name, linked_at: number.and_then(|number| number.linked_at).map(Markup::time) })
    }
}
