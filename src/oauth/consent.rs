//! Consent: what a person is shown, what they may approve, and what they decided.

use serde_json::json;

use super::request::Request;
use super::rights::effective;
use crate::access::{Scope, ScopeSet};
use crate::accounts::{Membership, Person, Right};
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

/// Why a member cannot approve an app in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The workspace is suspended.
    Suspended,
    /// Their role does not manage apps.
    ManagesNoApps,
    /// The app cannot do without permissions that are not theirs to give.
    LacksRights,
}

/// What stands between a member and approving `app`, if anything does.
pub fn obstacle(workspace_state: &str, may: impl Fn(Right) -> bool, app: &App) -> Option<Obstacle> {
    if workspace_state != "active" {
        Some(Obstacle::Suspended)
    } else if !may(Right::ManageApps) {
        Some(Obstacle::ManagesNoApps)
    } else if effective(&app.required(), &app.declared(), may) != app.required() {
        Some(Obstacle::LacksRights)
    } else {
        None
    }
}

/// Which workspace a consent page is about.
#[derive(Debug, PartialEq, Eq)]
pub enum Place<'m> {
    /// The person has none yet.
    Nowhere,
    /// They have to say.
    Asked,
    Here(&'m Membership),
}

/// `chosen` is the workspace that the person picked for this very request. What they look at elsewhere in the console
/// never counts: that is how apps end up in the wrong workspace.
pub fn place<'m>(
    memberships: &'m [Membership],
    chosen: Option<&str>,
    may_approve: impl Fn(&Membership) -> bool,
) -> Place<'m> {
    let picked = chosen.and_then(|id| memberships.iter().find(|membership| membership.workspace.id == id));
    let mut possible = memberships.iter().filter(|membership| may_approve(membership));
    match (picked, memberships, possible.next(), possible.next()) {
        (Some(picked), ..) => Place::Here(picked),
        (None, [], ..) => Place::Nowhere,
        (None, [only], ..) | (None, _, Some(only), None) => Place::Here(only),
        _ => Place::Asked,
    }
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

/// What one person can approve, for one app, in one workspace.
#[derive(Debug, Clone)]
pub struct Offer {
    pub request: Request,
    pub app: App,
    pub person: Person,
    pub session_id: String,
    pub membership: Membership,
    pub lines: Vec<Line>,
    /// The numbers that can be picked.
    pub numbers: Vec<Number>,
    /// What the app may do here already.
    pub current: Option<Granted>,
    pub current_ends_at: Option<Timestamp>,
    /// Whether there is another workspace to switch to.
    pub has_other_workspaces: bool,
}

