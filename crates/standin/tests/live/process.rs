//! Another process, from outside: lines in, lines out.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{Mutex, broadcast};

/// Nothing takes nearly as long: without it a fault would be a wait that never ends.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Process {
    pub child: Child,
    stdin: Mutex<ChildStdin>,
    /// Lives as long as the process speaks.
    lines: broadcast::WeakSender<String>,
}

impl Process {
    pub fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let stdin = Mutex::new(child.stdin.take().context("its input")?);
        let mut said = BufReader::new(child.stdout.take().context("its output")?).lines();
        let (sender, _) = broadcast::channel(4096);
        let lines = sender.downgrade();
        tokio::spawn(async move {
            while let Ok(Some(line)) = said.next_line().await {
                // Nobody may wait for it.
                let _ = sender.send(line);
            }
        });
        Ok(Self { child, stdin, lines })
    }

    pub async fn says(&self, line: &str) -> anyhow::Result<()> {
        Ok(self.stdin.lock().await.write_all(format!("{line}\n").as_bytes()).await?)
    }

    /// Says a line, and gives what follows `prefix` in the first answer that begins so.
    pub async fn asks(&self, line: &str, prefix: &str) -> anyhow::Result<String> {
        let mut lines = self.lines.upgrade().context("it has ended")?.subscribe();
        self.says(line).await?;
        let answer = async {
            loop {
                if let Some(rest) = lines.recv().await?.strip_prefix(prefix) {
                    return anyhow::Ok(rest.to_owned());
                }
            }
        };
        tokio::time::timeout(PATIENCE, answer).await.with_context(|| format!("no answer to {line:?}"))?
    }

    /// Asks for a count until it is so high.
    #[expect(clippy::disallowed_methods, reason = "another process takes real time")]
    pub async fn counts(&self, what: &str, count: usize) -> anyhow::Result<()> {
        let so_high = async {
            while self.asks(what, &format!("{what} ")).await?.parse::<usize>()? < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, so_high).await.with_context(|| format!("never {what} {count}"))?
    }

    /// Asks it to end in order.
    pub async fn stops(mut self) -> anyhow::Result<()> {
        self.says("stop").await?;
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await.context("it does not end")??;
        ensure!(ended.success(), "it ended with {ended}");
        Ok(())
    }
}
