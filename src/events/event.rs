//! What others may be told, and who may hear it.

use crate::access::{Authority, Scope};
use crate::platform::Timestamp;

/// The catalogue of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    NumberLinked,
    NumberUnlinked,
    NumberStateChanged,
    NumberLinkCodeIssued,
    NumberRenamed,
    MessageReceived,
    MessageQueued,
    MessageSent,
    MessageDelivered,
    MessageRead,
    MessageFailed,
    MessageEdited,
    MessageDeleted,
    MessageVoted,
    GrantCreated,
    GrantChanged,
    GrantRevoked,
    ContactCreated,
    ContactChanged,
    ContactDeleted,
    TemplateStatusChanged,
    AppSuspended,
    EndpointDisabled,
}

/// Who may hear of a fact, among those whose grant covers its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Holders(Scope),
    /// Whoever holds the first scope; and with the second one the app that asked for it.
    HoldersOrAuthor(Scope, Scope),
    /// The app whose grant it is about.
    Own,
    /// Nobody by a token, only the app or the workspace itself: the app as a whole is meant, and its tokens are worth nothing by
    /// then, or where it is told things.
    Nobody,
}

impl Kind {
    /// Those of one group stand together, in the order of the catalogue.
    pub const ALL: [Self; 23] = [
        Self::NumberLinked,
        Self::NumberUnlinked,
        Self::NumberStateChanged,
        Self::NumberLinkCodeIssued,
        Self::NumberRenamed,
        Self::MessageReceived,
        Self::MessageQueued,
        Self::MessageSent,
        Self::MessageDelivered,
        Self::MessageRead,
        Self::MessageFailed,
        Self::MessageEdited,
        Self::MessageDeleted,
        Self::MessageVoted,
        Self::GrantCreated,
        Self::GrantChanged,
        Self::GrantRevoked,
        Self::ContactCreated,
        Self::ContactChanged,
        Self::ContactDeleted,
        Self::TemplateStatusChanged,
        Self::AppSuspended,
        Self::EndpointDisabled,
    ];

    /// As receivers see it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NumberLinked => "number.linked",
            Self::NumberUnlinked => "number.unlinked",
            Self::NumberStateChanged => "number.state_changed",
            Self::NumberLinkCodeIssued => "number.link_code_issued",
            Self::NumberRenamed => "number.renamed",
            Self::MessageQueued => "message.queued",
            Self::MessageSent => "message.sent",
            Self::MessageDelivered => "message.delivered",
            Self::MessageRead => "message.read",
            Self::MessageFailed => "message.failed",
            Self::MessageReceived => "message.received",
            Self::MessageEdited => "message.edited",
            Self::MessageDeleted => "message.deleted",
            Self::MessageVoted => "message.voted",
            Self::GrantCreated => "grant.created",
            Self::GrantChanged => "grant.changed",
            Self::GrantRevoked => "grant.revoked",
            Self::ContactCreated => "contact.created",
            Self::ContactChanged => "contact.changed",
            Self::ContactDeleted => "contact.deleted",
            Self::TemplateStatusChanged => "template.status_changed",
            Self::AppSuspended => "app.suspended",
            Self::EndpointDisabled => "endpoint.disabled",
        }
    }

    /// Nothing for a name that this version does not know.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether this version tells it at all. The others are in the catalogue so that receivers can be written for them now.
    #[must_use]
    pub const fn is_told(self) -> bool {
        !matches!(
            self,
            Self::ContactCreated | Self::ContactChanged | Self::ContactDeleted | Self::TemplateStatusChanged
        )
    }

    pub(super) const fn audience(self) -> Audience {
        match self {
            Self::NumberLinked | Self::NumberUnlinked | Self::NumberStateChanged | Self::NumberRenamed => {
                Audience::Holders(Scope::NumbersRead)
            }
            Self::NumberLinkCodeIssued => Audience::Holders(Scope::NumbersManage),
            Self::MessageReceived | Self::MessageVoted => Audience::Holders(Scope::MessagesRead),
            Self::MessageQueued
            | Self::MessageSent
            | Self::MessageDelivered
            | Self::MessageRead
            | Self::MessageFailed
            | Self::MessageEdited
            | Self::MessageDeleted => Audience::HoldersOrAuthor(Scope::MessagesRead, Scope::MessagesSend),
            Self::GrantCreated | Self::GrantChanged | Self::GrantRevoked => Audience::Own,
            Self::ContactCreated | Self::ContactChanged | Self::ContactDeleted => {
                Audience::Holders(Scope::ContactsRead)
            }
            Self::TemplateStatusChanged => Audience::Holders(Scope::TemplatesRead),
            Self::AppSuspended | Self::EndpointDisabled => Audience::Nobody,
        }
    }
}

