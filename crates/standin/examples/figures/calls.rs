//! What calls of the API take, one after the other on a few connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::ensure;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::load::{answer, get};
use crate::time::{now, pause};

const CONNECTIONS: usize = 4;
/// Between two calls of a connection: this is no load, it is somebody who looks.
const PAUSE: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_secs(5);

/// Half of the calls, and all but one in a hundred, took at most so long.
#[derive(Debug, Default, Clone, Copy)]
pub struct Latency {
    pub p50_ms: f64,
    pub p99_ms: f64,
}

pub async fn while_idle(address: SocketAddr, bearer: &str) -> anyhow::Result<Latency> {
    let ((), latency) = during(address, bearer, async {
        pause(IDLE).await;
        Ok(())
    })
    .await?;
    Ok(latency)
}

/// Does `work`, and calls as long as it lasts.
pub async fn during<T>(
    address: SocketAddr,
    bearer: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(T, Latency)> {
    let (request, is_over) = (get("/v1/account", bearer), Arc::new(AtomicBool::new(false)));
    let mut callers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        callers.spawn(call(address, request.clone(), Arc::clone(&is_over)));
    }
    let done = work.await;
    is_over.store(true, Ordering::Relaxed);
    let mut took = Vec::new();
    while let Some(of_one) = callers.join_next().await {
        took.extend(of_one??);
    }
    ensure!(took.len() > 100, "too few calls to say anything: {}", took.len());
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    Ok((done?, Latency { p50_ms: at(50), p99_ms: at(99) }))
}

async fn call(address: SocketAddr, request: String, is_over: Arc<AtomicBool>) -> anyhow::Result<Vec<Duration>> {
    let (mut connection, mut buffer) = (TcpStream::connect(address).await?, Vec::new());
    connection.set_nodelay(true)?;
    let mut took = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let begun = now();
        connection.write_all(request.as_bytes()).await?;
        let answer = answer(&mut connection, &mut buffer).await?;
        took.push(begun.elapsed());
        ensure!(answer.starts_with("HTTP/1.1 200"), "refused: {answer}");
        pause(PAUSE).await;
    }
    Ok(took)
}
