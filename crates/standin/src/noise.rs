//! The responder's side of WhatsApp's Noise handshake: XX, IK and XXfallback.
//!
//! A client that registers, or logs in for the first time, uses XX: `-> e`, `<- e, ee, s, es`, `-> s, se`. Later logins use IK
//! (`-> e, es, s, ss`, `<- e, ee, se`) with the server key that it kept. Whatever goes wrong with IK is answered by an
//! XX-shaped hello computed under the name XXfallback from the same ephemeral key: "start over".

use anyhow::{Context as _, Result, ensure};
use bytes::{Buf as _, BytesMut};
use wacore::libsignal::protocol::KeyPair;
use wacore::noise::{NoiseCipher, NoiseHandshake, framing};
use wacore_binary::consts::{NOISE_PATTERN_IK, NOISE_PATTERN_XX, NOISE_PATTERN_XXFALLBACK, WA_CONN_HEADER};
use waproto::buffa::{Message as _, MessageField};
use waproto::whatsapp::{self as wa, cert_chain::noise_certificate};

use crate::nature::Nature;
use crate::wire::array;

/// What edge routing puts before the connection header: `ED 00 01`, a length of three bytes, and so much data.
const EDGE_ROUTING: &[u8] = b"ED\x00\x01";
/// Validity of the certificates, in seconds since 1970: clients keep the chain only while it is valid, by their own clock.
const NOT_BEFORE_S: u64 = 1_500_000_000;
const NOT_AFTER_S: u64 = 4_000_000_000;

/// The server's own key, and the certificates that name it.
pub(crate) struct ServerIdentity {
    keys: KeyPair,
    certificates: Vec<u8>,
}

impl ServerIdentity {
    pub fn new(nature: &Nature) -> Self {
        let keys = KeyPair::generate(&mut nature.rng());
        let certificates = certificates_for(keys.public_key.public_key_bytes());
        Self { keys, certificates }
    }

    fn public(&self) -> &[u8] {
        self.keys.public_key.public_key_bytes()
    }

    fn private(&self) -> &[u8] {
        self.keys.private_key.serialize()
    }
}

/// An intermediate certificate (issuer 0) and a leaf that names the server's key. The signatures are zeros: the client under
/// test does not check them (`danger-skip-cert-chain-verify`); it does check the key, the serial numbers and the validity.
fn certificates_for(server_key: &[u8]) -> Vec<u8> {
    let certificate = |serial, issuer, key: Vec<u8>| wa::cert_chain::NoiseCertificate {
        details: Some(
            noise_certificate::Details {
                serial: Some(serial),
                issuer_serial: Some(issuer),
                key: Some(key),
                not_before: Some(NOT_BEFORE_S),
                not_after: Some(NOT_AFTER_S),
            }
            .encode_to_vec(),
        ),
        signature: Some(vec![0; 64]),
    };
    wa::CertChain {
        intermediate: MessageField::some(certificate(1, 0, vec![0xCC; 32])),
        leaf: MessageField::some(certificate(2, 1, server_key.to_vec())),
    }
    .encode_to_vec()
}

/// How a connection was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    Xx,
    Ik,
    XxFallback,
}

/// Who connected, with what payload, and the keys of the connection.
pub(crate) struct Accepted {
    pub client_static: [u8; 32],
    pub payload: wa::ClientPayload,
    pub read: NoiseCipher,
    pub write: NoiseCipher,
    pub pattern: Pattern,
}

/// What follows the client's hello. `hello` is the answer to it.
pub(crate) enum Step {
    /// XX or XXfallback: the client finishes.
    NeedsFinish { hello: Vec<u8>, state: Box<AwaitFinish> },
    /// IK: done.
    Done { hello: Vec<u8>, accepted: Box<Accepted> },
}

pub(crate) struct AwaitFinish {
    noise: NoiseHandshake,
    ephemeral: KeyPair,
    pattern: Pattern,
}

/// Takes edge routing and the connection header (`WA 06 03`) from the first bytes of a connection.
pub(crate) fn strip_intro(mut first: BytesMut) -> Result<BytesMut> {
    if first.starts_with(EDGE_ROUTING) {
        let length = first.get(4..7).context("the edge routing ends early")?;
        let length = length.iter().fold(0usize, |length, byte| (length << 8) | usize::from(*byte));
        ensure!(first.len() >= 7 + length, "the edge routing ends early");
        first.advance(7 + length);
    }
    ensure!(first.starts_with(&WA_CONN_HEADER), "this is no WhatsApp client");
    first.advance(WA_CONN_HEADER.len());
    Ok(first)
}

pub(crate) fn on_client_hello(server: &ServerIdentity, nature: &Nature, frame: &[u8]) -> Result<Step> {
    let message = wa::HandshakeMessage::decode_from_slice(frame)?;
    let hello = message.client_hello.into_option().context("no ClientHello")?;
    let client_ephemeral: [u8; 32] = array(&hello.ephemeral.context("no ephemeral key")?)?;
    match (hello.r#static, hello.payload) {
        (Some(sealed_static), Some(sealed_payload)) => {
            let done = answer_ik(server, nature, &client_ephemeral, &sealed_static, &sealed_payload);
            // The client kept the key of another server.
            done.or_else(|_| answer_xx(server, nature, &client_ephemeral, Pattern::XxFallback))
        }
        _ => answer_xx(server, nature, &client_ephemeral, Pattern::Xx),
    }
}

