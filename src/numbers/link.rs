//! One try at linking a number: its states, and why it ends without a link.

use grantline_whatsapp::LinkFailure as Told;

use super::phone::Phone;
use crate::platform::Timestamp;

/// How long WhatsApp may take to give a code.
const REQUESTING_S: i64 = 30;
/// How long the exchange of keys may take once the phone has accepted.
const CONFIRMING_S: i64 = 60;

/// One try at linking the account of `phone` to the number of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub id: String,
    pub number_id: String,
    pub workspace_id: String,
    pub phone: Phone,
    pub state: LinkState,
    /// The person's id.
    pub started_by: String,
    pub ended_at: Option<Timestamp>,
}

/// Something to type or to scan, and until when.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    pub text: String,
    pub valid_until: Timestamp,
}

/// A code is a secret: whoever has it can link the number.
impl std::fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Shown(.. until {})", self.valid_until.0)
    }
}

/// What a person can do now to link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waiting {
    pub code: Option<Shown>,
    pub qr: Option<Shown>,
    /// Whether the code before this one was typed wrong.
    pub was_wrong: bool,
}

impl Waiting {
    /// The code, while it can be typed.
    #[must_use]
    pub fn live_code(&self, now: Timestamp) -> Option<&Shown> {
        self.code.as_ref().filter(|code| now < code.valid_until)
    }

    /// The QR code, while it can be scanned.
    #[must_use]
    pub fn live_qr(&self, now: Timestamp) -> Option<&Shown> {
        self.qr.as_ref().filter(|qr| now < qr.valid_until)
    }
}

/// ```text
/// idle --request--> requesting --code, QR--> waiting --accepted--> confirming --linked--> linked
///                       |                       |  ^ \ new code,      |                      ^
///                       |                       |   \/ new QR         |                      |
///                       |            passkey    |                     |                      |
///                       |                       v                     |                      |
///                       |                 passkey asked --given--> comparing --the same--> confirming
///                       \---------- fail -------+---------------------+----> failed(reason)
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    Idle,
    /// WhatsApp was asked for a code, which comes until then.
    Requesting {
        until: Timestamp,
    },
    Waiting(Waiting),
    /// The phone accepted, and WhatsApp asks for the account's passkey: the options for a browser, in JSON.
    PasskeyAsked(Shown),
    /// The passkey was taken; somebody has to compare this code with the one on the phone.
    Comparing(Shown),
    /// The phone accepted; keys are being exchanged, which is done until then.
    Confirming {
        until: Timestamp,
    },
    Linked,
    Failed(LinkFailure),
}

/// The attempt is not at a point where this could happen: it has ended, or what came is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link attempt has moved on")]
pub struct MovedOn;