/// The permissions of `asked`, in the order of the page.
pub fn lines(asked: &ScopeSet, app: &App, may: impl Fn(Right) -> bool) -> Vec<Line> {
    let grantable = effective(asked, &app.declared(), may);
    let line = |declared: &DeclaredScope| Line {
        scope: declared.scope,
        standing: match (declared.required, grantable.contains(declared.scope)) {
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

impl Offer {
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

    /// Everything that the page shows and the decision rests on. When it differs between the page and the answer, the answer
    /// was to another question.
    #[must_use]
    pub fn shown(&self) -> String {
        let lines = self.lines.iter().map(|line| json!([line.scope.name(), line.standing.name(), line.reason]));
        json!([
            self.session_id,
            self.person.id,
            self.request.id.0,
            self.request.way_back.redirect_uri,
            self.membership.workspace.id,
            self.membership.workspace.name,
            self.app.id,
            self.app.name,
            self.app.publisher,
            self.app.reviewed,
            self.app.privacy_url,
            self.app.terms_url,
            lines.collect::<Vec<_>>(),
            self.numbers.iter().map(|number| &number.id).collect::<Vec<_>>(),
        ])
        .to_string()
    }

    /// What the page has selected when it opens: nothing that was not approved before, and no number by chance.
    #[must_use]
    pub fn first_choice(&self) -> Choice {
        let current = self.current.as_ref();
        let optional = self.with_standing(Standing::Optional);
        let (all_numbers, numbers) = match current.map(|granted| &granted.numbers) {
            Some(Numbers::All) => (true, Vec::new()),
            Some(Numbers::These(numbers)) => (self.numbers.is_empty(), numbers.clone()),
            None => (self.numbers.len() <= 1, Vec::new()),
        };
        Choice {
            scopes: current.map(|granted| granted.scopes.intersection(&optional)).unwrap_or_default(),
            all_numbers,
            numbers,
            // Access that was given for a time is not given for good by a page that was only clicked through.
            lifetime: self.current_ends_at.is_none().then_some(Lifetime::UntilDisconnected),
            understood: false,
        }
    }

    /// What the choice grants: what the app cannot do without, the optional permissions that were ticked, and nothing that
    /// the page did not offer.
    pub fn decide(&self, choice: &Choice) -> Result<Granted, Vec<Mistake>> {
        let ticked = choice.scopes.intersection(&self.with_standing(Standing::Optional));
        let scopes = self.with_standing(Standing::Needed).union(&ticked);
        let numbers = if !scopes.iter().any(touches_numbers) {
            Numbers::These(Vec::new())
        } else if choice.all_numbers {
            Numbers::All
        } else {
            let picked = |number: &&Number| choice.numbers.contains(&number.id);
            Numbers::These(self.numbers.iter().filter(picked).map(|number| number.id.clone()).collect())
        };
        let no_number = numbers == Numbers::These(Vec::new()) && scopes.iter().any(touches_numbers);
        let mistakes: Vec<Mistake> = [
            (scopes.is_empty(), Mistake::NoPermission),
            (no_number, Mistake::NoNumber),
            (choice.lifetime.is_none(), Mistake::NoLifetime),
            (!choice.understood, Mistake::NotUnderstood),
        ]
        .into_iter()
        .filter_map(|(made, mistake)| made.then_some(mistake))
        .collect();
        if mistakes.is_empty() { Ok(Granted { scopes, numbers }) } else { Err(mistakes) }
    }
}

/// What a person selected on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The optional permissions that are ticked.
    pub scopes: ScopeSet,
    pub all_numbers: bool,
    /// The numbers that are ticked; they count only without `all_numbers`.
    pub numbers: Vec<String>,
    pub lifetime: Option<Lifetime>,
    /// The box above the button.
    pub understood: bool,
}

/// What is still missing in a choice, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    NoPermission,
    NoNumber,
    NoLifetime,
    NotUnderstood,
}

/// How long a grant lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    UntilDisconnected,
    NinetyDays,
    ThirtyDays,
    OneDay,
}

impl Lifetime {
    /// In the order of the page.
    pub const ALL: [Self; 4] = [Self::UntilDisconnected, Self::NinetyDays, Self::ThirtyDays, Self::OneDay];

    /// Its name in the form.
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
    use crate::accounts::{Role, Workspace};
    use crate::apps::{AppState, Kind};
    use crate::oauth::request::State;
    use crate::oauth::way_back::WayBack;
    use crate::platform::secret::SecretHash;

    fn set(text: &str) -> ScopeSet {
        text.parse().expect("known scopes")
    }

