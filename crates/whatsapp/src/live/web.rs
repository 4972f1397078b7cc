//! The few things that are fetched from the web: the version of WhatsApp Web, and media.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_rust::anyhow;
use whatsapp_rust::http::{HttpClient, HttpRequest, HttpResponse};

/// Fetches for a connector. The server guards addresses, and bounds time and size.
#[async_trait]
pub trait Web: Send + Sync + 'static {
    /// An answer of whatever status, or a sentence why there is none.
    async fn fetch(&self, request: WebRequest) -> Result<WebAnswer, String>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebRequest {
    /// `GET` or `POST`.
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The same, as the library wants it.
pub(super) struct Fetcher(pub Arc<dyn Web>);

#[async_trait]
impl HttpClient for Fetcher {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        let request = WebRequest {
            method: request.method,
            url: request.url,
            headers: request.headers.into_iter().collect(),
            body: request.body.map(|body| body.to_vec()).unwrap_or_default(),
        };
        let answer = self.0.fetch(request).await.map_err(anyhow::Error::msg)?;
        Ok(HttpResponse { status_code: answer.status, body: answer.body })
    }
}
