//! `grantline audit`: the audit log, for the operator.

use std::path::PathBuf;

use anyhow::bail;

use super::serve::settings;
use super::tell;
use crate::app;
use crate::audit::{self, Fault, Verdict};
use crate::platform::Env;

#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration file; `grantline init` writes one
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check that no entry was changed, removed or moved; the exit code is 0 only if none was
    Verify {
        /// One workspace's log, or `system`; without it, every one
        #[arg(long, value_name = "ID")]
        workspace: Option<String>,
    },
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let env = app::open_env(settings(arguments.config.as_ref())?).await?;
    let Command::Verify { workspace } = arguments.command;
    let done = match workspace {
        Some(workspace) => verify(&env, &workspace).await.map(u64::from),
        None => verify_all(&env).await,
    };
    env.db.close().await;
    match done? {
        0 => Ok(()),
        broken => bail!("audit logs that are not as they were written: {broken}"),
    }
}

async fn verify_all(env: &Env) -> anyhow::Result<u64> {
    let (mut after, mut broken) = (String::new(), 0);
    loop {
        let chains = audit::chains_after(env, &after).await?;
        let Some(last) = chains.last() else { return Ok(broken) };
        after.clone_from(last);
        for chain in &chains {
            broken += u64::from(verify(env, chain).await?);
        }
    }
}

/// Whether the log is broken, told in one line.
async fn verify(env: &Env, workspace: &str) -> anyhow::Result<bool> {
    let verdict = audit::verify(env, workspace).await?;
    match verdict {
        Verdict::Intact { entries } => tell(&format!("ok {workspace}: {entries} entries")),
        Verdict::Broken { seq, fault } => {
            let fault = match fault {
                Fault::Changed => "was changed",
                Fault::Missing => "is missing",
                Fault::OutOfOrder => "does not follow the one before it",
            };
            tell(&format!("BROKEN {workspace}: entry {seq} {fault}"));
        }
    }
    Ok(matches!(verdict, Verdict::Broken { .. }))
}
