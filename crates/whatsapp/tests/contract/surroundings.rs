//! Time that stands still, chance that repeats itself, keys in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use grantline_whatsapp::{KeyChange, KeyStore, SessionError, Surroundings};
use tokio::sync::watch;

/// Time that a test can move.
pub trait TestClock: Surroundings {
    fn move_by(&self, ms: i64);
}

/// Stands still until a test moves it.
pub struct HandClock {
    now_ms: watch::Sender<i64>,
    chance: AtomicU64,
}

impl HandClock {
    pub fn new() -> Self {
        Self { now_ms: watch::Sender::new(1_700_000_000_000), chance: AtomicU64::new(1) }
    }
}

impl TestClock for HandClock {
    fn move_by(&self, ms: i64) {
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
    values: Mutex<BTreeMap<(String, String), Kept>>,
    is_broken: AtomicBool,
}

struct Kept {
    value: Vec<u8>,
    moment_s: Option<i64>,
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
        let values = self.values.lock().expect("keys");
        Ok(values.get(&(kind.to_owned(), key.to_owned())).map(|kept| kept.value.clone()))
    }

    async fn all(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, SessionError> {
        let values = self.values.lock().expect("keys");
        let of_kind = values.iter().filter(|((of, _), _)| of == kind);
        Ok(of_kind.map(|((_, key), kept)| (key.clone(), kept.value.clone())).collect())
    }

    async fn keys(&self, kind: &str, prefix: &str) -> Result<Vec<String>, SessionError> {
        let values = self.values.lock().expect("keys");
        let of_kind = values.keys().filter(|(of, key)| of == kind && key.starts_with(prefix));
        Ok(of_kind.map(|(_, key)| key.clone()).collect())
    }

    async fn apply(&self, changes: Vec<KeyChange>) -> Result<(), SessionError> {
        self.writable()?;
        let mut values = self.values.lock().expect("keys");
        for change in changes {
            match change {
                KeyChange::Put { kind, key, value, moment_s } => {
                    values.insert((kind.to_owned(), key), Kept { value, moment_s });
                }
                KeyChange::Delete { kind, key } => drop(values.remove(&(kind.to_owned(), key))),
            }
        }
        Ok(())
    }

    async fn sweep(&self, kind: &str, up_to_s: i64) -> Result<u32, SessionError> {
        self.writable()?;
        let mut values = self.values.lock().expect("keys");
        let before = values.len();
        values.retain(|(of, _), kept| of != kind || kept.moment_s.is_none_or(|moment_s| moment_s > up_to_s));
        Ok(u32::try_from(before - values.len()).expect("a handful"))
    }

    async fn forget(&self) -> Result<(), SessionError> {
        self.writable()?;
        self.values.lock().expect("keys").clear();
        Ok(())
    }
}
