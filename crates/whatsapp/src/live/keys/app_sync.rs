//! The account's shared settings ("app state"): keys, versions and the marks of each entry.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use whatsapp_rust::traits::{AppStateSyncKey, AppSyncStore};
use whatsapp_rust::wacore::appstate::hash::HashState;
use whatsapp_rust::wacore::appstate::processor::AppStateMutationMAC;
use whatsapp_rust::wacore::store::error::Result;

use super::{JOINT, Keys, delete, joined, put, to_json};

const KEY: &str = "app_state_key";
const LATEST_KEY: &str = "app_state_latest_key";
const VERSION: &str = "app_state_version";
const MAC: &str = "app_state_mac";

fn name_of(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[async_trait]
impl AppSyncStore for Keys {
    async fn get_sync_key(&self, key_id: &[u8]) -> Result<Option<AppStateSyncKey>> {
        self.get_json(KEY, &name_of(key_id)).await
    }

    async fn set_sync_key(&self, key_id: &[u8], key: AppStateSyncKey) -> Result<()> {
        self.apply(vec![put(KEY, &name_of(key_id), &to_json(&key)?), put(LATEST_KEY, "", key_id)]).await
    }

    async fn get_version(&self, name: &str) -> Result<HashState> {
        Ok(self.get_json(VERSION, name).await?.unwrap_or_default())
    }

    async fn set_version(&self, name: &str, state: HashState) -> Result<()> {
        self.put_json(VERSION, name, &state).await
    }

    async fn put_mutation_macs(&self, name: &str, _version: u64, mutations: &[AppStateMutationMAC]) -> Result<()> {
        let puts = mutations.iter().map(|one| put(MAC, &joined(&[name, &name_of(&one.index_mac)]), &one.value_mac));
        self.apply(puts.collect()).await
    }

    async fn get_mutation_mac(&self, name: &str, index_mac: &[u8]) -> Result<Option<Vec<u8>>> {
        self.get(MAC, &joined(&[name, &name_of(index_mac)])).await
    }

    async fn delete_mutation_macs(&self, name: &str, index_macs: &[Vec<u8>]) -> Result<()> {
        let deletes = index_macs.iter().map(|index_mac| delete(MAC, &joined(&[name, &name_of(index_mac)])));
        self.apply(deletes.collect()).await
    }

    async fn clear_mutation_macs(&self, name: &str) -> Result<()> {
        self.delete_all(MAC, &format!("{name}{JOINT}")).await
    }

    async fn get_latest_sync_key_id(&self) -> Result<Option<Vec<u8>>> {
        self.get(LATEST_KEY, "").await
    }
}
