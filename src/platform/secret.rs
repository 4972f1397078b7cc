//! Secrets are types. What their owner sees and what we keep are two of them, and neither prints itself.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Random;

/// A secret as its owner sees it: shown once, never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainSecret(String);

impl PlainSecret {
    /// 256 random bits as `<prefix><43 characters><6 characters of checksum>`. The prefix lets secret scanners find a leaked
    /// one, the checksum lets them (and us) tell it from noise without asking the database.
    #[must_use]
    pub fn generate(prefix: &str, random: &dyn Random) -> Self {
        let body = URL_SAFE_NO_PAD.encode(random.bytes::<32>());
        let checksum = checksum(prefix, &body);
        Self(format!("{prefix}{body}{checksum}"))
    }

    /// A secret that came in with a request. It may be anything.
    #[must_use]
    pub fn received(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether this can be one of ours: the prefix and the checksum are right.
    #[must_use]
    pub fn is_well_formed(&self, prefix: &str) -> bool {
        self.0
            .strip_prefix(prefix)
            .and_then(|rest| rest.split_at_checked(43))
            .is_some_and(|(body, sum)| sum == checksum(prefix, body))
    }

    /// What we keep of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(hex(&Sha256::digest(self.0.as_bytes())))
    }

    /// For the one place that shows it to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PlainSecret(..)")
    }
}

fn checksum(prefix: &str, body: &str) -> String {
    let digest = Sha256::new().chain_update(prefix).chain_update(body).finalize();
    hex(&digest[..3])
}

/// What we keep of a secret: SHA-256 in hex, so that both databases store it as text. 256 random bits need no slow hash.
#[derive(Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct SecretHash(pub String);

impl fmt::Debug for SecretHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretHash(..)")
    }
}

/// HMAC-SHA256 in hex: binds `message` to `key` without revealing the key.
#[must_use]
pub fn bind(key: &str, message: &str) -> String {
    #[expect(clippy::expect_used, reason = "RFC 2104: HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Compares two texts in constant time.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of a text in hex.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
