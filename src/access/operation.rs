//! Every operation of the API and the one scope it needs. Enforcement, documentation and the tests of refusals are made
//! from this table; a route that is not in it is refused.

use std::fmt;

use super::Scope;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    pub method: &'static str,
    /// In axum's form: `/v1/messages/{id}`.
    pub path: &'static str,
    pub scope: Scope,
    /// Its answer goes on for longer than its access may.
    pub lasting: bool,
}

/// As people read it: `POST /v1/messages`.
impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

const fn op(method: &'static str, path: &'static str, scope: Scope) -> Operation {
    Operation { method, path, scope, lasting: false }
}

const fn lasting(method: &'static str, path: &'static str, scope: Scope) -> Operation {
    Operation { lasting: true, ..op(method, path, scope) }
}

pub const OPERATIONS: &[Operation] = &[
    op("GET", "/v1/account", Scope::AccountRead),
    lasting("GET", "/v1/events", Scope::AccountRead),
    op("GET", "/v1/numbers", Scope::NumbersRead),
    op("POST", "/v1/numbers/{id}/typing", Scope::MessagesSend),
    op("POST", "/v1/numbers/{id}/lookup", Scope::MessagesSend),
    op("GET", "/v1/numbers/{id}/picture", Scope::ContactsRead),
    op("GET", "/v1/numbers/{id}/groups", Scope::ContactsRead),
    op("GET", "/v1/messages", Scope::MessagesRead),
    op("POST", "/v1/messages", Scope::MessagesSend),
    op("GET", "/v1/messages/{id}", Scope::MessagesRead),
    op("PATCH", "/v1/messages/{id}", Scope::MessagesSend),
    op("DELETE", "/v1/messages/{id}", Scope::MessagesSend),
    op("POST", "/v1/messages/{id}/read", Scope::MessagesSend),
    op("GET", "/v1/messages/{id}/media", Scope::MessagesRead),
    op("POST", "/v1/media", Scope::MessagesSend),
];

/// The operation of a route. HEAD asks for what GET would answer (RFC 9110 §9.3.2).
#[must_use]
pub fn operation(method: &str, path: &str) -> Option<&'static Operation> {
    let method = if method == "HEAD" { "GET" } else { method };
    OPERATIONS.iter().find(|operation| operation.method == method && operation.path == path)
}
