//! Where a session keeps what it must find again: sealed rows of its number.

use async_trait::async_trait;
use grantline_whatsapp::{KeyChange, KeyStore, SessionError};

use super::store;
use crate::platform::Env;
use crate::platform::db::Tx;

/// Values that are sealed anew in one unit of work: few enough that a server beside it is not held up.
const PAGE: i64 = 200;

/// The keys of one number, each sealed with the master key and bound to its row.
pub struct NumberKeys {
    env: Env,
    number_id: String,
}

impl NumberKeys {
    #[must_use]
    pub fn new(env: &Env, number_id: &str) -> Self {
        Self { env: env.clone(), number_id: number_id.to_owned() }
    }

    fn context(&self, kind: &str, key: &str) -> String {
        context(&self.number_id, kind, key)
    }

    fn open(&self, kind: &str, key: &str, sealed: &str) -> Result<Vec<u8>, SessionError> {
        // To look again would not help: it was sealed with a key that we do not have, or for another row.
        let opened = self.env.sealer.open(&self.context(kind, key), sealed);
        opened.map_err(|error| SessionError::Damaged(error.to_string()))
    }

    fn seal(&self, change: KeyChange) -> Result<store::SealedChange, SessionError> {
        Ok(match change {
            KeyChange::Put { kind, key, value, moment_s } => {
                let context = self.context(kind, &key);
                let sealed = self.env.sealer.seal(&context, &value, &*self.env.random).map_err(failed)?;
                store::SealedChange::Put { kind, key, sealed, moment_s }
            }
            KeyChange::Delete { kind, key } => store::SealedChange::Delete { kind, key },
        })
    }
}

/// Binds a sealed value to its row.
fn context(number_id: &str, kind: &str, key: &str) -> String {
    format!("number_key:{number_id}:{kind}:{key}")
}

/// Seals with the newest master key what lies under an older one: how many values those were. What a session writes
/// meanwhile lies under the newest already.
pub async fn seal_keys_anew(env: &Env) -> anyhow::Result<usize> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = store::sealed_keys(&mut env.db.read().await?, after.as_ref(), PAGE).await?;
        if page.is_empty() {
            return Ok(count);
        }
        let mut anew = Vec::new();
        for before in &page {
            let context = context(&before.number_id, &before.kind, &before.key);
            anew.push(env.sealer.seal_anew(&context, &before.sealed, &*env.random)?);
        }
        let (page, written) = env.db.write(move |tx| Box::pin(async move { replace(tx, page, anew).await })).await?;
        count += written;
        after = page.into_iter().last();
    }
}

async fn replace(
    tx: &mut Tx,
    page: Vec<store::SealedKey>,
    anew: Vec<Option<String>>,
) -> sqlx::Result<(Vec<store::SealedKey>, usize)> {
    let mut written = 0;
    for (before, sealed) in page.iter().zip(&anew) {
        if let Some(sealed) = sealed {
            written += usize::from(store::replace_sealed(tx, before, sealed).await?);
        }
    }
    Ok((page, written))
}

fn failed(error: impl std::error::Error) -> SessionError {
    SessionError::Storage(error.to_string())
}

#[async_trait]
impl KeyStore for NumberKeys {
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SessionError> {
        let mut tx = self.env.db.read().await.map_err(failed)?;
        let sealed = store::key(&mut tx, &self.number_id, kind, key).await.map_err(failed)?;
        sealed.map(|sealed| self.open(kind, key, &sealed)).transpose()
    }

    async fn all(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, SessionError> {
        let mut tx = self.env.db.read().await.map_err(failed)?;
        let sealed = store::keys_of_kind(&mut tx, &self.number_id, kind).await.map_err(failed)?;
        let opened = sealed.into_iter().map(|(key, sealed)| self.open(kind, &key, &sealed).map(|value| (key, value)));
        opened.collect()
    }

    async fn keys(&self, kind: &str, prefix: &str) -> Result<Vec<String>, SessionError> {
        let mut tx = self.env.db.read().await.map_err(failed)?;
        store::key_names(&mut tx, &self.number_id, kind, prefix).await.map_err(failed)
    }

    async fn apply(&self, changes: Vec<KeyChange>) -> Result<(), SessionError> {
        let sealed = changes.into_iter().map(|change| self.seal(change)).collect::<Result<Vec<_>, _>>()?;
        let number_id = self.number_id.clone();
        let written = self
            .env
            .db
            .write(move |tx| Box::pin(async move { store::change_keys(tx, &number_id, &sealed).await }))
            .await;
        written.map_err(|error: sqlx::Error| failed(error))
    }

    async fn sweep(&self, kind: &str, up_to_s: i64) -> Result<u32, SessionError> {
        let (number_id, kind) = (self.number_id.clone(), kind.to_owned());
        let swept = self
            .env
            .db
            .write(move |tx| Box::pin(async move { store::sweep_keys(tx, &number_id, &kind, up_to_s).await }))
            .await;
        swept.map(|count| u32::try_from(count).unwrap_or(u32::MAX)).map_err(|error: sqlx::Error| failed(error))
    }

    async fn forget(&self) -> Result<(), SessionError> {
        let number_id = self.number_id.clone();
        let forgotten =
            self.env.db.write(move |tx| Box::pin(async move { store::forget_keys(tx, &number_id).await })).await;
        forgotten.map_err(|error: sqlx::Error| failed(error))
    }
}
