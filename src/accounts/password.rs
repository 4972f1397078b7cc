//! Passwords: argon2id (RFC 9106), and a rule that asks for length rather than for odd characters (NIST SP 800-63B §5.1.1).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

const LENGTH_MIN: usize = 10;
/// Longer ones only make the hash slow.
const LENGTH_MAX: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    #[error("use at least 10 characters; three words do well")]
    TooShort,
    #[error("use at most 200 characters")]
    TooLong,
    #[error("choose a password that is not your e-mail address or your name")]
    TellsTheOwner,
}

/// Whether a new password will do.
pub fn acceptable(password: &str, email: &str, name: &str) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    if length < LENGTH_MIN {
        Err(PasswordRefusal::TooShort)
    } else if length > LENGTH_MAX {
        Err(PasswordRefusal::TooLong)
    } else if lower == email.to_lowercase() || lower == name.to_lowercase() {
        Err(PasswordRefusal::TellsTheOwner)
    } else {
        Ok(())
    }
}

/// A PHC string to keep; `salt` is fresh. Takes tens of milliseconds by design: call it outside the writer, by `env.computing`.
pub fn hash(password: &str, salt: [u8; 16]) -> anyhow::Result<String> {
    let hash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| anyhow::anyhow!("a password could not be hashed: {error}"))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one that was hashed.
#[must_use]
pub fn verify(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

/// A hash of nothing that anyone knows, so that an unknown account takes as long to refuse as a known one.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Z3JhbnRsaW5lLW5vYm9keQ$Ld4QPdWqQ9p6MBWJ4x3ZP1fQZl2yQk2p3F4l8nYbY3s";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let kept = hash("correct horse battery", [7; 16]).expect("is hashed");
        assert!(verify("correct horse battery", &kept));
        assert!(!verify("Correct horse battery", &kept));
        assert!(!verify("correct horse battery", "damaged"));
    }

    #[test]
    fn nobody_takes_as_long_as_somebody() {
        let cost = |kept: &str| {
            let kept = PasswordHash::new(kept).expect("a PHC string");
            let length = kept.hash.expect("a hash").as_bytes().len();
            (kept.algorithm.to_string(), kept.version, kept.params.to_string(), length)
        };
        assert_eq!(cost(NOBODY), cost(&hash("correct horse battery", [7; 16]).expect("is hashed")));
        assert!(!verify("", NOBODY));
    }

    #[test]
    fn length_counts_and_telling_who_one_is_does_not() {
        let acceptable = |password: &str| acceptable(password, "ann.lee@example.com", "Ann Lee the Baker");
        assert_eq!(acceptable("nine char"), Err(PasswordRefusal::TooShort));
        assert_eq!(acceptable("ten chars!"), Ok(()));
        assert_eq!(acceptable(&"é".repeat(200)), Ok(()));
        assert_eq!(acceptable(&"é".repeat(201)), Err(PasswordRefusal::TooLong));
        assert_eq!(acceptable("Ann.Lee@Example.com"), Err(PasswordRefusal::TellsTheOwner));
        assert_eq!(acceptable("ann lee the baker"), Err(PasswordRefusal::TellsTheOwner));
    }
}
