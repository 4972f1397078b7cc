//! Registering an app, and changing what it says of itself.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::mistakes::{field_errors, of_scope};
use super::secrets::secret_page;
use super::{OwnApp, failed};
use crate::access::Scope;
use crate::accounts::{SignedIn, Visitor};
use crate::apps::change::{ChangeError, ChangeRefusal, change};
use crate::apps::{App, DeclaredScope, Details, Kind, Mistakes, NewApp, RegisterError, RegisterRefusal, register};
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Form, FormRefusal, Page, Shell, StatusPage, Words, redirect};

/// What somebody typed.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    publisher: String,
    homepage: String,
    privacy: String,
    terms: String,
    /// One address a line.
    redirects: String,
    kind: String,
    /// `yes` or nothing.
    development: String,
}

/// A line of the table of scopes.
struct ScopeRow {
    scope: Scope,
    /// In field names: `messages-send`.
    slug: String,
    words: String,
    /// `off`, `optional` or `required`.
    ask: &'static str,
    reason: String,
    error: Option<String>,
    ask_label: String,
    reason_label: String,
}

/// The app whose form this is, as it stands.
struct Editing {
    id: String,
    name: String,
    reviewed: bool,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "apps/form.html")]
struct FormPage {
    shell: Shell,
    errors: FieldErrors,
    title: &'static str,
    refused: &'static str,
    button: &'static str,
    action: String,
    back: String,
    editing: Option<Editing>,
    typed: Typed,
    scopes: Vec<ScopeRow>,
}

impl FormPage {
    fn new(visitor: &Visitor, typed: Typed, scopes: Vec<ScopeRow>, errors: FieldErrors) -> Self {
        Self {
            shell: visitor.shell(),
            errors,
            title: "app-register",
            refused: "app-register-refused",
            button: "app-register-button",
            action: String::from("/developers/apps/new"),
            back: String::from("/developers"),
            editing: None,
            typed,
            scopes,
        }
    }

    fn of_app(self, app: &App) -> Self {
        let kind = kind_words(app.kind);
        Self {
            title: "app-edit-title",
            refused: "app-refused",
            button: "app-save",
            action: format!("/developers/apps/{}/edit", app.id),
            back: format!("/developers/apps/{}", app.id),
            editing: Some(Editing { id: app.id.clone(), name: app.name.clone(), reviewed: app.reviewed, kind }),
            ..self
        }
    }
}

/// The key of a kind's name.
pub(super) fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Confidential => "app-kind-confidential",
        Kind::Public => "app-kind-public",
    }
}

pub(super) async fn show_new(developer: SignedIn) -> Response {
    let typed = Typed { kind: Kind::Confidential.name().to_owned(), ..Typed::default() };
    let scopes = scope_rows(&developer.visitor.words, &[], None);
    Page::ok(FormPage::new(&developer.visitor, typed, scopes, FieldErrors::default())).into_response()
}

