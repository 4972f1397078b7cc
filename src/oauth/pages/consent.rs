//! The consent page: **Authorize API Access**.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::permissions::{GroupView, grid, sentence};
use super::terms::{self, LifetimeView, NumberView};
use super::{consent_path, invalid, returning, to_sign_in, viewer};
use crate::access::Scope;
use crate::accounts::Visitor;
use crate::oauth::approve::{Approval, ApproveError, DenyError, No, approve, deny};
use crate::oauth::bearer::LiveGrants;
use crate::oauth::consent::{Choice, Offer};
use crate::oauth::lifetime::Lifetime;
use crate::oauth::review::{Blocked, Review, review};
use crate::platform::secret::{PlainSecret, same};
use crate::platform::web::{FieldErrors, Form, FormRefusal, Notice, Page, Shell, Tone, redirect};
use crate::platform::{Env, Timestamp};

#[derive(Template)]
#[template(path = "oauth/consent.html")]
struct ConsentPage {
    shell: Shell,
    errors: FieldErrors,
    handle: String,
    /// Binds the answer to this very page.
    seen: String,
    offer: Box<Offer>,
    choice: Choice,
    shown: Vec<GroupView>,
    rest: Vec<GroupView>,
    numbers: Vec<NumberView>,
    lifetimes: Vec<LifetimeView>,
    /// Days without use after which the app's access ends by itself.
    idle_days: i64,
    links: OperatorLinks,
}

/// The operator's own pages; empty where there is none.
struct OperatorLinks {
    privacy: String,
    terms: String,
    support: String,
}

#[derive(Template)]
#[template(path = "oauth/link_first.html")]
struct LinkFirstPage {
    shell: Shell,
    handle: String,
    offer: Box<Offer>,
}

#[derive(Template)]
#[template(path = "oauth/blocked.html")]
struct BlockedPage {
    shell: Shell,
    handle: String,
    blocked: Box<Blocked>,
}

impl ConsentPage {
    fn new(env: &Env, visitor: &Visitor, handle: &PlainSecret, offer: Box<Offer>, choice: Choice) -> Self {
        let current = offer.terms.current.as_ref().map(|granted| &granted.scopes);
        let (shown, rest) = grid(&offer.terms.lines, &choice.selected.scopes, current);
        let lifetimes = offer.lifetimes().into_iter().map(|lifetime| LifetimeView::of(lifetime, choice.lifetime));
        let server = &env.config.server;
        Self {
            shell: visitor.shell(),
            errors: FieldErrors::default(),
            handle: handle.reveal().to_owned(),
            seen: visitor.browser.seal_of(&offer.shown()),
            shown,
            rest,
            numbers: terms::numbers(&offer.terms, &choice.selected),
            lifetimes: lifetimes.collect(),
            idle_days: env.config.oauth.refresh_idle_s / 86_400,
            links: OperatorLinks {
                privacy: server.privacy_url.clone(),
                terms: server.terms_url.clone(),
                support: server.support_url.clone(),
            },
            offer,
            choice,
        }
    }

    /// The key of the sentence under the title.
    fn subtitle(&self) -> &'static str {
        if self.offer.terms.current.is_some() { "consent-subtitle-again" } else { "consent-subtitle" }
    }

    /// The keys of the sentences for what ends with the approval.
    fn no_longer_asked(&self) -> Vec<String> {
        self.offer.terms.no_longer_asked().iter().map(sentence).collect()
    }

    fn rest_count(&self) -> usize {
        self.rest.iter().map(|group| group.scopes.len()).sum()
    }

    fn asks(&self, scope: Scope) -> bool {
        self.offer.request.scopes.permits(scope)
    }
}

impl LinkFirstPage {
    fn open_until(&self) -> Timestamp {
        self.offer.request.expires_at
    }
}

#[derive(serde::Deserialize)]
pub struct View {
    /// `later`: go on although no number is linked yet.
    #[serde(default)]
    numbers: String,
}

pub async fn show(
    State(env): State<Env>,
    Path(handle): Path<String>,
    Query(view): Query<View>,
    visitor: Visitor,
) -> Response {
    let handle = PlainSecret::received(&handle);
    let Some(viewer) = viewer(&visitor) else { return to_sign_in(&env, &visitor, &handle).await };
    match review(&env, &handle, &viewer).await {
        Ok(Review::NoWorkspace) => redirect(&format!("/workspaces/new?request={}", handle.reveal())),
        Ok(Review::Choose) => redirect(&format!("{}/workspace", consent_path(&handle))),
        Ok(Review::Blocked(blocked)) => {
            let handle = handle.reveal().to_owned();
            Page(StatusCode::FORBIDDEN, BlockedPage { shell: visitor.shell(), handle, blocked }).into_response()
        }
        Ok(Review::Offer(offer)) if offer.terms.needs_a_number_first() && view.numbers != "later" => {
            let handle = handle.reveal().to_owned();
            Page::ok(LinkFirstPage { shell: visitor.shell(), handle, offer }).into_response()
        }
        Ok(Review::Offer(offer)) => {
            let choice = offer.first_choice();
            Page::ok(ConsentPage::new(&env, &visitor, &handle, offer, choice)).into_response()
        }
        Err(error) => invalid::no_review(&visitor, &handle, error),
    }
}

