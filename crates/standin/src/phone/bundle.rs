//! The cryptography of stage 2, as the phone does it: two ephemeral keys under the typed code, and a bundle that only the
//! right code opens.

use anyhow::{Context as _, Result, anyhow};
use wacore::crypto::hkdf_sha256_into;
use wacore::libsignal::crypto::aes_256_gcm_decrypt;
use wacore::libsignal::protocol::{IdentityKeyPair, KeyPair, PublicKey};
use wacore::pair_code::PairCodeUtils;

use super::PhoneError;
use crate::nature::Nature;
use crate::server::Finish;
use crate::wire::array;

/// Context of the key that seals the bundle, and of the ADV secret.
const BUNDLE_KEY: &[u8] = b"link_code_pairing_key_bundle_encryption_key";
const ADV_SECRET: &[u8] = b"adv_secret";

/// What the phone sends, and what it keeps to open the answer.
pub(super) struct PrimaryHello {
    /// Our ephemeral key under the typed code: salt 32, iv 16, AES-256-CTR(32); key = PBKDF2-HMAC-SHA256(code, salt, 131072).
    pub wrapped: [u8; 80],
    ephemeral: KeyPair,
    /// The client's, if the code is right; 32 other bytes, if it is wrong.
    client_ephemeral: [u8; 32],
}

impl PrimaryHello {
    pub async fn new(nature: &Nature, client_wrapped: [u8; 80], code: String) -> Result<Self> {
        let ephemeral = KeyPair::generate(&mut nature.rng());
        let public: [u8; 32] = array(ephemeral.public_key.public_key_bytes())?;
        // Two derivations of 131,072 rounds.
        let derived = tokio::task::spawn_blocking(move || {
            let wrapped = PairCodeUtils::encrypt_ephemeral_pub(&public, &code);
            (wrapped, PairCodeUtils::decrypt_primary_ephemeral_pub(&client_wrapped, &code))
        });
        let (wrapped, client_ephemeral) = derived.await?;
        Ok(Self { wrapped, ephemeral, client_ephemeral: client_ephemeral? })
    }

    /// Opens salt 32, iv 12, AES-256-GCM(96)+16, key = HKDF(X25519(ephemeral, ephemeral), salt); inside are the client's
    /// identity, ours, and 32 random bytes. ADV secret = HKDF(X25519(ephemeral, ephemeral), X25519(identities), random).
    pub fn open(&self, identity: &IdentityKeyPair, finish: &Finish) -> Result<[u8; 32], PhoneError> {
        let shared = agree(&self.ephemeral.private_key, &self.client_ephemeral).map_err(|_| PhoneError::WrongCode)?;
        let (salt, rest) = finish.bundle.split_at(32);
        let (iv, sealed) = rest.split_at(12);
        let key = derive(&shared, Some(salt), BUNDLE_KEY)?;
        let mut bundle = Vec::with_capacity(96);
        aes_256_gcm_decrypt(&key, &array(iv)?, b"", sealed, &mut bundle).map_err(|_| PhoneError::WrongCode)?;

        let bundle: [u8; 96] = array(&bundle)?;
        let (theirs, rest) = bundle.split_at(32);
        let (ours, random) = rest.split_at(32);
        if theirs != finish.identity || ours != identity.public_key().public_key_bytes() {
            return Err(anyhow!("the bundle names other identities").into());
        }
        let identities = agree(identity.private_key(), &finish.identity)?;
        Ok(derive(&[&shared[..], &identities, random].concat(), None, ADV_SECRET)?)
    }
}

fn agree(ours: &wacore::libsignal::protocol::PrivateKey, theirs: &[u8]) -> Result<[u8; 32]> {
    Ok(ours.calculate_agreement(&PublicKey::from_djb_public_key_bytes(theirs)?)?)
}

fn derive(secret: &[u8], salt: Option<&[u8]>, context: &[u8]) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    hkdf_sha256_into(secret, salt, context, &mut key).ok().context("a key of 32 bytes")?;
    Ok(key)
}