/// Whom a fact is about. The facts of each have an order of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Workspace(String),
    /// An app as a whole, in no workspace.
    App(String),
}

impl Subject {
    #[must_use]
    pub fn id(&self) -> &str {
        let (Self::Workspace(id) | Self::App(id)) = self;
        id
    }
}

/// Somebody who may hear of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hearer {
    /// An app in a workspace, as far as its grant reaches at this moment.
    Grant(Authority),
    /// A workspace itself: of all that is about it.
    Workspace(String),
    /// A member of a workspace, as far as their role lets them look at this moment.
    Member { workspace_id: String, kinds: Vec<Kind> },
    /// An app: of what is about it as a whole.
    App(String),
}

impl Hearer {
    /// Whose facts it hears.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Grant(authority) => Subject::Workspace(authority.workspace_id.clone()),
            Self::Workspace(id) | Self::Member { workspace_id: id, .. } => Subject::Workspace(id.clone()),
            Self::App(id) => Subject::App(id.clone()),
        }
    }
}

/// One fact.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: Kind,
    pub subject: Subject,
    pub number_id: Option<String>,
    /// The grant that it is about, or under which it was asked for.
    pub grant_id: Option<String>,
    /// What receivers get under `data`. No message bodies in logs: it goes to the database only.
    pub data: serde_json::Value,
}

/// A fact as it was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    pub id: String,
    /// Its place among the facts of its subject.
    pub seq: i64,
    pub event: Event,
    pub created_at: Timestamp,
}

impl Event {
    #[must_use]
    pub fn is_for(&self, hearer: &Hearer) -> bool {
        match (hearer, &self.subject) {
            (Hearer::Grant(authority), Subject::Workspace(id)) => {
                *id == authority.workspace_id && self.is_within(authority)
            }
            (Hearer::Member { workspace_id, kinds }, Subject::Workspace(id)) => {
                workspace_id == id && kinds.contains(&self.kind)
            }
            (Hearer::Workspace(hearer), Subject::Workspace(id)) | (Hearer::App(hearer), Subject::App(id)) => {
                hearer == id
            }
            _ => false,
        }
    }

