//! Signatures as Standard Webhooks has them (its specification, "Signature scheme"): HMAC-SHA256 over id, moment and body.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::platform::Timestamp;

const SECRET_PREFIX: &str = "whsec_";

/// Standard Webhooks: "between 24 bytes (192 bits) and 64 bytes (512 bits)".
const SECRET_BYTES: usize = 32;

/// What an owner of an endpoint and we share. It does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret([u8; SECRET_BYTES]);

impl SigningSecret {
    /// Made of chance.
    #[must_use]
    pub const fn of(chance: [u8; SECRET_BYTES]) -> Self {
        Self(chance)
    }

    /// From the bytes that were sealed.
    #[must_use]
    pub fn of_sealed(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    #[must_use]
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As its owner sees it and gives it to a library: `whsec_` and base64.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{SECRET_PREFIX}{}", STANDARD.encode(self.0))
    }

    fn sign(&self, text: &[u8]) -> String {
        #[expect(clippy::expect_used, reason = "RFC 2104: HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(text);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// It does not say what was given instead: that may be a secret of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret is `whsec_` and 32 bytes in base64")]
pub struct NoSigningSecret;

impl FromStr for SigningSecret {
    type Err = NoSigningSecret;

    fn from_str(text: &str) -> Result<Self, NoSigningSecret> {
        let bytes = text.strip_prefix(SECRET_PREFIX).and_then(|encoded| STANDARD.decode(encoded).ok());
        bytes.and_then(|bytes| Self::of_sealed(&bytes)).ok_or(NoSigningSecret)
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningSecret(..)")
    }
}

/// Seconds since 1970, the header `webhook-timestamp`: of the try, not of the fact, because receivers refuse old ones.
#[must_use]
pub fn timestamp(now: Timestamp) -> String {
    now.0.div_euclid(1000).to_string()
}

/// The header `webhook-signature`: one signature for each secret, with blanks between them.
#[must_use]
pub fn signatures(secrets: &[SigningSecret], id: &str, timestamp: &str, body: &[u8]) -> String {
    let text = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    secrets.iter().map(|secret| secret.sign(&text)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The key, message and signature of the specification's own test vector have a key of 24 bytes; ours are 32 long, so this
    /// one was computed with `openssl dgst -sha256 -hmac`.
    #[test]
    fn what_is_signed_is_id_moment_and_body() {
        let secret = SigningSecret(*b"0123456789abcdef0123456789abcdef");
        assert_eq!(secret.reveal(), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        let signed = signatures(std::slice::from_ref(&secret), "evt_1", "1767225600", b"{}");
        assert_eq!(signed, "v1,oaOGzCeKR+UeKnOtpMbQ4t75eY8PRRIQEF22A9sqqi4=");
        let two = signatures(&[secret.clone(), SigningSecret([7; 32])], "evt_1", "1767225600", b"{}");
        assert!(two.starts_with(&format!("{signed} v1,")), "{two}");
        assert_eq!(format!("{secret:?}"), "SigningSecret(..)");
    }

    #[test]
    fn the_moment_is_in_whole_seconds() {
        assert_eq!(timestamp(Timestamp(1_767_225_600_999)), "1767225600");
    }

    #[test]
    fn what_is_no_secret_is_not_taken_for_one() {
        let right = SigningSecret([7; SECRET_BYTES]).reveal();
        let encoded = right.trim_start_matches(SECRET_PREFIX);
        let short = format!("{SECRET_PREFIX}{}", STANDARD.encode([7; SECRET_BYTES - 1]));
        let long = format!("{SECRET_PREFIX}{}", STANDARD.encode([7; SECRET_BYTES + 1]));
        let bare = right.trim_end_matches('=');
        for wrong in ["", SECRET_PREFIX, encoded, &short, &long, bare, &format!(" {right}"), &format!("{right}\n")] {
            assert_eq!(wrong.parse::<SigningSecret>(), Err(NoSigningSecret), "{wrong:?}");
        }
        assert!(right.parse::<SigningSecret>().is_ok());
    }

    proptest! {
        #[test]
        fn a_secret_is_read_as_it_was_shown(chance: [u8; SECRET_BYTES]) {
            let secret = SigningSecret::of(chance);
            prop_assert_eq!(secret.reveal().parse(), Ok(secret));
        }

        #[test]
        fn a_secret_has_one_spelling(text in "(whsec_)?[A-Za-z0-9+/]{42,44}=?") {
            if let Ok(secret) = text.parse::<SigningSecret>() {
                prop_assert_eq!(secret.reveal(), text);
            }
        }
    }
}
