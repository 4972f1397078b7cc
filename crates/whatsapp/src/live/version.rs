//! Which version of WhatsApp Web we say we are: asked once a process, not once a client. WhatsApp turns away what is too old.

use std::sync::Arc;

use tokio::sync::Mutex;
use whatsapp_rust::http::HttpClient;
use whatsapp_rust::version::fetch_latest_app_version;

use super::web::Fetcher;
use super::{Shared, Version};
use crate::SessionError;

/// How long an answer is good for.
const FRESH_MS: i64 = 24 * 60 * 60 * 1_000;

#[derive(Default)]
pub(super) struct Versions {
    /// The one that was last told, and until when it is good.
    told: Mutex<Option<(Version, i64)>>,
}

impl Versions {
    pub fn fixed(version: Version) -> Self {
        Self { told: Mutex::new(Some((version, i64::MAX))) }
    }
}

impl Shared {
    /// The version of today. One that is a day old is better than none.
    pub async fn version(&self) -> Result<Version, SessionError> {
        let mut told = self.versions.told.lock().await;
        let now_ms = self.surroundings.now_ms();
        if let Some((version, good_until_ms)) = *told
            && now_ms < good_until_ms
        {
            return Ok(version);
        }
        match (self.asked_version().await, *told) {
            (Ok(version), _) => {
                *told = Some((version, now_ms + FRESH_MS));
                Ok(version)
            }
            (Err(error), Some((version, _))) => {
                tracing::warn!(error, "live: the version of WhatsApp Web could not be asked for; an older one is used");
                Ok(version)
            }
            (Err(error), None) => {
                Err(SessionError::Network(format!("the version of WhatsApp Web could not be asked for: {error}")))
            }
        }
    }

    /// The version of today is too old already.
    pub async fn forget_version(&self) {
        let mut told = self.versions.told.lock().await;
        *told = told.filter(|(_, good_until_ms)| *good_until_ms == i64::MAX);
    }

    async fn asked_version(&self) -> Result<Version, String> {
        let web: Arc<dyn HttpClient> = Arc::new(Fetcher(Arc::clone(&self.web)));
        fetch_latest_app_version(&web).await.map_err(|error| error.to_string())
    }
}
