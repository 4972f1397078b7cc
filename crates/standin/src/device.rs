//! A linked device, as the server and its phone know it, and what waits for it.

use std::collections::VecDeque;

use anyhow::{Context as _, Result, ensure};
use wacore_binary::Node;
use waproto::buffa::Message as _;
use waproto::whatsapp as wa;

use crate::server::Conn;
use crate::settings::{MAX_PRE_KEYS, MAX_WAITING};
use crate::wire::{array, attr, el};

/// The keys and the name that a client announces when it registers.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub noise: [u8; 32],
    pub identity: [u8; 32],
    pub registration_id: u32,
    pub signed_key_id: u32,
    pub signed_key: [u8; 32],
    pub signed_key_signature: Vec<u8>,
    /// `os` of the device props: what a phone lists under "Linked devices".
    pub name: String,
}

impl Registration {
    /// Reads the registration part of a ClientPayload; `noise` is the static key of the handshake that brought it.
    pub fn read(noise: [u8; 32], data: &wa::client_payload::DevicePairingRegistrationData) -> Result<Self> {
        let number = |bytes: &[u8]| bytes.iter().fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
        ensure!(data.e_keytype.as_deref() == Some(&[5]), "unknown type of keys");
        let props = wa::DeviceProps::decode_from_slice(needed(&data.device_props, "deviceProps")?)?;
        Ok(Self {
            noise,
            identity: array(needed(&data.e_ident, "eIdent")?)?,
            registration_id: number(needed(&data.e_regid, "eRegid")?),
            signed_key_id: number(needed(&data.e_skey_id, "eSkeyId")?),
            signed_key: array(needed(&data.e_skey_val, "eSkeyVal")?)?,
            signed_key_signature: needed(&data.e_skey_sig, "eSkeySig")?.to_vec(),
            name: props.os.unwrap_or_default(),
        })
    }
}

fn needed<'a>(field: &'a Option<Vec<u8>>, name: &str) -> Result<&'a [u8]> {
    field.as_deref().with_context(|| format!("the registration lacks {name}"))
}

/// A linked device.
pub(crate) struct Device {
    pub keys: Registration,
    /// One-time keys that the device uploaded and nobody used yet: id and public key.
    pub pre_keys: VecDeque<(u32, [u8; 32])>,
    pub has_uploaded: bool,
    /// ADVSignedDeviceIdentity, signed by the account and by the device.
    pub signed_identity: Vec<u8>,
    pub key_index: u32,
    pub name: String,
    pub conn: Option<Conn>,
    /// Whether the connection has left passive mode; before it, nothing is delivered.
    pub is_active: bool,
    pub queue: Queue,
}

impl Device {
    pub fn new(keys: Registration, name: String, key_index: u32, signed_identity: Vec<u8>) -> Self {
        Self {
            keys,
            pre_keys: VecDeque::new(),
            has_uploaded: false,
            signed_identity,
            key_index,
            name,
            conn: None,
            is_active: false,
            queue: Queue::default(),
        }
    }

    pub fn add_pre_key(&mut self, id: u32, key: [u8; 32]) {
        if self.pre_keys.len() >= MAX_PRE_KEYS {
            self.pre_keys.pop_front();
        }
        self.pre_keys.push_back((id, key));
    }

    /// The device has left passive mode over `conn`: everything that waited comes at once, between a preview and an end. The
    /// real server sends it in portions, as the client asks for them (`ib > offline_batch`).
    ///
    /// ```text
    /// S ib > offline_preview count message receipt ; message|receipt offline=1 … ; ib > offline count
    /// ```
    pub fn begin(&mut self, conn: &Conn) {
        if self.conn.as_ref().is_none_or(|current| current.id() != conn.id()) {
            return;
        }
        self.is_active = true;
        let backlog = self.queue.take_unsent();
        let count = backlog.len().to_string();
        if !backlog.is_empty() {
            let messages = backlog.iter().filter(|stanza| stanza.tag == "message").count();
            let preview = el("offline_preview")
                .attr("count", count.as_str())
                .attr("message", messages.to_string())
                .attr("receipt", (backlog.len() - messages).to_string());
            conn.send(el("ib").children([preview.build()]).build());
        }
        for mut stanza in backlog {
            stanza.attrs.push("offline", "1");
            conn.send(stanza);
        }
        conn.send(el("ib").children([el("offline").attr("count", count).build()]).build());
    }

