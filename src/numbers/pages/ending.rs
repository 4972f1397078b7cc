//! Unlinking and removing a number: first a page that says what will stop.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::number::find;
use super::{Room, broken};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, Number};
use crate::platform::web::{Form, NoFields, Page, Shell, StatusPage, redirect};

/// The two ends that a member can give a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Unlink,
    Remove,
}

#[derive(Template)]
#[template(path = "numbers/end.html")]
struct EndPage {
    shell: Shell,
    end: End,
    base: String,
    number: Number,
    phone: String,
}

impl EndPage {
    /// The last part of the address.
    fn name(&self) -> &'static str {
        match self.end {
            End::Unlink => "unlink",
            End::Remove => "remove",
        }
    }

    fn title(&self) -> &'static str {
        match self.end {
            End::Unlink => "unlink-title",
            End::Remove => "remove-title",
        }
    }

    /// What will happen, and what stays.
    fn effects(&self) -> [&'static str; 4] {
        match self.end {
            End::Unlink => ["unlink-phone", "unlink-apps", "unlink-queued", "unlink-stays"],
            End::Remove => ["remove-phone", "remove-apps", "remove-messages", "remove-stays"],
        }
    }

    fn keep(&self) -> &'static str {
        match self.end {
            End::Unlink => "unlink-keep",
            End::Remove => "remove-keep",
        }
    }

    /// The way back, where there is one.
    fn again(&self) -> Option<&'static str> {
        (self.end == End::Unlink).then_some("unlink-again")
    }
}

type Asked = Path<(String, String)>;

pub async fn show_unlink(room: State<Room>, member: InWorkspace, asked: Asked) -> Result<Response, StatusPage> {
    show(&room, &member, &asked.1, End::Unlink).await
}

pub async fn show_remove(room: State<Room>, member: InWorkspace, asked: Asked) -> Result<Response, StatusPage> {
    show(&room, &member, &asked.1, End::Remove).await
}

async fn show(room: &Room, member: &InWorkspace, id: &str, end: End) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let number = find(room, member, id).await?;
    let base = format!("/w/{}/numbers", member.id());
    let page = EndPage { shell: member.shell("numbers"), end, base, phone: number.international(), number };
    Ok(Page::ok(page).into_response())
}

pub async fn post_unlink(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Asked,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let number = find(&room, &member, &id).await?;
    numbers::unlink(&room.sessions, &member.visitor.who(), member.id(), &number.id)
        .await
        .map_err(broken("a number could not be unlinked"))?;
    Ok(redirect(&format!("/w/{}/numbers/{}?done=unlinked", member.id(), number.id)))
}

pub async fn post_remove(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Asked,
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