/// Answers with the page that shows the secret: it cannot be shown again, hence no redirect.
pub(super) async fn post_new(State(env): State<Env>, developer: SignedIn, form: Form<Typed>) -> Response {
    let SignedIn { visitor, person, .. } = developer;
    let Ok(kind) = form.fields.kind.parse() else { return FormRefusal::Unreadable.into_response() };
    let declared = declared_scopes(&form);
    let details = details_of(&form.fields, declared.clone());
    match register(&env, &visitor.who(), NewApp { owner_id: person.id, kind, details }).await {
        Ok((app, Some(secret))) => secret_page(&visitor, app, &secret, true),
        Ok((app, None)) => redirect(&format!("/developers/apps/{}?done=registered", app.id)),
        Err(RegisterError::Refused(refusal)) => {
            let (errors, mistakes) = register_errors(&visitor.words, refusal);
            let scopes = scope_rows(&visitor.words, &asked(&form), mistakes.as_ref());
            let page = FormPage::new(&visitor, form.fields, scopes, errors);
            Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => StatusPage::broken(&error, "an app could not be registered").into_response(),
    }
}

fn register_errors(words: &Words, refusal: RegisterRefusal) -> (FieldErrors, Option<Mistakes>) {
    match refusal {
        RegisterRefusal::Mistakes(mistakes) => (field_errors(words, &mistakes), Some(mistakes)),
        RegisterRefusal::TooManyApps => (FieldErrors::one("name", words.text("app-wrong-many-apps")), None),
    }
}

pub(super) async fn show_edit(own: OwnApp) -> Response {
    let OwnApp { visitor, app } = own;
    let typed = Typed {
        name: app.name.clone(),
        publisher: app.publisher.clone(),
        homepage: app.homepage_url.clone(),
        privacy: app.privacy_url.clone(),
        terms: app.terms_url.clone(),
        redirects: app.redirect_uris.join("\n"),
        kind: app.kind.name().to_owned(),
        development: String::from(if app.in_development { "yes" } else { "" }),
    };
    let asked: Vec<Asked> = app.scopes.iter().map(Asked::from).collect();
    let scopes = scope_rows(&visitor.words, &asked, None);
    Page::ok(FormPage::new(&visitor, typed, scopes, FieldErrors::default()).of_app(&app)).into_response()
}

pub(super) async fn post_edit(State(env): State<Env>, own: OwnApp, form: Form<Typed>) -> Response {
    let OwnApp { visitor, app } = own;
    let details = details_of(&form.fields, declared_scopes(&form));
    match change(&env, &visitor.who(), &app, details).await {
        Ok(()) => redirect(&format!("/developers/apps/{}?done=changed", app.id)),
        Err(ChangeError::Refused(ChangeRefusal::Mistakes(mistakes))) => {
            let errors = field_errors(&visitor.words, &mistakes);
            let scopes = scope_rows(&visitor.words, &asked(&form), Some(&mistakes));
            let page = FormPage::new(&visitor, form.fields, scopes, errors).of_app(&app);
            Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn details_of(typed: &Typed, scopes: Vec<DeclaredScope>) -> Details {
    Details {
        name: typed.name.clone(),
        publisher: typed.publisher.clone(),
        homepage_url: typed.homepage.clone(),
        privacy_url: typed.privacy.clone(),
        terms_url: typed.terms.clone(),
        in_development: typed.development == "yes",
        redirect_uris: typed.redirects.lines().map(str::to_owned).collect(),
        scopes,
    }
}

/// What a form says of one scope.
struct Asked {
    scope: Scope,
    ask: &'static str,
    reason: String,
}

impl From<&DeclaredScope> for Asked {
    fn from(declared: &DeclaredScope) -> Self {
        let ask = if declared.required { "required" } else { "optional" };
        Self { scope: declared.scope, ask, reason: declared.reason.clone() }
    }
}

fn slug(scope: Scope) -> String {
    scope.name().replace(':', "-")
}

fn asked(form: &Form<Typed>) -> Vec<Asked> {
    let one = |scope: Scope| {
        let slug = slug(scope);
        let ask = match form.all(&format!("ask-{slug}")).next() {
            Some("required") => "required",
            Some("optional") => "optional",
            _ => "off",
        };
        let reason = form.all(&format!("reason-{slug}")).next().unwrap_or_default().to_owned();
        Asked { scope, ask, reason }
    };
    Scope::ALL.into_iter().map(one).collect()
}

fn declared_scopes(form: &Form<Typed>) -> Vec<DeclaredScope> {
    let declared = asked(form).into_iter().filter(|asked| asked.ask != "off");
    declared
        .map(|asked| DeclaredScope { scope: asked.scope, required: asked.ask == "required", reason: asked.reason })
        .collect()
}

fn scope_rows(words: &Words, asked: &[Asked], mistakes: Option<&Mistakes>) -> Vec<ScopeRow> {
    let row = |scope: Scope| {
        let known = asked.iter().find(|asked| asked.scope == scope);
        let label = |key| words.msg(key).plain(&[("scope", scope.name())]);
        ScopeRow {
            scope,
            slug: slug(scope),
            words: scope.words(),
            ask: known.map_or("off", |asked| asked.ask),
            reason: known.map(|asked| asked.reason.clone()).unwrap_or_default(),
            error: mistakes.and_then(|mistakes| of_scope(words, mistakes, scope)),
            ask_label: label("app-ask-for"),
            reason_label: label("app-reason-for"),
        }
    };
    Scope::ALL.into_iter().map(row).collect()
}
