//! Keys that devices upload, and that others fetch to write to them.

use anyhow::{Context as _, Result};
use wacore::iq::prekeys::{OneTimePreKeyNode, PreKeyBundleUserNode, SignedPreKeyNode};
use wacore::protocol::ProtocolNode as _;
use wacore_binary::{Jid, Node};

use super::state::Server;
use crate::phone::Phone;
use crate::wire::{array, blob, child, children, el, list, need_child, need_jid, result};

impl Server {
    /// `iq get xmlns=encrypt > key > user jid*` is answered by
    /// `list > user jid > registration 4, type 5, identity 32, skey, key, device-identity`; an unknown device by
    /// `user jid > error code=406`. Each answer uses up one of the device's one-time keys, as long as there are some.
    pub(super) async fn key_bundles(&self, iq: &Node) -> Result<Node> {
        let mut users = Vec::new();
        for user in children(need_child(iq, "key")?) {
            users.push(self.key_bundle(need_jid(user, "jid")?).await?);
        }
        Ok(result(iq, [el("list").children(users).build()]))
    }

    async fn key_bundle(&self, jid: Jid) -> Result<Node> {
        let Some(phone) = self.phone_of(&jid) else { return Ok(unknown(jid)) };
        let (bundle, identity) = if jid.device == 0 {
            (phone.bundle().await?, None)
        } else {
            let Some(identity) = phone.with_device(jid.device, |device| device.signed_identity.clone()) else {
                return Ok(unknown(jid));
            };
            (phone.device_bundle(jid.device)?, Some(identity))
        };
        Ok(PreKeyBundleUserNode::from_bundle(jid, &bundle, identity)?.into_node())
    }
}

fn unknown(jid: Jid) -> Node {
    let error = el("error").attr("code", "406").attr("text", "not-acceptable").build();
    el("user").attr("jid", jid).children([error]).build()
}

/// `iq set xmlns=encrypt > registration, type, identity, list > key*, skey` after linking, or `> rotate > skey` later.
pub(super) fn store(phone: &Phone, device: u16, iq: &Node) -> Result<()> {
    let holder = child(iq, "rotate").unwrap_or(iq);
    let signed =
        child(holder, "skey").map(|skey| SignedPreKeyNode::try_from_node_ref(&skey.as_node_ref())).transpose()?;
    let mut one_time = Vec::new();
    for key in list(iq, "list") {
        let key = OneTimePreKeyNode::try_from_node_ref(&key.as_node_ref())?;
        one_time.push((key.id, array(&key.public_bytes)?));
    }
    let signed_key = signed.as_ref().map(|signed| array(&signed.public_bytes)).transpose()?;
    phone
        .with_device(device, |device| {
            if let (Some(signed), Some(public)) = (signed, signed_key) {
                device.keys.signed_key_id = signed.id;
                device.keys.signed_key = public;
                device.keys.signed_key_signature = signed.signature;
            }
            device.has_uploaded |= !one_time.is_empty();
            for (id, key) in one_time {
                device.add_pre_key(id, key);
            }
        })
        .context("no such device")
}

/// What the server holds of a device's keys, so that the device can compare:
/// `digest > registration, type, identity, skey, list > id*, hash (SHA-1)`.
pub(super) fn digest(phone: &Phone, device: u16, iq: &Node) -> Result<Node> {
    let digest = phone.with_device(device, |device| {
        let keys = &device.keys;
        let one_time: Vec<&[u8]> = device.pre_keys.iter().map(|(_, key)| &key[..]).collect();
        let signature = &keys.signed_key_signature;
        let hash = wacore::prekeys::compute_key_bundle_digest(&keys.identity, &keys.signed_key, signature, &one_time);
        // Ids have three bytes.
        let ids = device.pre_keys.iter().map(|(id, _)| blob("id", &id.to_be_bytes()[1..]));
        el("digest").children([
            blob("registration", keys.registration_id.to_be_bytes()),
            blob("type", [5]),
            blob("identity", keys.identity),
            SignedPreKeyNode::new(keys.signed_key_id, keys.signed_key.to_vec(), signature.clone()).into_node(),
            el("list").children(ids.collect::<Vec<_>>()).build(),
            blob("hash", hash),
        ])
    });
    Ok(result(iq, [digest.context("no such device")?.build()]))
}
