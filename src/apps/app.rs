//! An app as the other rooms know it.

use std::str::FromStr;

use super::redirect;
use crate::access::{Scope, ScopeSet};

/// A registered OAuth client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The `client_id`.
    pub id: String,
    pub owner_id: String,
    pub name: String,
    /// Who makes it, in their own words.
    pub publisher: String,
    pub kind: Kind,
    pub homepage_url: String,
    pub privacy_url: String,
    pub terms_url: String,
    /// Changes with the logo; nothing when there is none.
    pub logo_tag: Option<String>,
    pub state: AppState,
    /// Whether an operator vouched for it.
    pub reviewed: bool,
    /// Whether its developer alone can connect it.
    pub in_development: bool,
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<DeclaredScope>,
}

/// A scope that the app says it may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredScope {
    pub scope: Scope,
    /// A person cannot leave it out.
    pub required: bool,
    /// Why, in the app's words.
    pub reason: String,
}

/// RFC 6749 §2.1: whether the app can keep a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Confidential,
    Public,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppState {
    Active,
    /// An operator stopped it everywhere.
    Suspended,
}

impl App {
    #[must_use]
    pub fn declared(&self) -> ScopeSet {
        self.scopes.iter().map(|declared| declared.scope).collect()
    }

    /// The scopes that a person cannot leave out.
    #[must_use]
    pub fn required(&self) -> ScopeSet {
        self.scopes.iter().filter(|declared| declared.required).map(|declared| declared.scope).collect()
    }

    /// Whether an answer may be sent to `uri` (RFC 9700 §4.1.1: exact match; RFC 8252 §7.3: any port on loopback).
    #[must_use]
    pub fn allows_redirect(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| redirect::matches(registered, uri))
    }

    /// Where its logo is served, on our own origin.
    #[must_use]
    pub fn logo_url(&self) -> Option<String> {
        self.logo_tag.as_ref().map(|tag| logo_url(&self.id, tag))
    }
}

pub(super) fn logo_url(app_id: &str, tag: &str) -> String {
    format!("/apps/{app_id}/logo.png?v={tag}")
}

impl Kind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::Public => "public",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word of ours")]
pub struct UnknownWord;

impl FromStr for Kind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "confidential" => Ok(Self::Confidential),
            "public" => Ok(Self::Public),
            _ => Err(UnknownWord),
        }
    }
}

impl AppState {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

impl FromStr for AppState {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(UnknownWord),
        }
    }
}