impl LinkState {
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Requesting { .. } => "requesting",
            Self::Waiting(_) => "waiting",
            Self::PasskeyAsked(_) => "passkey_asked",
            Self::Comparing(_) => "comparing",
            Self::Confirming { .. } => "confirming",
            Self::Linked => "linked",
            Self::Failed(_) => "failed",
        }
    }

    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Linked | Self::Failed(_))
    }

    pub fn request(self, now: Timestamp) -> Result<Self, MovedOn> {
        match self {
            Self::Idle => Ok(Self::Requesting { until: now.plus_s(REQUESTING_S) }),
            _ => Err(MovedOn),
        }
    }

    /// A code to type. It replaces the one before it; the QR code stays.
    pub fn code(self, code: Shown) -> Result<Self, MovedOn> {
        let waiting = self.waiting()?;
        // One that replaces a live code was asked for: what was wrong before is of no interest any more.
        let was_wrong = waiting.was_wrong && waiting.code.is_none();
        Ok(Self::Waiting(Waiting { code: Some(code), was_wrong, ..waiting }))
    }

    /// A QR code to scan. It replaces the one before it and never touches the code.
    pub fn qr(self, qr: Shown) -> Result<Self, MovedOn> {
        let waiting = self.waiting()?;
        Ok(Self::Waiting(Waiting { qr: Some(qr), ..waiting }))
    }

    /// A wrong code was typed; the right one is dead too, and another one comes.
    pub fn wrong_code(self) -> Result<Self, MovedOn> {
        let waiting = self.waiting()?;
        Ok(Self::Waiting(Waiting { code: None, was_wrong: true, ..waiting }))
    }

    pub fn accepted(self, now: Timestamp) -> Result<Self, MovedOn> {
        self.waiting().map(|_| Self::Confirming { until: now.plus_s(CONFIRMING_S) })
    }

    /// WhatsApp asks for the passkey, perhaps anew. Nothing is left to type or to scan.
    pub fn passkey_asked(self, options: Shown) -> Result<Self, MovedOn> {
        match self {
            Self::Requesting { .. } | Self::Waiting(_) | Self::PasskeyAsked(_) => Ok(Self::PasskeyAsked(options)),
            _ => Err(MovedOn),
        }
    }

    pub fn passkey_given(self, code: Shown) -> Result<Self, MovedOn> {
        match self {
            Self::PasskeyAsked(_) => Ok(Self::Comparing(code)),
            _ => Err(MovedOn),
        }
    }

    /// Somebody says that the phone shows the same code.
    pub fn compared(self, now: Timestamp) -> Result<Self, MovedOn> {
        match self {
            Self::Comparing(code) if now < code.valid_until => Ok(Self::Confirming { until: now.plus_s(CONFIRMING_S) }),
            _ => Err(MovedOn),
        }
    }

    pub fn linked(self) -> Result<Self, MovedOn> {
        match self {
            Self::Requesting { .. } | Self::Waiting(_) | Self::Confirming { .. } => Ok(Self::Linked),
            // With a passkey, nothing is linked before somebody compared the codes.
            Self::Idle | Self::PasskeyAsked(_) | Self::Comparing(_) | Self::Linked | Self::Failed(_) => Err(MovedOn),
        }
    }

    /// Every end but the good one. An attempt fails once.
    pub fn fail(self, reason: LinkFailure) -> Result<Self, MovedOn> {
        if self.is_open() { Ok(Self::Failed(reason)) } else { Err(MovedOn) }
    }

    fn waiting(self) -> Result<Waiting, MovedOn> {
        match self {
            Self::Requesting { .. } => Ok(Waiting::default()),
            Self::Waiting(waiting) => Ok(waiting),
            Self::Idle
            | Self::PasskeyAsked(_)
            | Self::Comparing(_)
            | Self::Confirming { .. }
            | Self::Linked
            | Self::Failed(_) => Err(MovedOn),
        }
    }
}

/// Why an attempt ended without a link. Its words are `link-failed-<name>`, its one next step `link-next-<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFailure {
    Expired,
    TooManyAttempts,
    CodeRefused,
    WrongPhone,
    PasskeyNeeded,
    PasskeyFailed,
    /// Somebody saw another code on the phone than here.
    CodesDiffer,
    Unsupported,
    Network,
    AlreadyLinkedHere,
    AlreadyLinkedElsewhere,
    /// The server was restarted meanwhile.
    Interrupted,
    /// The server is being stopped, in order.
    ServerPaused,
    Cancelled,
}

