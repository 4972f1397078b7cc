//! Consent: where a person decides, what they are shown, and what they decided.

use serde_json::json;

use super::lifetime::Lifetime;
use super::policy::{Obstacle, Ruling};
use super::request::Request;
use super::terms::{Granted, Mistake, Selection, Terms, made};
use crate::accounts::{Membership, Person};
use crate::apps::App;

/// A workspace of a person, as it stands to an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub membership: Membership,
    pub ruling: Ruling,
    /// Why this person cannot approve the app here.
    pub obstacle: Option<Obstacle>,
}

/// Which workspace a consent page is about.
#[derive(Debug, PartialEq, Eq)]
pub enum Place<'s> {
    /// The person has none yet.
    Nowhere,
    /// They have to say.
    Asked,
    Here(&'s Seat),
}

/// `chosen` is the workspace that the person picked for this very request. What they look at elsewhere in the console
/// never counts: that is how apps end up in the wrong workspace.
#[must_use]
pub fn place<'s>(seats: &'s [Seat], chosen: Option<&str>) -> Place<'s> {
    let picked = chosen.and_then(|id| seats.iter().find(|seat| seat.membership.workspace.id == id));
    let mut possible = seats.iter().filter(|seat| seat.obstacle.is_none());
    match (picked, seats, possible.next(), possible.next()) {
        (Some(picked), ..) => Place::Here(picked),
        (None, [], ..) => Place::Nowhere,
        (None, [only], ..) | (None, _, Some(only), None) => Place::Here(only),
        _ => Place::Asked,
    }
}

/// What one person can approve, for one app, in one workspace.
#[derive(Debug, Clone)]
pub struct Offer {
    pub request: Request,
    pub app: App,
    pub person: Person,
    pub session_id: String,
    pub membership: Membership,
    pub ruling: Ruling,
    pub terms: Terms,
    /// Whether there is another workspace to switch to.
    pub has_other_workspaces: bool,
}

impl Offer {
    /// Everything that the page shows and the decision rests on. When it differs between the page and the answer, the answer
    /// was to another question.
    #[must_use]
    pub fn shown(&self) -> String {
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
            self.app.in_development,
            self.app.privacy_url,
            self.app.terms_url,
            self.ruling.policy.longest.name(),
            self.terms.shown(),
        ])
        .to_string()
    }

    /// For how long the app can be approved here.
    #[must_use]
    pub fn lifetimes(&self) -> Vec<Lifetime> {
        Lifetime::up_to(self.ruling.policy.longest)
    }

    /// What the page has selected when it opens. Access that was given for a time is not given for good by a page that was
    /// only clicked through.
    #[must_use]
    pub fn first_choice(&self) -> Choice {
        let lifetime = self.terms.current_ends_at.is_none().then_some(self.ruling.policy.longest);
        Choice { selected: self.terms.first_selection(), lifetime, understood: false }
    }

    /// What the choice grants, and for how long.
    pub fn decide(&self, choice: &Choice) -> Result<(Granted, Lifetime), Vec<Mistake>> {
        let lifetime = choice.lifetime.filter(|lifetime| self.lifetimes().contains(lifetime));
        let more = made([(lifetime.is_none(), Mistake::NoLifetime), (!choice.understood, Mistake::NotUnderstood)]);
        match (self.terms.decide(&choice.selected), lifetime) {
            (Ok(granted), Some(lifetime)) if more.is_empty() => Ok((granted, lifetime)),
            (decided, _) => Err(decided.err().into_iter().flatten().chain(more).collect()),
        }
    }
}

