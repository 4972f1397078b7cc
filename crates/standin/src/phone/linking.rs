//! "Link a device": a code or a QR code, the question, and the answer.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::time::timeout;
use wacore_binary::Node;

use super::bundle::PrimaryHello;
use super::{Phone, PhoneError, adv};
use crate::device::{Device, Registration};
use crate::server::{Conn, LinkRequest, Server};
use crate::settings::{ANSWER_TIMEOUT, DEVICES_PER_PHONE};
use crate::wire::{array, attr, blob, child, child_bytes, el, has, need_child};

/// Round trips before the client is told to log in: if it is told too early, it connects twice.
const ROUND_TRIPS: usize = 32;

/// The question "Link this device?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What the phone will list.
    pub device_name: String,
}

/// A question that waits for its answer.
pub(super) struct OpenPrompt {
    pub conn: Conn,
    registration: Registration,
    device_name: String,
    /// What proves to the client that its code was typed, or its QR code scanned.
    adv_secret: [u8; 32],
}

impl Phone {
    /// Types a code, in any case, with or without a dash. The right one opens the question "Link this device?".
    ///
    /// The phone cannot tell by itself that a code is wrong: with a wrong one it reads another ephemeral key than the client's,
    /// and then the client's bundle does not open.
    pub async fn type_code(&self, code: &str) -> Result<Prompt, PhoneError> {
        self.needs_network()?;
        let server = self.server()?;
        let code: String = code.chars().filter(|c| *c != '-' && !c.is_whitespace()).collect();
        let request = server.request(&self.number).ok_or(PhoneError::NoRequest)?;
        if self.nature.now_ms() - request.asked_at_ms >= server.settings().code_lifetime_ms {
            return Err(PhoneError::Expired);
        }
        match self.exchange_keys(&server, &request, code.to_ascii_uppercase()).await {
            Ok(adv_secret) => {
                server.end_request(&self.number, &request.reference);
                let device_name = request.device_name().to_owned();
                Ok(self.open_prompt(request.conn, request.registration, device_name, adv_secret))
            }
            Err(error) => {
                if matches!(error, PhoneError::WrongCode) {
                    server.wrong_code(&self.number, &request.reference);
                }
                Err(error)
            }
        }
    }

    /// Stage 2.
    ///
    /// ```text
    /// S notification type=link_code_companion_reg > link_code_companion_reg stage=primary_hello
    ///      > link_code_pairing_wrapped_primary_ephemeral_pub [80], primary_identity_pub [32], link_code_pairing_ref
    /// C iq xmlns=md type=set > link_code_companion_reg jid stage=companion_finish
    ///      > link_code_pairing_wrapped_key_bundle [156], companion_identity_public [32], link_code_pairing_ref
    /// ```
    async fn exchange_keys(
        &self,
        server: &Server,
        request: &LinkRequest,
        code: String,
    ) -> Result<[u8; 32], PhoneError> {
        let hello = PrimaryHello::new(&self.nature, request.wrapped_ephemeral, code).await?;
        let bundle = server.await_bundle(request);
        let stage = el("link_code_companion_reg").attr("stage", "primary_hello").children([
            blob("link_code_pairing_wrapped_primary_ephemeral_pub", hello.wrapped),
            blob("primary_identity_pub", self.identity.public_key().public_key_bytes()),
            blob("link_code_pairing_ref", request.reference.clone()),
        ]);
        let told = server.notification("link_code_companion_reg").children([stage.build()]).build();
        if !request.conn.send(told) {
            return Err(PhoneError::NoRequest);
        }
        let answered = timeout(ANSWER_TIMEOUT, bundle).await.context("the client did not answer the phone")?;
        // An error means that its connection has ended.
        let finish = answered.map_err(|_| PhoneError::NoRequest)?;
        hello.open(&self.identity, &finish)
    }

    /// Points the camera at a QR code. One that is shown now opens the question "Link this device?".
    ///
    /// The payload is `ref,noise key,identity key,ADV secret,client type`, the keys in base64.
    pub async fn scan_qr(&self, payload: &str) -> Result<Prompt, PhoneError> {
        self.needs_network()?;
        let payload = payload.trim();
        let parts: Vec<&str> = payload.rsplit('#').next().unwrap_or(payload).split(',').collect();
        let [reference, noise, identity, adv_secret, ..] = parts[..] else { return Err(PhoneError::UnknownQr) };
        let key = |text: &str| BASE64.decode(text).ok().and_then(|bytes| array::<32>(&bytes).ok());
        let pending = self.server()?.pending_by_ref(reference).ok_or(PhoneError::UnknownQr)?;
        let keys = &pending.registration;
        let is_same = key(noise) == Some(keys.noise) && key(identity) == Some(keys.identity);
        let adv_secret = key(adv_secret).filter(|_| is_same).ok_or(PhoneError::UnknownQr)?;
        let device_name = pending.registration.name.clone();
        Ok(self.open_prompt(pending.conn, pending.registration, device_name, adv_secret))
    }

