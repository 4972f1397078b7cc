//! Secrets that must be readable again (session keys of numbers, link codes) are sealed with a key from the configuration.
//!
//! Form: `<key id>.<base64url(nonce ‖ ciphertext)>`, XChaCha20-Poly1305, bound to a `context` such as `number_key:num_…`
//! so that a value copied to another row does not open.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::Random;
use super::secret::fingerprint;

const NONCE_BYTES: usize = 24;

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the master key must be 32 bytes in base64; `grantline init` makes one")]
    BadKey,
    #[error("the value was sealed with key {0}, which the configuration does not hold")]
    UnknownKey(String),
    #[error("the sealed value is damaged or belongs to another row")]
    Damaged,
}

/// The keys that open sealed values; the first one also seals new ones.
pub struct Sealer {
    keys: Vec<(String, XChaCha20Poly1305)>,
}

impl Sealer {
    /// `keys`: 32 bytes in base64 each, newest first.
    pub fn new(keys: &[&str]) -> Result<Self, SealError> {
        let keys = keys.iter().map(|text| key_of(text)).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(SealError::BadKey) } else { Ok(Self { keys }) }
    }

    pub fn seal(&self, context: &str, plain: &[u8], random: &dyn Random) -> Result<String, SealError> {
        let (key_id, cipher) = self.keys.first().ok_or(SealError::BadKey)?;
        let nonce = random.bytes::<NONCE_BYTES>();
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context.as_bytes() })
            .map_err(|_| SealError::Damaged)?;
        Ok(format!("{key_id}.{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// The value under the newest key; nothing when it lies under that already.
    pub fn seal_anew(&self, context: &str, sealed: &str, random: &dyn Random) -> Result<Option<String>, SealError> {
        let (newest, _) = self.keys.first().ok_or(SealError::BadKey)?;
        if sealed.split_once('.').is_some_and(|(key_id, _)| key_id == newest) {
            return Ok(None);
        }
        self.seal(context, &self.open(context, sealed)?, random).map(Some)
    }

    pub fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let (key_id, body) = sealed.split_once('.').ok_or(SealError::Damaged)?;
        let (_, cipher) =
            self.keys.iter().find(|(id, _)| id == key_id).ok_or_else(|| SealError::UnknownKey(key_id.to_owned()))?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Damaged)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Damaged)?;
        cipher
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: context.as_bytes() })
            .map_err(|_| SealError::Damaged)
    }
}

fn key_of(text: &str) -> Result<(String, XChaCha20Poly1305), SealError> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| SealError::BadKey)?;
    let cipher = XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| SealError::BadKey)?;
    // The id names the key without telling anything of it.
    let key_id = fingerprint(text.trim()).chars().take(8).collect();
    Ok((key_id, cipher))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::random::SystemRandom;

    const OLD: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const NEW: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    #[test]
    fn a_value_opens_in_its_own_row_only_and_survives_a_new_key() {
        let sealed =
            Sealer::new(&[OLD]).and_then(|sealer| sealer.seal("row 1", b"secret", &SystemRandom)).expect("seals");
        let rotated = Sealer::new(&[NEW, OLD]).expect("two keys");
        assert_eq!(rotated.open("row 1", &sealed).expect("opens"), b"secret");
        assert!(matches!(rotated.open("row 2", &sealed), Err(SealError::Damaged)));
        let anew =
            rotated.seal_anew("row 1", &sealed, &SystemRandom).expect("opens").expect("it lay under the old key");
        assert_eq!(rotated.seal_anew("row 1", &anew, &SystemRandom).expect("readable"), None);
        let forgotten = Sealer::new(&[NEW]).expect("one key");
        assert_eq!(forgotten.open("row 1", &anew).expect("opens"), b"secret");
        assert!(matches!(forgotten.open("row 1", &sealed), Err(SealError::UnknownKey(_))));
        assert!(matches!(Sealer::new(&["short"]), Err(SealError::BadKey)));
    }
}
