//! Terms: what a person can give to an app in a workspace, and what they selected of it.

use serde_json::{Value, json};

use super::rights::effective;
use crate::access::{Scope, ScopeSet};
use crate::accounts::Right;
use crate::apps::{App, DeclaredScope};
use crate::numbers::{Number, NumberState};
use crate::platform::Timestamp;

/// What an app may do: permissions, and on which numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub scopes: ScopeSet,
    pub numbers: Numbers,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numbers {
    /// All of the workspace, including ones linked later.
    All,
    /// Ids.
    These(Vec<String>),
}

/// Whether a permission is about particular numbers.
#[must_use]
pub const fn touches_numbers(scope: Scope) -> bool {
    matches!(scope, Scope::MessagesSend | Scope::MessagesRead | Scope::NumbersRead | Scope::NumbersManage)
}

/// How a permission stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The app cannot do without it.
    Needed,
    Optional,
    /// Optional, and not this person's to give.
    NotYours,
}

impl Standing {
    const fn name(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Optional => "optional",
            Self::NotYours => "not yours",
        }
    }
}

/// One permission on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub scope: Scope,
    pub standing: Standing,
    /// Why, in the app's words; may be empty.
    pub reason: String,
}

/// The permissions of `asked` that the app declares, in the order of the page. What it `needs` cannot be left out.
pub fn lines(asked: &ScopeSet, needs: &ScopeSet, app: &App, may: impl Fn(Right) -> bool) -> Vec<Line> {
    let grantable = effective(asked, &app.declared(), may);
    let line = |declared: &DeclaredScope| Line {
        scope: declared.scope,
        standing: match (needs.contains(declared.scope), grantable.contains(declared.scope)) {
            (true, _) => Standing::Needed,
            (false, true) => Standing::Optional,
            (false, false) => Standing::NotYours,
        },
        reason: declared.reason.clone(),
    };
    app.scopes.iter().filter(|declared| asked.contains(declared.scope)).map(line).collect()
}

/// Numbers that an app can be given: those that were linked once.
#[must_use]
pub fn offered(numbers: Vec<Number>) -> Vec<Number> {
    numbers.into_iter().filter(|number| number.state != NumberState::NotLinked).collect()
}

/// What can be given to one app by one person in one workspace.
#[derive(Debug, Clone)]
pub struct Terms {
    pub lines: Vec<Line>,
    /// The numbers that can be picked.
    pub numbers: Vec<Number>,
    /// What the app may do here already, and until when.
    pub current: Option<Granted>,
    pub current_ends_at: Option<Timestamp>,
}

impl Terms {
    fn with_standing(&self, standing: Standing) -> ScopeSet {
        self.lines.iter().filter(|line| line.standing == standing).map(|line| line.scope).collect()
    }

    /// Whether there is anything to say about numbers.
    #[must_use]
    pub fn asks_for_numbers(&self) -> bool {
        self.lines.iter().any(|line| line.standing != Standing::NotYours && touches_numbers(line.scope))
    }

    /// Whether the app has no use for the workspace before a number is linked.
    #[must_use]
    pub fn needs_a_number_first(&self) -> bool {
        self.numbers.is_empty() && self.with_standing(Standing::Needed).iter().any(touches_numbers)
    }

    /// What the app may do now and does not ask for any more: it ends with the approval.
    #[must_use]
    pub fn no_longer_asked(&self) -> ScopeSet {
        let asked: ScopeSet = self.lines.iter().map(|line| line.scope).collect();
        let current = self.current.iter().flat_map(|granted| granted.scopes.iter());
        current.filter(|scope| !asked.permits(*scope)).collect()
    }

    /// Everything of it that a page shows.
    #[must_use]
    pub fn shown(&self) -> Value {
        let lines = self.lines.iter().map(|line| json!([line.scope.name(), line.standing.name(), line.reason]));
        let numbers = self.numbers.iter().map(|number| &number.id);
        json!([lines.collect::<Vec<_>>(), numbers.collect::<Vec<_>>()])
    }

    /// What a page has selected when it opens: nothing that was not approved before, and no number by chance.
    #[must_use]
    pub fn first_selection(&self) -> Selection {
        let current = self.current.as_ref();
        let optional = self.with_standing(Standing::Optional);
        let (all_numbers, numbers) = match current.map(|granted| &granted.numbers) {
            Some(Numbers::All) => (true, Vec::new()),
            Some(Numbers::These(numbers)) => (self.numbers.is_empty(), numbers.clone()),
            None => (self.numbers.len() <= 1, Vec::new()),
        };
        let scopes = current.map(|granted| granted.scopes.intersection(&optional)).unwrap_or_default();
        Selection { scopes, all_numbers, numbers }
    }

