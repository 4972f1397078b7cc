//! An endpoint: where its owner wants to be told, of what, and whether it is told at the moment.

use std::fmt;
use std::str::FromStr;

use crate::events::{Kind, Subject};
use crate::platform::Timestamp;
use crate::platform::outbound::{OutboundUrl, Reach, UrlRefusal};

/// Endpoints that one app or one workspace may have: each costs a call for every fact.
pub const ENDPOINTS_MAX: i64 = 20;

/// Characters of a description.
pub const DESCRIPTION_MAX: usize = 100;

/// Whose endpoint it is. A workspace hears of all that is about it; an app of what its grants cover, in every workspace
/// that connected it, and of itself.
pub type Owner = Subject;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointState {
    Active,
    /// By its owner: what happens meanwhile is told when it goes on, as far as it is still kept.
    Paused,
    /// By us, after days of failures or because the receiver said that it is gone; otherwise like a pause.
    Disabled,
}

impl EndpointState {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }
}

impl fmt::Display for EndpointState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such state as {0:?}")]
pub struct UnknownState(String);

impl FromStr for EndpointState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        let known = [Self::Active, Self::Paused, Self::Disabled].into_iter().find(|state| state.name() == text);
        known.ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// Why we stopped telling an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledBecause {
    /// Nothing arrived for days.
    Failing,
    /// It answered 410: "the receiver is not interested any more".
    Gone,
}

impl DisabledBecause {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

/// Of which kinds an endpoint wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Also of those that later versions bring.
    Every,
    These(Vec<Kind>),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of event {0:?}")]
pub struct UnknownKind(pub String);

impl Filter {
    /// No names at all are every kind. They are kept once, in the order of the catalogue.
    pub fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, UnknownKind> {
        let mut wanted = Vec::new();
        for name in names {
            // Bounded: it comes from outside and goes back in an error.
            let kind = Kind::named(name).ok_or_else(|| UnknownKind(name.chars().take(64).collect()))?;
            wanted.push(kind);
        }
        if wanted.is_empty() {
            return Ok(Self::Every);
        }
        Ok(Self::These(Kind::ALL.into_iter().filter(|kind| wanted.contains(kind)).collect()))
    }

    #[must_use]
    pub fn lets_through(&self, kind: Kind) -> bool {
        match self {
            Self::Every => true,
            Self::These(kinds) => kinds.contains(&kind),
        }
    }

    /// The kinds that it names; none when it lets every kind through.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        match self {
            Self::Every => &[],
            Self::These(kinds) => kinds,
        }
    }

    /// As it is kept: a blank before and after each name, so that one is found as a whole.
    #[must_use]
    pub fn kept(&self) -> String {
        let names: Vec<&str> = self.kinds().iter().map(|kind| kind.name()).collect();
        if names.is_empty() { String::new() } else { format!(" {} ", names.join(" ")) }
    }

    /// From the database. A kind of a later version is left out; if no other is left, the filter lets nothing through.
    #[must_use]
    pub fn of_kept(text: &str) -> Self {
        if text.is_empty() {
            return Self::Every;
        }
        Self::These(text.split(' ').filter_map(Kind::named).collect())
    }
}

/// An endpoint without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub id: String,
    pub owner: Owner,
    /// It can hold a secret in its path: only [`OutboundUrl::host`] is for logs.
    pub url: String,
    pub description: String,
    pub filter: Filter,
    pub state: EndpointState,
    /// Why it is disabled: `failing` or `gone`.
    pub reason: Option<String>,
    /// Until when a second secret signs, too.
    pub old_secret_until: Option<Timestamp>,
    /// Since when nothing has arrived.
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// What an owner says of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub url: OutboundUrl,
    pub description: String,
    pub filter: Filter,
}

/// Which part of a wish is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WishRefusal {
    #[error("The address cannot be called: {0}.")]
    Url(#[from] UrlRefusal),
    #[error("{0}; the catalogue of events lists them all.")]
    Kind(#[from] UnknownKind),
    #[error("The description is longer than 100 characters.")]
    Description,
}

impl WishRefusal {
    /// The field that is meant.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Url(_) => "url",
            Self::Kind(_) => "events",
            Self::Description => "description",
        }
    }
}

impl Wish {
    pub fn check<'n>(
        url: &str,
        description: &str,
        kinds: impl IntoIterator<Item = &'n str>,
        reach: Reach,
    ) -> Result<Self, WishRefusal> {
        let url = OutboundUrl::check(url.trim(), reach)?;
        let filter = Filter::named(kinds)?;
        let description = description.trim();
        if description.chars().count() > DESCRIPTION_MAX {
            return Err(WishRefusal::Description);
        }
        Ok(Self { url, description: description.to_owned(), filter })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REACH: Reach = Reach { private: false, loopback: false };

    fn wish(url: &str, kinds: &[&str]) -> Result<Wish, String> {
        Wish::check(url, " ours ", kinds.iter().copied(), REACH).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_wish_is_read_or_refused_with_a_reason() {
        let fine = wish(" https://app.example.com/hook ", &["message.sent", "grant.revoked", "message.sent"]);
        let fine = fine.expect("nothing is wrong");
        assert_eq!((fine.url.as_str(), fine.description.as_str()), ("https://app.example.com/hook", "ours"));
        assert_eq!(fine.filter, Filter::These(vec![Kind::MessageSent, Kind::GrantRevoked]));
        let refused = wish("http://app.example.com/", &[]).expect_err("not https");
        assert_eq!(refused, "The address cannot be called: it does not begin with https.");
        let refused = wish("https://app.example.com/", &["message.invented"]).expect_err("unknown");
        assert!(refused.starts_with("there is no kind of event \"message.invented\""), "{refused}");
        let long = "x".repeat(101);
        let refused = Wish::check("https://app.example.com/", &long, [], REACH).expect_err("too long");
        assert_eq!((refused.field(), refused), ("description", WishRefusal::Description));
    }

    #[test]
    fn a_filter_without_a_known_kind_lets_nothing_through() {
        assert!(Filter::of_kept("").lets_through(Kind::MessageSent));
        assert!(!Filter::of_kept(" message.of_the_future ").lets_through(Kind::MessageSent));
    }

    proptest! {
        #[test]
        fn a_filter_reads_back_what_it_kept(kinds in proptest::sample::subsequence(Kind::ALL.to_vec(), 1..=Kind::ALL.len())) {
            let filter = Filter::These(kinds.clone());
            prop_assert_eq!(Filter::of_kept(&filter.kept()), filter);
            prop_assert_eq!(Filter::named(kinds.iter().map(|kind| kind.name())), Ok(Filter::These(kinds)));
        }
    }
}
