//! The numbers of a workspace.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};

use super::{Room, badge, broken, connector_words, link_words, reason_words};
use crate::accounts::{InWorkspace, Right};
use crate::events::Live;
use crate::numbers::{self, Number, NumberState};
use crate::platform::web::{Markup, Notice, Page, Shell, StatusPage, Tone};

#[derive(Template)]
#[template(path = "numbers/list.html")]
struct ListPage {
    shell: Shell,
    base: String,
    may_manage: bool,
    live: Live,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    /// In international form.
    phone: String,
    tone: &'static str,
    state: &'static str,
    reason: Option<&'static str>,
    since: Option<Markup>,
    connector: &'static str,
    /// The link attempt that is under way.
    attempt: Option<String>,
    /// The word for linking it, when that can be done.
    link: Option<&'static str>,
}

impl Row {
    fn of(number: &Number, attempt: Option<String>) -> Self {
        let (tone, state) = if attempt.is_some() { ("warn", "number-waiting") } else { badge(number.state) };
        let reason = reason_words(number.reason.as_deref()).filter(|_| attempt.is_none());
        Self {
            id: number.id.clone(),
            name: number.name.clone(),
            phone: number.international(),
            tone,
            state,
            reason: reason.or((number.state == NumberState::Starting).then_some("number-connecting-text")),
            since: reason.map(|_| Markup::time(number.changed_at)),
            connector: connector_words(&number.connector),
            attempt,
            link: link_words(number),
        }
    }
}

#[derive(serde::Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    pub fn notice(&self) -> Option<Notice> {
        let words = match self.done.as_str() {
            "unlinked" => "numbers-done-unlinked",
            "removed" => "numbers-done-removed",
            "stopped" => "numbers-done-stopped",
            _ => return None,
        };
        Some(Notice { tone: Tone::Done, words })
    }
}

pub async fn show(
    State(room): State<Room>,
    member: InWorkspace,
    Query(done): Query<Done>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ViewNumbers)?;
    let live = Live::part(room.env(), member.id(), "number.", "", "live-numbers").await?;
    let rows = rows(&room, member.id()).await.map_err(broken("the numbers could not be listed"))?;
    let page = ListPage {
        shell: Shell { notice: done.notice(), ..member.shell("numbers") },
        base: format!("/w/{}/numbers", member.id()),
        may_manage: member.may(Right::ManageNumbers),
        live,
        rows,
    };
    Ok(Page::ok(page).into_response())
}

async fn rows(room: &Room, workspace_id: &str) -> anyhow::Result<Vec<Row>> {
    let numbers = numbers::in_workspace(room.env(), workspace_id).await?;
    let mut open: HashMap<String, String> =
        numbers::attempts_under_way(room.env(), workspace_id).await?.into_iter().collect();
    Ok(numbers.iter().map(|number| Row::of(number, open.remove(&number.id))).collect())
}
