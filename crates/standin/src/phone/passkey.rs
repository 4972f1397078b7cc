//! The passkey gate ("Shortcake"), between the question and pair-success: the client answers a WebAuthn challenge, both sides
//! agree on a key, two people compare a code, and the client sends a fresh ADV secret under that key.
//!
//! ```text
//! S notification type=passkey_prologue_request > passkey_request_options [JSON]
//! C iq get md > ref                         S result > ref
//! C iq set md > passkey_prologue > credential_id, webauthn_assertion [JSON], prologue_payload
//! S notification type=crsc_continuation > primary_ephemeral_identity
//! C iq set md > companion_nonce [32]        (both sides show the code now)
//! C iq set md > encrypted_pairing_request
//! ```
//!
//! The signature of the assertion is not checked, only that it answers our challenge.

use anyhow::{Context as _, Result, anyhow, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;
use wacore::libsignal::crypto::aes_256_gcm_decrypt;
use wacore::libsignal::protocol::{KeyPair, PublicKey};
use wacore::shortcake::ShortcakeUtils;
use wacore_binary::Node;
use waproto::buffa::Message as _;
use waproto::whatsapp as wa;

use super::Phone;
use crate::device::Registration;
use crate::server::{Conn, Server};
use crate::settings::PERSON_TIMEOUT;
use crate::wire::{array, blob, child_array, child_bytes, need_child};

/// Round trips before each stanza that builds on an answer to the client: if it comes too early, the ceremony fails.
const ROUND_TRIPS: usize = 200;

/// What the client has committed itself to.
struct Prologue {
    identity_bytes: Vec<u8>,
    identity: wa::CompanionEphemeralIdentity,
    reference: String,
    commitment: Vec<u8>,
}

impl Phone {
    /// The code that this phone shows during the passkey gate, as soon as it shows one. It equals the client's, or somebody
    /// sits in between.
    pub async fn passkey_code(&self) -> String {
        let mut code = self.passkey_code.subscribe();
        // The sender lives as long as the phone.
        let shown = code.wait_for(Option::is_some).await;
        shown.ok().and_then(|shown| shown.clone()).unwrap_or_default()
    }

    /// Gives the ADV secret that replaces the one of the code or QR code.
    pub(super) async fn passkey_gate(
        &self,
        server: &Server,
        registration: &Registration,
        conn: &Conn,
    ) -> Result<[u8; 32]> {
        self.passkey_code.send_replace(None);
        let mut answers = server.await_passkey(conn);
        let challenge = BASE64_URL.encode(self.nature.bytes::<32>());
        let request = server.notification("passkey_prologue_request");
        let options = blob("passkey_request_options", options(&challenge).to_string());
        conn.send(request.children([options]).build());
        let prologue = Prologue::read(&next(&mut answers).await?, &challenge)?;
        ensure!(server.pending_by_ref(&prologue.reference).is_some(), "the reference is not ours");

        server.settle(conn, ROUND_TRIPS).await?;
        let ephemeral = KeyPair::generate(&mut self.nature.rng());
        let public: [u8; 32] = array(ephemeral.public_key.public_key_bytes())?;
        let nonce = self.nature.bytes::<32>();
        let ours = wa::PrimaryEphemeralIdentity { public_key: Some(public.to_vec()), nonce: Some(nonce.to_vec()) };
        let continuation = server.notification("crsc_continuation");
        conn.send(continuation.children([blob("primary_ephemeral_identity", ours.encode_to_vec())]).build());

        let client_nonce: [u8; 32] = child_array(&next(&mut answers).await?, "companion_nonce")?;
        prologue.check(&client_nonce)?;
        let code = ShortcakeUtils::derive_verification_code(&client_nonce, &public, &nonce);
        let (first, second) = code.split_at_checked(code.len() / 2).context("a code of two halves")?;
        self.passkey_code.send_replace(Some(format!("{first}-{second}")));

        let sealed = child_bytes(&next(&mut answers).await?, "encrypted_pairing_request")?;
        let request = prologue.open(&ephemeral, &sealed)?;
        ensure!(request.companion_public_key.as_deref() == Some(&registration.noise[..]), "another Noise key");
        ensure!(request.companion_identity_key.as_deref() == Some(&registration.identity[..]), "another identity");
        server.settle(conn, ROUND_TRIPS).await?;
        array(&request.adv_secret.context("no ADV secret")?)
    }
}

fn options(challenge: &str) -> Value {
    serde_json::json!({
        "challenge": challenge,
        "timeout": 600_000,
        "rpId": "whatsapp.com",
        "allowCredentials": [],
        "userVerification": "required",
    })
}

/// A person has to act before each of the client's steps.
async fn next(answers: &mut mpsc::Receiver<Node>) -> Result<Node> {
    let answer = timeout(PERSON_TIMEOUT, answers.recv()).await.context("the passkey ceremony stands still")?;
    answer.context("the connection ended during the passkey ceremony")
}

impl Prologue {
    fn read(iq: &Node, challenge: &str) -> Result<Self> {
        let prologue = need_child(iq, "passkey_prologue")?;
        let assertion: Value = serde_json::from_slice(&child_bytes(prologue, "webauthn_assertion")?)?;
        let client_data = assertion["response"]["clientDataJSON"].as_str().context("no clientDataJSON")?;
        let client_data: Value = serde_json::from_slice(&BASE64_URL.decode(client_data)?)?;
        ensure!(client_data["challenge"] == challenge, "the assertion answers another challenge");

        let payload = wa::ProloguePayload::decode_from_slice(&child_bytes(prologue, "prologue_payload")?)?;
        let identity_bytes = payload.companion_ephemeral_identity.context("no ephemeral identity")?;
        let commitment = payload.commitment.into_option().and_then(|commitment| commitment.hash);
        let identity = wa::CompanionEphemeralIdentity::decode_from_slice(&identity_bytes)?;
        let reference = identity.r#ref.clone().context("no reference")?;
        Ok(Self { identity_bytes, identity, reference, commitment: commitment.context("no commitment")? })
    }

    /// The nonce opens the commitment: the client chose its key before it knew ours.
    fn check(&self, nonce: &[u8; 32]) -> Result<()> {
        let hash = ShortcakeUtils::commitment_hash(&self.identity_bytes, nonce);
        ensure!(hash[..] == self.commitment[..], "the nonce does not open the commitment");
        Ok(())
    }

    fn open(&self, ephemeral: &KeyPair, sealed: &[u8]) -> Result<wa::PairingRequest> {
        let sealed = wa::EncryptedPairingRequest::decode_from_slice(sealed)?;
        let public = self.identity.public_key.as_deref().context("no public key")?;
        let shared = ephemeral.private_key.calculate_agreement(&PublicKey::from_djb_public_key_bytes(public)?)?;
        let device_type = self.identity.device_type.unwrap_or(wa::device_props::PlatformType::UNKNOWN);
        let key = ShortcakeUtils::derive_encryption_key_from_shared_secret(&shared, device_type, &self.reference)?;
        let iv: [u8; 12] = array(&sealed.iv.context("no iv")?)?;
        let payload = sealed.encrypted_payload.context("no payload")?;
        let mut plain = Vec::new();
        aes_256_gcm_decrypt(&key, &iv, b"", &payload, &mut plain)
            .map_err(|_| anyhow!("the pairing request does not open"))?;
        Ok(wa::PairingRequest::decode_from_slice(&plain)?)
    }
}