    fn is_within(&self, authority: &Authority) -> bool {
        let covered = self.number_id.as_ref().is_none_or(|number| authority.covers(number));
        let own = self.grant_id.as_ref() == Some(&authority.grant_id);
        let holds = |scope| authority.scopes.permits(scope);
        match self.kind.audience() {
            Audience::Holders(scope) => covered && holds(scope),
            Audience::HoldersOrAuthor(scope, authors) => covered && (holds(scope) || own && holds(authors)),
            Audience::Own => own,
            Audience::Nobody => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(scopes: &str, numbers: Option<&[&str]>) -> Hearer {
        Hearer::Grant(Authority {
            grant_id: String::from("gr_1"),
            app_id: String::from("app_1"),
            app_name: String::from("Shop"),
            workspace_id: String::from("ws_1"),
            workspace_name: String::from("Ann"),
            scopes: scopes.parse().expect("known scopes"),
            numbers: numbers.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()),
        })
    }

    fn event(kind: Kind, number: Option<&str>, grant: Option<&str>) -> Event {
        Event {
            kind,
            subject: Subject::Workspace(String::from("ws_1")),
            number_id: number.map(ToOwned::to_owned),
            grant_id: grant.map(ToOwned::to_owned),
            data: serde_json::Value::Null,
        }
    }

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("message.invented"), None);
    }

    #[test]
    fn an_app_hears_what_its_scopes_and_numbers_cover() {
        let received = event(Kind::MessageReceived, Some("num_1"), None);
        assert!(received.is_for(&holder("messages:read", None)));
        assert!(received.is_for(&holder("messages:read", Some(&["num_1"]))));
        assert!(!received.is_for(&holder("messages:read", Some(&["num_2"]))));
        assert!(!received.is_for(&holder("messages:send numbers:read", None)));
        let code = event(Kind::NumberLinkCodeIssued, Some("num_1"), None);
        assert!(!code.is_for(&holder("numbers:read", None)));
        assert!(code.is_for(&holder("numbers:manage", None)));
    }

    #[test]
    fn contacts_and_templates_need_their_scopes() {
        for (kind, scope) in [
            (Kind::ContactCreated, "contacts:read"),
            (Kind::ContactChanged, "contacts:manage"),
            (Kind::ContactDeleted, "contacts:read"),
            (Kind::TemplateStatusChanged, "templates:read"),
            (Kind::MessageEdited, "messages:read"),
            (Kind::MessageDeleted, "messages:read"),
            (Kind::MessageVoted, "messages:read"),
        ] {
            assert!(event(kind, None, None).is_for(&holder(scope, None)), "{}", kind.name());
            assert!(!event(kind, None, None).is_for(&holder("account:read messages:send", None)), "{}", kind.name());
        }
    }

    #[test]
    fn who_sends_hears_of_its_own_messages_only() {
        let sender = holder("messages:send", None);
        assert!(event(Kind::MessageSent, Some("num_1"), Some("gr_1")).is_for(&sender));
        assert!(!event(Kind::MessageSent, Some("num_1"), Some("gr_2")).is_for(&sender));
        assert!(event(Kind::MessageSent, Some("num_1"), Some("gr_2")).is_for(&holder("messages:read", None)));
        assert!(
            !event(Kind::MessageSent, Some("num_2"), Some("gr_1")).is_for(&holder("messages:send", Some(&["num_1"])))
        );
    }

    #[test]
    fn a_grant_is_the_business_of_its_app() {
        assert!(event(Kind::GrantChanged, None, Some("gr_1")).is_for(&holder("account:read", None)));
        assert!(!event(Kind::GrantChanged, None, Some("gr_2")).is_for(&holder("account:read", None)));
    }

    #[test]
    fn nobody_hears_of_others() {
        let (ours, theirs) = (Hearer::Workspace(String::from("ws_1")), Hearer::Workspace(String::from("ws_2")));
        let received = event(Kind::MessageReceived, Some("num_1"), None);
        assert!(received.is_for(&ours) && !received.is_for(&theirs));
        let member = |workspace: &str, kinds: &[Kind]| {
            received.is_for(&Hearer::Member { workspace_id: workspace.to_owned(), kinds: kinds.to_vec() })
        };
        assert!(member("ws_1", &[Kind::NumberLinked, Kind::MessageReceived]));
        assert!(!member("ws_2", &Kind::ALL) && !member("ws_1", &[Kind::NumberLinked]));
        let elsewhere = Event { subject: Subject::Workspace(String::from("ws_2")), ..received };
        assert!(!elsewhere.is_for(&holder("messages:read", None)) && !elsewhere.is_for(&ours));
        let disabled = event(Kind::EndpointDisabled, None, Some("gr_1"));
        assert!(disabled.is_for(&ours) && !disabled.is_for(&holder("account:read messages:read", None)));
        let suspended = Event { subject: Subject::App(String::from("app_1")), ..event(Kind::AppSuspended, None, None) };
        assert!(suspended.is_for(&Hearer::App(String::from("app_1"))));
        assert!(!suspended.is_for(&Hearer::App(String::from("app_2"))));
        assert!(!suspended.is_for(&holder("account:read", None)) && !suspended.is_for(&ours));
    }
}
