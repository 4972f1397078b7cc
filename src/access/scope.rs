//! Scopes: what an app can ask for, in the six groups of the consent page.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// One permission. The order is the order on the consent page within its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    AccountRead,
    MessagesSend,
    MessagesRead,
    TemplatesRead,
    TemplatesManage,
    NumbersRead,
    NumbersManage,
    ContactsRead,
    ContactsManage,
    SecurityRead,
}

/// What a scope can do harm with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    Low,
    Medium,
    High,
}

impl Risk {
    /// The key of its word in the language files.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Low => "risk-low",
            Self::Medium => "risk-medium",
            Self::High => "risk-high",
        }
    }

    /// The badge's class: the colour only repeats what the word says.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Low | Self::Medium => "plain",
            Self::High => "warn",
        }
    }
}

/// A group of the consent page. `key` is its name in the language files: `group-<key>`.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    pub key: &'static str,
    pub scopes: &'static [Scope],
}

pub const GROUPS: [Group; 6] = [
    Group { key: "account", scopes: &[Scope::AccountRead] },
    Group { key: "messages", scopes: &[Scope::MessagesSend, Scope::MessagesRead] },
    Group { key: "templates", scopes: &[Scope::TemplatesRead, Scope::TemplatesManage] },
    Group { key: "numbers", scopes: &[Scope::NumbersRead, Scope::NumbersManage] },
    Group { key: "contacts", scopes: &[Scope::ContactsRead, Scope::ContactsManage] },
    Group { key: "security", scopes: &[Scope::SecurityRead] },
];

impl Group {
    /// The key of its name, as the consent page has it.
    #[must_use]
    pub fn words(&self) -> String {
        format!("group-{}", self.key)
    }

    /// The key of its name in one word.
    #[must_use]
    pub fn short_words(&self) -> String {
        format!("group-{}-short", self.key)
    }
}

impl Scope {
    pub const ALL: [Self; 10] = [
        Self::AccountRead,
        Self::MessagesSend,
        Self::MessagesRead,
        Self::TemplatesRead,
        Self::TemplatesManage,
        Self::NumbersRead,
        Self::NumbersManage,
        Self::ContactsRead,
        Self::ContactsManage,
        Self::SecurityRead,
    ];

    /// As it stands in requests, tokens and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountRead => "account:read",
            Self::MessagesSend => "messages:send",
            Self::MessagesRead => "messages:read",
            Self::TemplatesRead => "templates:read",
            Self::TemplatesManage => "templates:manage",
            Self::NumbersRead => "numbers:read",
            Self::NumbersManage => "numbers:manage",
            Self::ContactsRead => "contacts:read",
            Self::ContactsManage => "contacts:manage",
            Self::SecurityRead => "security:read",
        }
    }

    /// Its name in the language files: `scope-messages-send` and `scope-messages-send-text`.
    #[must_use]
    pub fn words(self) -> String {
        format!("scope-{}", self.name().replace(':', "-"))
    }

    #[must_use]
    pub const fn risk(self) -> Risk {
        match self {
            Self::AccountRead | Self::TemplatesRead => Risk::Low,
            Self::TemplatesManage | Self::NumbersRead => Risk::Medium,
            Self::MessagesSend
            | Self::MessagesRead
            | Self::NumbersManage
            | Self::ContactsRead
            | Self::ContactsManage
            | Self::SecurityRead => Risk::High,
        }
    }

    /// The scope that this one includes: to manage is to read.
    #[must_use]
    pub const fn implied(self) -> Option<Self> {
        match self {
            Self::TemplatesManage => Some(Self::TemplatesRead),
            Self::NumbersManage => Some(Self::NumbersRead),
            Self::ContactsManage => Some(Self::ContactsRead),
            _ => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no scope {0:?}")]
pub struct ScopeError(pub String);

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        // Bounded: the text comes from outside and goes back in an error.
        let unknown = || ScopeError(text.chars().take(64).collect());
        Self::ALL.into_iter().find(|scope| scope.name() == text).ok_or_else(unknown)
    }
}

/// Scopes without order or repetition; written with blanks between them (RFC 6749 §3.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// Whether a call that needs `needed` is allowed.
    #[must_use]
    pub fn permits(&self, needed: Scope) -> bool {
        self.0.iter().any(|held| *held == needed || held.implied() == Some(needed))
    }

    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn is_subset(&self, of: &Self) -> bool {
        self.0.is_subset(&of.0)
    }

    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).copied().collect())
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for ScopeSet {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        text.split(' ').filter(|part| !part.is_empty()).map(Scope::from_str).collect()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            let blank = if index == 0 { "" } else { " " };
            write!(formatter, "{blank}{scope}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_scope_is_in_one_group() {
        let grouped: Vec<Scope> = GROUPS.iter().flat_map(|group| group.scopes).copied().collect();
        assert_eq!(grouped, Scope::ALL);
    }

    #[test]
    fn to_manage_is_to_read_and_not_the_reverse() {
        let manage: ScopeSet = "contacts:manage".parse().expect("known");
        assert!(manage.permits(Scope::ContactsRead));
        let read: ScopeSet = "contacts:read".parse().expect("known");
        assert!(!read.permits(Scope::ContactsManage));
    }

    proptest! {
        #[test]
        fn a_set_reads_back_what_it_wrote(scopes in proptest::sample::subsequence(Scope::ALL.to_vec(), 0..=10)) {
            let set: ScopeSet = scopes.into_iter().collect();
            prop_assert_eq!(set.to_string().parse::<ScopeSet>(), Ok(set));
        }

        #[test]
        fn any_text_is_a_set_or_a_clear_error(text in ".{0,200}") {
            if let Err(ScopeError(unknown)) = text.parse::<ScopeSet>() {
                prop_assert!(unknown.chars().count() <= 64);
                prop_assert!(text.contains(&unknown));
            }
        }
    }
}
