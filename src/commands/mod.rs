//! The command line.

pub mod app;
mod audit;
mod demo;
mod doctor;
mod init;
pub mod keys;
pub mod listen;
mod openapi;
pub mod partner;
mod serve;
mod user;
pub mod workspace;

pub use serve::{hold_database, run_alone, run_until_stopped};

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::open_env;
use crate::platform::Env;

/// A self-hosted authorization gateway for WhatsApp.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the whole story, with everything simulated that lies outside
    Demo(demo::Arguments),
    /// Start the server
    Serve(serve::Arguments),
    /// Make accounts, list them, reset passwords
    User(user::Arguments),
    /// List and suspend workspaces
    Workspace(workspace::Arguments),
    /// Check the audit log
    Audit(audit::Arguments),
    /// Write a commented configuration with fresh secrets
    Init(init::Arguments),
    /// Look at everything that a start needs and say what is wrong
    Doctor(doctor::Arguments),
    /// List, register, suspend and review apps
    App(app::Arguments),
    /// List, add and suspend partners: developers who act for many customers
    Partner(partner::Arguments),
    /// Change the master key
    Keys(keys::Arguments),
    /// Bring a server's events to a program on your machine, signed as webhooks are
    Listen(listen::Arguments),
    /// Print the API's description (OpenAPI 3.1, JSON)
    Openapi,
}

/// Runs the command that the arguments name. A failure is told on standard error with its chain of causes.
pub async fn run() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Demo(arguments) => demo::run(&arguments).await,
        Command::Serve(arguments) => serve::run(&arguments).await,
        Command::User(arguments) => user::run(arguments).await,
        Command::Workspace(arguments) => workspace::run(arguments).await,
        Command::Audit(arguments) => audit::run(arguments).await,
        Command::Init(arguments) => init::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments).await,
        Command::App(arguments) => app::run(arguments).await,
        Command::Partner(arguments) => partner::run(arguments).await,
        Command::Keys(arguments) => keys::run(arguments).await,
        Command::Listen(arguments) => listen::run(arguments).await,
        Command::Openapi => openapi::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the person at the terminal reads it")]
            {
                eprintln!("grantline: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Does on the configured database what the operator asked for, beside a running server or without one, and tells what came
/// of it.
async fn answer(
    config: Option<&PathBuf>,
    perform: impl AsyncFnOnce(&Env) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let env = open_env(serve::settings(config)?).await?;
    let told = perform(&env).await;
    env.db.close().await;
    tell(&told?);
    Ok(())
}

/// One line for the person at the terminal, or the program behind the pipe.
fn tell(line: &str) {
    use std::io::Write as _;
    // Whoever closed the pipe has read enough.
    let _ = writeln!(std::io::stdout(), "{line}");
}
