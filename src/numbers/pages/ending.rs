//! Unlinking and removing a number: first a page that says what will stop.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::number::find;
use super::{NoFields, Room, broken};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, Number};
use crate::platform::web::{Form, Page, Shell, StatusPage, redirect};

#[derive(Template)]
#[template(path = "numbers/unlink.html")]
struct UnlinkPage {
    shell: Shell,
    base: String,
    number: Number,
    phone: String,
}

#[derive(Template)]
#[template(path = "numbers/remove.html")]
struct RemovePage {
    shell: Shell,
    base: String,
    number: Number,
    phone: String,
}

pub async fn show_unlink(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let number = find(&room, &member, &id).await?;
    let base = format!("/w/{}/numbers", member.id());
    let page = UnlinkPage { shell: member.shell("numbers"), base, phone: number.international(), number };
    Ok(Page::ok(page).into_response())
}

pub async fn post_unlink(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let number = find(&room, &member, &id).await?;
    numbers::unlink(&room.sessions, &member.visitor.who(), member.id(), &number.id)
        .await
        .map_err(broken("a number could not be unlinked"))?;
    Ok(redirect(&format!("/w/{}/numbers/{}?done=unlinked", member.id(), number.id)))
}

pub async fn show_remove(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let number = find(&room, &member, &id).await?;
    let base = format!("/w/{}/numbers", member.id());
    let page = RemovePage { shell: member.shell("numbers"), base, phone: number.international(), number };
    Ok(Page::ok(page).into_response())
}

pub async fn post_remove(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let removed = numbers::remove(&room.sessions, &member.visitor.who(), member.id(), &id)
        .await
        .map_err(broken("a number could not be removed"))?;
    if !removed {
        return Err(StatusPage::not_found());
    }
    Ok(redirect(&format!("/w/{}/numbers?done=removed", member.id())))
}
