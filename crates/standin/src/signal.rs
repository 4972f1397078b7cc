//! The end-to-end encryption of one phone, in memory.

use std::collections::HashMap;

use anyhow::Result;
use async_trait::async_trait;
use wacore::libsignal::protocol::{
    CiphertextMessage, Direction, GenericSignedPreKey, IdentityChange, IdentityKey, IdentityKeyPair, IdentityKeyStore,
    KeyPair, PreKeyBundle, PreKeyId, PreKeyRecord, PreKeySignalMessage, PreKeyStore, ProtocolAddress,
    SenderKeyDistributionMessage, SenderKeyRecord, SenderKeyStore, SessionRecord, SessionStore, SignalMessage,
    SignalProtocolError, SignedPreKeyId, SignedPreKeyRecord, SignedPreKeyStore, Timestamp, UsePQRatchet,
    create_sender_key_distribution_message, group_decrypt, group_encrypt, message_decrypt, message_encrypt,
    process_prekey_bundle, process_sender_key_distribution_message,
};
use wacore::libsignal::store::sender_key_name::SenderKeyName;

use crate::nature::Nature;

type SignalResult<T> = std::result::Result<T, SignalProtocolError>;

/// A phone has one signed key and never changes it.
const SIGNED_PRE_KEY_ID: u32 = 1;
/// Registration ids are 14 bits, and not zero.
const REGISTRATION_IDS: u32 = 16_380;
/// Versions of the padding: messages between devices have the second.
const PADDING_VERSION: u8 = 2;

/// What a phone needs to talk to devices. libsignal wants its stores one by one.
pub(crate) struct SignalPhone {
    nature: Nature,
    identity: IdentityKeyPair,
    registration_id: u32,
    sessions: Sessions,
    identities: Identities,
    pre_keys: PreKeys,
    signed: Signed,
    group_keys: GroupKeys,
    next_pre_key: u32,
}

/// Keys of groups, by group and whose they are.
#[derive(Default)]
struct GroupKeys(HashMap<String, SenderKeyRecord>);

/// Under which the phone's own key of a group lies.
const OWN: &str = "own";

#[derive(Default)]
struct Sessions(HashMap<String, SessionRecord>);

struct Identities {
    own: IdentityKeyPair,
    registration_id: u32,
    known: HashMap<String, IdentityKey>,
}

#[derive(Default)]
struct PreKeys(HashMap<u32, PreKeyRecord>);

struct Signed(SignedPreKeyRecord);

impl SignalPhone {
    pub fn new(nature: &Nature, identity: &IdentityKeyPair) -> Result<Self> {
        let registration_id = u32::from_be_bytes(nature.bytes()) % (REGISTRATION_IDS - 1) + 1;
        let keys = KeyPair::generate(&mut nature.rng());
        let signature = identity.private_key().calculate_signature(&keys.public_key.serialize(), &mut nature.rng())?;
        let made_at = Timestamp::from_epoch_millis(nature.now_s() * 1000);
        let signed = SignedPreKeyRecord::new(SignedPreKeyId::from(SIGNED_PRE_KEY_ID), made_at, &keys, &signature);
        Ok(Self {
            nature: nature.clone(),
            identity: identity.clone(),
            registration_id,
            sessions: Sessions::default(),
            identities: Identities { own: identity.clone(), registration_id, known: HashMap::new() },
            pre_keys: PreKeys::default(),
            signed: Signed(signed),
            group_keys: GroupKeys::default(),
            next_pre_key: 1,
        })
    }

    /// Keys with which a device can start a session; each call makes a one-time key.
    pub fn bundle(&mut self) -> Result<PreKeyBundle> {
        let id = self.next_pre_key;
        self.next_pre_key += 1;
        let keys = KeyPair::generate(&mut self.nature.rng());
        self.pre_keys.0.insert(id, PreKeyRecord::new(PreKeyId::from(id), &keys));
        Ok(PreKeyBundle::new(
            self.registration_id,
            0.into(),
            Some((PreKeyId::from(id), keys.public_key)),
            SignedPreKeyId::from(SIGNED_PRE_KEY_ID),
            self.signed.0.public_key()?,
            self.signed.0.signature()?,
            IdentityKey::new(*self.identity.public_key()),
        )?)
    }

    pub fn has_session(&self, with: &ProtocolAddress) -> bool {
        self.sessions.0.contains_key(with.as_str())
    }

    pub async fn start_session(&mut self, with: &ProtocolAddress, bundle: &PreKeyBundle) -> Result<()> {
        let rng = &mut self.nature.rng();
        process_prekey_bundle(with, &mut self.sessions, &mut self.identities, bundle, rng, UsePQRatchet::No).await?;
        Ok(())
    }

    /// What stands in `<enc type>`, and the sealed bytes.
    pub async fn encrypt(&mut self, with: &ProtocolAddress, padded: &[u8]) -> Result<(&'static str, Vec<u8>)> {
        let sealed = message_encrypt(padded, with, &mut self.sessions, &mut self.identities).await?;
        let kind = if matches!(sealed, CiphertextMessage::PreKeySignalMessage(_)) { "pkmsg" } else { "msg" };
        Ok((kind, sealed.serialize().to_vec()))
    }

