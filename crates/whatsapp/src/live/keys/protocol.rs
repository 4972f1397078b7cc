//! What the client remembers of others: their devices and addresses, what it sent them, what it received and nobody has
//! saved yet.

use async_trait::async_trait;
use whatsapp_rust::traits::{
    DeviceListRecord, LidPnMappingEntry, PendingInboundKey, PendingInboundRow, ProtocolStore, TcTokenEntry,
};
use whatsapp_rust::wacore::store::error::Result;

use super::{JOINT, Keys, delete, joined, put, put_at, to_json};
use crate::KeyChange;

const SENDER_KEY_DEVICE: &str = "sender_key_device";
const LID: &str = "lid";
const LID_OF_PHONE: &str = "lid_of_phone";
const BASE_KEY: &str = "base_key";
const DEVICES: &str = "devices";
const GROUP: &str = "group";
const CONTACT_TOKEN: &str = "contact_token";
const SENT: &str = "sent_message";
const UNSAVED: &str = "unsaved_message";

/// Whether a device has the sender key of a group.
fn mark(has_key: bool) -> [u8; 1] {
    [u8::from(has_key)]
}

impl Keys {
    fn lid_changes(entry: &LidPnMappingEntry) -> Result<[KeyChange; 2]> {
        Ok([put(LID, &entry.lid, &to_json(entry)?), put(LID_OF_PHONE, &entry.phone_number, entry.lid.as_bytes())])
    }

    async fn merge_token(
        &self,
        jid: &str,
        merge: impl FnOnce(Option<TcTokenEntry>) -> Option<TcTokenEntry> + Send,
    ) -> Result<()> {
        let _merging = self.merging.lock().await;
        match merge(self.get_tc_token(jid).await?) {
            Some(entry) => self.put_json(CONTACT_TOKEN, jid, &entry).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl ProtocolStore for Keys {
    async fn get_sender_key_devices(&self, group_jid: &str) -> Result<Vec<(String, bool)>> {
        let prefix = format!("{group_jid}{JOINT}");
        let all = self.store.all(SENDER_KEY_DEVICE).await.map_err(super::failed)?;
        let of_group = all.into_iter().filter_map(|(key, value)| {
            let device = key.strip_prefix(&prefix)?.to_owned();
            Some((device, value == mark(true)))
        });
        Ok(of_group.collect())
    }

    async fn set_sender_key_status(&self, group_jid: &str, entries: &[(&str, bool)]) -> Result<()> {
        let puts = entries
            .iter()
            .map(|(device, has_key)| put(SENDER_KEY_DEVICE, &joined(&[group_jid, device]), &mark(*has_key)));
        self.apply(puts.collect()).await
    }

    async fn clear_sender_key_devices(&self, group_jid: &str) -> Result<()> {
        self.delete_all(SENDER_KEY_DEVICE, &format!("{group_jid}{JOINT}")).await
    }

    async fn delete_sender_key_device_rows(&self, device_jids: &[&str]) -> Result<()> {
        let names = self.names(SENDER_KEY_DEVICE, "").await?;
        let is_meant =
            |name: &&String| name.rsplit_once(JOINT).is_some_and(|(_, device)| device_jids.contains(&device));
        self.apply(names.iter().filter(is_meant).map(|name| delete(SENDER_KEY_DEVICE, name)).collect()).await
    }

    async fn clear_all_sender_key_devices(&self) -> Result<()> {
        self.delete_all(SENDER_KEY_DEVICE, "").await
    }

    async fn get_lid_mapping(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        self.get_json(LID, lid).await
    }

    async fn get_pn_mapping(&self, phone: &str) -> Result<Option<LidPnMappingEntry>> {
        let Some(lid) = self.get(LID_OF_PHONE, phone).await? else { return Ok(None) };
        // A lid that belongs to another phone now says nothing about this one.
        let entry: Option<LidPnMappingEntry> = self.get_json(LID, &String::from_utf8_lossy(&lid)).await?;
        Ok(entry.filter(|entry| entry.phone_number == phone))
    }

    async fn put_lid_mapping(&self, entry: &LidPnMappingEntry) -> Result<()> {
        self.apply(Self::lid_changes(entry)?.into()).await
    }

    async fn put_lid_mappings(&self, entries: &[LidPnMappingEntry]) -> Result<()> {
        let mut changes = Vec::with_capacity(2 * entries.len());
        for entry in entries {
            changes.extend(Self::lid_changes(entry)?);
        }
        self.apply(changes).await
    }

    async fn get_all_lid_mappings(&self) -> Result<Vec<LidPnMappingEntry>> {
        Ok(self.all_json(LID).await?.into_iter().map(|(_, entry)| entry).collect())
    }

    async fn save_base_key(&self, address: &str, message_id: &str, base_key: &[u8]) -> Result<()> {
        self.put(BASE_KEY, &joined(&[address, message_id]), base_key).await
    }

    async fn has_same_base_key(&self, address: &str, message_id: &str, current_base_key: &[u8]) -> Result<bool> {
        Ok(self.get(BASE_KEY, &joined(&[address, message_id])).await?.is_some_and(|saved| saved == current_base_key))
    }

    async fn delete_base_key(&self, address: &str, message_id: &str) -> Result<()> {
        self.delete(BASE_KEY, &joined(&[address, message_id])).await
    }

    async fn update_device_list(&self, record: DeviceListRecord) -> Result<()> {
        self.put_json(DEVICES, &record.user, &record).await
    }

    async fn update_device_lists(&self, records: Vec<DeviceListRecord>) -> Result<()> {
        let puts = records.iter().map(|record| Ok(put(DEVICES, &record.user, &to_json(record)?)));
        self.apply(puts.collect::<Result<_>>()?).await
    }

    async fn get_devices(&self, user: &str) -> Result<Option<DeviceListRecord>> {
        self.get_json(DEVICES, user).await
    }

    async fn delete_devices(&self, user: &str) -> Result<()> {
        self.delete(DEVICES, user).await
    }

    async fn get_group_metadata(&self, group_jid: &str) -> Result<Option<Vec<u8>>> {
        self.get(GROUP, group_jid).await
    }

    async fn put_group_metadata(&self, group_jid: &str, blob: &[u8]) -> Result<()> {
        self.put(GROUP, group_jid, blob).await
    }

    async fn delete_group_metadata(&self, group_jid: &str) -> Result<()> {
        self.delete(GROUP, group_jid).await
    }

    async fn get_tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        self.get_json(CONTACT_TOKEN, jid).await
    }

    async fn put_tc_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        self.put_json(CONTACT_TOKEN, jid, entry).await
    }

    async fn delete_tc_token(&self, jid: &str) -> Result<()> {
        self.delete(CONTACT_TOKEN, jid).await
    }

    async fn get_all_tc_token_jids(&self) -> Result<Vec<String>> {
        self.names(CONTACT_TOKEN, "").await
    }

    async fn delete_expired_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        let _merging = self.merging.lock().await;
        let all: Vec<(String, TcTokenEntry)> = self.all_json(CONTACT_TOKEN).await?;
        let is_over = |entry: &TcTokenEntry| {
            let is_received = !entry.token.is_empty() && entry.token_timestamp >= token_cutoff;
            let is_given = entry.sender_timestamp.is_some_and(|given| given >= sender_cutoff);
            !is_received && !is_given
        };
        let over: Vec<KeyChange> =
            all.iter().filter(|(_, entry)| is_over(entry)).map(|(jid, _)| delete(CONTACT_TOKEN, jid)).collect();
        let count = u32::try_from(over.len()).unwrap_or(u32::MAX);
        self.apply(over).await?;
        Ok(count)
    }

