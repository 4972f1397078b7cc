//! Refusals of the token endpoint, in the words of RFC 6749 §5.2.

/// The codes of RFC 6749 §5.2 and of its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    InvalidScope,
    /// RFC 8707 §2.
    InvalidTarget,
    ServerError,
}

impl Code {
    /// As it stands in the answer.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::ServerError => "server_error",
        }
    }
}

/// Why the token endpoint refused. `description` is for the developer of the app: ASCII, no quotes (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthRefusal {
    pub code: Code,
    pub description: &'static str,
    /// Answer with `WWW-Authenticate: Basic`: the client tried that scheme (RFC 6749 §5.2).
    pub challenge: bool,
}

impl OAuthRefusal {
    #[must_use]
    pub const fn new(code: Code, description: &'static str) -> Self {
        Self { code, description, challenge: false }
    }
}
