//! One number.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};

use super::list::Done;
use super::{Room, badge, connector_words, link_words, next_words, phones, reason_words};
use crate::accounts::{InWorkspace, Right};
use crate::events::Live;
use crate::numbers::{self, Number, NumberState};
use crate::platform::web::{Markup, Page, Shell, StatusPage};

#[derive(Template)]
#[template(path = "numbers/number.html")]
struct NumberPage {
    shell: Shell,
    base: String,
    may_manage: bool,
    live: Live,
    number: Number,
    phone: String,
    tone: &'static str,
    state: &'static str,
    reason: Option<&'static str>,
    /// What there is to do now, and who does it when the reader may not.
    next: &'static str,
    ask: Option<&'static str>,
    connector: &'static str,
    linked_at: Option<Markup>,
    changed_at: Markup,
    may_open_phone: bool,
}

impl NumberPage {
    fn link(&self) -> Option<&'static str> {
        link_words(&self.number).filter(|_| self.may_manage)
    }

    fn may_unlink(&self) -> bool {
        self.may_manage && self.number.state != NumberState::NotLinked
    }
}

/// The number that the path names, if the workspace has it.
pub async fn find(room: &Room, member: &InWorkspace, id: &str) -> Result<Number, StatusPage> {
    let found = numbers::number(room.env(), member.id(), id).await;
    found.map_err(|error| StatusPage::broken(&error, "a number could not be read"))?.ok_or(StatusPage::not_found())
}

pub async fn show(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ViewNumbers)?;
    let live = Live::part(room.env(), member.id(), "number.", &id, "live-number").await?;
    let number = find(&room, &member, &id).await?;
    let (tone, state) = badge(number.state);
    let (next, for_managers) = next_words(number.state, number.reason.as_deref());
    let may_manage = member.may(Right::ManageNumbers);
    let page = NumberPage {
        shell: Shell { notice: done.notice(), ..member.shell("numbers") },
        base: format!("/w/{}/numbers", member.id()),
        may_manage,
        live,
        phone: number.international(),
        tone,
        state,
        reason: reason_words(number.reason.as_deref()),
        next,
        ask: (for_managers && !may_manage).then_some("number-next-ask"),
        connector: connector_words(&number.connector),
        linked_at: number.linked_at.map(Markup::time),
        changed_at: Markup::time(number.changed_at),
        may_open_phone: number.connector == "sandbox" && (may_manage || phones::are_open(room.env())),
        number,
    };
    Ok(Page::ok(page).into_response())
}
