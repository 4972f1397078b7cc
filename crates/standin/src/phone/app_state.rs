//! The key under which an account keeps names, pins and the like: devices cannot begin without it.

use anyhow::Result;
use waproto::buffa::MessageField;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{
    AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyFingerprint, AppStateSyncKeyId, AppStateSyncKeyShare,
    ProtocolMessage, protocol_message,
};

use super::Phone;
use super::messages::Marks;

/// Nothing is ever kept under this key, so that it need not be secret.
const KEY_ID: [u8; 6] = [0, 0, 0, 0, 0, 1];
const KEY: [u8; 32] = [7; 32];

impl Phone {
    /// Gives a device the account's app-state key, as a phone does after linking.
    pub(crate) async fn share_app_state_key(&self, device: u16) -> Result<()> {
        let fingerprint =
            AppStateSyncKeyFingerprint { raw_id: Some(self.raw_id), current_index: Some(0), device_indexes: vec![0] };
        let data = AppStateSyncKeyData {
            key_data: Some(KEY.to_vec()),
            fingerprint: MessageField::some(fingerprint),
            timestamp: i64::try_from(self.nature.now_s()).ok(),
        };
        let key = AppStateSyncKey {
            key_id: MessageField::some(AppStateSyncKeyId { key_id: Some(KEY_ID.to_vec()) }),
            key_data: MessageField::some(data),
        };
        let shared = ProtocolMessage {
            r#type: Some(protocol_message::Type::APP_STATE_SYNC_KEY_SHARE),
            app_state_sync_key_share: MessageField::some(AppStateSyncKeyShare { keys: vec![key] }),
            ..Default::default()
        };
        let message = wa::Message { protocol_message: MessageField::some(shared), ..Default::default() };
        let marks = Marks { category: Some("peer"), recipient: None };
        self.send_to_device(self, device, &self.new_id(), &message, marks).await
    }
}
