//! The command line.

mod audit;
mod doctor;
mod init;
mod serve;
mod user;

pub use serve::run_until_stopped;

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
    /// Make accounts, list them, reset passwords
    User(user::Arguments),
    /// Check the audit log
    Audit(audit::Arguments),
    /// Write a commented configuration with fresh secrets
    Init(init::Arguments),
    /// Look at everything that a start needs and say what is wrong
    Doctor(doctor::Arguments),
}

/// Runs the command that the arguments name. A failure is told on standard error with its chain of causes.
pub async fn run() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(arguments) => serve::run(&arguments).await,
        Command::User(arguments) => user::run(arguments).await,
        Command::Audit(arguments) => audit::run(arguments).await,
        Command::Init(arguments) => init::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments).await,
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

/// One line for the person at the terminal, or the program behind the pipe.
fn tell(line: &str) {
    use std::io::Write as _;
    // Whoever closed the pipe has read enough.
    let _ = writeln!(std::io::stdout(), "{line}");
}
