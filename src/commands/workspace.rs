//! `grantline workspace`: what the operator does with workspaces.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::accounts;
use crate::audit::Who;
use crate::platform::Env;

/// List and suspend workspaces
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
    /// All workspaces: id, state and name, between tabs
    List,
    /// Stop a workspace: no app can be approved in it, and every call for it fails
    Suspend { workspace: String },
    /// Let a suspended workspace go on
    Resume { workspace: String },
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = arguments.config.clone();
    super::answer(config.as_ref(), async |env| arguments.perform(env).await).await
}

impl Arguments {
    /// Does what was asked; what to tell the person at the terminal.
    pub async fn perform(self, env: &Env) -> anyhow::Result<String> {
        let who = Who::operator();
        match self.action {
            Action::List => Ok(list(env).await?.join("\n")),
            Action::Suspend { workspace } => {
                accounts::set_workspace_active(env, &who, &workspace, false).await.context(workspace.clone())?;
                Ok(format!("{workspace} is suspended"))
            }
            Action::Resume { workspace } => {
                accounts::set_workspace_active(env, &who, &workspace, true).await.context(workspace.clone())?;
                Ok(format!("{workspace} may go on"))
            }
        }
    }
}

async fn list(env: &Env) -> sqlx::Result<Vec<String>> {
    const BATCH: i64 = 200;
    let (mut lines, mut after) = (Vec::new(), String::new());
    loop {
        let workspaces = accounts::workspaces_after(env, &after, BATCH).await?;
        let Some(last) = workspaces.last() else { return Ok(lines) };
        after.clone_from(&last.id);
        lines.extend(workspaces.iter().map(|it| format!("{}\t{}\t{}", it.id, it.state, it.name)));
    }
}
