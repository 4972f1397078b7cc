//! The checks of an authorization request, in the order in which they are made.
//!
//! The order is a matter of safety, so the types say it: until the redirect address is proven there is no [`WayBack`], and
//! without one nothing can be said to the app.

use super::parameters::{Parameters, TooLong};
use super::pkce;
use super::request::Wishes;
use super::way_back::WayBack;
use crate::access::ScopeSet;
use crate::apps::{App, AppState};

/// Longer ones are no `client_id` of ours.
const CLIENT_ID_BYTES_MAX: usize = 100;
const REDIRECT_URI_BYTES_MAX: usize = 2000;
const STATE_BYTES_MAX: usize = 1024;
/// A longer hint names nobody.
const HINT_BYTES_MAX: usize = 254;

/// A request that passed every check: an app's question to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub app_id: String,
    pub way_back: WayBack,
    /// What it asks for, with everything that it cannot do without.
    pub scopes: ScopeSet,
    pub code_challenge: String,
    pub wishes: Wishes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing may be sent to an address that is not proven (RFC 6749 §4.1.2.1).
    TellUser(Unproven),
    TellClient(Box<Told>),
}

/// Why there is nobody to whom an answer may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    TooLong,
    NoClientId,
    /// Unknown or suspended: one answer for both.
    NoSuchApp,
    NoRedirectUri,
    OtherRedirectUri,
}

/// A refusal for the app, and who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub app: App,
    pub way_back: WayBack,
    pub fault: Fault,
}

/// An error of RFC 6749 §4.1.2.1 and its relatives. The description is ASCII without quotes and backslashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub code: &'static str,
    pub description: &'static str,
}

impl Fault {
    const fn new(code: &'static str, description: &'static str) -> Self {
        Self { code, description }
    }

