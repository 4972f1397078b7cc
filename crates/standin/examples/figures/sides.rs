//! The two sides that are compared, each in a process of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use crate::calls::{self, Latency};
use crate::load::{get, once, post};
use crate::process::Process;
use crate::time::{now, pause};
use crate::{BARE, SERVER};

/// How long an idle process is left alone before its memory is looked at.
const SETTLING: Duration = Duration::from_secs(10);

pub fn bare(chat_url: &str) -> anyhow::Result<Process> {
    Process::spawn(Command::new(std::env::current_exe()?).args([BARE, chat_url]))
}

/// Resident memory after some time without work.
pub async fn settled_kib(process: &Process) -> anyhow::Result<f64> {
    pause(SETTLING).await;
    let id = process.child.id().context("it has ended")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}

pub struct Server {
    pub process: Process,
    pub address: SocketAddr,
    begun: Instant,
}

impl Server {
    /// As soon as it answers.
    pub async fn start(chat_url: &str, folder: &Path) -> anyhow::Result<Self> {
        let address = tokio::net::TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let begun = now();
        let mut command = Command::new(std::env::current_exe()?);
        command.args([SERVER, chat_url]).arg(folder).arg(address.to_string());
        let mut process = Process::spawn(&mut command)?;
        while once(address, &get("/readyz", "")).await.is_err() {
            ensure!(process.child.try_wait()?.is_none(), "the server ended before it answered");
            pause(Duration::from_millis(2)).await;
        }
        Ok(Self { process, address, begun })
    }

    /// An access token of the first start.
    pub async fn bearer(&self) -> anyhow::Result<String> {
        let form = self.process.asks("exchange", "exchange ").await?;
        let answer = once(self.address, &post("/oauth/token", &form)).await?;
        let token = answer.split("\"access_token\":\"").nth(1).and_then(|rest| rest.split('"').next());
        Ok(token.with_context(|| answer.clone())?.to_owned())
    }

    /// How long after its start it had so many numbers back, and what calls took meanwhile.
    pub async fn returns(&self, bearer: &str, count: usize) -> anyhow::Result<(f64, Latency)> {
        let back = async {
            self.process.counts("linked", count).await?;
            Ok(self.begun.elapsed().as_secs_f64() * 1_000.0)
        };
        calls::during(self.address, bearer, back).await
    }
}