#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Answer {
    seen: String,
    numbers: String,
    lifetime: String,
    understood: String,
}

fn choice_of(form: &Form<Answer>) -> Choice {
    Choice {
        selected: terms::selection(form, &form.fields.numbers),
        lifetime: Lifetime::named(&form.fields.lifetime),
        understood: form.fields.understood == "yes",
    }
}

/// The page's own form: a yes.
pub async fn answer(
    State(env): State<Env>,
    State(live): State<LiveGrants>,
    Path(handle): Path<String>,
    visitor: Visitor,
    form: Result<Form<Answer>, FormRefusal>,
) -> Response {
    let handle = PlainSecret::received(&handle);
    let Some(viewer) = viewer(&visitor) else { return to_sign_in(&env, &visitor, &handle).await };
    let form = match form {
        Ok(form) => form,
        Err(FormRefusal::NotOurs) => return look_again(&env, &visitor, &handle, StatusCode::FORBIDDEN).await,
        Err(refusal) => return refusal.into_response(),
    };
    let offer = match review(&env, &handle, &viewer).await {
        Ok(Review::Offer(offer)) => offer,
        Ok(_) => return redirect(&consent_path(&handle)),
        Err(error) => return invalid::no_review(&visitor, &handle, error),
    };
    let (shown, choice) = (offer.shown(), choice_of(&form));
    if !same(&visitor.browser.seal_of(&shown), &form.fields.seen) {
        return look_again(&env, &visitor, &handle, StatusCode::CONFLICT).await;
    }
    let approval =
        Approval { handle: handle.clone(), viewer, shown, choice: choice.clone(), words: visitor.words.clone() };
    match approve(&env, &live, &visitor.who(), approval).await {
        Ok(back) => returning::page(&visitor, back, true),
        Err(ApproveError::Incomplete(mistakes)) => {
            let mut page = ConsentPage::new(&env, &visitor, &handle, offer, choice);
            page.errors = terms::field_errors(&visitor.words, mistakes);
            Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(ApproveError::Changed) => look_again(&env, &visitor, &handle, StatusCode::CONFLICT).await,
        Err(ApproveError::TooOften(wait)) => invalid::too_often(&visitor, wait),
        Err(ApproveError::Review(error)) => invalid::no_review(&visitor, &handle, error),
    }
}

/// The page was answered in another state of things than it was shown in: it is shown anew and nothing happens.
async fn look_again(env: &Env, visitor: &Visitor, handle: &PlainSecret, status: StatusCode) -> Response {
    let Some(viewer) = viewer(visitor) else { return to_sign_in(env, visitor, handle).await };
    match review(env, handle, &viewer).await {
        Ok(Review::Offer(offer)) => {
            let choice = offer.first_choice();
            let mut page = ConsentPage::new(env, visitor, handle, offer, choice);
            page.shell.notice = Some(Notice { tone: Tone::Warning, words: "consent-changed" });
            Page(status, page).into_response()
        }
        Ok(_) => redirect(&consent_path(handle)),
        Err(error) => invalid::no_review(visitor, handle, error),
    }
}

#[derive(serde::Deserialize)]
pub struct Refusal {
    /// `yes`: the workspace does not want to be asked again.
    #[serde(default)]
    block: String,
}

/// The other form: a no.
pub async fn refuse(
    State(env): State<Env>,
    State(live): State<LiveGrants>,
    Path(handle): Path<String>,
    visitor: Visitor,
    form: Result<Form<Refusal>, FormRefusal>,
) -> Response {
    let handle = PlainSecret::received(&handle);
    let Some(viewer) = viewer(&visitor) else { return to_sign_in(&env, &visitor, &handle).await };
    let no = match form {
        Ok(form) if form.fields.block == "yes" => No::Block,
        Ok(_) => No::Refuse,
        Err(FormRefusal::NotOurs) => return look_again(&env, &visitor, &handle, StatusCode::FORBIDDEN).await,
        Err(refusal) => return refusal.into_response(),
    };
    match deny(&env, &live, &visitor.who(), &handle, &viewer, no).await {
        Ok(back) => returning::page(&visitor, back, false),
        Err(DenyError::TooOften(wait)) => invalid::too_often(&visitor, wait),
        Err(DenyError::Review(error)) => invalid::no_review(&visitor, &handle, error),
    }
}