fn answer_xx(server: &ServerIdentity, nature: &Nature, client_ephemeral: &[u8; 32], pattern: Pattern) -> Result<Step> {
    let name = if pattern == Pattern::Xx { NOISE_PATTERN_XX } else { NOISE_PATTERN_XXFALLBACK };
    let mut noise = NoiseHandshake::new(name, &WA_CONN_HEADER)?;
    let ephemeral = KeyPair::generate(&mut nature.rng());
    noise.authenticate(client_ephemeral);
    noise.authenticate(ephemeral.public_key.public_key_bytes());
    noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?; // ee
    let sealed_static = noise.encrypt(server.public())?; // s
    noise.mix_shared_secret(server.private(), client_ephemeral)?; // es
    let sealed_certificates = noise.encrypt(&server.certificates)?;
    let hello = server_hello(&ephemeral, Some(sealed_static), sealed_certificates);
    Ok(Step::NeedsFinish { hello, state: Box::new(AwaitFinish { noise, ephemeral, pattern }) })
}

fn answer_ik(
    server: &ServerIdentity,
    nature: &Nature,
    client_ephemeral: &[u8; 32],
    sealed_static: &[u8],
    sealed_payload: &[u8],
) -> Result<Step> {
    let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER)?;
    noise.authenticate(server.public()); // known before: <- s
    noise.authenticate(client_ephemeral);
    noise.mix_shared_secret(server.private(), client_ephemeral)?; // es
    let client_static = array(&noise.decrypt(sealed_static)?)?;
    noise.mix_shared_secret(server.private(), &client_static)?; // ss
    let payload = noise.decrypt(sealed_payload)?;

    let ephemeral = KeyPair::generate(&mut nature.rng());
    noise.authenticate(ephemeral.public_key.public_key_bytes());
    noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?; // ee
    noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_static)?; // se
    let sealed_certificates = noise.encrypt(&server.certificates)?;
    let hello = server_hello(&ephemeral, None, sealed_certificates);
    let accepted = accept(noise, client_static, &payload, Pattern::Ik)?;
    Ok(Step::Done { hello, accepted: Box::new(accepted) })
}

pub(crate) fn on_client_finish(mut state: AwaitFinish, frame: &[u8]) -> Result<Accepted> {
    let message = wa::HandshakeMessage::decode_from_slice(frame)?;
    let finish = message.client_finish.into_option().context("no ClientFinish")?;
    let client_static = array(&state.noise.decrypt(&finish.r#static.context("no static key")?)?)?; // s
    state.noise.mix_shared_secret(state.ephemeral.private_key.serialize(), &client_static)?; // se
    let payload = state.noise.decrypt(&finish.payload.context("no payload")?)?;
    accept(state.noise, client_static, &payload, state.pattern)
}

fn accept(noise: NoiseHandshake, client_static: [u8; 32], payload: &[u8], pattern: Pattern) -> Result<Accepted> {
    // The first key is the initiator's to write with, so it is ours to read with.
    let (read, write) = noise.finish()?;
    let payload = wa::ClientPayload::decode_from_slice(payload)?;
    Ok(Accepted { client_static, payload, read, write, pattern })
}

fn server_hello(ephemeral: &KeyPair, sealed_static: Option<Vec<u8>>, sealed_certificates: Vec<u8>) -> Vec<u8> {
    wa::HandshakeMessage {
        server_hello: MessageField::some(wa::handshake_message::ServerHello {
            ephemeral: Some(ephemeral.public_key.public_key_bytes().to_vec()),
            r#static: sealed_static,
            payload: Some(sealed_certificates),
            ..Default::default()
        }),
        ..Default::default()
    }
    .encode_to_vec()
}

/// A payload with its length before it: three bytes, big-endian.
pub(crate) fn frame(payload: &[u8]) -> Result<Vec<u8>> {
    framing::encode_frame(payload, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intro_may_carry_edge_routing() {
        let header = &WA_CONN_HEADER[..];
        for before in [&b""[..], b"ED\x00\x01\x00\x00\x02ab", b"ED\x00\x01\x00\x00\x00"] {
            let bytes = BytesMut::from(&[before, header, b"rest"].concat()[..]);
            assert_eq!(&strip_intro(bytes).expect("an intro")[..], b"rest");
        }
    }

    #[test]
    fn an_intro_that_is_none_is_refused() {
        for bytes in [&b""[..], b"GET", b"ED\x00\x01\x00", b"ED\x00\x01\x00\x00\x09ab", b"WA"] {
            strip_intro(BytesMut::from(bytes)).expect_err("not an intro");
        }
    }
}