    fn app() -> App {
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
            redirect_uris: Vec::new(),
            scopes: vec![declared(Scope::MessagesSend, true), declared(Scope::ContactsRead, false)],
        }
    }

    fn membership(id: &str, role: Role) -> Membership {
        let workspace = Workspace { id: id.to_owned(), name: id.to_owned(), state: String::from("active") };
        Membership { workspace, role }
    }

    fn offer(may: impl Fn(Right) -> bool) -> Offer {
        let number = |id: &str| Number {
            id: id.to_owned(),
            workspace_id: String::from("ws_1"),
            phone: String::from("447700900123"),
            name: id.to_owned(),
            connector: String::from("sandbox"),
            state: NumberState::Linked,
            reason: None,
            device_name: String::new(),
            linked_at: None,
            changed_at: Timestamp(0),
        };
        Offer {
            request: Request {
                id: SecretHash(String::from("hash")),
                app_id: String::from("app_1"),
                way_back: WayBack { redirect_uri: String::from("https://app.example/cb"), state: None },
                scopes: set("messages:send contacts:read"),
                code_challenge: String::new(),
                chosen: None,
                state: State::Pending,
                expires_at: Timestamp(0),
            },
            lines: lines(&set("messages:send contacts:read"), &app(), may),
            app: app(),
            person: Person { id: String::from("usr_1"), email: String::new(), name: String::new() },
            session_id: String::from("ses_1"),
            membership: membership("ws_1", Role::Owner),
            numbers: vec![number("num_1"), number("num_2")],
            current: None,
            current_ends_at: None,
            has_other_workspaces: false,
        }
    }

    fn choice(scopes: &str, numbers: &[&str]) -> Choice {
        Choice {
            scopes: set(scopes),
            all_numbers: false,
            numbers: numbers.iter().map(|id| (*id).to_owned()).collect(),
            lifetime: Some(Lifetime::OneDay),
            understood: true,
        }
    }

    #[test]
    fn nobody_gives_what_they_do_not_have() {
        let no_contacts = |right| right != Right::ViewContacts;
        assert_eq!(effective(&Scope::ALL.into_iter().collect(), &app().declared(), no_contacts), set("messages:send"));
        let standings: Vec<Standing> = offer(no_contacts).lines.iter().map(|line| line.standing).collect();
        assert_eq!(standings, [Standing::Needed, Standing::NotYours]);
        let granted = offer(no_contacts).decide(&choice("contacts:read", &["num_1"])).expect("complete");
        assert_eq!(granted.scopes, set("messages:send"));
    }

    #[test]
    fn an_approver_manages_apps_and_holds_every_right_that_is_needed() {
        for (role, expected) in [
            (Role::Owner, None),
            (Role::Admin, None),
            (Role::Editor, Some(Obstacle::ManagesNoApps)),
            (Role::Viewer, Some(Obstacle::ManagesNoApps)),
        ] {
            assert_eq!(obstacle("active", |right| role.may(right), &app()), expected, "{role}");
        }
        assert_eq!(obstacle("active", |right| right != Right::SendMessages, &app()), Some(Obstacle::LacksRights));
        assert_eq!(obstacle("active", |right| right != Right::ViewContacts, &app()), None);
        assert_eq!(obstacle("suspended", |_| true, &app()), Some(Obstacle::Suspended));
    }

    #[test]
    fn a_workspace_is_picked_or_the_only_possible_one() {
        let (first, second) = (membership("ws_1", Role::Owner), membership("ws_2", Role::Viewer));
        let both = [first.clone(), second.clone()];
        let owners = |membership: &Membership| membership.role == Role::Owner;
        assert_eq!(place(&[], None, owners), Place::Nowhere);
        assert_eq!(place(&both, None, owners), Place::Here(&first));
        assert_eq!(place(&both, None, |_| true), Place::Asked);
        assert_eq!(place(&both, None, |_| false), Place::Asked);
        assert_eq!(place(&both[1..], None, |_| false), Place::Here(&second));
        assert_eq!(place(&both, Some("ws_2"), owners), Place::Here(&second));
        assert_eq!(place(&both, Some("ws_3"), owners), Place::Here(&first));
    }

    #[test]
    fn nothing_is_granted_that_the_page_did_not_offer() {
        let offer = offer(|_| true);
        let granted = offer.decide(&choice("contacts:read security:read", &["num_2", "num_9"])).expect("complete");
        assert_eq!(granted.scopes, set("messages:send contacts:read"));
        assert_eq!(granted.numbers, Numbers::These(vec![String::from("num_2")]));
        assert_eq!(offer.decide(&choice("", &["num_9"])), Err(vec![Mistake::NoNumber]));
        let careless = Choice { lifetime: None, understood: false, ..choice("", &[]) };
        let mistakes = vec![Mistake::NoNumber, Mistake::NoLifetime, Mistake::NotUnderstood];
        assert_eq!(offer.decide(&careless), Err(mistakes));
    }

    #[test]
    fn what_was_given_for_a_time_is_not_preselected_for_good() {
        assert_eq!(offer(|_| true).first_choice().lifetime, Some(Lifetime::UntilDisconnected));
        let limited = Offer { current_ends_at: Some(Timestamp(1)), ..offer(|_| true) };
        assert_eq!(limited.first_choice().lifetime, None);
    }

    #[test]
    fn a_page_that_shows_something_else_is_another_page() {
        let shown = offer(|_| true).shown();
        assert_eq!(offer(|_| true).shown(), shown);
        assert_ne!(offer(|right| right != Right::ViewContacts).shown(), shown);
        assert_ne!(Offer { session_id: String::from("ses_2"), ..offer(|_| true) }.shown(), shown);
        assert_ne!(Offer { membership: membership("ws_2", Role::Owner), ..offer(|_| true) }.shown(), shown);
        assert_ne!(Offer { numbers: Vec::new(), ..offer(|_| true) }.shown(), shown);
        assert_ne!(Offer { app: App { reviewed: true, ..app() }, ..offer(|_| true) }.shown(), shown);
        let terms_url = String::from("https://acme.example/new-terms");
        assert_ne!(Offer { app: App { terms_url, ..app() }, ..offer(|_| true) }.shown(), shown);
        let mut other_reason = offer(|_| true);
        other_reason.lines[0].reason = String::from("We need it.");
        assert_ne!(other_reason.shown(), shown);
    }
}