    async fn touch_tc_token_sender_timestamp(&self, jid: &str, sender_timestamp: i64) -> Result<()> {
        self.merge_token(jid, |before| {
            let before = before.unwrap_or(TcTokenEntry {
                token: Vec::new(),
                token_timestamp: sender_timestamp,
                sender_timestamp: None,
            });
            let latest = before.sender_timestamp.map_or(sender_timestamp, |given| given.max(sender_timestamp));
            Some(TcTokenEntry { sender_timestamp: Some(latest), ..before })
        })
        .await
    }

    async fn store_received_tc_token(&self, jid: &str, token: &[u8], token_timestamp: i64) -> Result<()> {
        let token = token.to_vec();
        self.merge_token(jid, |before| {
            let is_stale = |before: &TcTokenEntry| !before.token.is_empty() && token_timestamp < before.token_timestamp;
            if before.as_ref().is_some_and(is_stale) {
                return None;
            }
            let sender_timestamp = before.and_then(|before| before.sender_timestamp);
            Some(TcTokenEntry { token, token_timestamp, sender_timestamp })
        })
        .await
    }

    async fn store_sent_message(&self, chat_jid: &str, message_id: &str, payload: &[u8]) -> Result<()> {
        self.apply(vec![put_at(SENT, joined(&[chat_jid, message_id]), payload, self.now_s())]).await
    }

    async fn take_sent_message(&self, chat_jid: &str, message_id: &str) -> Result<Option<Vec<u8>>> {
        let _merging = self.merging.lock().await;
        let key = joined(&[chat_jid, message_id]);
        let payload = self.get(SENT, &key).await?;
        if payload.is_some() {
            self.delete(SENT, &key).await?;
        }
        Ok(payload)
    }

    async fn delete_expired_sent_messages(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.sweep_before(SENT, cutoff_timestamp).await
    }

    async fn store_pending_inbound(&self, chat: &str, sender: &str, id: &str, message: &[u8]) -> Result<()> {
        self.store_pending_inbound_batch(&[PendingInboundRow { chat, sender, id, message }]).await
    }

    async fn get_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<Option<Vec<u8>>> {
        self.get(UNSAVED, &joined(&[chat, sender, id])).await
    }

    async fn delete_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<()> {
        self.delete_pending_inbound_batch(&[PendingInboundKey { chat, sender, id }]).await
    }

    async fn delete_expired_pending_inbound(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.sweep_before(UNSAVED, cutoff_timestamp).await
    }

    async fn store_pending_inbound_batch(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        let now_s = self.now_s();
        let puts = rows.iter().map(|row| put_at(UNSAVED, joined(&[row.chat, row.sender, row.id]), row.message, now_s));
        self.apply(puts.collect()).await
    }

    async fn delete_pending_inbound_batch(&self, keys: &[PendingInboundKey<'_>]) -> Result<()> {
        let deletes = keys.iter().map(|key| delete(UNSAVED, &joined(&[key.chat, key.sender, key.id])));
        self.apply(deletes.collect()).await
    }
}
