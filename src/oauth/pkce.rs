//! Proof Key for Code Exchange (RFC 7636), S256 only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::platform::secret::same;

/// RFC 7636 §4.2: BASE64URL of a SHA-256 is 43 characters.
const CHALLENGE_LENGTH: usize = 43;

/// Whether this can be an S256 challenge.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_LENGTH && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// RFC 7636 §4.1: 43 to 128 unreserved characters.
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

/// RFC 7636 §4.6: whether the verifier is the one that the challenge was made from. Compared in constant time.
#[must_use]
pub fn proves(verifier: &str, challenge: &str) -> bool {
    is_verifier(verifier) && same(&URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())), challenge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn the_example_of_the_standard_holds() {
        assert!(proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    }

    proptest! {
        #[test]
        fn only_the_right_verifier_proves(one in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}") {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(one.as_bytes()));
            prop_assert!(is_challenge(&challenge));
            prop_assert!(proves(&one, &challenge));
            prop_assert_eq!(proves(&other, &challenge), one == other);
            // The challenge itself proves nothing: that would be the "plain" method.
            prop_assert!(!proves(&challenge, &challenge));
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in "\\PC{0,200}") {
            prop_assert!(!is_challenge(&text) || text.len() == CHALLENGE_LENGTH);
            prop_assert!(!is_verifier(&text) || text.is_ascii());
        }
    }
}
