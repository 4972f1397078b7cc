//! The linked devices of a phone.

use anyhow::{Context as _, Result};
use wacore::libsignal::protocol::{IdentityKey, PreKeyBundle, PreKeyId, PublicKey, SignedPreKeyId};
use wacore_binary::Node;

use super::{Phone, PhoneError};
use crate::device::Device;
use crate::server::Conn;
use crate::wire::el;

/// An entry under "Linked devices".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedDevice {
    /// Its place in the account; the phone itself is 0.
    pub device: u16,
    pub name: String,
    pub is_connected: bool,
}

/// What the holder sees and does.
impl Phone {
    /// What the phone lists under "Linked devices", oldest first.
    #[must_use]
    pub fn devices(&self) -> Vec<LinkedDevice> {
        let state = self.state();
        let listed = state.devices.iter().map(|(place, device)| LinkedDevice {
            device: *place,
            name: device.name.clone(),
            is_connected: device.conn.is_some() && device.is_active,
        });
        listed.collect()
    }

    /// Removes a linked device: `stream:error code=401 > conflict type=device_removed`, or a refusal at its next login.
    pub fn unlink(&self, device: u16) -> Result<(), PhoneError> {
        self.needs_network()?;
        let removed = self.forget_device(device).ok_or(PhoneError::NoSuchDevice)?;
        if let Some(conn) = removed.conn {
            let conflict = el("conflict").attr("type", "device_removed").build();
            conn.send(el("stream:error").attr("code", "401").children([conflict]).build());
            conn.close();
        }
        Ok(())
    }

    /// Removes the first linked device of this name.
    pub fn unlink_named(&self, name: &str) -> Result<(), PhoneError> {
        let named = self.devices().into_iter().find(|device| device.name == name);
        self.unlink(named.ok_or(PhoneError::NoSuchDevice)?.device)
    }

    /// How many messages and receipts a device has not acknowledged.
    #[must_use]
    pub fn unacknowledged(&self, device: u16) -> usize {
        self.with_device(device, |device| device.queue.len()).unwrap_or_default()
    }
}

/// What the server does with them.
impl Phone {
    pub(crate) fn with_device<T>(&self, device: u16, act: impl FnOnce(&mut Device) -> T) -> Option<T> {
        self.state().devices.get_mut(&device).map(act)
    }

    pub(crate) fn linked(&self) -> Vec<u16> {
        self.state().devices.keys().copied().collect()
    }

    /// Places of the linked devices, and the index under which each is valid.
    pub(crate) fn key_indexes(&self) -> Vec<(u16, u32)> {
        self.state().devices.iter().map(|(place, device)| (*place, device.key_index)).collect()
    }

    /// Logs a device in: gives the connection that it replaces, and whether the device is new.
    pub(crate) fn connect(&self, device: u16, conn: &Conn) -> Option<(Option<Conn>, bool)> {
        self.with_device(device, |device| {
            device.begin_again();
            (device.conn.replace(conn.clone()), !device.has_uploaded)
        })
    }

    pub(crate) fn connection(&self, device: u16) -> Option<Conn> {
        self.with_device(device, |device| device.conn.clone()).flatten()
    }

    /// A connection has ended, perhaps one of ours.
    pub(crate) fn lost(&self, conn_id: u64) {
        let mut state = self.state();
        state.prompt.take_if(|prompt| prompt.conn.id() == conn_id);
        state.devices.values_mut().for_each(|device| device.lost(conn_id));
    }

    pub(crate) fn forget_device(&self, device: u16) -> Option<Device> {
        let removed = self.state().devices.remove(&device)?;
        if let Ok(server) = self.server() {
            server.unregister(&removed.keys.noise);
        }
        Some(removed)
    }

    /// For a device that is unlinked meanwhile, nothing happens.
    pub(crate) fn deliver(&self, device: u16, stanza: Node) {
        self.with_device(device, |device| device.deliver(stanza));
    }

    pub(crate) fn acknowledge_message(&self, device: u16, id: &str) {
        self.with_device(device, |device| device.queue.acknowledge_message(id));
    }

    pub(crate) fn acknowledge_receipt(&self, device: u16, id: &str, kind: Option<&str>) {
        self.with_device(device, |device| device.queue.acknowledge_receipt(id, kind));
    }

    /// Keys with which one can write to a device; it uses up a one-time key, if there is one.
    pub(crate) fn device_bundle(&self, device: u16) -> Result<PreKeyBundle> {
        let (keys, one_time) = self
            .with_device(device, |device| (device.keys.clone(), device.pre_keys.pop_front()))
            .context("no such device")?;
        let one_time = match one_time {
            Some((id, key)) => Some((PreKeyId::from(id), PublicKey::from_djb_public_key_bytes(&key)?)),
            None => None,
        };
        Ok(PreKeyBundle::new(
            keys.registration_id,
            u32::from(device).into(),
            one_time,
            SignedPreKeyId::from(keys.signed_key_id),
            PublicKey::from_djb_public_key_bytes(&keys.signed_key)?,
            keys.signed_key_signature,
            IdentityKey::new(PublicKey::from_djb_public_key_bytes(&keys.identity)?),
        )?)
    }
}
