//! Prints what the live WhatsApp costs in this server beside what the library costs by itself: memory of idle numbers, the
//! return after a restart, messages in and out. `scripts/bench live` runs it; bench/README.md says what the figures mean.
//!
//! Two processes share the machine. This one is WhatsApp (the stand-in with its phones) and who measures; the other is the
//! server on a fresh SQLite, or the library's clients with nothing around them.

mod bare;
mod calls;
#[path = "../../../../bench/src/load.rs"]
mod load;
mod measure;
#[path = "../../tests/live/process.rs"]
mod process;
#[path = "../../tests/live/running.rs"]
#[expect(dead_code, reason = "nobody moves time on here")]
mod running;
#[path = "../../../../bench/src/seed.rs"]
mod seed;
#[path = "../../tests/live/server.rs"]
mod server;
mod sides;
mod time;

use std::path::Path;
use std::sync::Arc;

use calls::Latency;
use grantline::numbers;
use grantline_standin::MediaHost;
use measure::World;
use sides::{Server, settled_kib};

const SERVER: &str = "server";
const BARE: &str = "bare";

/// How many numbers are linked when memory is looked at.
const STEPS: [usize; 3] = [10, 100, 500];

/// What was measured of one side.
#[derive(Default)]
struct Figures {
    empty_kib: f64,
    each_kib: Vec<f64>,
    return_ms: f64,
    /// Messages a second out and in, through one number and through a hundred.
    out: [f64; 2],
    r#in: [f64; 2],
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [SERVER, chat_url, folder, address] => {
            let connector = |env: &_| {
                Arc::new(running::live(chat_url, numbers::surroundings(env), &MediaHost::default())) as Arc<_>
            };
            return server::run(Path::new(folder), address, connector).await;
        }
        [BARE, chat_url] => return bare::run(chat_url).await,
        _ => {}
    }
    let library = of_the_library().await?;
    let (server, calls) = of_the_server().await?;
    table(&server, &library, &calls);
    Ok(())
}

async fn of_the_library() -> anyhow::Result<Figures> {
    let mut world = World::start().await?;
    let clients = sides::bare(&world.url())?;
    let mut figures = Figures { empty_kib: settled_kib(&clients).await?, ..Figures::default() };
    for count in STEPS {
        progress(&format!("the library: {count} numbers"));
        world.links(&clients, count).await?;
        figures.each_kib.push((settled_kib(&clients).await? - figures.empty_kib) / float(count));
    }
    figures.return_ms = clients.asks("again", "back ").await?.parse()?;
    for (at, numbers) in measure::CROWDS.into_iter().enumerate() {
        progress(&format!("the library: messages through {numbers}"));
        figures.out[at] = world.of_bare_out(&clients, numbers).await?;
        figures.r#in[at] = world.of_in(&clients, numbers).await?;
    }
    Ok(figures)
}

/// Also what the API's calls took, while nothing else happened and while all numbers came back.
async fn of_the_server() -> anyhow::Result<(Figures, [Latency; 2])> {
    let mut world = World::start().await?;
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(&world.url(), folder.path()).await?;
    let bearer = server.bearer().await?;
    let mut figures = Figures { empty_kib: settled_kib(&server.process).await?, ..Figures::default() };
    let mut busy = Latency::default();
    for count in STEPS {
        progress(&format!("the server: {count} numbers"));
        world.links(&server.process, count).await?;
        server.process.stops().await?;
        server = Server::start(&world.url(), folder.path()).await?;
        let (return_ms, while_away) = server.returns(&bearer, count).await?;
        (figures.return_ms, busy) = (return_ms, while_away);
        figures.each_kib.push((settled_kib(&server.process).await? - figures.empty_kib) / float(count));
    }
    let idle = calls::while_idle(server.address, &bearer).await?;
    for (at, numbers) in measure::CROWDS.into_iter().enumerate() {
        progress(&format!("the server: messages through {numbers}"));
        figures.out[at] = world.of_server_out(&server, &bearer, numbers).await?;
        figures.r#in[at] = world.of_in(&server.process, numbers).await?;
    }
    server.process.stops().await?;
    Ok((figures, [busy, idle]))
}

#[expect(clippy::print_stderr, reason = "whoever waits for some minutes wants to know for what")]
fn progress(what: &str) {
    eprintln!("{what}");
}

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn table(server: &Figures, library: &Figures, [busy, idle]: &[Latency; 2]) {
    println!("| figure | server | yardstick | ratio |");
    println!("|---|---|---|---|");
    row("resident memory without a number, KiB (yardstick: the library alone)", server.empty_kib, library.empty_kib);
    for (at, count) in STEPS.into_iter().enumerate() {
        let figure = format!("resident memory a linked idle number, KiB, of {count} (same yardstick)");
        row(&figure, server.each_kib[at], library.each_kib[at]);
    }
    row("500 numbers back after a restart, ms (same yardstick, all at once)", server.return_ms, library.return_ms);
    row("GET /v1/account while they come back, p50 ms (yardstick: when they are idle)", busy.p50_ms, idle.p50_ms);
    row("the same, p99 ms", busy.p99_ms, idle.p99_ms);
    for (at, numbers) in measure::CROWDS.into_iter().enumerate() {
        let through = format!("through {numbers} number{}", if numbers == 1 { "" } else { "s" });
        row(&format!("texts out/s {through} (yardstick: the library alone)"), server.out[at], library.out[at]);
        row(&format!("texts in/s {through} (same yardstick)"), server.r#in[at], library.r#in[at]);
    }
}

#[expect(clippy::print_stdout, reason = "a line of the table")]
fn row(figure: &str, server: f64, yardstick: f64) {
    let digits = if server.min(yardstick) < 100.0 { 2 } else { 0 };
    println!("| {figure} | {server:.digits$} | {yardstick:.digits$} | {:.2} |", server / yardstick);
}

#[expect(clippy::cast_precision_loss, reason = "counts here are small")]
fn float(count: usize) -> f64 {
    count as f64
}
