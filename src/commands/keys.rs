//! `grantline keys`: what the operator does with the master key.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::platform::Env;
use crate::{events, numbers};

/// Change the master key
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
    /// Seal with the first of the master keys everything that lies under another one
    ///
    /// Put the new key before the old one, with a comma between them, and restart the server. When this command is done
    /// the old one may go, twenty minutes later: link codes and what a browser was about to do live that long.
    Rotate,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = arguments.config.clone();
    super::answer(config.as_ref(), async |env| arguments.perform(env).await).await
}

impl Arguments {
    /// Does what was asked; what to tell the person at the terminal.
    pub async fn perform(self, env: &Env) -> anyhow::Result<String> {
        match self.action {
            Action::Rotate => {
                let keys = numbers::seal_keys_anew(env).await?;
                let secrets = events::seal_secrets_anew(env).await?;
                Ok(format!("Sealed anew: {keys} keys of numbers, the secrets of {secrets} webhook endpoints."))
            }
        }
    }
}