    const fn invalid(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    /// The person said no.
    pub const DENIED: Self = Self::new("access_denied", "the person refused");
    /// OpenID Connect Core §3.1.2.6: nobody is signed in, and `prompt=none` forbids to ask.
    pub const LOGIN_REQUIRED: Self = Self::new("login_required", "prompt=none, but nobody is signed in");
    /// OpenID Connect Core §3.1.2.6: a person has to decide, and `prompt=none` forbids to ask.
    pub const CONSENT_REQUIRED: Self = Self::new("consent_required", "prompt=none, but a person has to approve");
}

impl Told {
    /// Whether the browser may be sent to the app at once. Else a page names the host and leaves the step to the person: an
    /// address of a stranger is no place to be thrown to by us (RFC 9700 §4.11.2).
    #[must_use]
    pub fn may_hop(&self, signed_in: bool) -> bool {
        self.app.reviewed && (signed_in || self.fault == Fault::LOGIN_REQUIRED)
    }
}

impl From<TooLong> for Refusal {
    fn from(TooLong: TooLong) -> Self {
        Self::TellUser(Unproven::TooLong)
    }
}

/// The app that is meant, before anyone knows whether it exists.
pub fn client_id(sent: &Parameters) -> Result<&str, Unproven> {
    let id = sent.one("client_id").ok_or(Unproven::NoClientId)?;
    if id.len() <= CLIENT_ID_BYTES_MAX { Ok(id) } else { Err(Unproven::NoSuchApp) }
}

/// Every check, in order. `app` is what is registered under the [`client_id`]; `issuer` is our base URL.
pub fn check(sent: &Parameters, app: Option<App>, issuer: &str, signed_in: bool) -> Result<Question, Refusal> {
    let app = active_app(app).map_err(Refusal::TellUser)?;
    let redirect_uri = registered_redirect_uri(sent, &app).map_err(Refusal::TellUser)?;
    let way_back = WayBack { redirect_uri, state: returnable_state(sent).map(ToOwned::to_owned) };
    let asked = readable_request(sent, &app, issuer, signed_in);
    match asked {
        Ok((scopes, code_challenge)) => {
            Ok(Question { app_id: app.id, way_back, scopes, code_challenge, wishes: wishes(sent) })
        }
        Err(fault) => Err(Refusal::TellClient(Box::new(Told { app, way_back, fault }))),
    }
}

/// The checks after which the app is told what is wrong: scopes and challenge.
fn readable_request(sent: &Parameters, app: &App, issuer: &str, signed_in: bool) -> Result<(ScopeSet, String), Fault> {
    nothing_is_repeated(sent)?;
    state_can_be_returned(sent)?;
    no_request_object(sent)?;
    code_is_asked_for(sent)?;
    answer_goes_into_the_query(sent)?;
    let code_challenge = s256_challenge(sent)?;
    we_are_the_resource(sent, issuer)?;
    let scopes = declared_scopes(sent, app)?;
    a_person_may_be_asked(sent, signed_in)?;
    Ok((scopes, code_challenge))
}

fn active_app(app: Option<App>) -> Result<App, Unproven> {
    app.filter(|app| app.state == AppState::Active).ok_or(Unproven::NoSuchApp)
}

/// RFC 9700 §4.1.3: exactly a registered one; only the port of a loopback address is free (RFC 8252 §7.3).
fn registered_redirect_uri(sent: &Parameters, app: &App) -> Result<String, Unproven> {
    let uri = sent.one("redirect_uri").ok_or(Unproven::NoRedirectUri)?;
    let registered = uri.len() <= REDIRECT_URI_BYTES_MAX && app.allows_redirect(uri);
    if registered { Ok(uri.to_owned()) } else { Err(Unproven::OtherRedirectUri) }
}

/// RFC 6749 §3.1.
fn nothing_is_repeated(sent: &Parameters) -> Result<(), Fault> {
    match sent.repeated() {
        None => Ok(()),
        Some("scope") => Err(Fault::invalid("scope was sent more than once")),
        Some("state") => Err(Fault::invalid("state was sent more than once")),
        Some("response_type") => Err(Fault::invalid("response_type was sent more than once")),
        Some("code_challenge") => Err(Fault::invalid("code_challenge was sent more than once")),
        Some("code_challenge_method") => Err(Fault::invalid("code_challenge_method was sent more than once")),
        Some(_) => Err(Fault::invalid("a parameter was sent more than once")),
    }
}

/// The state, if it is one that can be given back. RFC 6749 appendix A.5: printable ASCII.
fn returnable_state(sent: &Parameters) -> Option<&str> {
    let printable = |state: &&str| state.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    sent.one("state").filter(|state| state.len() <= STATE_BYTES_MAX).filter(printable)
}

fn state_can_be_returned(sent: &Parameters) -> Result<(), Fault> {
    if sent.has("state") && returnable_state(sent).is_none() {
        return Err(Fault::invalid("state must be at most 1024 printable ASCII characters"));
    }
    Ok(())
}

/// RFC 9101 §6.3.
fn no_request_object(sent: &Parameters) -> Result<(), Fault> {
    if sent.has("request") {
        return Err(Fault::new("request_not_supported", "request objects are not supported"));
    }
    if sent.has("request_uri") {
        return Err(Fault::new("request_uri_not_supported", "request objects are not supported"));
    }
    Ok(())
}

/// OAuth 2.1 §4.1.1: there is no implicit grant.
fn code_is_asked_for(sent: &Parameters) -> Result<(), Fault> {
    match sent.one("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(Fault::new("unsupported_response_type", "response_type must be code")),
        None => Err(Fault::invalid("response_type is missing; it must be code")),
    }
}

/// OAuth 2.0 Multiple Response Types §2.1: `query` is what a code comes with, and all that is offered.
fn answer_goes_into_the_query(sent: &Parameters) -> Result<(), Fault> {
    match sent.one("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(Fault::invalid("response_mode must be query")),
    }
}

/// RFC 7636 §4.4.1. `plain` protects against nobody who can read the request; it is also what a missing method means.
fn s256_challenge(sent: &Parameters) -> Result<String, Fault> {
    let Some(challenge) = sent.one("code_challenge") else {
        return Err(Fault::invalid("code_challenge is missing: PKCE is required (RFC 7636)"));
    };
    if sent.one("code_challenge_method") != Some("S256") {
        return Err(Fault::invalid("code_challenge_method must be S256"));
    }
    if !pkce::is_challenge(challenge) {
        return Err(Fault::invalid("code_challenge must be a SHA-256 in 43 characters of base64url"));
    }
    Ok(challenge.to_owned())
}

/// RFC 8707 §2.1.
fn we_are_the_resource(sent: &Parameters, issuer: &str) -> Result<(), Fault> {
    let fault = Fault::new("invalid_target", "resource must be the base URL of this server");
    if sent.is_for(issuer) { Ok(()) } else { Err(fault) }
}

/// RFC 6749 §3.3: a request without a scope asks for what the app declared.
fn declared_scopes(sent: &Parameters, app: &App) -> Result<ScopeSet, Fault> {
    let fault = |description| Fault::new("invalid_scope", description);
    let declared = app.declared();
    let asked = match sent.one("scope") {
        Some(text) => text.parse::<ScopeSet>().map_err(|_| fault("scope names a scope that does not exist"))?,
        None => declared.clone(),
    };
    let asked = asked.union(&app.required());
    if !asked.is_subset(&declared) {
        return Err(fault("scope names a scope that the app has not declared"));
    }
    if asked.is_empty() {
        return Err(fault("the app declares no scope and asks for none"));
    }
    Ok(asked)
}

/// The words of `prompt`.
fn prompts(sent: &Parameters) -> impl Iterator<Item = &str> {
    sent.one("prompt").unwrap_or_default().split(' ')
}

/// OpenID Connect Core §3.1.2.1. What `prompt=consent` and `prompt=select_account` wish for is shown in any case.
fn wishes(sent: &Parameters) -> Wishes {
    let hint = |name| sent.one(name).filter(|hint| hint.len() <= HINT_BYTES_MAX).map(ToOwned::to_owned);
    Wishes {
        sign_in_anew: prompts(sent).any(|prompt| prompt == "login"),
        login_hint: hint("login_hint"),
        workspace_hint: hint("workspace_hint"),
    }
}

/// OpenID Connect Core §3.1.2.1. Without remembered consent a person always has to look, so `none` cannot be granted.
fn a_person_may_be_asked(sent: &Parameters, signed_in: bool) -> Result<(), Fault> {
    let wishes: Vec<&str> = prompts(sent).collect();
    match wishes.as_slice() {
        ["none"] if signed_in => Err(Fault::CONSENT_REQUIRED),
        ["none"] => Err(Fault::LOGIN_REQUIRED),
        wishes if wishes.contains(&"none") => Err(Fault::invalid("prompt=none stands alone")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oauth::terms::samples;

    const ISSUER: &str = "https://grantline.test";
    const CALLBACK: &str = "https://app.example/cb";

    fn app() -> App {
        App { redirect_uris: vec![String::from(CALLBACK)], ..samples::app() }
    }

    fn asked(scope: &str) -> Result<String, &'static str> {
        let query = format!(
            "client_id=app_1&redirect_uri={CALLBACK}&response_type=code&code_challenge={}&code_challenge_method=S256{scope}",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        let sent = Parameters::parse(&query).expect("short");
        match check(&sent, Some(app()), ISSUER, true) {
            Ok(question) => Ok(question.scopes.to_string()),
            Err(Refusal::TellClient(told)) => Err(told.fault.code),
            Err(Refusal::TellUser(_)) => Err("told the user"),
        }
    }

    #[test]
    fn what_an_app_cannot_do_without_is_always_asked() {
        assert_eq!(asked(""), Ok(String::from("messages:send contacts:read")));
        assert_eq!(asked("&scope=contacts:read"), Ok(String::from("messages:send contacts:read")));
        assert_eq!(asked("&scope=messages:send"), Ok(String::from("messages:send")));
        assert_eq!(asked("&scope=+messages:send+"), Ok(String::from("messages:send")));
        assert_eq!(asked("&scope=contacts:manage"), Err("invalid_scope"));
        assert_eq!(asked("&scope=everything"), Err("invalid_scope"));
    }

    #[test]
    fn an_app_may_wish_for_a_new_sign_in_and_name_whom_it_expects() {
        let wished = |query: &str| wishes(&Parameters::parse(query).expect("short"));
        assert_eq!(wished("prompt=consent+select_account"), Wishes::default());
        let expected = Wishes {
            sign_in_anew: true,
            login_hint: Some(String::from("olga@example.com")),
            workspace_hint: Some(String::from("ws_1")),
        };
        assert_eq!(wished("prompt=consent+login&login_hint=olga@example.com&workspace_hint=ws_1"), expected);
        assert_eq!(wished(&format!("login_hint={}", "a".repeat(HINT_BYTES_MAX + 1))), Wishes::default());
    }

    #[test]
    fn nobody_is_thrown_to_an_app_that_nobody_vouched_for() {
        let way_back = WayBack { redirect_uri: String::from(CALLBACK), state: None };
        let told = |reviewed, fault| Told { app: App { reviewed, ..app() }, way_back: way_back.clone(), fault };
        assert!(told(true, Fault::DENIED).may_hop(true));
        assert!(!told(true, Fault::DENIED).may_hop(false));
        assert!(!told(false, Fault::DENIED).may_hop(true));
        assert!(told(true, Fault::LOGIN_REQUIRED).may_hop(false));
        assert!(!told(false, Fault::LOGIN_REQUIRED).may_hop(false));
    }

    proptest! {
        /// Whatever is sent, an answer goes to no address but a registered one.
        #[test]
        fn no_request_finds_a_way_to_another_address(
            redirect_uri in prop_oneof!["\\PC{0,40}", "https://app\\.example/cb[/?#.@%a-z]{0,10}"],
            state in "\\PC{0,20}",
            rest in "(&[a-z_]{1,20}=[a-zA-Z:%+]{0,20}){0,6}",
        ) {
            let start: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("client_id", "app_1")
                .append_pair("redirect_uri", &redirect_uri)
                .append_pair("state", &state)
                .finish();
            let sent = Parameters::parse(&format!("{start}{rest}")).expect("short");
            match check(&sent, Some(app()), ISSUER, false) {
                Ok(Question { way_back, .. }) => prop_assert_eq!(way_back.redirect_uri, CALLBACK),
                Err(Refusal::TellClient(told)) => prop_assert_eq!(told.way_back.redirect_uri, CALLBACK),
                Err(Refusal::TellUser(_)) => {}
            }
        }
    }
}
