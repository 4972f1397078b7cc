//! Who does things in the tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};

use crate::world::World;

/// What came back.
#[derive(Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The value of a named `<input>` on the page.
    pub fn input(&self, name: &str) -> String {
        let named = format!("name=\"{name}\"");
        let tag =
            self.body.split('<').find(|tag| tag.contains(&named)).unwrap_or_else(|| panic!("no {name} in {self}"));
        let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        value.to_owned()
    }

    /// The page's words without its markup, for assertions that outlive a change of the markup.
    pub fn words(&self) -> String {
        let main = self.body.split_once("<main").map_or(self.body.as_str(), |(_, main)| main);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let mut words = String::new();
        for piece in main.split('<').skip(1) {
            let text = piece.split_once('>').map_or("", |(_, text)| text);
            words.push_str(text);
            words.push(' ');
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.words().contains(text) || self.body.contains(text), "{text:?} is not said in {self}");
        self
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.status.as_u16(), self.location(), self.body)
    }
}

/// A browser: keeps cookies, sends forms, follows nothing by itself.
pub struct Browser<'w> {
    world: &'w World,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, cookies: Mutex::default() }
    }

    pub fn world(&self) -> &'w World {
        self.world
    }

    pub async fn opens(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, Body::empty(), None).await
    }

    /// Opens `page`, fills its form in and sends it to `action` with the page's csrf token.
    pub async fn fills(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.opens(page).await.is(200).input("csrf");
        self.posts(action, &csrf, fields).await
    }

    pub async fn posts(&self, action: &str, csrf: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", csrf)
            .extend_pairs(fields)
            .finish();
        self.sends(Method::POST, action, Body::from(form), Some("application/x-www-form-urlencoded")).await
    }

    pub async fn sends(&self, method: Method, path: &str, body: Body, content_type: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, self.cookie_header());
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let answer = self.world.sends(request.body(body).expect("a request")).await;
        self.keeps_cookies(&answer);
        answer
    }

    pub fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().expect("no test panics while it holds this");
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Somebody else puts a cookie into this browser.
    pub fn is_given_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().expect("no test panics while it holds this");
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// The value of a cookie; empty when there is none.
    pub fn cookie(&self, name: &str) -> String {
        let cookies = self.cookies.lock().expect("no test panics while it holds this");
        cookies.get(name).cloned().unwrap_or_default()
    }

    fn keeps_cookies(&self, answer: &Answer) {
        let mut cookies = self.cookies.lock().expect("no test panics while it holds this");
        for header in answer.headers.get_all(header::SET_COOKIE) {
            let header = header.to_str().expect("cookies are ASCII");
            let (name, value) = header.split(';').next().and_then(|pair| pair.split_once('=')).expect("name=value");
            if header.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

pub const PASSWORD: &str = "correct horse battery";

/// Somebody signed in on a browser of their own, with a workspace of their own.
pub struct Person<'w> {
    pub browser: Browser<'w>,
    pub name: String,
    pub email: String,
}

impl<'w> Person<'w> {
    pub async fn signs_up(world: &'w World, name: &str) -> Self {
        let browser = Browser::new(world);
        let email = format!("{}@example.com", name.to_lowercase());
        let fields = [("name", name), ("email", &email), ("password", PASSWORD), ("workspace", "")];
        browser.fills("/sign-up", "/sign-up", &fields).await.is(303);
        Self { browser, name: name.to_owned(), email }
    }
    /// After the browser session has ended.
    pub async fn signs_in_again(&self) {
        let fields = [("email", self.email.as_str()), ("password", PASSWORD)];
        self.browser.fills("/sign-in", "/sign-in", &fields).await.is(303);
    }
}
