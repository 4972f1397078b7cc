//! Secrets of messages, with which later votes, edits and reactions to them are read.

use async_trait::async_trait;
use whatsapp_rust::traits::{
    MessageSecret, MsgSecretEntry, MsgSecretStore, merge_msg_secret_expiry, merge_msg_secret_message_ts,
};
use whatsapp_rust::wacore::store::error::Result;

use super::{Keys, array, failed, joined};
use crate::KeyChange;

const SECRET: &str = "message_secret";

/// As it is stored: the secret, then `expires_at` and `message_ts` in big-endian seconds.
struct Kept {
    secret: MessageSecret,
    expires_at: i64,
    message_ts: i64,
}

impl Kept {
    fn bytes(&self) -> [u8; 48] {
        let mut bytes = [0; 48];
        bytes[..32].copy_from_slice(&self.secret);
        bytes[32..40].copy_from_slice(&self.expires_at.to_be_bytes());
        bytes[40..].copy_from_slice(&self.message_ts.to_be_bytes());
        bytes
    }

    fn read(bytes: Vec<u8>) -> Result<Self> {
        let bytes: [u8; 48] = array("a message secret", bytes)?;
        let (mut secret, mut expires_at, mut message_ts) = ([0; 32], [0; 8], [0; 8]);
        secret.copy_from_slice(&bytes[..32]);
        expires_at.copy_from_slice(&bytes[32..40]);
        message_ts.copy_from_slice(&bytes[40..]);
        Ok(Self { secret, expires_at: i64::from_be_bytes(expires_at), message_ts: i64::from_be_bytes(message_ts) })
    }
}

impl Keys {
    async fn secret(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<Kept>> {
        self.get(SECRET, &joined(&[chat, sender, msg_id])).await?.map(Kept::read).transpose()
    }
}

#[async_trait]
impl MsgSecretStore for Keys {
    /// A window only grows: the later deadline stays, and 0 means for ever.
    async fn put_msg_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<usize> {
        let _merging = self.merging.lock().await;
        let mut changes = Vec::with_capacity(entries.len());
        for entry in &entries {
            let mut kept = Kept { secret: entry.secret, expires_at: entry.expires_at, message_ts: entry.message_ts };
            if let Some(before) = self.secret(&entry.chat, &entry.sender, &entry.msg_id).await? {
                kept.expires_at = merge_msg_secret_expiry(before.expires_at, kept.expires_at);
                kept.message_ts = merge_msg_secret_message_ts(before.message_ts, kept.message_ts);
            }
            changes.push(KeyChange::Put {
                kind: SECRET,
                key: joined(&[&entry.chat, &entry.sender, &entry.msg_id]),
                value: kept.bytes().to_vec(),
                moment_s: (kept.expires_at != 0).then_some(kept.expires_at),
            });
        }
        self.apply(changes).await?;
        Ok(entries.len())
    }

    async fn get_msg_secret(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.secret(chat, sender, msg_id).await?.map(|kept| kept.secret.to_vec()))
    }

    async fn get_msg_secret_with_ts(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<(Vec<u8>, i64)>> {
        Ok(self.secret(chat, sender, msg_id).await?.map(|kept| (kept.secret.to_vec(), kept.message_ts)))
    }

    async fn delete_expired_msg_secrets(&self, cutoff_timestamp: i64) -> Result<u32> {
        self.store.sweep(SECRET, cutoff_timestamp).await.map_err(failed)
    }
}