    /// What the selection grants: what the app cannot do without, the optional permissions that were ticked, and nothing
    /// that the page did not offer.
    pub fn decide(&self, selected: &Selection) -> Result<Granted, Vec<Mistake>> {
        let ticked = selected.scopes.intersection(&self.with_standing(Standing::Optional));
        let scopes = self.with_standing(Standing::Needed).union(&ticked);
        let touches = scopes.iter().any(touches_numbers);
        let numbers = if !touches {
            Numbers::These(Vec::new())
        } else if selected.all_numbers {
            Numbers::All
        } else {
            let picked = |number: &&Number| selected.numbers.contains(&number.id);
            Numbers::These(self.numbers.iter().filter(picked).map(|number| number.id.clone()).collect())
        };
        let no_number = touches && numbers == Numbers::These(Vec::new());
        let mistakes = made([(scopes.is_empty(), Mistake::NoPermission), (no_number, Mistake::NoNumber)]);
        if mistakes.is_empty() { Ok(Granted { scopes, numbers }) } else { Err(mistakes) }
    }
}

/// What a person selected on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The optional permissions that are ticked.
    pub scopes: ScopeSet,
    pub all_numbers: bool,
    /// The numbers that are ticked; they count only without `all_numbers`.
    pub numbers: Vec<String>,
}

/// What is still missing in an answer, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    NoPermission,
    NoNumber,
    NoLifetime,
    NotUnderstood,
}

/// Those that were made.
pub fn made<const N: usize>(checks: [(bool, Mistake); N]) -> Vec<Mistake> {
    checks.into_iter().filter_map(|(made, mistake)| made.then_some(mistake)).collect()
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::apps::{AppState, Kind};

    pub fn set(text: &str) -> ScopeSet {
        text.parse().expect("known scopes")
    }

    /// Needs to send, would like to read contacts.
    pub fn app() -> App {
        let declared = |scope, required| DeclaredScope { scope, required, reason: String::new() };
        App {
            id: String::from("app_1"),
            owner_id: String::from("usr_9"),
            name: String::from("Acme"),
            publisher: String::from("Acme Ltd"),
            kind: Kind::Public,
            homepage_url: String::new(),
            privacy_url: String::new(),
            terms_url: String::new(),
            logo_tag: None,
            state: AppState::Active,
            reviewed: false,
            in_development: false,
            redirect_uris: Vec::new(),
            scopes: vec![declared(Scope::MessagesSend, true), declared(Scope::ContactsRead, false)],
        }
    }

    /// Two numbers, and nothing given yet.
    pub fn terms(may: impl Fn(Right) -> bool) -> Terms {
        let number = |id: &str| Number {
            id: id.to_owned(),
            workspace_id: String::from("ws_1"),
            phone: String::from("447700900123"),
            name: id.to_owned(),
            connector: String::from("sandbox"),
            state: NumberState::Linked,
            reason: None,
            device_name: String::new(),
            profile_name: String::new(),
            linked_at: None,
            changed_at: Timestamp(0),
        };
        Terms {
            lines: lines(&set("messages:send contacts:read"), &app().required(), &app(), may),
            numbers: vec![number("num_1"), number("num_2")],
            current: None,
            current_ends_at: None,
        }
    }

    pub fn selection(scopes: &str, numbers: &[&str]) -> Selection {
        let numbers = numbers.iter().map(|id| (*id).to_owned()).collect();
        Selection { scopes: set(scopes), all_numbers: false, numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{app, selection, set, terms};
    use super::*;

    #[test]
    fn nobody_gives_what_they_do_not_have() {
        let no_contacts = |right| right != Right::ViewContacts;
        assert_eq!(effective(&Scope::ALL.into_iter().collect(), &app().declared(), no_contacts), set("messages:send"));
        let standings: Vec<Standing> = terms(no_contacts).lines.iter().map(|line| line.standing).collect();
        assert_eq!(standings, [Standing::Needed, Standing::NotYours]);
        let granted = terms(no_contacts).decide(&selection("contacts:read", &["num_1"])).expect("complete");
        assert_eq!(granted.scopes, set("messages:send"));
    }

    #[test]
    fn nothing_is_granted_that_the_page_did_not_offer() {
        let terms = terms(|_| true);
        let granted = terms.decide(&selection("contacts:read security:read", &["num_2", "num_9"])).expect("complete");
        assert_eq!(granted.scopes, set("messages:send contacts:read"));
        assert_eq!(granted.numbers, Numbers::These(vec![String::from("num_2")]));
        assert_eq!(terms.decide(&selection("", &["num_9"])), Err(vec![Mistake::NoNumber]));
    }

    #[test]
    fn what_an_app_does_not_need_here_can_be_left_out() {
        let lines = lines(&app().declared(), &ScopeSet::default(), &app(), |_| true);
        let terms = Terms { lines, ..terms(|_| true) };
        assert_eq!(terms.decide(&Selection::default()), Err(vec![Mistake::NoPermission]));
        assert_eq!(
            terms.decide(&selection("contacts:read", &[])).map(|granted| granted.scopes),
            Ok(set("contacts:read"))
        );
    }
}
