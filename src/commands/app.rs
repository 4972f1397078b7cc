//! `grantline app`: what the operator does with apps.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::access::Scope;
use crate::accounts;
use crate::apps::{self, DeclaredScope, Details, Kind, ListedApp, NewApp, Verdict};
use crate::audit::Who;
use crate::platform::Env;

/// List, register, suspend and review apps
#[derive(Parser)]
pub struct Arguments {
    /// The configuration file; `grantline init` writes one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// All apps, newest first
    List,
    /// Register an app for somebody with an account; prints its client id and its secret, which cannot be shown again
    Create(NewAppArguments),
    /// Stop an app everywhere: nobody can authorize it, and its calls fail
    Suspend { app: String },
    /// Let a suspended app go on
    Resume { app: String },
    /// Vouch for what an app says of itself; a change by its developer takes the review back
    Review {
        app: String,
        /// Take the review back
        #[arg(long)]
        withdraw: bool,
    },
}

#[derive(clap::Args)]
struct NewAppArguments {
    /// The developer's e-mail address
    #[arg(long, value_name = "EMAIL")]
    owner: String,
    #[arg(long)]
    name: String,
    /// Who makes it
    #[arg(long)]
    publisher: String,
    #[arg(long, value_name = "URL", default_value = "")]
    homepage: String,
    #[arg(long, value_name = "URL", default_value = "")]
    privacy: String,
    #[arg(long, value_name = "URL", default_value = "")]
    terms: String,
    /// Where people return to; may be repeated
    #[arg(long, value_name = "URL", required = true)]
    redirect: Vec<String>,
    /// SCOPE:required or SCOPE:optional, then perhaps a colon and the reason, such as "messages:send:required:We send order
    /// updates."; may be repeated
    #[arg(long, value_name = "SCOPE:NEED[:REASON]", required = true, value_parser = declared_scope)]
    scope: Vec<DeclaredScope>,
    /// It runs where it can keep no secret: in a browser, on a phone or a desktop
    #[arg(long)]
    public: bool,
}

fn declared_scope(text: &str) -> Result<DeclaredScope, String> {
    let mut parts = text.splitn(4, ':');
    let (Some(thing), Some(verb), Some(need)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(String::from("write it as messages:send:required"));
    };
    let scope: Scope =
        format!("{thing}:{verb}").parse().map_err(|error: crate::access::ScopeError| error.to_string())?;
    let required = match need {
        "required" => true,
        "optional" => false,
        _ => return Err(format!("{need} is neither required nor optional")),
    };
    Ok(DeclaredScope { scope, required, reason: parts.next().unwrap_or_default().to_owned() })
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = arguments.config.clone();
    super::answer(config.as_ref(), async |env| arguments.perform(env).await).await
}

impl Arguments {
    /// Does what was asked; what to tell the person at the terminal.
    pub async fn perform(self, env: &Env) -> anyhow::Result<String> {
        let judge = async |app: &str, verdict, told: &str| {
            apps::judge(env, &Who::operator(), app, verdict).await.with_context(|| app.to_owned())?;
            anyhow::Ok(format!("{app} {told}"))
        };
        match self.action {
            Action::List => Ok(table(&apps::list(env, None).await?)),
            Action::Create(new) => create(env, new).await,
            Action::Suspend { app } => judge(&app, Verdict::Suspend, "is suspended").await,
            Action::Resume { app } => judge(&app, Verdict::Resume, "may go on").await,
            Action::Review { app, withdraw: false } => judge(&app, Verdict::Review, "is reviewed").await,
            Action::Review { app, withdraw: true } => {
                judge(&app, Verdict::WithdrawReview, "is no longer reviewed").await
            }
        }
    }
}

async fn create(env: &Env, new: NewAppArguments) -> anyhow::Result<String> {
    let owner = accounts::person_by_email(env, &new.owner).await?;
    let owner = owner.with_context(|| format!("nobody has an account with {}", new.owner))?;
    let new = NewApp {
        owner_id: owner.id,
        kind: if new.public { Kind::Public } else { Kind::Confidential },
        details: Details {
            name: new.name,
            publisher: new.publisher,
            homepage_url: new.homepage,
            privacy_url: new.privacy,
            terms_url: new.terms,
            in_development: false,
            redirect_uris: new.redirect,
            scopes: new.scope,
        },
    };
    let (app, secret) = apps::register(env, &Who::operator(), new).await?;
    Ok(match secret {
        Some(secret) => format!("client_id={}\nclient_secret={}", app.id, secret.reveal()),
        None => format!("client_id={}", app.id),
    })
}

/// One line an app, with tabs between the columns, so that other programs can read it.
fn table(apps: &[ListedApp]) -> String {
    let mut lines = vec![String::from("CLIENT ID\tSTATE\tREVIEWED\tKIND\tOWNER\tNAME\tMADE BY")];
    for app in apps {
        let reviewed = if app.reviewed_at.is_some() { "yes" } else { "no" };
        let columns = [&*app.id, &app.state, reviewed, &app.kind, &app.owner_id, &app.name, &app.publisher];
        lines.push(columns.join("\t"));
    }
    lines.join("\n")
}
