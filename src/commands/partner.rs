//! `grantline partner`: what the operator does with partners.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::accounts;
use crate::apps::{self, Partner};
use crate::audit::Who;
use crate::platform::Env;

/// List, add and suspend partners: developers who act for many customers
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
    /// All partners, newest first
    List,
    /// Make somebody with an account a partner; prints the partner's id
    Add {
        /// The e-mail address of the account
        #[arg(long)]
        email: String,
        /// The company's name, as customers may see it
        #[arg(long)]
        name: String,
    },
    /// Take the rights of a partner away until they are given back
    Suspend { partner: String },
    /// Let a suspended partner go on
    Resume { partner: String },
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
            Action::List => Ok(table(&apps::partners(env).await?)),
            Action::Add { email, name } => {
                let person = accounts::person_by_email(env, &email).await?;
                let person = person.with_context(|| format!("nobody has an account with {email}"))?;
                let id = apps::add_partner(env, &who, &person, &name).await?;
                Ok(format!("partner_id={id}"))
            }
            Action::Suspend { partner } => {
                apps::set_partner_active(env, &who, &partner, false).await.with_context(|| partner.clone())?;
                Ok(format!("{partner} is suspended"))
            }
            Action::Resume { partner } => {
                apps::set_partner_active(env, &who, &partner, true).await.with_context(|| partner.clone())?;
                Ok(format!("{partner} may go on"))
            }
        }
    }
}

/// One line a partner, with tabs between the columns, so that other programs can read it.
fn table(partners: &[Partner]) -> String {
    let mut lines = vec![String::from("PARTNER ID\tSTATE\tE-MAIL\tNAME")];
    lines.extend(partners.iter().map(|partner| {
        let columns = [&*partner.id, &partner.state, &partner.email, &partner.name];
        columns.join("\t")
    }));
    lines.join("\n")
}
