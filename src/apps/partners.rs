//! Partners: developers whom the operator lets act for many customers. Only the operator makes one.

use serde_json::json;

use super::name::{self, NameRefusal};
use super::store::{self, Partner};
use crate::accounts::Person;
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartnerRefusal {
    #[error("the name cannot be used")]
    Name(#[from] NameRefusal),
    #[error("this person is a partner already")]
    IsOne,
    #[error("there is no such partner; `grantline partner list` shows all of them")]
    NoSuchPartner,
    #[error("that is so already")]
    Already,
}

#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error(transparent)]
    Refused(#[from] PartnerRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Makes a person a partner: its id.
pub async fn add_partner(env: &Env, who: &Who, person: &Person, name: &str) -> Result<String, PartnerError> {
    let name = name::check(name, &env.config.server.product_name).map_err(PartnerRefusal::from)?;
    let partner = Partner {
        id: env.id("prt"),
        person_id: person.id.clone(),
        email: person.email.clone(),
        name,
        state: String::from("active"),
        created_at: env.now(),
    };
    let (env, who, id) = (env.clone(), who.clone(), partner.id.clone());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::insert_partner(tx, &partner).await? {
                    return Err(PartnerError::from(PartnerRefusal::IsOne));
                }
                Ok(record(tx, &env, &who, "partner.added", &partner).await?)
            })
        })
        .await?;
    Ok(id)
}

/// Stops a partner, or lets a stopped one go on.
pub async fn set_partner_active(env: &Env, who: &Who, partner_id: &str, active: bool) -> Result<(), PartnerError> {
    let (env, who, partner_id) = (env.clone(), who.clone(), partner_id.to_owned());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (from, to, action) = if active {
                    ("suspended", "active", "partner.resumed")
                } else {
                    ("active", "suspended", "partner.suspended")
                };
                let changed = store::set_partner_state(tx, &partner_id, from, to, env.now()).await?;
                let partner = store::partner(tx, &partner_id).await?.ok_or(PartnerRefusal::NoSuchPartner)?;
                if !changed {
                    return Err(PartnerRefusal::Already.into());
                }
                Ok(record(tx, &env, &who, action, &partner).await?)
            })
        })
        .await
}

/// All partners, newest first.
pub async fn partners(env: &Env) -> sqlx::Result<Vec<Partner>> {
    store::partners(&mut env.db.read().await?).await
}

/// A partner works for many workspaces and belongs to none: the system's own chain.
async fn record(tx: &mut Tx, env: &Env, who: &Who, action: &'static str, partner: &Partner) -> sqlx::Result<()> {
    let entry = Entry {
        workspace_id: None,
        action,
        target_kind: "partner",
        target_id: partner.id.clone(),
        detail: json!({ "name": partner.name, "email": partner.email }),
    };
    audit::record(tx, env, who, entry).await
}
