//! Which right of a member stands behind each scope: nobody gives an app more than they may do themselves.

use crate::access::{Scope, ScopeSet};
use crate::accounts::Right;

/// The right that a person needs to grant a scope, beside the right to manage apps.
#[must_use]
pub const fn right_behind(scope: Scope) -> Right {
    match scope {
        Scope::AccountRead => Right::ViewApps,
        Scope::MessagesSend => Right::SendMessages,
        Scope::MessagesRead => Right::ViewMessages,
        Scope::TemplatesRead => Right::ViewTemplates,
        Scope::TemplatesManage => Right::ManageTemplates,
        Scope::NumbersRead => Right::ViewNumbers,
        Scope::NumbersManage => Right::ManageNumbers,
        Scope::ContactsRead => Right::ViewContacts,
        Scope::ContactsManage => Right::ManageContacts,
        Scope::SecurityRead => Right::ViewAudit,
    }
}

/// What is left of `scopes` for an app that declared `declared` and a member who `may`: the rule of the consent page and of
/// every call.
pub fn effective(scopes: &ScopeSet, declared: &ScopeSet, may: impl Fn(Right) -> bool) -> ScopeSet {
    scopes.intersection(declared).iter().filter(|scope| may(right_behind(*scope))).collect()
}