    /// A question replaces the one before it.
    fn open_prompt(&self, conn: Conn, registration: Registration, device_name: String, adv_secret: [u8; 32]) -> Prompt {
        let prompt = Prompt { device_name: device_name.clone() };
        self.state().prompt = Some(OpenPrompt { conn, registration, device_name, adv_secret });
        prompt
    }

    /// The question that is open, if one is.
    #[must_use]
    pub fn prompt(&self) -> Option<Prompt> {
        let state = self.state();
        state.prompt.as_ref().map(|prompt| Prompt { device_name: prompt.device_name.clone() })
    }

    /// Presses "Link", and returns the place of the new device when the client has agreed.
    pub async fn confirm_link(&self) -> Result<u16, PhoneError> {
        self.needs_network()?;
        let server = self.server()?;
        let (prompt, linked, needs_passkey) = {
            let mut state = self.state();
            (state.prompt.take(), state.devices.len(), state.needs_passkey)
        };
        let prompt = prompt.filter(|prompt| prompt.conn.is_open()).ok_or(PhoneError::NothingToConfirm)?;
        if linked >= DEVICES_PER_PHONE {
            return Err(PhoneError::DeviceLimit);
        }
        let adv_secret = if needs_passkey {
            self.passkey_gate(&server, &prompt.registration, &prompt.conn).await?
        } else {
            prompt.adv_secret
        };
        self.pair(&server, prompt, &adv_secret).await
    }

    /// Presses "Cancel". The client hears nothing of it: so it is with WhatsApp.
    pub fn refuse_link(&self) -> Result<(), PhoneError> {
        let prompt = self.state().prompt.take();
        prompt.map(drop).ok_or(PhoneError::NothingToConfirm)
    }

    /// ```text
    /// S iq type=set xmlns=md id > pair-success > device-identity, platform name, device jid lid
    /// C iq type=result id > pair-device-sign > device-identity
    ///   or iq type=error id > error code=401 text=hmac-mismatch|signature-mismatch|invalid-key
    /// S stream:error code=515 (log in now), close
    /// ```
    async fn pair(&self, server: &Arc<Server>, prompt: OpenPrompt, adv_secret: &[u8; 32]) -> Result<u16, PhoneError> {
        let OpenPrompt { conn, registration, device_name, .. } = prompt;
        let device = self.next_device()?;
        let key_index = u32::from(device);
        let details = adv::details(self.raw_id, self.nature.now_s(), key_index);
        let signed = adv::sign(&self.identity, &details, &registration.identity, &mut self.nature.rng())?;
        let container = adv::seal(signed, adv_secret, self.state().is_hosted)?;

        let (iq, reply) = server.ask(&conn, "md", "set");
        let place = el("device").attr("jid", self.pn(device)).attr("lid", self.lid(device));
        let success = el("pair-success").children([
            blob("device-identity", container),
            el("platform").attr("name", "android").build(),
            place.build(),
        ]);
        if !conn.send(iq.children([success.build()]).build()) {
            return Err(PhoneError::NothingToConfirm);
        }
        let reply = timeout(ANSWER_TIMEOUT, reply).await.context("the client did not answer pair-success")?;
        // An error means that the connection has ended, perhaps a moment before.
        let reply = reply.map_err(|_| PhoneError::NothingToConfirm)?;
        let signed_identity = signed_by_device(&reply)?;
        adv::check_device(&signed_identity, &details, &registration.identity, &self.identity)?;

        let noise = registration.noise;
        let added = Device::new(registration, device_name, key_index, signed_identity);
        self.state().devices.insert(device, added);
        server.register(noise, &self.number, device);
        // The link stands, even if the client has gone.
        let _ = server.settle(&conn, ROUND_TRIPS).await;
        conn.send(el("stream:error").attr("code", "515").build());
        conn.close();
        Ok(device)
    }

    /// A place is never given out twice, so that nobody mistakes a new device for an old one.
    fn next_device(&self) -> Result<u16, PhoneError> {
        let mut state = self.state();
        let device = state.next_device;
        state.next_device = device.checked_add(1).context("there are no more places")?;
        Ok(device)
    }
}

/// The identity with the client's signature, or why it refused.
fn signed_by_device(reply: &Node) -> Result<Vec<u8>, PhoneError> {
    if has(reply, "type", "error") {
        let reason = |name| child(reply, "error").and_then(|error| attr(error, name)).unwrap_or_default();
        return Err(PhoneError::Refused { code: reason("code"), text: reason("text") });
    }
    let sign = need_child(reply, "pair-device-sign")?;
    let identity = child_bytes(sign, "device-identity")?;
    if identity.is_empty() { Err(anyhow!("the client signed nothing").into()) } else { Ok(identity) }
}
