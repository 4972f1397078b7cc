//! The command line.

mod audit;
mod serve;
mod user;

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
}

/// Runs the command that the arguments name. A failure is told on standard error with its chain of causes.
pub async fn run() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Serve(arguments) => serve::run(&arguments).await,
        Command::User(arguments) => user::run(arguments).await,
        Command::Audit(arguments) => audit::run(arguments).await,
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
