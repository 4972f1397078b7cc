//! Where a session keeps what it must find again: sealed rows of its number.

use async_trait::async_trait;
use grantline_whatsapp::{KeyStore, SessionError};

use super::store;
use crate::platform::Env;

pub struct NumberKeys {
    env: Env,
    number_id: String,
}

impl NumberKeys {
    pub fn new(env: &Env, number_id: &str) -> Self {
        Self { env: env.clone(), number_id: number_id.to_owned() }
    }

    /// Binds a sealed value to its row.
    fn context(&self, kind: &str, key: &str) -> String {
        format!("number_key:{}:{kind}:{key}", self.number_id)
    }

    async fn write(&self, changes: Vec<(String, String, Option<String>)>) -> Result<(), sqlx::Error> {
        let number_id = self.number_id.clone();
        self.env
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (kind, key, sealed) in changes {
                        match sealed {
                            Some(sealed) => store::put_key(tx, &number_id, &kind, &key, &sealed).await?,
                            None => store::delete_key(tx, &number_id, &kind, &key).await?,
                        }
                    }
                    Ok(())
                })
            })
            .await
    }
}

fn failed(error: impl std::error::Error) -> SessionError {
    SessionError::Storage(error.to_string())
}

#[async_trait]
impl KeyStore for NumberKeys {
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SessionError> {
        let mut tx = self.env.db.read().await.map_err(failed)?;
        let sealed = store::key(&mut tx, &self.number_id, kind, key).await.map_err(failed)?;
        let opened = sealed.map(|sealed| self.env.sealer.open(&self.context(kind, key), &sealed)).transpose();
        // To look again would not help: it was sealed with a key that we do not have, or for another row.
        opened.map_err(|error| SessionError::Damaged(error.to_string()))
    }

    async fn apply(&self, changes: Vec<(String, String, Option<Vec<u8>>)>) -> Result<(), SessionError> {
        let mut sealed = Vec::with_capacity(changes.len());
        for (kind, key, value) in changes {
            let context = self.context(&kind, &key);
            let value = value.map(|value| self.env.sealer.seal(&context, &value, &*self.env.random)).transpose();
            sealed.push((kind, key, value.map_err(failed)?));
        }
        self.write(sealed).await.map_err(failed)
    }

    async fn forget(&self) -> Result<(), SessionError> {
        let number_id = self.number_id.clone();
        let forgotten =
            self.env.db.write(move |tx| Box::pin(async move { store::forget_keys(tx, &number_id).await })).await;
        forgotten.map_err(|error: sqlx::Error| failed(error))
    }
}
