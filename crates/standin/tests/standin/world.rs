//! Where the tests take place: the stand-in, its time, its media host.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use grantline_standin::{MediaHost, Phone, Settings, StandIn};
use grantline_whatsapp::Surroundings;

use super::client::{Client, Keys, Setup};

/// Time that stands still until a test moves it, and chance that repeats itself.
pub struct HandClock {
    now_ms: AtomicI64,
    chance: AtomicU64,
}

impl HandClock {
    pub fn move_by(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

#[async_trait]
impl Surroundings for HandClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    /// SplitMix64.
    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut z = self.chance.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z ^ (z >> 31)).to_le_bytes()[0];
        }
    }

    async fn sleep_until(&self, _at_ms: i64) {
        unreachable!("the stand-in never waits for a time")
    }
}

pub struct World {
    pub standin: StandIn,
    pub clock: Arc<HandClock>,
    pub media: MediaHost,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::made(1, change).await
    }

    /// Another world, in which everything that is drawn is different.
    pub async fn elsewhere() -> Self {
        Self::made(2, |_| {}).await
    }

    async fn made(chance: u64, change: impl FnOnce(&mut Settings)) -> Self {
        let clock = HandClock { now_ms: AtomicI64::new(1_700_000_000_000), chance: AtomicU64::new(chance) };
        let clock = Arc::new(clock);
        let standin = StandIn::start(clock.clone()).await.expect("the stand-in starts");
        standin.configure(change);
        Self { standin, clock, media: MediaHost::default() }
    }

    pub fn phone(&self, number: &str) -> Arc<Phone> {
        self.standin.add_phone(number, &format!("Holder of {number}")).expect("a number")
    }

    /// A client without keys, which shows QR codes.
    pub async fn client(&self) -> Client {
        self.starts(Setup::default()).await
    }

    /// A client without keys, which shows a code for this number too.
    pub async fn client_for(&self, number: &str) -> Client {
        self.starts(Setup::for_number(number)).await
    }

    /// A client with the keys of one that has stopped.
    pub async fn again(&self, keys: Keys) -> Client {
        self.starts(Setup { keys, ..Setup::default() }).await
    }

    pub async fn starts(&self, setup: Setup) -> Client {
        Client::start(&self.standin, &self.media, setup).await
    }

    /// A phone and a client that is linked to it by QR code, and logged in.
    pub async fn linked(&self, number: &str) -> (Arc<Phone>, Client, u16) {
        let phone = self.phone(number);
        let mut client = self.client().await;
        let device = client.links_by_qr(&phone).await;
        (phone, client, device)
    }
}
