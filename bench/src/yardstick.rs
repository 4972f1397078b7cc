//! What the machine does at its barest: an axum program that says hello, and one durable row a commit.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Instant;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// Runs as a program of its own, so that its memory is its own.
#[expect(clippy::print_stdout, reason = "whoever started it reads where it listens")]
pub async fn serve_hello() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/", get(|| async { "hello" }))).await?;
    Ok(())
}

pub struct Hello {
    pub address: SocketAddr,
    process: Child,
}

impl Hello {
    pub async fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let mut process = Command::new(program).arg("hello").stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let out = process.stdout.take().context("its output")?;
        let line = BufReader::new(out).lines().next_line().await?.context("where it listens")?;
        Ok(Self { address: line.parse()?, process })
    }

    pub fn memory_kib(&self) -> anyhow::Result<f64> {
        memory_kib(&self.process)
    }
}

/// Resident memory of a running program, from `/proc`.
pub fn memory_kib(process: &Child) -> anyhow::Result<f64> {
    let id = process.id().context("it has ended")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}

/// Rows a second into SQLite (WAL, `synchronous=FULL`) when each waits for its own commit.
#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
pub async fn durable_rows_a_second(rows: usize) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("rows.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query("create table entry (id integer primary key, body text not null)").execute(&pool).await?;
    let begun = Instant::now();
    for _ in 0..rows {
        sqlx::query("insert into entry (body) values ('one row')").execute(&pool).await?;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts here are small")]
    Ok(rows as f64 / begun.elapsed().as_secs_f64())
}
