//! What an account signs about its devices, so that no server can add one.

use anyhow::{Context as _, Result, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::rngs::StdRng;
use sha2::Sha256;
use wacore::libsignal::protocol::{IdentityKeyPair, PublicKey};
use waproto::buffa::Message as _;
use waproto::whatsapp as wa;

use super::Phone;

/// What precedes the signed bytes, so that no signature can be taken for another.
const BY_ACCOUNT: [u8; 2] = [6, 0];
const BY_DEVICE: [u8; 2] = [6, 1];
const KEY_INDEXES: [u8; 2] = [6, 2];
/// Precedes the input of the HMAC for hosted accounts.
const HOSTED: [u8; 2] = [6, 5];

/// ADVDeviceIdentity.
pub(super) fn details(raw_id: u32, now_s: u64, key_index: u32) -> Vec<u8> {
    wa::ADVDeviceIdentity {
        raw_id: Some(raw_id),
        timestamp: Some(now_s),
        key_index: Some(key_index),
        ..Default::default()
    }
    .encode_to_vec()
}

/// ADVSignedDeviceIdentity: signed by the account, for the device to countersign. Signatures are over raw 32-byte keys.
pub(super) fn sign(
    account: &IdentityKeyPair,
    details: &[u8],
    device_identity: &[u8; 32],
    rng: &mut StdRng,
) -> Result<Vec<u8>> {
    let signed = [&BY_ACCOUNT[..], details, device_identity].concat();
    let signature = account.private_key().calculate_signature(&signed, rng)?;
    Ok(wa::ADVSignedDeviceIdentity {
        details: Some(details.to_vec()),
        account_signature_key: Some(account.public_key().public_key_bytes().to_vec()),
        account_signature: Some(signature.to_vec()),
        device_signature: None,
    }
    .encode_to_vec())
}

/// ADVSignedDeviceIdentityHMAC: what proves to the client that the phone has seen its code or QR code.
pub(super) fn seal(signed: Vec<u8>, adv_secret: &[u8; 32], is_hosted: bool) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(adv_secret)?;
    if is_hosted {
        mac.update(&HOSTED);
    }
    mac.update(&signed);
    Ok(wa::ADVSignedDeviceIdentityHMAC {
        details: Some(signed),
        hmac: Some(mac.finalize().into_bytes().to_vec()),
        account_type: is_hosted.then_some(wa::ADVEncryptionType::HOSTED),
    }
    .encode_to_vec())
}

/// Whether the device signed what the account did.
pub(super) fn check_device(
    signed_identity: &[u8],
    details: &[u8],
    device_identity: &[u8; 32],
    account: &IdentityKeyPair,
) -> Result<()> {
    let identity = wa::ADVSignedDeviceIdentity::decode_from_slice(signed_identity)?;
    let signature = identity.device_signature.context("the device did not sign")?;
    let account_key = account.public_key().public_key_bytes();
    let signed = [&BY_DEVICE[..], details, device_identity, account_key].concat();
    let key = PublicKey::from_djb_public_key_bytes(device_identity)?;
    ensure!(key.verify_signature(&signed, &signature), "the signature of the device is wrong");
    Ok(())
}

impl Phone {
    /// ADVSignedKeyIndexList: which devices are valid now, for those who ask for the device list.
    pub(crate) fn signed_key_indexes(&self) -> Result<Vec<u8>> {
        let linked = self.key_indexes().into_iter().map(|(_, index)| index);
        let valid: Vec<u32> = std::iter::once(0).chain(linked).collect();
        let details = wa::ADVKeyIndexList {
            raw_id: Some(self.raw_id),
            timestamp: Some(self.nature.now_s()),
            current_index: valid.iter().max().copied(),
            valid_indexes: valid,
            ..Default::default()
        }
        .encode_to_vec();
        let signed = [&KEY_INDEXES[..], &details].concat();
        let signature = self.identity.private_key().calculate_signature(&signed, &mut self.nature.rng())?;
        Ok(wa::ADVSignedKeyIndexList {
            details: Some(details),
            account_signature: Some(signature.to_vec()),
            ..Default::default()
        }
        .encode_to_vec())
    }
}
