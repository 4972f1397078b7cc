//! The list of apps that are, or were, connected to a workspace; and of those that one person approved anywhere.

use askama::Template;
use axum::extract::{Query, State};

use super::connected::Room;
use crate::access::GROUPS;
use crate::accounts::{InWorkspace, Right, SignedIn};
use crate::events::Live;
use crate::oauth::connected::{ApprovedApp, ConnectedApp, ConnectedState, Filter, Order};
use crate::oauth::lifetime::Lifetime;
use crate::oauth::policy::{BlockedApp, Policy};
use crate::oauth::stance::{blocked_apps, policy_of};
use crate::oauth::{approved_apps, connected_apps};
use crate::platform::web::{Markup, Notice, Page, Shell, StatusPage, Tone};

/// What the address says; anything unknown counts as not said.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
    done: String,
    group: String,
    review: String,
    person: String,
    sort: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Connected,
    Disconnected,
    Blocked,
}

#[derive(Template)]
#[template(path = "oauth/apps.html")]
pub struct AppsPage {
    shell: Shell,
    workspace: String,
    workspace_id: String,
    may_manage: bool,
    /// Whether the rules are this member's to change.
    may_rule: bool,
    policy: Policy,
    tab: Tab,
    live: Live,
    asked: Asked,
    filtered: bool,
    people: Vec<String>,
    apps: Vec<ConnectedApp>,
    blocked: Vec<BlockedApp>,
    connected: usize,
    disconnected: usize,
    attention: usize,
}

impl AppsPage {
    /// Whether the rules leave anything to say.
    fn has_rules(&self) -> bool {
        self.policy != Policy::default()
    }
}

pub async fn show(
    State(room): State<Room>,
    member: InWorkspace,
    Query(asked): Query<Asked>,
) -> Result<Page<AppsPage>, StatusPage> {
    member.needs(Right::ViewApps)?;
    let broken = |error: sqlx::Error| StatusPage::broken(&error, "the apps of a workspace could not be listed");
    let live = Live::part(&room.env, member.id(), "grant.", "", "live-apps").await?;
    let all = connected_apps(&room.env, member.id()).await.map_err(broken)?;
    let blocked = blocked_apps(&room.env, member.id()).await.map_err(broken)?;
    let policy = policy_of(&room.env, member.id()).await.map_err(broken)?;
    let tab = match asked.tab.as_str() {
        "disconnected" => Tab::Disconnected,
        "blocked" => Tab::Blocked,
        _ => Tab::Connected,
    };
    let filter = Filter { group: asked.group.clone(), review: asked.review.clone(), person: asked.person.clone() };
    let order = if asked.sort == "used" { Order::LastUsed } else { Order::Attention };
    let disconnected = all.iter().filter(|app| app.state == ConnectedState::Disconnected).count();
    let (connected, attention) =
        (all.len() - disconnected, all.iter().filter(|app| app.state.needs_attention()).count());
    let in_tab = |app: &ConnectedApp| (app.state == ConnectedState::Disconnected) == (tab == Tab::Disconnected);
    let mut apps: Vec<ConnectedApp> = all.into_iter().filter(in_tab).collect();
    let mut people: Vec<String> = apps.iter().map(|app| app.approved_by.clone()).collect();
    people.sort();
    people.dedup();
    apps.retain(|app| filter.admits(app));
    order.sort(&mut apps);
    Ok(Page::ok(AppsPage {
        shell: Shell { notice: done_notice(&asked.done), ..member.shell("apps") },
        workspace: member.membership.workspace.name.clone(),
        workspace_id: member.id().to_owned(),
        may_manage: member.may(Right::ManageApps),
        may_rule: member.may(Right::ManageWorkspace),
        filtered: filter != Filter::default(),
        policy,
        tab,
        live,
        asked,
        people,
        apps,
        blocked,
        connected,
        disconnected,
        attention,
    }))
}

fn done_notice(done: &str) -> Option<Notice> {
    let words = match done {
        "disconnected" => "disconnected-done",
        "deleted" => "deleted-done",
        "blocked" => "blocked-done",
        "unblocked" => "unblocked-done",
        "rules" => "rules-done",
        _ => return None,
    };
    Some(Notice { tone: Tone::Done, words })
}

#[derive(Template)]
#[template(path = "oauth/approved.html")]
pub struct ApprovedPage {
    shell: Shell,
    apps: Vec<ApprovedApp>,
}

pub async fn show_approved(State(room): State<Room>, who: SignedIn) -> Result<Page<ApprovedPage>, StatusPage> {
    let apps = approved_apps(&room.env, &who.person.id).await;
    let apps = apps.map_err(|error| StatusPage::broken(&error, "the apps of a person could not be listed"))?;
    Ok(Page::ok(ApprovedPage { shell: who.visitor.shell(), apps }))
}
