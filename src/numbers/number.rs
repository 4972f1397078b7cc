//! A number as the other rooms know it.

use std::str::FromStr;

/// A WhatsApp account that belongs to a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    pub id: String,
    pub workspace_id: String,
    /// Digits with country code.
    pub phone: String,
    pub name: String,
    /// How it reaches WhatsApp: `sandbox`, `live` or `cloud`.
    pub connector: String,
    pub state: NumberState,
    /// Why it needs attention, as a word of ours.
    pub reason: Option<String>,
}

/// ```text
/// not_linked -> starting -> linked -> needs_attention -> starting ...
///                                  -> blocked
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberState {
    NotLinked,
    Starting,
    Linked,
    NeedsAttention,
    Blocked,
}

impl NumberState {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::Starting => "starting",
            Self::Linked => "linked",
            Self::NeedsAttention => "needs_attention",
            Self::Blocked => "blocked",
        }
    }

    /// Whether the phone lists us as a linked device, as far as we know.
    #[must_use]
    pub const fn is_linked(self) -> bool {
        matches!(self, Self::Starting | Self::Linked)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a number")]
pub struct UnknownState(String);

impl FromStr for NumberState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        [Self::NotLinked, Self::Starting, Self::Linked, Self::NeedsAttention, Self::Blocked]
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| UnknownState(text.to_owned()))
    }
}
