//! The rules of a workspace for apps, and apps that it blocks.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::connected::{GrantPath, Room, found, waiting};
use super::terms::LifetimeView;
use crate::accounts::{InWorkspace, Right};
use crate::oauth::connected::ConnectedApp;
use crate::oauth::lifetime::Lifetime;
use crate::oauth::policy::Policy;
use crate::oauth::stance::{BlockError, Blocking, block_app, policy_of, set_policy, unblock_app};
use crate::platform::web::{FieldErrors, Form, NoFields, Page, Shell, StatusPage, redirect};

#[derive(Template)]
#[template(path = "oauth/rules.html")]
struct RulesPage {
    shell: Shell,
    workspace: String,
    workspace_id: String,
    policy: Policy,
    lifetimes: Vec<LifetimeView>,
    idle_days: i64,
}

pub async fn show(State(room): State<Room>, member: InWorkspace) -> Result<Response, StatusPage> {
    member.needs(Right::ManageWorkspace)?;
    let policy = policy_of(&room.env, member.id())
        .await
        .map_err(|error| StatusPage::broken(&error, "the rules for apps could not be read"))?;
    let lifetimes = Lifetime::ALL.into_iter().map(|lifetime| LifetimeView::of(lifetime, Some(policy.longest)));
    let page = RulesPage {
        shell: member.shell("apps"),
        workspace: member.membership.workspace.name.clone(),
        workspace_id: member.id().to_owned(),
        policy,
        lifetimes: lifetimes.collect(),
        idle_days: room.env.config.oauth.refresh_idle_s / 86_400,
    };
    Ok(Page::ok(page).into_response())
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct RulesForm {
    owners_only: String,
    reviewed_only: String,
    lifetime: String,
}

pub async fn post(
    State(room): State<Room>,
    member: InWorkspace,
    form: Form<RulesForm>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageWorkspace)?;
    let policy = Policy {
        owners_only: form.fields.owners_only == "yes",
        reviewed_only: form.fields.reviewed_only == "yes",
        longest: Lifetime::named(&form.fields.lifetime).unwrap_or_default(),
    };
    set_policy(&room.env, &member.visitor.who(), member.id(), policy)
        .await
        .map_err(|error| StatusPage::broken(&error, "the rules for apps could not be changed"))?;
    Ok(redirect(&format!("/w/{}/apps?done=rules", member.id())))
}

#[derive(Template)]
#[template(path = "oauth/block.html")]
struct BlockPage {
    shell: Shell,
    errors: FieldErrors,
    workspace: String,
    workspace_id: String,
    app: ConnectedApp,
    waiting: i64,
    reason: String,
}

impl BlockPage {
    async fn new(
        room: &Room,
        member: &InWorkspace,
        app: ConnectedApp,
        reason: String,
        errors: FieldErrors,
    ) -> Result<Self, StatusPage> {
        Ok(Self {
            shell: member.shell("apps"),
            errors,
            workspace: member.membership.workspace.name.clone(),
            workspace_id: member.id().to_owned(),
            waiting: waiting(room, member, &app.grant_id).await?,
            app,
            reason,
        })
    }
}

pub async fn show_block(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
) -> Result<Response, StatusPage> {
    let app = found(&room, &member, &grant_id, Right::ManageApps).await?;
    let page = BlockPage::new(&room, &member, app, String::new(), FieldErrors::default()).await?;
    Ok(Page::ok(page).into_response())
}

#[derive(serde::Deserialize)]
pub struct BlockForm {
    #[serde(default)]
    reason: String,
}

pub async fn post_block(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
    form: Form<BlockForm>,
) -> Result<Response, StatusPage> {
    let app = found(&room, &member, &grant_id, Right::ManageApps).await?;
    let what =
        Blocking { workspace_id: member.id().to_owned(), app_id: app.app_id.clone(), app_name: app.app_name.clone() };
    let (who, reason) = (member.visitor.who(), form.fields.reason);
    match block_app(&room.env, &room.live, &who, what, &member.person.id, &reason).await {
        Ok(()) => Ok(redirect(&format!("/w/{}/apps?tab=blocked&done=blocked", member.id()))),
        Err(BlockError::LongReason) => {
            let errors = FieldErrors::one("reason", member.visitor.words.text("block-reason-long"));
            let page = BlockPage::new(&room, &member, app, reason, errors).await?;
            Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(BlockError::Storage(error)) => Err(StatusPage::broken(&error, "an app could not be blocked")),
    }
}

pub async fn post_unblock(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, app_id)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageApps)?;
    let unblocked = unblock_app(&room.env, &member.visitor.who(), member.id(), &app_id).await;
    if !unblocked.map_err(|error| StatusPage::broken(&error, "an app could not be unblocked"))? {
        return Err(StatusPage::not_found());
    }
    Ok(redirect(&format!("/w/{}/apps?tab=blocked&done=unblocked", member.id())))
}
