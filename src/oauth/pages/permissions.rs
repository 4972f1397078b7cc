//! The grid of permissions: groups, high risk first, with what is needed and what is optional.

use std::cmp::Reverse;

use crate::access::{GROUPS, Risk, Scope, ScopeSet};
use crate::oauth::terms::{Line, Standing};

/// One group on the page.
pub struct GroupView {
    pub key: &'static str,
    pub risk: Risk,
    pub scopes: Vec<ScopeView>,
    /// Why the app wants it, in its own words; each once.
    pub reasons: Vec<String>,
}

pub struct ScopeView {
    pub scope: Scope,
    pub standing: Standing,
    pub ticked: bool,
    /// Whether the app may do it by now; `None` when it may do nothing here yet.
    pub allowed: Option<bool>,
}

impl GroupView {
    pub fn is_high(&self) -> bool {
        self.risk == Risk::High
    }

    /// The key of its name.
    pub fn words(&self) -> String {
        format!("group-{}", self.key)
    }

    /// The keys of the sentences that say what can go wrong: one for each permission of high risk.
    pub fn dangers(&self) -> Vec<String> {
        let high = self.scopes.iter().filter(|view| view.scope.risk() == Risk::High);
        high.map(|view| format!("{}-risk", view.scope.words())).collect()
    }

    /// The key of the words for its risk.
    pub fn risk_words(&self) -> &'static str {
        match self.risk {
            Risk::High => "risk-high",
            Risk::Medium => "risk-medium",
            Risk::Low => "risk-low",
        }
    }
}

impl ScopeView {
    pub fn is_needed(&self) -> bool {
        self.standing == Standing::Needed
    }

    pub fn is_optional(&self) -> bool {
        self.standing == Standing::Optional
    }

    pub fn is_new(&self) -> bool {
        self.standing != Standing::NotYours && self.allowed == Some(false)
    }

    /// The key of the word beside it: how it stands, and what changes for an app that is connected already.
    pub fn need_words(&self) -> &'static str {
        match (self.standing, self.allowed) {
            (Standing::Needed, None) => "consent-needed",
            (Standing::Needed, Some(false)) => "consent-needed-new",
            (Standing::Needed, Some(true)) => "consent-needed-allowed",
            (Standing::Optional, None) => "consent-optional",
            (Standing::Optional, Some(false)) => "consent-optional-new",
            (Standing::Optional, Some(true)) => "consent-optional-allowed",
            (Standing::NotYours, _) => "consent-not-yours",
        }
    }

    /// The key of the sentence that says what it lets an app do.
    pub fn sentence(&self) -> String {
        sentence(self.scope)
    }
}

/// The key of the sentence that says what a permission lets an app do.
pub fn sentence(scope: Scope) -> String {
    format!("{}-text", scope.words())
}

/// What is shown at once, highest risk first, and the low-risk rest. Nothing is hidden when there is only a rest.
/// `current` is what the app may do already.
pub fn grid(lines: &[Line], ticked: &ScopeSet, current: Option<&ScopeSet>) -> (Vec<GroupView>, Vec<GroupView>) {
    let view = |line: &Line| ScopeView {
        scope: line.scope,
        standing: line.standing,
        ticked: ticked.contains(line.scope),
        allowed: current.map(|current| current.permits(line.scope)),
    };
    let mut shown = groups(lines, view, |risk| risk > Risk::Low);
    let rest = groups(lines, view, |risk| risk == Risk::Low);
    shown.sort_by_key(|group| Reverse(group.risk));
    if shown.is_empty() { (rest, shown) } else { (shown, rest) }
}

fn groups(lines: &[Line], view: impl Fn(&Line) -> ScopeView, belongs: impl Fn(Risk) -> bool) -> Vec<GroupView> {
    let group = |key, scopes: &[Scope]| {
        let lines = lines.iter().filter(|line| scopes.contains(&line.scope) && belongs(line.scope.risk()));
        let mut group = GroupView { key, risk: Risk::Low, scopes: Vec::new(), reasons: Vec::new() };
        for line in lines {
            group.risk = group.risk.max(line.scope.risk());
            group.scopes.push(view(line));
            if !line.reason.is_empty() && !group.reasons.contains(&line.reason) {
                group.reasons.push(line.reason.clone());
            }
        }
        (!group.scopes.is_empty()).then_some(group)
    };
    GROUPS.iter().filter_map(|one| group(one.key, one.scopes)).collect()
}
