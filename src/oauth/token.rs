//! What tokens are, and the rules by which they follow each other.

use crate::access::ScopeSet;
use crate::platform::Timestamp;
use crate::platform::secret::{PlainSecret, SecretHash};

pub const ACCESS_PREFIX: &str = "gl_at_";
pub const REFRESH_PREFIX: &str = "gl_rt_";
pub const CODE_PREFIX: &str = "gl_ac_";

/// An authorization code as it is kept.
#[derive(Debug, Clone)]
pub struct KeptCode {
    pub grant_id: String,
    pub app_id: String,
    pub redirect_uri: String,
    pub code_challenge: String,
    /// `issued`, `exchanged` or `ended`.
    pub state: String,
    pub family_id: Option<String>,
    pub expires_at: Timestamp,
    /// What its grant gives at this moment; nothing when it is not live.
    pub granted: Option<ScopeSet>,
}

/// What the app brings to the exchange.
pub struct CodeProof<'a> {
    pub app_id: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
}

/// Why a code or a refresh token gave no tokens. Each sentence helps the app's developer and tells a thief nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    UnknownCode,
    CodeUsedTwice,
    CodeExpired,
    OtherRedirect,
    WrongVerifier,
    UnknownRefresh,
    RefreshExpired,
    RefreshReused,
    NarrowerThanNothing,
    UndeclaredScope,
    AccessEnded,
}

impl TokenRefusal {
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::UnknownCode => "the code is unknown, or it was issued to another app",
            Self::CodeUsedTwice => "the code was used before, and the tokens that it gave have been ended",
            Self::CodeExpired => "the code has expired, start again at the authorization endpoint",
            Self::OtherRedirect => "redirect_uri is not the one of the authorization request",
            Self::WrongVerifier => "code_verifier does not match the code_challenge of the authorization request",
            Self::UnknownRefresh => "the refresh token is unknown, or it was issued to another app",
            Self::RefreshExpired => "the refresh token was not used for too long, ask for access again",
            Self::RefreshReused => {
                "the refresh token was used before, and all tokens that came from it have been ended"
            }
            Self::NarrowerThanNothing => "none of the scopes asked for was granted",
            Self::UndeclaredScope => "the app has not declared one of the scopes asked for",
            Self::AccessEnded => "the access was ended, ask for it again",
        }
    }

    /// A refusal that must leave a trace although the caller gets nothing.
    #[must_use]
    pub const fn ends_the_family(self) -> bool {
        matches!(self, Self::CodeUsedTwice | Self::RefreshReused)
    }
}

/// What a code gives, if it may be exchanged; checked in the order of RFC 6749 §4.1.3 and RFC 7636 §4.6.
pub fn check_code(code: &KeptCode, proof: &CodeProof<'_>, now: Timestamp) -> Result<ScopeSet, TokenRefusal> {
    if code.app_id != proof.app_id {
        return Err(TokenRefusal::UnknownCode);
    }
    match code.state.as_str() {
        "issued" => {}
        // RFC 6749 §4.1.2: a code works once; a second use must end the tokens that the first one gave.
        "exchanged" => return Err(TokenRefusal::CodeUsedTwice),
        _ => return Err(TokenRefusal::AccessEnded),
    }
    if code.expires_at <= now {
        return Err(TokenRefusal::CodeExpired);
    }
    if code.redirect_uri != proof.redirect_uri {
        return Err(TokenRefusal::OtherRedirect);
    }
    if !super::pkce::proves(proof.verifier, &code.code_challenge) {
        return Err(TokenRefusal::WrongVerifier);
    }
    code.granted.clone().ok_or(TokenRefusal::AccessEnded)
}

/// A refresh token as it is kept, with what it belongs to.
#[derive(Debug, Clone)]
pub struct KeptRefresh {
    pub family_id: String,
    pub grant_id: String,
    pub app_id: String,
    /// `current`, `rotated` or `ended`.
    pub state: String,
    pub expires_at: Timestamp,
    pub family_state: String,
    pub family_expires_at: Timestamp,
    /// One of the tokens that it was traded for has been used.
    pub child_used: bool,
}

/// What becomes of a refresh token that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The first time: it is traded for new ones.
    Rotate,
    /// It was traded before, but nothing that came of it was ever used: the answer was lost on the way. The unused ones
    /// are ended and it is traded again.
    Retry,
}

/// Rotation (RFC 9700 §4.14.2): a token that was traded before is a retry only while no child of it has been used, else
/// somebody else has it too.
pub fn check_refresh(kept: &KeptRefresh, app_id: &str, now: Timestamp) -> Result<Turn, TokenRefusal> {
    if kept.app_id != app_id {
        return Err(TokenRefusal::UnknownRefresh);
    }
    if kept.family_state != "active" || kept.state == "ended" {
        return Err(TokenRefusal::AccessEnded);
    }
    if kept.expires_at <= now || kept.family_expires_at <= now {
        return Err(TokenRefusal::RefreshExpired);
    }
    match (kept.state.as_str(), kept.child_used) {
        ("current", _) => Ok(Turn::Rotate),
        (_, false) => Ok(Turn::Retry),
        (_, true) => Err(TokenRefusal::RefreshReused),
    }
}

/// What the app gets.
pub struct Issued {
    pub access: PlainSecret,
    pub access_expires_in_s: i64,
    pub refresh: PlainSecret,
    pub scopes: ScopeSet,
}

/// A pair about to be stored.
pub struct NewPair {
    pub family_id: String,
    pub grant_id: String,
    pub parent: Option<SecretHash>,
    pub access: SecretHash,
    pub refresh: SecretHash,
    pub scopes: ScopeSet,
    pub created_at: Timestamp,
    pub access_expires_at: Timestamp,
    pub refresh_expires_at: Timestamp,
}
