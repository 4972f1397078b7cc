//! The library's storage, written over the small [`KeyStore`] that the server gives: one such object a number.
//!
//! Every value is sealed by the server, in one transaction a batch. Keys of several parts are joined by [`JOINT`], which
//! occurs in no address and in no id.

mod app_sync;
mod device;
mod protocol;
mod secrets;
mod signal;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, watch};
use whatsapp_rust::wacore::store::error::{Result, StoreError};

use crate::{KeyChange, KeyStore, SessionError, Surroundings};

const JOINT: &str = "|";

/// What one number's client finds again after a restart.
pub(super) struct Keys {
    store: Arc<dyn KeyStore>,
    surroundings: Arc<dyn Surroundings>,
    /// Held over a read and the write that rests on it.
    merging: Mutex<()>,
    /// Whether the device that is stored belongs to an account.
    is_linked: watch::Sender<bool>,
}

impl Keys {
    pub fn new(store: Arc<dyn KeyStore>, surroundings: Arc<dyn Surroundings>) -> Self {
        Self { store, surroundings, merging: Mutex::default(), is_linked: watch::Sender::new(false) }
    }

    /// Turns true once a device that belongs to an account is stored.
    pub fn is_linked(&self) -> watch::Receiver<bool> {
        self.is_linked.subscribe()
    }

    fn now_s(&self) -> i64 {
        self.surroundings.now_ms() / 1_000
    }

    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>> {
        self.store.get(kind, key).await.map_err(failed)
    }

    async fn get_json<T: DeserializeOwned>(&self, kind: &str, key: &str) -> Result<Option<T>> {
        self.get(kind, key).await?.map(|bytes| from_json(&bytes)).transpose()
    }

    async fn all_json<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<(String, T)>> {
        let all = self.store.all(kind).await.map_err(failed)?;
        all.into_iter().map(|(key, bytes)| from_json(&bytes).map(|value| (key, value))).collect()
    }

    async fn names(&self, kind: &str, prefix: &str) -> Result<Vec<String>> {
        self.store.keys(kind, prefix).await.map_err(failed)
    }

    async fn put(&self, kind: &'static str, key: &str, value: &[u8]) -> Result<()> {
        self.apply(vec![put(kind, key, value)]).await
    }

    async fn put_json(&self, kind: &'static str, key: &str, value: &impl Serialize) -> Result<()> {
        self.put(kind, key, &to_json(value)?).await
    }

    async fn delete(&self, kind: &'static str, key: &str) -> Result<()> {
        self.apply(vec![delete(kind, key)]).await
    }

    async fn apply(&self, changes: Vec<KeyChange>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.store.apply(changes).await.map_err(failed)
    }

    /// Deletes every key of a kind that begins with `prefix`.
    async fn delete_all(&self, kind: &'static str, prefix: &str) -> Result<()> {
        let names = self.names(kind, prefix).await?;
        self.apply(names.iter().map(|key| delete(kind, key)).collect()).await
    }

    /// Deletes what was put with a moment before `cutoff_s`.
    async fn sweep_before(&self, kind: &str, cutoff_s: i64) -> Result<u32> {
        self.store.sweep(kind, cutoff_s - 1).await.map_err(failed)
    }
}

fn put(kind: &'static str, key: &str, value: &[u8]) -> KeyChange {
    KeyChange::Put { kind, key: key.to_owned(), value: value.to_vec(), moment_s: None }
}

fn put_at(kind: &'static str, key: String, value: &[u8], moment_s: i64) -> KeyChange {
    KeyChange::Put { kind, key, value: value.to_vec(), moment_s: Some(moment_s) }
}

fn delete(kind: &'static str, key: &str) -> KeyChange {
    KeyChange::Delete { kind, key: key.to_owned() }
}

fn joined(parts: &[&str]) -> String {
    parts.join(JOINT)
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| StoreError::Serialization(Box::new(error)))
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Serialization(Box::new(error)))
}

fn failed(error: SessionError) -> StoreError {
    StoreError::Database(Box::new(error))
}

fn array<const N: usize>(what: &str, bytes: Vec<u8>) -> Result<[u8; N]> {
    let count = bytes.len();
    bytes.try_into().map_err(|_| StoreError::Validation(format!("{what} has {count} bytes, not {N}")))
}
