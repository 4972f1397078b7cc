//! WhatsApp's side: the stand-in, phones that are linked, phones that they write to, and how fast messages pass.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use grantline_standin::{Phone, StandIn};

use crate::float;
use crate::load::Load;
use crate::process::Process;
use crate::running::RunningClock;
use crate::sides::Server;
use crate::time::now;

/// Numbers that messages pass through.
pub const CROWDS: [usize; 2] = [1, 100];

/// Numbers that are linked at the same time.
const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(300);

pub struct World {
    standin: StandIn,
    /// Phones that are linked, in the order in which they were.
    linked: Vec<Arc<Phone>>,
    /// Whom the linked numbers write to, and who writes to them: one each.
    customers: Vec<Arc<Phone>>,
    /// Messages that went in so far.
    written: usize,
}

/// Messages in all, through so many numbers.
fn messages(numbers: usize) -> usize {
    if numbers == 1 { 500 } else { 20 * numbers }
}

fn number(at: usize) -> String {
    format!("49170{:07}", 1_000_000 + at)
}

fn customer(at: usize) -> String {
    format!("49151{:07}", 1_000_000 + at)
}

impl World {
    pub async fn start() -> anyhow::Result<Self> {
        let standin = StandIn::start(Arc::new(RunningClock::new())).await?;
        let most = CROWDS.into_iter().max().unwrap_or_default();
        let customers = (0..most).map(|at| standin.add_phone(&customer(at), "Customer")).collect::<Result<_, _>>()?;
        Ok(Self { standin, linked: Vec::new(), customers, written: 0 })
    }

    pub fn url(&self) -> String {
        self.standin.url()
    }

    /// Links more numbers, until there are `count`.
    pub async fn links(&mut self, process: &Process, count: usize) -> anyhow::Result<()> {
        let phones: Vec<Arc<Phone>> = (self.linked.len()..count)
            .map(|at| self.standin.add_phone(&number(at), "Holder"))
            .collect::<Result<_, _>>()?;
        stream::iter(phones.iter().map(anyhow::Ok))
            .try_for_each_concurrent(AT_ONCE, |phone| async move {
                let number = phone.number();
                let code = process.asks(&format!("link {number}"), &format!("code {number} ")).await?;
                phone.type_code(&code).await?;
                phone.confirm_link().await?;
                Ok(())
            })
            .await?;
        self.linked.extend(phones);
        process.counts("linked", count).await
    }

    /// Texts a second from the first one that is asked for to the last one that arrives.
    pub async fn of_server_out(&mut self, server: &Server, bearer: &str, numbers: usize) -> anyhow::Result<f64> {
        let ids = server.process.asks("ids", "ids ").await?;
        let ids: Vec<&str> = ids.split(' ').take(numbers).collect();
        let load = Load { address: server.address, connections: 16, status: 202 };
        let text = |at: usize| {
            let (id, to) = (ids[at % numbers], customer(at % numbers));
            let body = format!(r#"{{"number_id":"{id}","to":"+{to}","type":"text","text":{{"body":"Text {at}"}}}}"#);
            let length = body.len();
            format!(
                "POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {bearer}\r\n\
                 content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            )
        };
        let begun = now();
        load.run(messages(numbers), text).await?;
        self.arrive(numbers).await?;
        Ok(float(messages(numbers)) / begun.elapsed().as_secs_f64())
    }

    /// The same when the library's clients send, each one text after the other.
    pub async fn of_bare_out(&mut self, clients: &Process, numbers: usize) -> anyhow::Result<f64> {
        let begun = now();
        for at in 0..numbers {
            clients.says(&format!("send {} {} {}", number(at), customer(at), messages(numbers) / numbers)).await?;
        }
        self.arrive(numbers).await?;
        Ok(float(messages(numbers)) / begun.elapsed().as_secs_f64())
    }

    async fn arrive(&self, numbers: usize) -> anyhow::Result<()> {
        let each = messages(numbers) / numbers;
        let arrive = stream::iter(&self.customers[..numbers]).map(anyhow::Ok).try_for_each_concurrent(
            None,
            |phone| async move {
                for _ in 0..each {
                    phone.next_message().await.context("the stand-in has ended")?;
                }
                Ok(())
            },
        );
        tokio::time::timeout(PATIENCE, arrive).await.context("not all texts arrive")?
    }

    /// Texts a second from the first that a phone writes to the last that the other side keeps.
    pub async fn of_in(&mut self, process: &Process, numbers: usize) -> anyhow::Result<f64> {
        let each = messages(numbers) / numbers;
        let begun = now();
        stream::iter(self.linked.iter().zip(&self.customers).take(numbers).map(anyhow::Ok))
            .try_for_each_concurrent(AT_ONCE, |(linked, customer)| async move {
                for at in 0..each {
                    customer.send_text(linked.number(), &format!("Text {at}")).await?;
                }
                Ok(())
            })
            .await?;
        self.written += messages(numbers);
        process.counts("received", self.written).await?;
        Ok(float(messages(numbers)) / begun.elapsed().as_secs_f64())
    }
}
