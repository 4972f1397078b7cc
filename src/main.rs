//! The `grantline` program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    grantline::commands::run().await
}
