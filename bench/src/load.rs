//! Load over plain HTTP/1.1, as lean as it gets: the generator shares the machine with what it measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Where to, over how many connections at once.
pub struct Load {
    pub address: SocketAddr,
    pub connections: usize,
    /// The status of every answer, such as `200`.
    pub status: u16,
}

impl Load {
    /// Sends `count` requests and gives answers a second. Any other answer is a failure.
    #[expect(clippy::disallowed_methods, reason = "this program measures real time")]
    pub async fn run(&self, count: usize, request: impl Fn(usize) -> String) -> anyhow::Result<f64> {
        let requests: Arc<Vec<String>> = Arc::new((0..count).map(request).collect());
        let next = Arc::new(AtomicUsize::new(0));
        let mut workers = JoinSet::new();
        let begun = Instant::now();
        for _ in 0..self.connections {
            workers.spawn(work(self.address, self.status, Arc::clone(&requests), Arc::clone(&next)));
        }
        while let Some(done) = workers.join_next().await {
            done??;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts here are small")]
        Ok(count as f64 / begun.elapsed().as_secs_f64())
    }
}

async fn work(
    address: SocketAddr,
    status: u16,
    requests: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
) -> anyhow::Result<()> {
    let wanted = format!("HTTP/1.1 {status} ");
    let mut connection = TcpStream::connect(address).await?;
    connection.set_nodelay(true)?;
    let mut buffer = Vec::new();
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        connection.write_all(request.as_bytes()).await?;
        let answer = answer(&mut connection, &mut buffer).await?;
        ensure!(answer.starts_with(&wanted), "refused: {answer}");
    }
    Ok(())
}

/// One whole answer; every answer here says its length.
pub async fn answer(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<String> {
    buffer.clear();
    loop {
        if let Some(whole) = whole_length(buffer)
            && buffer.len() >= whole
        {
            return Ok(String::from_utf8_lossy(&buffer[..whole]).into_owned());
        }
        ensure!(connection.read_buf(buffer).await? > 0, "the connection ended");
    }
}

/// How long the request or answer is that begins here, once its head is there.
pub fn whole_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).ok()?;
    let length =
        text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))?;
    Some(head + length.trim().parse::<usize>().ok()?)
}

/// A request without a body.
pub fn get(path: &str, bearer: &str) -> String {
    let authorization = if bearer.is_empty() { String::new() } else { format!("authorization: Bearer {bearer}\r\n") };
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{authorization}\r\n")
}

/// A form.
pub fn post(path: &str, form: &str) -> String {
    let length = form.len();
    let kind = "application/x-www-form-urlencoded";
    format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{form}")
}

/// One request on a connection of its own.
pub async fn once(address: SocketAddr, request: &str) -> anyhow::Result<String> {
    let mut connection = TcpStream::connect(address).await.context("nobody listens")?;
    connection.write_all(request.as_bytes()).await?;
    answer(&mut connection, &mut Vec::new()).await
}
