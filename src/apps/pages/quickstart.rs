//! Requests to copy: from a client id to the first call.

use url::form_urlencoded::Serializer;

use crate::access::Scope;
use crate::apps::{App, Kind};
use crate::config::Server;

/// The example pair of RFC 7636 appendix B, so that what is copied works as it stands.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An operation that shows that a token works, and the scope it needs.
const FIRST_CALLS: [(Scope, &str); 3] =
    [(Scope::AccountRead, "/v1/account"), (Scope::NumbersRead, "/v1/numbers"), (Scope::MessagesRead, "/v1/messages")];

pub(super) struct Quickstart {
    /// Nothing is registered yet: the first step is to do so.
    pub is_example: bool,
    pub authorize: String,
    pub token: String,
    /// Title and request; nothing when no scope of the app allows a call without a body.
    pub call: Option<(String, String)>,
}

impl Quickstart {
    /// With names to be replaced.
    pub fn example(server: &Server) -> Self {
        let scopes = [Scope::AccountRead];
        Self::of(server, true, "app_…", "https://app.example.com/callback", &scopes, Kind::Confidential)
    }

    /// With what the app has registered.
    pub fn for_app(server: &Server, app: &App) -> Self {
        let redirect_uri = app.redirect_uris.first().map_or("", String::as_str);
        let scopes: Vec<Scope> = app.declared().iter().collect();
        Self::of(server, false, &app.id, redirect_uri, &scopes, app.kind)
    }

    fn of(server: &Server, is_example: bool, id: &str, redirect_uri: &str, scopes: &[Scope], kind: Kind) -> Self {
        let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &names.join(" "))
            .append_pair("state", "anything-that-you-can-recognise")
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256")
            .finish();
        // A client id of ours needs no quoting, the dots of the example would get it.
        let query = query.replace("%E2%80%A6", "…");
        let client = match kind {
            Kind::Confidential => format!("-u '{id}:gl_cs_…'"),
            Kind::Public => format!("-d client_id={id}"),
        };
        // It stands between quotes of the shell, and a path may hold one.
        let redirect_uri = redirect_uri.replace('\'', "'\\''");
        let token = format!(
            "curl {} \\\n  {client} \\\n  -d grant_type=authorization_code \\\n  -d code=CODE \\\n  \
             --data-urlencode 'redirect_uri={redirect_uri}' \\\n  -d code_verifier={VERIFIER}",
            server.url("/oauth/token"),
        );
        let allows = |needed: Scope| scopes.iter().any(|held| *held == needed || held.implied() == Some(needed));
        let call = FIRST_CALLS.iter().find(|(needed, _)| allows(*needed)).map(|(_, path)| {
            let request = format!("curl {} \\\n  -H 'Authorization: Bearer gl_at_…'", server.url(path));
            (format!("GET {path}"), request)
        });
        Self { is_example, authorize: format!("{}?{query}", server.url("/oauth/authorize")), token, call }
    }
}
