//! Which browser is asking, before anyone knows which person.
//!
//! A signed-in browser is known by its session cookie, any other by a visitor cookie that this module hands out. The
//! token in every form is bound to that cookie, so that no other site can make the browser post one.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::platform::Env;
use crate::platform::secret::{PlainSecret, bind, same};

/// The browser behind a page request.
#[derive(Clone)]
pub struct Browser {
    session: Option<PlainSecret>,
    key: String,
    /// Its key was made for this very request.
    is_new: bool,
    wanted: Option<String>,
}

impl Browser {
    /// The session cookie's value, if the browser sent one. It proves nothing until it is found in the database.
    #[must_use]
    pub fn session(&self) -> Option<&PlainSecret> {
        self.session.as_ref()
    }

    /// Whether it sent no cookie of ours: it never was here, or it keeps none.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// What [`wanted_cookie`] gave it to keep, as it comes back. It may be anything.
    #[must_use]
    pub fn wanted(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// The value of the hidden `csrf` field of every form.
    #[must_use]
    pub fn csrf(&self) -> String {
        bind(&self.key, "csrf")
    }

    #[must_use]
    pub fn csrf_matches(&self, sent: &str) -> bool {
        same(&self.csrf(), sent)
    }

    /// Binds what a page showed to this browser, so that a later post can prove that it answers that very page.
    #[must_use]
    pub fn seal_of(&self, shown: &str) -> String {
        bind(&self.key, &format!("shown:{shown}"))
    }
}

/// `__Host-` (RFC 6265bis §4.1.3.2) wherever the base URL is https; browsers refuse the prefix on plain http.
fn cookie_name(env: &Env, name: &str) -> String {
    if env.config.server.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

fn cookie(env: &Env, name: &str, value: String) -> Cookie<'static> {
    Cookie::build((cookie_name(env, name), value))
        .path("/")
        .http_only(true)
        .secure(env.config.server.is_https())
        .same_site(SameSite::Lax)
        .build()
}

const SESSION: &str = "gl_session";
const VISITOR: &str = "gl_visitor";
const WANTED: &str = "gl_wanted";

/// The cookie that signs a browser in. It ends with the browser's session or when the server forgets it.
#[must_use]
pub fn session_cookie(env: &Env, token: &PlainSecret) -> Cookie<'static> {
    cookie(env, SESSION, token.reveal().to_owned())
}

/// The cookie that takes the session cookie back.
#[must_use]
pub fn no_session_cookie(env: &Env) -> Cookie<'static> {
    removal(env, SESSION)
}

/// Something sealed for the browser to keep while somebody signs in.
#[must_use]
pub fn wanted_cookie(env: &Env, sealed: String) -> Cookie<'static> {
    cookie(env, WANTED, sealed)
}

/// The cookie that takes the wanted cookie back.
#[must_use]
pub fn no_wanted_cookie(env: &Env) -> Cookie<'static> {
    removal(env, WANTED)
}

fn removal(env: &Env, name: &str) -> Cookie<'static> {
    let mut removal = cookie(env, name, String::new());
    removal.make_removal();
    removal
}

/// Middleware for pages: finds or makes the browser's key.
pub async fn remember_browser(State(env): State<Env>, mut request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let value_of = |name| jar.get(&cookie_name(&env, name)).map(|cookie| cookie.value().to_owned());
    let session = value_of(SESSION).filter(|value| !value.is_empty());
    let known = session.clone().or_else(|| value_of(VISITOR)).filter(|value| value.len() >= 43);
    let fresh = known.is_none().then(|| PlainSecret::generate("gl_vi_", &*env.random).reveal().to_owned());
    let key = known.or_else(|| fresh.clone()).unwrap_or_default();
    let session = session.as_deref().map(PlainSecret::received);
    let wanted = value_of(WANTED).filter(|value| !value.is_empty());
    request.extensions_mut().insert(Browser { session, key, is_new: fresh.is_some(), wanted });
    let mut response = next.run(request).await;
    if let Some(value) = fresh
        && let Ok(header) = HeaderValue::from_str(&cookie(&env, VISITOR, value).to_string())
    {
        response.headers_mut().append(header::SET_COOKIE, header);
    }
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        // Missing only when a page route was built without the middleware, which `tests/it/routes.rs` would show.
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
