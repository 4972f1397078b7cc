//! Pages: an askama struct is what a page can show.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::problem::{is_bare, is_for_programs, refilled};
use super::{Problem, RequestId, Words};
use crate::platform::Env;
use crate::platform::computing::TooBusy;

/// What the frame around every page needs.
#[derive(Clone)]
pub struct Shell {
    pub words: Words,
    /// The operator's name for this server.
    pub product: String,
    /// The host that people see in the address bar.
    pub host: String,
    /// The operator's own pages: address and key of the label.
    pub foot: Vec<(String, &'static str)>,
    /// The value of every form's `csrf` field.
    pub csrf: String,
    /// Who is signed in: name and e-mail address.
    pub person: Option<(String, String)>,
    /// The workspace whose pages these are, for the side bar: id and name.
    pub workspace: Option<(String, String)>,
    /// The workspaces that the person can switch to: id and name.
    pub workspaces: Vec<(String, String)>,
    /// Which entry of the side bar this page belongs to: `numbers`, `apps`, `messages`, `members`, `audit` or `settings`.
    pub section: &'static str,
    /// What is shown above the page's content: the outcome of what was just done.
    pub notice: Option<Notice>,
}

impl Shell {
    /// A frame around a page for nobody in particular.
    #[must_use]
    pub fn new(words: Words, server: &crate::config::Server) -> Self {
        let foot = [
            (&server.privacy_url, "foot-privacy"),
            (&server.terms_url, "foot-terms"),
            (&server.support_url, "foot-support"),
        ];
        Self {
            words,
            product: server.product_name.clone(),
            host: server.host().to_owned(),
            foot: foot
                .into_iter()
                .filter(|(url, _)| !url.is_empty())
                .map(|(url, label)| (url.clone(), label))
                .collect(),
            csrf: String::new(),
            person: None,
            workspace: None,
            workspaces: Vec::new(),
            section: "",
            notice: None,
        }
    }

    /// The first letters of the person's first two names, for the round mark in the corner.
    #[must_use]
    pub fn initials(&self) -> String {
        initials(self.person.as_ref().map_or("", |(name, _)| name))
    }

    #[must_use]
    pub fn is_in(&self, workspace_id: &str) -> bool {
        self.workspace.as_ref().is_some_and(|(id, _)| id == workspace_id)
    }
}

/// The first letters of the first two words of a name, for the round mark beside it.
#[must_use]
pub fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// One sentence about what just happened.
#[derive(Clone)]
pub struct Notice {
    pub tone: Tone,
    /// The key of the sentence in the language files.
    pub words: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Done,
    Warning,
}

impl Tone {
    /// The class name in `grantline.css`.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "good",
            Self::Warning => "warn",
        }
    }
}

/// An answer made of a template.
pub struct Page<T>(pub StatusCode, pub T);

impl<T: Template> Page<T> {
    pub fn ok(template: T) -> Self {
        Self(StatusCode::OK, template)
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.1.render() {
            Ok(html) => (self.0, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a page could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// After a form: look at another page (303, so that the post is not repeated; never 307, RFC 9700 §4.12).
#[must_use]
pub fn redirect(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A page that says one thing: not found, not allowed, something broke. The words are `<key>-title` and `<key>-text`.
///
/// It is written by [`render_status_pages`], which knows the reader's language.
#[derive(Debug, Clone, Copy)]
pub struct StatusPage {
    status: StatusCode,
    key: &'static str,
}

#[derive(Template)]
#[template(path = "layout/status.html")]
struct StatusTemplate {
    shell: Shell,
    title: String,
    text: String,
    /// The request's id, when somebody has to look it up in the log.
    reference: Option<String>,
}

impl StatusPage {
    #[must_use]
    pub fn new(status: StatusCode, key: &'static str) -> Self {
        Self { status, key }
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }

    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden")
    }

    /// What a status says by itself, where nothing more is known.
    fn of(status: StatusCode) -> Self {
        let key = match status {
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
            StatusCode::PAYLOAD_TOO_LARGE => "form-too-large",
            StatusCode::SERVICE_UNAVAILABLE => "busy",
            status if status.is_server_error() => "broken",
            _ => "unreadable",
        };
        Self::new(status, key)
    }

    /// The request itself makes no sense.
    #[must_use]
    pub fn unreadable() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable")
    }

    /// It takes too long, or there is too much of it: later it may work.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy")
    }

    /// Something of ours broke, or has too much to do: logged with its chain, told as little as possible.
    #[must_use]
    pub fn broken(error: &(dyn std::error::Error + 'static), what: &str) -> Self {
        if TooBusy::is_behind(error) {
            tracing::warn!(error, "{what}");
            return Self::busy();
        }
        tracing::error!(error, "{what}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken")
    }
}

impl IntoResponse for StatusPage {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware over everything: writes the page that a [`StatusPage`] stands for, or that a bare refusal should have been.
pub async fn render_status_pages(
    State(env): State<Env>,
    words: Words,
    RequestId(id): RequestId,
    request: Request,
    next: Next,
) -> Response {
    let for_person = !is_for_programs(request.uri().path());
    let mut response = next.run(request).await;
    let has_problem = response.extensions().get::<Problem>().is_some();
    let bare = for_person && !has_problem && is_bare(&response);
    let status = response.status();
    let page = response.extensions_mut().remove::<StatusPage>().filter(|_| for_person);
    let Some(StatusPage { status, key }) = page.or_else(|| bare.then(|| StatusPage::of(status))) else {
        return response;
    };
    let shell = Shell::new(words, &env.config.server);
    let (title, text) = (format!("{key}-title"), format!("{key}-text"));
    let reference = status.is_server_error().then_some(id);
    refilled(response, Page(status, StatusTemplate { shell, title, text, reference }).into_response())
}

/// What is wrong with a form, field by field.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors(Vec<FieldError>);

/// One mistake: the field's name, which is also its id on the page, and a sentence for its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub text: String,
}

impl FieldErrors {
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push(FieldError { field, text: text.into() });
    }

    #[must_use]
    pub fn one(field: &'static str, text: impl Into<String>) -> Self {
        Self(vec![FieldError { field, text: text.into() }])
    }

    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}