/// What a person answered on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub selected: Selection,
    pub lifetime: Option<Lifetime>,
    /// The box above the button.
    pub understood: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Right, Role, Workspace};
    use crate::oauth::policy::Policy;
    use crate::oauth::request::{State, Wishes};
    use crate::oauth::terms::samples::{app, selection, set, terms};
    use crate::oauth::way_back::WayBack;
    use crate::platform::Timestamp;
    use crate::platform::secret::SecretHash;

    fn membership(id: &str) -> Membership {
        let workspace = Workspace { id: id.to_owned(), name: id.to_owned(), state: String::from("active") };
        Membership { workspace, role: Role::Owner }
    }

    fn seat(id: &str, obstacle: Option<Obstacle>) -> Seat {
        Seat { membership: membership(id), ruling: Ruling::default(), obstacle }
    }

    fn offer(may: impl Fn(Right) -> bool) -> Offer {
        Offer {
            request: Request {
                id: SecretHash(String::from("hash")),
                app_id: String::from("app_1"),
                way_back: WayBack { redirect_uri: String::from("https://app.example/cb"), state: None },
                scopes: set("messages:send contacts:read"),
                code_challenge: String::new(),
                wishes: Wishes::default(),
                chosen: None,
                state: State::Pending,
                created_at: Timestamp(0),
                expires_at: Timestamp(0),
            },
            app: app(),
            person: Person { id: String::from("usr_1"), email: String::new(), name: String::new() },
            session_id: String::from("ses_1"),
            membership: membership("ws_1"),
            ruling: Ruling::default(),
            terms: terms(may),
            has_other_workspaces: false,
        }
    }

    fn choice(lifetime: Lifetime) -> Choice {
        Choice { selected: selection("", &["num_1"]), lifetime: Some(lifetime), understood: true }
    }

    #[test]
    fn a_workspace_is_picked_or_the_only_possible_one() {
        let (first, second) = (seat("ws_1", None), seat("ws_2", Some(Obstacle::ManagesNoApps)));
        let both = [first.clone(), second.clone()];
        let all = [first.clone(), seat("ws_2", None)];
        let none = [seat("ws_1", Some(Obstacle::Suspended)), second.clone()];
        assert_eq!(place(&[], None), Place::Nowhere);
        assert_eq!(place(&both, None), Place::Here(&first));
        assert_eq!(place(&all, None), Place::Asked);
        assert_eq!(place(&none, None), Place::Asked);
        assert_eq!(place(&both[1..], None), Place::Here(&second));
        assert_eq!(place(&both, Some("ws_2")), Place::Here(&second));
        assert_eq!(place(&both, Some("ws_3")), Place::Here(&first));
    }

    #[test]
    fn an_answer_misses_nothing() {
        let offer = offer(|_| true);
        let (granted, lifetime) = offer.decide(&choice(Lifetime::OneDay)).expect("complete");
        assert_eq!((granted.scopes, lifetime), (set("messages:send"), Lifetime::OneDay));
        let careless = Choice { selected: Selection::default(), lifetime: None, understood: false };
        let mistakes = vec![Mistake::NoNumber, Mistake::NoLifetime, Mistake::NotUnderstood];
        assert_eq!(offer.decide(&careless), Err(mistakes));
    }

    #[test]
    fn nothing_is_approved_for_longer_than_the_workspace_allows() {
        let policy = Policy { longest: Lifetime::ThirtyDays, ..Policy::default() };
        let strict = Offer { ruling: Ruling { policy, ..Ruling::default() }, ..offer(|_| true) };
        assert_eq!(strict.first_choice().lifetime, Some(Lifetime::ThirtyDays));
        assert_eq!(strict.decide(&choice(Lifetime::NinetyDays)), Err(vec![Mistake::NoLifetime]));
        assert_eq!(strict.decide(&choice(Lifetime::OneDay)).map(|(_, lifetime)| lifetime), Ok(Lifetime::OneDay));
    }

    #[test]
    fn what_was_given_for_a_time_is_not_preselected_for_good() {
        assert_eq!(offer(|_| true).first_choice().lifetime, Some(Lifetime::UntilDisconnected));
        let mut limited = offer(|_| true);
        limited.terms.current_ends_at = Some(Timestamp(1));
        assert_eq!(limited.first_choice().lifetime, None);
    }

    #[test]
    fn a_page_that_shows_something_else_is_another_page() {
        let shown = offer(|_| true).shown();
        let changed = |change: fn(&mut Offer)| {
            let mut other = offer(|_| true);
            change(&mut other);
            other.shown()
        };
        assert_eq!(changed(|_| ()), shown);
        assert_ne!(offer(|right| right != Right::ViewContacts).shown(), shown);
        assert_ne!(changed(|other| other.session_id = String::from("ses_2")), shown);
        assert_ne!(changed(|other| other.membership = membership("ws_2")), shown);
        assert_ne!(changed(|other| other.terms.numbers.clear()), shown);
        assert_ne!(changed(|other| other.terms.lines[0].reason = String::from("We need it.")), shown);
        assert_ne!(changed(|other| other.app.reviewed = true), shown);
        assert_ne!(changed(|other| other.app.in_development = true), shown);
        assert_ne!(changed(|other| other.app.terms_url = String::from("https://acme.example/new-terms")), shown);
        assert_ne!(changed(|other| other.ruling.policy.longest = Lifetime::OneDay), shown);
    }
}
