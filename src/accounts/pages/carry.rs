//! What somebody was on the way to when they were asked to sign in: never an address, always a handle that the server
//! gave out and looks up again.

use super::super::{Invitation, find_invitation};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::plain_handle;

/// The query of the sign-in and sign-up pages.
#[derive(Clone, Default, serde::Deserialize)]
pub(super) struct Carry {
    #[serde(default)]
    request: String,
    #[serde(default)]
    invitation: String,
}

impl Carry {
    /// The handle of an authorization request.
    pub(super) fn request(&self) -> Option<&str> {
        plain_handle(&self.request)
    }

    fn invitation(&self) -> Option<&str> {
        plain_handle(&self.invitation)
    }

    /// To hand on to the next page: `?request=..`, `?invitation=..` or nothing.
    pub(super) fn query(&self) -> String {
        match (self.request(), self.invitation()) {
            (Some(handle), _) => format!("?request={handle}"),
            (None, Some(token)) => format!("?invitation={token}"),
            (None, None) => String::new(),
        }
    }

    /// Where to go once signed in.
    pub(super) fn target(&self) -> String {
        self.target_or(None)
    }

    /// The same when nothing waits but, perhaps, a page that was opened before.
    pub(super) fn target_or(&self, wanted: Option<String>) -> String {
        match (self.request(), self.invitation()) {
            (Some(handle), _) => format!("/oauth/consent/{handle}"),
            (None, Some(token)) => format!("/invitations/{token}"),
            (None, None) => wanted.unwrap_or_else(|| String::from("/start")),
        }
    }

    pub(super) fn token(&self) -> Option<PlainSecret> {
        self.invitation().map(PlainSecret::received)
    }

    /// The invitation that waits, whatever became of it.
    pub(super) async fn find_invitation(&self, env: &Env) -> sqlx::Result<Option<Invitation>> {
        match self.token() {
            Some(token) => find_invitation(env, &token).await,
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_handle_leads_anywhere() {
        let carry = |request: &str, invitation: &str| {
            let carry = Carry { request: request.to_owned(), invitation: invitation.to_owned() };
            (carry.query(), carry.target())
        };
        let is = |query: &str, target: &str| (query.to_owned(), target.to_owned());
        assert_eq!(carry("", ""), is("", "/start"));
        assert_eq!(carry("gl_ar_1-2", ""), is("?request=gl_ar_1-2", "/oauth/consent/gl_ar_1-2"));
        assert_eq!(carry("", "gl_iv_1"), is("?invitation=gl_iv_1", "/invitations/gl_iv_1"));
        for foreign in ["//evil.example", "https://evil.example", "../admin", "a\nb", "a?b", "%2f", "é"] {
            assert_eq!(carry(foreign, foreign), is("", "/start"), "{foreign}");
        }
        assert_eq!(carry(&"a".repeat(101), ""), is("", "/start"));
        let wanted = || Some(String::from("/account"));
        assert_eq!(Carry::default().target_or(wanted()), "/account");
        let asked = Carry { request: String::from("gl_ar_1"), invitation: String::new() };
        assert_eq!(asked.target_or(wanted()), "/oauth/consent/gl_ar_1", "what was asked last");
    }
}
