//! What a workspace decided about apps: who may connect which ones for how long, and what it holds of a particular one.

use super::lifetime::Lifetime;
use crate::accounts::Right;
use crate::apps::App;
use crate::platform::Timestamp;

/// The characters that a reason for blocking an app may have.
pub const REASON_CHARS_MAX: usize = 200;

/// The rules of a workspace for every app. They bind approvals; what was approved before stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Only owners approve apps.
    pub owners_only: bool,
    /// Only apps that the operator reviewed.
    pub reviewed_only: bool,
    /// The longest time for which an app can be approved.
    pub longest: Lifetime,
}

/// Who decided, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub by: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub decision: Decision,
    /// In the words of the person who blocked it; may be empty.
    pub reason: String,
}

/// An app that a workspace blocked, for its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedApp {
    pub app_id: String,
    pub app_name: String,
    pub publisher: String,
    pub logo_url: Option<String>,
    pub block: Block,
}

/// What a workspace decided that bears on one app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ruling {
    pub policy: Policy,
    /// The last refusal since the app was approved, if any.
    pub refused: Option<Decision>,
    pub blocked: Option<Block>,
}

/// Why a member cannot approve an app in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The workspace is suspended.
    Suspended,
    /// The workspace blocked the app.
    Blocked(Block),
    /// Their role does not manage apps.
    ManagesNoApps,
    /// The workspace leaves it to its owners.
    OwnersOnly,
    /// The workspace takes reviewed apps only.
    NotReviewed,
    /// The app is in development, and not theirs.
    InDevelopment,
    /// The app cannot do without permissions that are not theirs to give.
    LacksRights,
}

impl Obstacle {
    /// The key of the page's title.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::ManagesNoApps | Self::OwnersOnly | Self::LacksRights => "blocked-title-ask",
            Self::Suspended | Self::Blocked(_) | Self::NotReviewed | Self::InDevelopment => "blocked-title",
        }
    }

    /// The key of the sentence that says who can help.
    #[must_use]
    pub const fn way_out(&self) -> &'static str {
        match self {
            Self::Suspended => "blocked-how-operator",
            Self::Blocked(_) => "blocked-how-unblock",
            Self::NotReviewed => "blocked-how-rules",
            Self::InDevelopment => "blocked-how-developer",
            Self::ManagesNoApps | Self::OwnersOnly | Self::LacksRights => "blocked-how",
        }
    }
}

impl Ruling {
    /// What stands between a person who `may` and approving `app`, if anything does.
    pub fn obstacle(
        &self,
        workspace_state: &str,
        person_id: &str,
        app: &App,
        may: impl Fn(Right) -> bool,
    ) -> Option<Obstacle> {
        if workspace_state != "active" {
            Some(Obstacle::Suspended)
        } else if let Some(block) = &self.blocked {
            Some(Obstacle::Blocked(block.clone()))
        } else if !may(Right::ManageApps) {
            Some(Obstacle::ManagesNoApps)
        } else if self.policy.owners_only && !may(Right::ManageWorkspace) {
            Some(Obstacle::OwnersOnly)
        } else if self.policy.reviewed_only && !app.reviewed {
            Some(Obstacle::NotReviewed)
        } else if app.in_development && app.owner_id != person_id {
            Some(Obstacle::InDevelopment)
        } else if super::rights::effective(&app.required(), &app.declared(), may) != app.required() {
            Some(Obstacle::LacksRights)
        } else {
            None
        }
    }
}

/// A reason as it is kept: one line. Nothing when it is too long.
#[must_use]
pub fn reason(written: &str) -> Option<String> {
    let reason = written.split_whitespace().collect::<Vec<_>>().join(" ");
    (reason.chars().count() <= REASON_CHARS_MAX).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::oauth::terms::samples::app;

    fn obstacle(ruling: &Ruling, app: &App, role: Role) -> Option<Obstacle> {
        ruling.obstacle("active", "usr_1", app, |right| role.may(right))
    }

    #[test]
    fn an_approver_manages_apps_and_holds_every_right_that_is_needed() {
        let ruling = Ruling::default();
        for (role, expected) in [
            (Role::Owner, None),
            (Role::Admin, None),
            (Role::Editor, Some(Obstacle::ManagesNoApps)),
            (Role::Viewer, Some(Obstacle::ManagesNoApps)),
        ] {
            assert_eq!(obstacle(&ruling, &app(), role), expected, "{role}");
        }
        let lacking = |lacks| ruling.obstacle("active", "usr_1", &app(), |right| right != lacks);
        assert_eq!(lacking(Right::SendMessages), Some(Obstacle::LacksRights));
        assert_eq!(lacking(Right::ViewContacts), None);
        assert_eq!(ruling.obstacle("suspended", "usr_1", &app(), |_| true), Some(Obstacle::Suspended));
    }

    #[test]
    fn a_workspace_that_is_careful_leaves_fewer_people_and_apps() {
        let careful = |policy| Ruling { policy, ..Ruling::default() };
        let owners = careful(Policy { owners_only: true, ..Policy::default() });
        assert_eq!(obstacle(&owners, &app(), Role::Owner), None);
        assert_eq!(obstacle(&owners, &app(), Role::Admin), Some(Obstacle::OwnersOnly));
        let reviewed = careful(Policy { reviewed_only: true, ..Policy::default() });
        assert_eq!(obstacle(&reviewed, &app(), Role::Owner), Some(Obstacle::NotReviewed));
        assert_eq!(obstacle(&reviewed, &App { reviewed: true, ..app() }, Role::Owner), None);
        let decision = Decision { by: String::from("Olga"), at: Timestamp(1) };
        let block = Block { decision, reason: String::from("Too curious") };
        let blocked = Ruling { blocked: Some(block.clone()), ..Ruling::default() };
        assert_eq!(obstacle(&blocked, &app(), Role::Owner), Some(Obstacle::Blocked(block.clone())));
        assert_eq!(obstacle(&blocked, &app(), Role::Viewer), Some(Obstacle::Blocked(block)));
    }

    #[test]
    fn an_app_in_development_is_its_owners_alone() {
        let draft = App { in_development: true, ..app() };
        assert_eq!(obstacle(&Ruling::default(), &draft, Role::Owner), Some(Obstacle::InDevelopment));
        let mine = App { owner_id: String::from("usr_1"), ..draft };
        assert_eq!(obstacle(&Ruling::default(), &mine, Role::Owner), None);
    }

    #[test]
    fn a_reason_is_one_line_with_an_end() {
        assert_eq!(reason("  it asked\n\tthree times "), Some(String::from("it asked three times")));
        assert_eq!(reason(&"a".repeat(REASON_CHARS_MAX)).map(|kept| kept.len()), Some(REASON_CHARS_MAX));
        assert_eq!(reason(&"a".repeat(REASON_CHARS_MAX + 1)), None);
    }
}
