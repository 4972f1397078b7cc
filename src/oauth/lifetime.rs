//! How long a grant lasts.

use crate::platform::Timestamp;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lifetime {
    #[default]
    UntilDisconnected,
    NinetyDays,
    ThirtyDays,
    OneDay,
}

impl Lifetime {
    /// In the order of the page: the longest first.
    pub const ALL: [Self; 4] = [Self::UntilDisconnected, Self::NinetyDays, Self::ThirtyDays, Self::OneDay];

    /// This one and the shorter ones, in the order of the page.
    #[must_use]
    pub fn up_to(longest: Self) -> Vec<Self> {
        Self::ALL.into_iter().skip_while(|lifetime| *lifetime != longest).collect()
    }

    /// Its name in the form and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UntilDisconnected => "until-disconnected",
            Self::NinetyDays => "90d",
            Self::ThirtyDays => "30d",
            Self::OneDay => "24h",
        }
    }

    /// Its name in the language files.
    #[must_use]
    pub fn words(self) -> String {
        format!("consent-lifetime-{}", self.name())
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lifetime| lifetime.name() == name)
    }

    #[must_use]
    pub const fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        const DAY_S: i64 = 86_400;
        match self {
            Self::UntilDisconnected => None,
            Self::NinetyDays => Some(now.plus_s(90 * DAY_S)),
            Self::ThirtyDays => Some(now.plus_s(30 * DAY_S)),
            Self::OneDay => Some(now.plus_s(DAY_S)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_leaves_itself_and_what_is_shorter() {
        assert_eq!(Lifetime::up_to(Lifetime::UntilDisconnected), Lifetime::ALL);
        assert_eq!(Lifetime::up_to(Lifetime::ThirtyDays), [Lifetime::ThirtyDays, Lifetime::OneDay]);
    }
}
