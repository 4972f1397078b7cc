//! `grantline user`: people, for the operator.

use std::io::BufRead as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::serve::settings;
use super::tell;
use crate::accounts::{self, NewPerson};
use crate::app;
use crate::audit::Who;
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
    /// Make an account; the password is asked for
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// Also make a workspace of this name, which the new person owns
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
    /// List every account: address, name and id, between tabs
    List,
    /// Give an account a new password, and sign its person out everywhere
    ResetPassword {
        #[arg(long)]
        email: String,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let env = app::open_env(settings(arguments.config.as_ref())?).await?;
    let done = obey(&env, arguments.command).await;
    env.db.close().await;
    done
}

async fn obey(env: &Env, command: Command) -> anyhow::Result<()> {
    let who = Who::operator();
    match command {
        Command::Add { email, name, workspace, password_stdin } => {
            let password = read_password(password_stdin)?;
            let new = NewPerson { email, name, password, workspace: workspace.unwrap_or_default() };
            let person = accounts::add_person(env, &who, new).await?;
            tell(&format!("{} has an account now: {}", person.email, person.id));
        }
        Command::List => list(env).await?,
        Command::ResetPassword { email, password_stdin } => {
            let password = read_password(password_stdin)?;
            let person = accounts::reset_password(env, &who, &email, password).await?;
            tell(&format!("{} has a new password and is signed out everywhere", person.email));
        }
    }
    Ok(())
}

async fn list(env: &Env) -> anyhow::Result<()> {
    const BATCH: i64 = 200;
    let mut after = String::new();
    loop {
        let people = accounts::people_after(env, &after, BATCH).await?;
        let Some(last) = people.last() else { return Ok(()) };
        after.clone_from(&last.email);
        for person in &people {
            tell(&format!("{}\t{}\t{}", person.email, person.name, person.id));
        }
    }
}

/// Never an argument: those stand in the list of processes and in the shell's history.
fn read_password(from_stdin: bool) -> anyhow::Result<String> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("standard input cannot be read")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |prompt: &str| rpassword::prompt_password(prompt).context("no terminal to ask on; use --password-stdin");
    let password = ask("Password: ")?;
    if ask("The same again: ")? != password {
        bail!("the two are not the same");
    }
    Ok(password)
}
