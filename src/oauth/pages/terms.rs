//! The parts of a page on which somebody selects what to give: numbers and time.

use crate::access::{Scope, ScopeSet};
use crate::numbers::Phone;
use crate::oauth::lifetime::Lifetime;
use crate::oauth::terms::{Mistake, Selection, Terms};
use crate::platform::web::{FieldErrors, Form, Words};

/// A number that can be picked.
pub struct NumberView {
    pub id: String,
    pub name: String,
    /// What its owner recognises and a glance over the shoulder does not give away.
    pub masked: String,
    pub picked: bool,
}

pub fn numbers(terms: &Terms, selected: &Selection) -> Vec<NumberView> {
    let view = |number: &crate::numbers::Number| NumberView {
        masked: Phone::of_digits(&number.phone).masked(),
        picked: selected.numbers.contains(&number.id),
        id: number.id.clone(),
        name: number.name.clone(),
    };
    terms.numbers.iter().map(view).collect()
}

/// A time that can be picked.
pub struct LifetimeView {
    pub value: &'static str,
    /// The key of its name.
    pub words: String,
    /// It has no end of its own: the page says when it ends all the same.
    pub open_ended: bool,
    pub picked: bool,
}

impl LifetimeView {
    pub fn of(lifetime: Lifetime, picked: Option<Lifetime>) -> Self {
        Self {
            value: lifetime.name(),
            words: lifetime.words(),
            open_ended: lifetime == Lifetime::UntilDisconnected,
            picked: picked == Some(lifetime),
        }
    }
}

/// What was selected in the form; `numbers` is its field of that name.
pub fn selection<T>(form: &Form<T>, numbers: &str) -> Selection {
    Selection {
        scopes: form.all("scope").filter_map(|name| name.parse::<Scope>().ok()).collect::<ScopeSet>(),
        all_numbers: numbers == "all",
        numbers: form.all("number").map(ToOwned::to_owned).collect(),
    }
}

pub fn field_errors(words: &Words, mistakes: Vec<Mistake>) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for mistake in mistakes {
        let (field, key) = match mistake {
            Mistake::NoPermission => ("permissions", "consent-no-permission"),
            Mistake::NoNumber => ("numbers", "consent-no-number"),
            Mistake::NoLifetime => ("lifetime", "consent-no-lifetime"),
            Mistake::NotUnderstood => ("understood", "consent-not-understood"),
        };
        errors.add(field, words.text(key));
    }
    errors
}