    /// Sends a message or receipt, now or as soon as the device is there; it is kept until the device acknowledges it.
    pub fn deliver(&mut self, stanza: Node) {
        let open = self.conn.as_ref().filter(|_| self.is_active);
        let is_sent = open.is_some_and(|conn| conn.send(stanza.clone()));
        self.queue.push(stanza, is_sent);
    }

    /// The connection `conn_id` is gone: what it did not acknowledge is sent again over the next one.
    pub fn lost(&mut self, conn_id: u64) {
        if self.conn.as_ref().is_some_and(|conn| conn.id() == conn_id) {
            self.conn = None;
            self.begin_again();
        }
    }

    /// Whatever was sent before counts as not sent.
    pub fn begin_again(&mut self) {
        self.is_active = false;
        self.queue.begin_again();
    }
}

/// Messages and receipts for one device, oldest first, until it acknowledges them.
#[derive(Default)]
pub(crate) struct Queue(VecDeque<Queued>);

struct Queued {
    stanza: Node,
    is_sent: bool,
}

impl Queue {
    fn push(&mut self, stanza: Node, is_sent: bool) {
        if self.0.len() >= MAX_WAITING {
            self.0.pop_front();
        }
        self.0.push_back(Queued { stanza, is_sent });
    }

    /// What has not gone over this connection yet; from now on it has.
    pub fn take_unsent(&mut self) -> Vec<Node> {
        let unsent = self.0.iter_mut().filter(|queued| !queued.is_sent);
        unsent
            .map(|queued| {
                queued.is_sent = true;
                queued.stanza.clone()
            })
            .collect()
    }

    fn begin_again(&mut self) {
        self.0.iter_mut().for_each(|queued| queued.is_sent = false);
    }

    pub fn acknowledge_message(&mut self, id: &str) {
        self.0.retain(|queued| queued.stanza.tag != "message" || attr(&queued.stanza, "id").as_deref() != Some(id));
    }

    /// Receipts of one message differ in their kind; delivery has none.
    pub fn acknowledge_receipt(&mut self, id: &str, kind: Option<&str>) {
        self.0.retain(|queued| {
            let stanza = &queued.stanza;
            stanza.tag != "receipt"
                || attr(stanza, "id").as_deref() != Some(id)
                || attr(stanza, "type").as_deref() != kind
        });
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::el;

    fn receipt(id: &str, kind: Option<&str>) -> Node {
        let receipt = el("receipt").attr("id", id);
        match kind {
            Some(kind) => receipt.attr("type", kind).build(),
            None => receipt.build(),
        }
    }

    #[test]
    fn an_acknowledgement_ends_one_stanza_only() {
        let mut queue = Queue::default();
        queue.push(el("message").attr("id", "a").build(), true);
        queue.push(receipt("a", None), true);
        queue.push(receipt("a", Some("read")), false);
        queue.acknowledge_receipt("a", Some("read"));
        assert_eq!(queue.len(), 2);
        queue.acknowledge_message("a");
        assert_eq!(queue.len(), 1);
        queue.acknowledge_receipt("a", None);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn what_was_lost_is_sent_again_and_a_full_queue_drops_the_oldest() {
        let mut queue = Queue::default();
        for n in 0..=MAX_WAITING {
            queue.push(el("message").attr("id", n.to_string()).build(), true);
        }
        assert_eq!((queue.len(), queue.take_unsent().len()), (MAX_WAITING, 0));
        queue.begin_again();
        let again = queue.take_unsent();
        assert_eq!((again.len(), attr(&again[0], "id").as_deref()), (MAX_WAITING, Some("1")));
    }
}
