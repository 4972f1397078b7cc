//! Time that stands still, chance that repeats itself, keys in memory.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use grantline_whatsapp::{KeyStore, SessionError, Surroundings};
use tokio::sync::watch;

/// Stands still until a test moves it.
pub struct HandClock {
    now_ms: watch::Sender<i64>,
    chance: AtomicU64,
}

impl HandClock {
    pub fn new() -> Self {
        Self { now_ms: watch::Sender::new(1_700_000_000_000), chance: AtomicU64::new(1) }
    }

    pub fn move_by(&self, ms: i64) {
        self.now_ms.send_modify(|now_ms| *now_ms += ms);
    }
}

#[async_trait]
impl Surroundings for HandClock {
    fn now_ms(&self) -> i64 {
        *self.now_ms.borrow()
    }

    /// SplitMix64: the same values in every run.
    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut z = self.chance.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z ^ (z >> 31)).to_le_bytes()[0];
        }
    }

    async fn sleep_until(&self, at_ms: i64) {
        let mut now_ms = self.now_ms.subscribe();
        // An error means that the clock is gone, and with it every reason to wait.
        let _ = now_ms.wait_for(|now_ms| *now_ms >= at_ms).await;
    }
}

/// Keys that outlive a session.
#[derive(Default)]
pub struct MemoryKeys {
    values: Mutex<HashMap<(String, String), Vec<u8>>>,
    is_broken: AtomicBool,
}

impl MemoryKeys {
    pub fn is_empty(&self) -> bool {
        self.values.lock().expect("keys").is_empty()
    }

    /// From now on nothing can be written.
    pub fn breaks(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    fn writable(&self) -> Result<(), SessionError> {
        let is_broken = self.is_broken.load(Ordering::Relaxed);
        if is_broken { Err(SessionError::Storage("the disk is full".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl KeyStore for MemoryKeys {
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SessionError> {
        Ok(self.values.lock().expect("keys").get(&(kind.to_owned(), key.to_owned())).cloned())
    }

    async fn apply(&self, changes: Vec<(String, String, Option<Vec<u8>>)>) -> Result<(), SessionError> {
        self.writable()?;
        let mut values = self.values.lock().expect("keys");
        for (kind, key, value) in changes {
            match value {
                Some(value) => values.insert((kind, key), value),
                None => values.remove(&(kind, key)),
            };
        }
        Ok(())
    }

    async fn forget(&self) -> Result<(), SessionError> {
        self.writable()?;
        self.values.lock().expect("keys").clear();
        Ok(())
    }
}