impl LinkFailure {
    pub const ALL: [Self; 14] = [
        Self::Expired,
        Self::TooManyAttempts,
        Self::CodeRefused,
        Self::WrongPhone,
        Self::PasskeyNeeded,
        Self::PasskeyFailed,
        Self::CodesDiffer,
        Self::Unsupported,
        Self::Network,
        Self::AlreadyLinkedHere,
        Self::AlreadyLinkedElsewhere,
        Self::Interrupted,
        Self::ServerPaused,
        Self::Cancelled,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::TooManyAttempts => "too_many_attempts",
            Self::CodeRefused => "code_refused",
            Self::WrongPhone => "wrong_phone",
            Self::PasskeyNeeded => "passkey_needed",
            Self::PasskeyFailed => "passkey_failed",
            Self::CodesDiffer => "codes_differ",
            Self::Unsupported => "unsupported",
            Self::Network => "network",
            Self::AlreadyLinkedHere => "already_linked_here",
            Self::AlreadyLinkedElsewhere => "already_linked_elsewhere",
            Self::Interrupted => "interrupted",
            Self::ServerPaused => "server_paused",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reason of a name; nothing for a word that is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

impl From<Told> for LinkFailure {
    fn from(told: Told) -> Self {
        match told {
            Told::Expired => Self::Expired,
            Told::TooManyAttempts => Self::TooManyAttempts,
            Told::CodeRefused => Self::CodeRefused,
            Told::WrongPhone => Self::WrongPhone,
            Told::PasskeyNeeded => Self::PasskeyNeeded,
            Told::PasskeyFailed => Self::PasskeyFailed,
            Told::Unsupported => Self::Unsupported,
            Told::Network => Self::Network,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Shown {
        Shown { text: text.to_owned(), valid_until: Timestamp(1000) }
    }

    fn requesting() -> LinkState {
        LinkState::Idle.request(Timestamp(0)).expect("idle")
    }

    #[test]
    fn a_qr_code_never_touches_the_code() {
        let state = requesting().code(shown("ABCDEFGH"));
        let state = state.and_then(|state| state.qr(shown("first"))).and_then(|state| state.qr(shown("second")));
        let expected = Waiting { code: Some(shown("ABCDEFGH")), qr: Some(shown("second")), was_wrong: false };
        assert_eq!(state, Ok(LinkState::Waiting(expected)));
    }

    #[test]
    fn a_wrong_code_is_dead_and_is_spoken_of_until_another_is_asked_for() {
        let wrong = requesting().code(shown("ABCDEFGH")).and_then(LinkState::wrong_code).expect("still waiting");
        assert_eq!(wrong, LinkState::Waiting(Waiting { was_wrong: true, ..Waiting::default() }));
        let next = wrong.code(shown("JKLMNPQR")).expect("still waiting");
        let expected = Waiting { code: Some(shown("JKLMNPQR")), was_wrong: true, ..Waiting::default() };
        assert_eq!(next, LinkState::Waiting(expected));
        let asked = next.code(shown("STVWXYZ1")).expect("still waiting");
        assert_eq!(asked, LinkState::Waiting(Waiting { code: Some(shown("STVWXYZ1")), ..Waiting::default() }));
    }

    #[test]
    fn a_code_is_dead_when_its_time_is_over() {
        let waiting = Waiting { code: Some(shown("ABCDEFGH")), ..Waiting::default() };
        assert!(waiting.live_code(Timestamp(999)).is_some());
        assert_eq!(waiting.live_code(Timestamp(1000)), None);
    }

    #[test]
    fn a_code_is_never_printed() {
        assert_eq!(format!("{:?}", shown("ABCDEFGH")), "Shown(.. until 1000)");
    }

    #[test]
    fn with_a_passkey_nothing_is_linked_before_the_codes_were_compared() {
        let asked = requesting().code(shown("ABCDEFGH")).and_then(|state| state.passkey_asked(shown("{}")));
        let asked = asked.expect("the phone has accepted");
        assert_eq!(asked, LinkState::PasskeyAsked(shown("{}")));
        assert_eq!(asked.clone().passkey_asked(shown("[]")), Ok(LinkState::PasskeyAsked(shown("[]"))));
        let early = [asked.clone().linked(), asked.clone().compared(Timestamp(0)), asked.clone().code(shown("A"))];
        assert_eq!(early, [Err(MovedOn), Err(MovedOn), Err(MovedOn)]);
        let comparing = asked.passkey_given(shown("JKLMNPQR")).expect("the passkey is asked for");
        assert_eq!(comparing, LinkState::Comparing(shown("JKLMNPQR")));
        let early = [comparing.clone().linked(), comparing.clone().passkey_asked(shown("{}"))];
        assert_eq!(early, [Err(MovedOn), Err(MovedOn)]);
        assert_eq!(comparing.clone().compared(Timestamp(1000)), Err(MovedOn), "the time is over");
        let until = Timestamp(0).plus_s(CONFIRMING_S);
        let confirming = comparing.compared(Timestamp(0));
        assert_eq!(confirming, Ok(LinkState::Confirming { until }));
        assert_eq!(confirming.and_then(LinkState::linked), Ok(LinkState::Linked));
    }

    fn steps() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(0_u8..10, 0..30)
    }

    proptest! {
        /// Whatever comes in whatever order: an attempt that has ended stays as it ended.
        #[test]
        fn an_end_is_an_end(steps in steps()) {
            let mut state = LinkState::Idle;
            for step in steps {
                let before = state.clone();
                let after = match step {
                    0 => state.request(Timestamp(0)),
                    1 => state.code(shown("ABCDEFGH")),
                    2 => state.qr(shown("qr")),
                    3 => state.wrong_code(),
                    4 => state.accepted(Timestamp(0)),
                    5 => state.linked(),
                    6 => state.passkey_asked(shown("{}")),
                    7 => state.passkey_given(shown("ABCDEFGH")),
                    8 => state.compared(Timestamp(0)),
                    _ => state.fail(LinkFailure::Expired),
                };
                prop_assert!(before.is_open() || after.is_err());
                state = after.unwrap_or(before);
            }
        }
    }

    #[test]
    fn a_reason_reads_back_its_name() {
        for reason in LinkFailure::ALL {
            assert_eq!(LinkFailure::named(reason.name()), Some(reason));
        }
    }
}