    /// Opens what a device sealed, and takes the padding away.
    pub async fn decrypt(&mut self, with: &ProtocolAddress, kind: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let sealed = match kind {
            "pkmsg" => CiphertextMessage::PreKeySignalMessage(PreKeySignalMessage::try_from(sealed)?),
            _ => CiphertextMessage::SignalMessage(SignalMessage::try_from(sealed)?),
        };
        let opened = message_decrypt(
            &sealed,
            with,
            &mut self.sessions,
            &mut self.identities,
            &mut self.pre_keys,
            &self.signed,
            &mut self.nature.rng(),
            UsePQRatchet::No,
        )
        .await?;
        if let Some(id) = opened.consumed_prekey_id {
            self.pre_keys.0.remove(&id.into());
        }
        unpadded(&opened.plaintext)
    }

    /// The phone's own key of a group, as others need it.
    pub async fn own_group_key(&mut self, group: &str) -> Result<Vec<u8>> {
        let (name, rng) = (SenderKeyName::from_parts(group, OWN), &mut self.nature.rng());
        let key = create_sender_key_distribution_message(&name, &mut self.group_keys, rng).await?;
        Ok(key.serialized().to_vec())
    }

    /// Seals for everybody in a group; there must be an own key of it.
    pub async fn encrypt_for_group(&mut self, group: &str, padded: &[u8]) -> Result<Vec<u8>> {
        let (name, rng) = (SenderKeyName::from_parts(group, OWN), &mut self.nature.rng());
        Ok(group_encrypt(&mut self.group_keys, &name, padded, rng).await?.serialized().to_vec())
    }

    pub async fn learn_group_key(&mut self, group: &str, of: &ProtocolAddress, key: &[u8]) -> Result<()> {
        let name = SenderKeyName::from_parts(group, of.as_str());
        let key = SenderKeyDistributionMessage::try_from(key)?;
        Ok(process_sender_key_distribution_message(&name, &key, &mut self.group_keys).await?)
    }

    /// Opens what a device sealed for everybody in a group, and takes the padding away.
    pub async fn decrypt_from_group(&mut self, group: &str, from: &ProtocolAddress, sealed: &[u8]) -> Result<Vec<u8>> {
        let name = SenderKeyName::from_parts(group, from.as_str());
        unpadded(&group_decrypt(sealed, &mut self.group_keys, &name).await?)
    }
}

fn unpadded(opened: &[u8]) -> Result<Vec<u8>> {
    Ok(wacore::messages::MessageUtils::unpad_message_ref(opened, PADDING_VERSION)?.to_vec())
}

#[async_trait]
impl SenderKeyStore for GroupKeys {
    async fn store_sender_key(&mut self, name: &SenderKeyName, record: SenderKeyRecord) -> SignalResult<()> {
        self.0.insert(name.cache_key().to_owned(), record);
        Ok(())
    }

    async fn load_sender_key(&self, name: &SenderKeyName) -> SignalResult<Option<SenderKeyRecord>> {
        Ok(self.0.get(name.cache_key()).cloned())
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn load_session(&self, with: &ProtocolAddress) -> SignalResult<Option<SessionRecord>> {
        Ok(self.0.get(with.as_str()).cloned())
    }

    async fn has_session(&self, with: &ProtocolAddress) -> SignalResult<bool> {
        Ok(self.0.contains_key(with.as_str()))
    }

    async fn store_session(&mut self, with: &ProtocolAddress, record: SessionRecord) -> SignalResult<()> {
        self.0.insert(with.as_str().to_owned(), record);
        Ok(())
    }
}

#[async_trait]
impl IdentityKeyStore for Identities {
    async fn get_identity_key_pair(&self) -> SignalResult<IdentityKeyPair> {
        Ok(self.own.clone())
    }

    async fn get_local_registration_id(&self) -> SignalResult<u32> {
        Ok(self.registration_id)
    }

    async fn save_identity(&mut self, of: &ProtocolAddress, key: &IdentityKey) -> SignalResult<IdentityChange> {
        let before = self.known.insert(of.as_str().to_owned(), *key);
        Ok(IdentityChange::from_changed(before.is_some_and(|before| before != *key)))
    }

    async fn is_trusted_identity(&self, _: &ProtocolAddress, _: &IdentityKey, _: Direction) -> SignalResult<bool> {
        Ok(true)
    }

    async fn get_identity(&self, of: &ProtocolAddress) -> SignalResult<Option<IdentityKey>> {
        Ok(self.known.get(of.as_str()).copied())
    }
}

#[async_trait]
impl PreKeyStore for PreKeys {
    async fn get_pre_key(&self, id: PreKeyId) -> SignalResult<PreKeyRecord> {
        self.0.get(&id.into()).cloned().ok_or(SignalProtocolError::InvalidPreKeyId)
    }

    async fn save_pre_key(&mut self, id: PreKeyId, record: &PreKeyRecord) -> SignalResult<()> {
        self.0.insert(id.into(), record.clone());
        Ok(())
    }

    async fn remove_pre_key(&mut self, id: PreKeyId) -> SignalResult<()> {
        self.0.remove(&id.into());
        Ok(())
    }
}

#[async_trait]
impl SignedPreKeyStore for Signed {
    async fn get_signed_pre_key(&self, _: SignedPreKeyId) -> SignalResult<SignedPreKeyRecord> {
        Ok(self.0.clone())
    }

    async fn save_signed_pre_key(&mut self, _: SignedPreKeyId, record: &SignedPreKeyRecord) -> SignalResult<()> {
        self.0 = record.clone();
        Ok(())
    }
}
