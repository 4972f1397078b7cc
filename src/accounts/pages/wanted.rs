//! The page that somebody opened when they had to sign in first: they go on to it afterwards.
//!
//! It never stands in an address. The browser keeps it for us, sealed and bound to this browser until it signs in: only we
//! can name a page, and we name none but our own.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::CookieJar;

use crate::platform::web::{Browser, redirect, wanted_cookie};
use crate::platform::{Env, Timestamp};

/// Longer than anybody takes to find a password, and too short for the next person at this machine.
const KEPT_S: i64 = 15 * 60;
/// No page of ours has a longer address, and a browser keeps a cookie of this size.
const LENGTH_MAX: usize = 1000;

/// Sends somebody to sign in, who goes on to the page of this request afterwards.
pub(super) fn sign_in_first(env: &Env, browser: &Browser, request: &Parts) -> Response {
    let away = redirect("/sign-in");
    let page = request.uri.path_and_query().map_or("", |page| page.as_str());
    if request.method != Method::GET || !is_navigation(&request.headers) || !is_page_of_ours(page) {
        return away;
    }
    let plain = format!("{} {page}", env.now().plus_s(KEPT_S).0);
    match env.sealer.seal(&context(browser), plain.as_bytes(), &*env.random) {
        Ok(sealed) => (CookieJar::new().add(wanted_cookie(env, sealed)), away).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a wanted page could not be sealed");
            away
        }
    }
}

/// The page that somebody on this browser wanted a short while ago.
pub(super) fn wanted_page(env: &Env, browser: &Browser) -> Option<String> {
    let opened = env.sealer.open(&context(browser), browser.wanted()?).ok()?;
    let text = String::from_utf8(opened).ok()?;
    let (until, page) = text.split_once(' ')?;
    let is_recent = env.now() < Timestamp(until.parse().ok()?);
    (is_recent && is_page_of_ours(page)).then(|| page.to_owned())
}

/// Once somebody has signed in the browser's key is another one, and what was sealed before opens no more.
fn context(browser: &Browser) -> String {
    format!("wanted:{}", browser.seal_of("wanted"))
}

/// Whether a person looks at what comes, as far as the browser says: no stream, no picture.
fn is_navigation(headers: &HeaderMap) -> bool {
    let says = |name, words: &[&str]| {
        let text = headers.get(name).map(|value| value.to_str().unwrap_or_default());
        text.is_none_or(|text| words.iter().any(|word| text.contains(word)))
    };
    says(header::ACCEPT, &["text/html", "*/*"])
        && says(header::HeaderName::from_static("sec-fetch-dest"), &["document"])
}

/// The pages of the console and of one's account.
fn is_page_of_ours(page: &str) -> bool {
    let path = page.split('?').next().unwrap_or_default();
    let is_inside = path.starts_with("/w/") || path == "/account" || path.starts_with("/account/");
    let is_plain = page.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_inside && is_plain && page.len() <= LENGTH_MAX && !path.contains("//") && !path.contains("..")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_pages_of_ours_are_wanted() {
        for ours in ["/w/ws_1/apps/gr_1", "/w/ws_1/audit?after=5&kind=number", "/account", "/account/sessions?x=1"] {
            assert!(is_page_of_ours(ours), "{ours}");
        }
        for other in [
            "",
            "/",
            "/accounts",
            "/start",
            "/oauth/consent/gl_ar_1",
            "//evil.example/w/x",
            "https://evil.example/w/x",
            "/w//evil.example",
            "/w/../../evil",
            "/w/\\evil.example",
            "/w/x\r\nLocation: //evil.example",
            "/w/x y",
            "javascript:alert(1)",
        ] {
            assert!(!is_page_of_ours(other), "{other}");
        }
        assert!(is_page_of_ours(&format!("/w/{}", "a".repeat(LENGTH_MAX - 3))));
        assert!(!is_page_of_ours(&format!("/w/{}", "a".repeat(LENGTH_MAX - 2))));
    }

    #[test]
    fn streams_and_pictures_are_no_pages() {
        let asks = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
            is_navigation(&headers.collect())
        };
        assert!(asks(&[]));
        assert!(asks(&[("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("sec-fetch-dest", "document")]));
        assert!(!asks(&[("accept", "text/event-stream")]));
        assert!(!asks(&[("accept", "image/avif,*/*;q=0.8"), ("sec-fetch-dest", "image")]));
    }
}
