//! The command line.

mod openapi;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A self-hosted authorization gateway for WhatsApp.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::Arguments),
    /// Print the API's description (OpenAPI 3.1, JSON)
    Openapi,
}

/// Runs the command that the arguments name. A failure is told on standard error with its chain of causes.
pub async fn run() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(arguments) => serve::run(&arguments).await,
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
