//! The live WhatsApp in the server's time and chance, and over its guarded way out.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::Method;
use grantline_whatsapp::Connector;
use grantline_whatsapp::live::{Live, Web, WebAnswer, WebRequest};

use crate::numbers;
use crate::platform::Env;
use crate::platform::outbound::{Headers, OutboundUrl, Reach};

/// What WhatsApp lets a message carry (its largest files are sent as documents).
const BYTES_MAX: usize = 100 * 1024 * 1024;

#[must_use]
pub fn live(env: &Env) -> Arc<dyn Connector> {
    Arc::new(Live::new(numbers::surroundings(env), Arc::new(GuardedWeb(env.clone()))))
}

/// Only what everybody can reach: WhatsApp's own hosts are named by its server, and by whoever sends us media.
struct GuardedWeb(Env);

#[async_trait]
impl Web for GuardedWeb {
    async fn fetch(&self, request: WebRequest) -> Result<WebAnswer, String> {
        let url = OutboundUrl::check(&request.url, Reach::default()).map_err(|refusal| refusal.to_string())?;
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
        let named = request.headers.iter();
        let headers = named.fold(Headers::default(), |headers, (name, value)| headers.and(name, value));
        let exchanged = self.0.outbound.exchange(method, &url, headers, request.body, BYTES_MAX).await;
        let fetched = exchanged.map_err(|failure| failure.to_string())?;
        if !fetched.is_whole {
            return Err(format!("the answer is longer than {BYTES_MAX} bytes"));
        }
        Ok(WebAnswer { status: fetched.status, body: fetched.body })
    }
}
