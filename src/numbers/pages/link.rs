//! One link attempt: its code and its QR code while it is open, how it ended afterwards.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::view::{Chosen, Ending, Method, View};
use super::{Room, broken, minutes, retry_later};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, Attempt, CodeError, CodeRefusal};
use crate::platform::web::{FieldErrors, Form, NoFields, Notice, Page, Shell, StatusPage, Tone, redirect};

#[derive(Template)]
#[template(path = "numbers/link.html")]
struct LinkPage {
    shell: Shell,
    view: View,
    refusal: Option<String>,
    errors: FieldErrors,
}

/// What the page has to say to somebody whose form was refused.
#[derive(Default)]
pub struct Said {
    /// Why nothing came of it.
    pub refusal: Option<String>,
    /// What is wrong in the field of the page.
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "numbers/ended.html")]
struct EndedPage {
    shell: Shell,
    view: View,
    ending: Ending,
}

/// The attempt that the path names, if it belongs to the workspace.
pub async fn find(room: &Room, member: &InWorkspace, id: &str) -> Result<Attempt, StatusPage> {
    numbers::link_attempt(room.env(), member.id(), id)
        .await
        .map_err(broken("a link attempt could not be read"))?
        .ok_or(StatusPage::not_found())
}

pub async fn show(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    page(&room, &member, &id, chosen, StatusCode::OK, Said::default()).await
}

pub async fn page(
    room: &Room,
    member: &InWorkspace,
    id: &str,
    chosen: Chosen,
    status: StatusCode,
    said: Said,
) -> Result<Response, StatusPage> {
    let attempt = find(room, member, id).await?;
    let mut shell = member.shell("numbers");
    let view = View::new(room, &attempt, chosen, room.env().now());
    let number = numbers::number(room.env(), member.id(), &attempt.number_id)
        .await
        .map_err(|error| StatusPage::broken(&error, "a number could not be read"))?;
    Ok(match Ending::of(&view, number.as_ref()) {
        Some(ending) => {
            let words = if ending.failure.is_none() { "link-code-linked" } else { "link-code-ended" };
            shell.notice = said.refusal.map(|_| Notice { tone: Tone::Warning, words });
            Page(status, EndedPage { shell, view, ending }).into_response()
        }
        None => {
            let Said { refusal, errors } = said;
            Page(status, LinkPage { shell, view, refusal, errors }).into_response()
        }
    })
}

/// A new code; the old one dies. An attempt that has ended shows how.
pub async fn post_code(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let words = &member.visitor.words;
    let refused = |status, refusal| {
        let said = Said { refusal: Some(refusal), ..Said::default() };
        page(&room, &member, &id, chosen.clone(), status, said)
    };
    match numbers::request_new_code(&room.sessions, member.id(), &id).await {
        Ok(()) => Ok(to(&member, &id, &chosen)),
        Err(CodeError::Refused(CodeRefusal::NotFound)) => Err(StatusPage::not_found()),
        Err(CodeError::Refused(CodeRefusal::AlreadyLinked)) => {
            refused(StatusCode::CONFLICT, words.text("link-code-linked")).await
        }
        Err(CodeError::Refused(CodeRefusal::Ended)) => {
            refused(StatusCode::CONFLICT, words.text("link-code-ended")).await
        }
        Err(CodeError::Refused(CodeRefusal::TooOften(wait))) => {
            let text = words.msg("link-code-too-often").count("minutes", minutes(wait)).plain(&[]);
            Ok(retry_later(wait, refused(StatusCode::TOO_MANY_REQUESTS, text).await?))
        }
        Err(CodeError::Broken(error)) => Err(broken("a new code could not be asked for")(error)),
    }
}

pub fn to(member: &InWorkspace, id: &str, chosen: &Chosen) -> Response {
    redirect(&format!("/w/{}/numbers/links/{id}{}", member.id(), chosen.query()))
}

/// For readers without a script: look again.
pub async fn post_check(
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    Ok(to(&member, &id, &chosen))
}

pub async fn post_cancel(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    find(&room, &member, &id).await?;
    let stopped = numbers::cancel_link(&room.sessions, &member.visitor.who(), member.id(), &id)
        .await
        .map_err(broken("a link attempt could not be stopped"))?;
    // Too late to stop: the page of the attempt says how it ended.
    let list = format!("/w/{}/numbers?done=stopped", member.id());
    Ok(if stopped { redirect(&list) } else { to(&member, &id, &Chosen::default()) })
}
