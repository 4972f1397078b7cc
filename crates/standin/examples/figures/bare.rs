//! The library with nothing around it: as many clients as there are numbers, their keys in memory. Lines as in `server`, and
//!
//! ```text
//! again           > back MS               all clients stopped and started anew
//! send PHONE TO N                         so many texts, one after the other
//! ```

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use grantline_standin::MediaHost;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::pair_code::PairCodeOptions;
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::wacore::store::in_memory::InMemoryBackend;
use whatsapp_rust::wacore::types::events::{Event, EventHandler};
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Jid, TokioRuntime};

use crate::running::VERSION;
use crate::time::{now, pause};

struct Clients {
    chat_url: String,
    of_phones: HashMap<String, (BotHandle, Arc<InMemoryBackend>)>,
    told: Arc<Told>,
}

#[derive(Default)]
struct Told {
    connected: AtomicUsize,
    received: AtomicUsize,
}

/// Inline, as the server's own.
struct Listener {
    phone: String,
    told: Arc<Told>,
}

impl EventHandler for Listener {
    #[expect(clippy::print_stdout, reason = "the parent reads it")]
    fn handle_event(&self, event: Arc<Event>) {
        match &*event {
            Event::PairingCode(code) => println!("code {} {}", self.phone, code.code),
            Event::Connected(_) => drop(self.told.connected.fetch_add(1, Ordering::Relaxed)),
            Event::Messages(batch) => {
                let texts = batch.iter().filter(|inbound| inbound.message.conversation.is_some()).count();
                self.told.received.fetch_add(texts, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

#[expect(clippy::print_stdout, reason = "the parent reads it")]
pub async fn run(chat_url: &str) -> anyhow::Result<()> {
    let mut clients = Clients { chat_url: chat_url.to_owned(), of_phones: HashMap::new(), told: Arc::default() };
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["link", phone] => clients.starts(phone, Arc::new(InMemoryBackend::new()), true).await?,
            ["linked"] => println!("linked {}", clients.told.connected.load(Ordering::Relaxed)),
            ["received"] => println!("received {}", clients.told.received.load(Ordering::Relaxed)),
            ["again"] => println!("back {}", clients.come_back().await?),
            ["send", phone, to, count] => clients.sends(phone, to, count.parse()?)?,
            _ => return Ok(()),
        }
    }
    Ok(())
}

impl Clients {
    async fn starts(&mut self, phone: &str, keys: Arc<InMemoryBackend>, is_new: bool) -> anyhow::Result<()> {
        let mut bot = Bot::builder()
            .with_backend_arc(keys.clone())
            .with_transport_factory(TokioWebSocketTransportFactory::new().with_url(self.chat_url.clone()))
            .with_http_client(MediaHost::default())
            .with_runtime(TokioRuntime)
            .with_version(VERSION)
            .skip_history_sync()
            .with_event_handler(Listener { phone: phone.to_owned(), told: Arc::clone(&self.told) });
        if is_new {
            bot = bot.with_pair_code(PairCodeOptions { phone_number: phone.to_owned(), ..Default::default() });
        }
        let handle = bot.build().await?.spawn();
        self.of_phones.insert(phone.to_owned(), (handle, keys));
        Ok(())
    }

    /// Stops all clients and starts them anew, all at once. Milliseconds until the last one is connected.
    async fn come_back(&mut self) -> anyhow::Result<u128> {
        let mut stopped = Vec::new();
        for (phone, (handle, keys)) in self.of_phones.drain() {
            handle.shutdown().await;
            stopped.push((phone, keys));
        }
        self.told.connected.store(0, Ordering::Relaxed);
        let begun = now();
        let count = stopped.len();
        for (phone, keys) in stopped {
            self.starts(&phone, keys, false).await?;
        }
        while self.told.connected.load(Ordering::Relaxed) < count {
            pause(Duration::from_millis(5)).await;
        }
        Ok(begun.elapsed().as_millis())
    }

    fn sends(&self, phone: &str, to: &str, count: usize) -> anyhow::Result<()> {
        let (handle, _) = self.of_phones.get(phone).context("no such phone")?;
        let (client, to) = (handle.client(), Jid::pn(to));
        tokio::spawn(async move {
            for at in 0..count {
                let text = wa::Message { conversation: Some(format!("Text {at}")), ..Default::default() };
                client.send_message(to.clone(), text).await.expect("it is taken");
            }
        });
        Ok(())
    }
}
