//! Keys of the Signal protocol: identities, sessions, pre-keys, sender keys.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_rust::bytes::Bytes;
use whatsapp_rust::traits::SignalStore;
use whatsapp_rust::wacore::store::error::{Result, StoreError};

use super::{Keys, array, put};
use crate::KeyChange;

const IDENTITY: &str = "identity";
const SESSION: &str = "session";
const PRE_KEY: &str = "pre_key";
const SIGNED_PRE_KEY: &str = "signed_pre_key";
const SENDER_KEY: &str = "sender_key";

#[async_trait]
impl SignalStore for Keys {
    async fn put_identity(&self, address: &str, key: [u8; 32]) -> Result<()> {
        self.put(IDENTITY, address, &key).await
    }

    async fn put_identities_batch(&self, identities: &[(Arc<str>, [u8; 32])]) -> Result<()> {
        self.apply(identities.iter().map(|(address, key)| put(IDENTITY, address, key)).collect()).await
    }

    async fn load_identity(&self, address: &str) -> Result<Option<[u8; 32]>> {
        self.get(IDENTITY, address).await?.map(|bytes| array("an identity key", bytes)).transpose()
    }

    async fn delete_identity(&self, address: &str) -> Result<()> {
        self.delete(IDENTITY, address).await
    }

    async fn get_session(&self, address: &str) -> Result<Option<Bytes>> {
        Ok(self.get(SESSION, address).await?.map(Bytes::from))
    }

    async fn put_session(&self, address: &str, session: &[u8]) -> Result<()> {
        self.put(SESSION, address, session).await
    }

    async fn put_sessions_batch(&self, sessions: &[(Arc<str>, Bytes)]) -> Result<()> {
        self.apply(batch(SESSION, sessions)).await
    }

    async fn delete_session(&self, address: &str) -> Result<()> {
        self.delete(SESSION, address).await
    }

    /// Addresses are `user@server`, or `user:device@server`.
    async fn has_signal_state_for_user(&self, user: &str) -> Result<bool> {
        for kind in [SESSION, IDENTITY] {
            let names = self.names(kind, user).await?;
            let is_users = |name: &String| matches!(name.as_bytes().get(user.len()), Some(b'@' | b':'));
            if names.iter().any(is_users) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Which keys were uploaded is the device's watermark, not a mark on each.
    async fn store_prekey(&self, id: u32, record: &[u8], _uploaded: bool) -> Result<()> {
        self.put(PRE_KEY, &id.to_string(), record).await
    }

    async fn store_prekeys_batch(&self, keys: &[(u32, Bytes)], _uploaded: bool) -> Result<()> {
        self.apply(keys.iter().map(|(id, record)| put(PRE_KEY, &id.to_string(), record)).collect()).await
    }

    async fn load_prekey(&self, id: u32) -> Result<Option<Bytes>> {
        Ok(self.get(PRE_KEY, &id.to_string()).await?.map(Bytes::from))
    }

    async fn mark_prekeys_uploaded(&self, _ids: &[u32]) -> Result<()> {
        Ok(())
    }

    async fn remove_prekey(&self, id: u32) -> Result<()> {
        self.delete(PRE_KEY, &id.to_string()).await
    }

    async fn get_max_prekey_id(&self) -> Result<u32> {
        let names = self.names(PRE_KEY, "").await?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).max().unwrap_or(0))
    }

    async fn store_signed_prekey(&self, id: u32, record: &[u8]) -> Result<()> {
        self.put(SIGNED_PRE_KEY, &id.to_string(), record).await
    }

    async fn load_signed_prekey(&self, id: u32) -> Result<Option<Vec<u8>>> {
        self.get(SIGNED_PRE_KEY, &id.to_string()).await
    }

    async fn load_all_signed_prekeys(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        let all = self.store.all(SIGNED_PRE_KEY).await.map_err(super::failed)?;
        let numbered = all.into_iter().map(|(key, record)| match key.parse() {
            Ok(id) => Ok((id, record)),
            Err(_) => Err(StoreError::Validation(format!("{key} is no id of a signed pre-key"))),
        });
        numbered.collect()
    }

    async fn remove_signed_prekey(&self, id: u32) -> Result<()> {
        self.delete(SIGNED_PRE_KEY, &id.to_string()).await
    }

    async fn put_sender_key(&self, address: &str, record: &[u8]) -> Result<()> {
        self.put(SENDER_KEY, address, record).await
    }

    async fn put_sender_keys_batch(&self, sender_keys: &[(Arc<str>, Bytes)]) -> Result<()> {
        self.apply(batch(SENDER_KEY, sender_keys)).await
    }

    async fn get_sender_key(&self, address: &str) -> Result<Option<Vec<u8>>> {
        self.get(SENDER_KEY, address).await
    }

    async fn delete_sender_key(&self, address: &str) -> Result<()> {
        self.delete(SENDER_KEY, address).await
    }
}

fn batch(kind: &'static str, records: &[(Arc<str>, Bytes)]) -> Vec<KeyChange> {
    records.iter().map(|(address, record)| put(kind, address, record)).collect()
}
