//! Prints what the server does beside what the same machine does at its barest. `scripts/bench` runs it.

mod load;
mod place;
mod receiver;
mod seed;
mod server;
mod webhooks;
mod yardstick;

use std::path::PathBuf;

use load::{Load, get};
use server::Server;

const CONNECTIONS: usize = 16;
const CALLS: usize = 40_000;
const CODES: usize = 4_000;
const ROWS: usize = 2_000;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().unwrap_or_default();
    if first == "hello" {
        return yardstick::serve_hello().await;
    }
    let program = PathBuf::from(first);
    anyhow::ensure!(program.is_file(), "name the release program: scripts/bench does");
    if arguments.next().is_some_and(|part| part == "webhooks") {
        head();
        return webhooks::measure(postgres().as_deref()).await;
    }

    let hello = yardstick::Hello::start().await?;
    let hello_load =
        Load { address: hello.address, connections: CONNECTIONS, status: 200 }.run(CALLS, |_| get("/", "")).await?;
    let hello_memory = hello.memory_kib()?;
    let rows_a_second = yardstick::durable_rows_a_second(ROWS).await?;

    let server = Server::start(&program, CODES).await?;
    let idle = server.memory_kib()?;
    let load = Load { address: server.address, connections: CONNECTIONS, status: 200 };
    let bearer = server.bearer().await?;
    let calls = load.run(CALLS, |_| get("/v1/account", &bearer)).await?;
    let exchanges = load.run(CODES - 1, |index| server.exchange(index + 1)).await?;
    let busy = server.memory_kib()?;

    head();
    row("bearer-checked GET /v1/account, requests/s (yardstick: bare axum)", calls, hello_load);
    row("code exchanges, durable/s (yardstick: one row a commit)", exchanges, rows_a_second);
    println!("| start to first answer, ms | {} | | |", server.started_in_ms);
    row("resident memory idle, KiB (yardstick: bare axum after its load)", idle, hello_memory);
    row("resident memory after the load, KiB (same yardstick)", busy, hello_memory);
    drop(server);
    drop(hello);
    webhooks::measure(postgres().as_deref()).await
}

#[expect(clippy::disallowed_methods, reason = "as for the tests: whoever has a PostgreSQL says where")]
fn postgres() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok()
}

#[expect(clippy::print_stdout, reason = "the first lines of the table")]
fn head() {
    println!("| figure | server | yardstick | ratio |");
    println!("|---|---|---|---|");
}

#[expect(clippy::print_stdout, reason = "a line of the table")]
fn row(figure: &str, server: f64, yardstick: f64) {
    let digits = if server.min(yardstick) < 100.0 { 2 } else { 0 };
    println!("| {figure} | {server:.digits$} | {yardstick:.digits$} | {:.2} |", server / yardstick);
}
