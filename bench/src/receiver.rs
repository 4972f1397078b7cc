//! Somebody's server that is told by webhooks: it takes everything and notes when. It has a thread of its own, so that it notes
//! what has come while the server under test is busy.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::load::whole_length;

/// Nothing at all comes for this long: what is missing will not come any more.
const PATIENCE: Duration = Duration::from_secs(20);

/// A delivery: which event it told, and when it was there as a whole.
#[derive(Clone, Copy)]
pub struct Came {
    pub event: usize,
    pub at: Instant,
}

pub struct Receiver {
    pub address: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Receiver {
    pub async fn start() -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let (address, came) = (listener.local_addr()?, Arc::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let notes = Arc::clone(&came);
        std::thread::spawn(move || runtime.block_on(listen(listener, notes)));
        Ok(Self { address, came })
    }

    /// Waits until `count` deliveries have come, and takes note of no more and no fewer.
    #[expect(clippy::disallowed_methods, reason = "this program measures real time")]
    pub async fn takes(&self, count: usize) -> anyhow::Result<Vec<Came>> {
        let (mut there, mut moved) = (0, Instant::now());
        while there < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let now_there = noted(&self.came).len();
            if now_there > there {
                (there, moved) = (now_there, Instant::now());
            }
            ensure!(moved.elapsed() < PATIENCE, "{there} of {count} deliveries came, and then none");
        }
        let came = std::mem::take(&mut *noted(&self.came));
        ensure!(came.len() == count, "{} deliveries came instead of {count}", came.len());
        Ok(came)
    }
}

fn noted(came: &Mutex<Vec<Came>>) -> MutexGuard<'_, Vec<Came>> {
    came.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: std::net::TcpListener, came: Arc<Mutex<Vec<Came>>>) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (connection, _) = listener.accept().await?;
        let came = Arc::clone(&came);
        // A connection ends when whoever opened it has enough of it.
        tokio::spawn(async move { take(connection, &came).await });
    }
}

#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
async fn take(mut connection: TcpStream, came: &Mutex<Vec<Came>>) -> anyhow::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let whole = loop {
            match whole_length(&buffer) {
                Some(whole) if buffer.len() >= whole => break whole,
                _ => ensure!(connection.read_buf(&mut buffer).await? > 0, "the connection ended"),
            }
        };
        let event = event_in(&buffer[..whole]).context("a delivery tells the number of its event")?;
        noted(came).push(Came { event, at: Instant::now() });
        buffer.drain(..whole);
        connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
    }
}

/// Which event is told: the field `n` of its data.
fn event_in(request: &[u8]) -> Option<usize> {
    let (_, rest) = std::str::from_utf8(request).ok()?.rsplit_once("\"n\":")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
