//! Opens connections to others: the one way out, so that no new connection gets past the guard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::Uri;
use futures_util::future::BoxFuture;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::Service;

use super::Failure;
use super::lookup::Guard;

/// Addresses of one name that are tried, one after the other.
const ADDRESSES_TRIED_MAX: usize = 4;

type Opened = TokioIo<TcpStream>;

/// Opens a connection, with TLS where the scheme asks for it, in bounded time.
#[derive(Clone)]
pub(super) struct Connector {
    https: HttpsConnector<Tcp>,
    bound: Duration,
}

impl Connector {
    pub(super) fn new(guard: Guard, roots: RootCertStore, bound: Duration) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { https: HttpsConnector::from((Tcp { guard, bound }, tls)), bound })
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Opened>;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Self::Response, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let opening = self.https.call(uri);
        let bound = self.bound;
        Box::pin(async move {
            match timeout(bound, opening).await {
                Ok(Ok(stream)) => Ok(stream),
                // What is no failure of ours comes from the handshake, which is all that is left.
                Ok(Err(error)) => Err(error.downcast::<Failure>().map_or_else(
                    |error| {
                        tracing::debug!(error = %error, "a TLS handshake failed");
                        Failure::Tls
                    },
                    |failure| *failure,
                )),
                Err(_) => Err(Failure::TimedOut),
            }
        })
    }
}

/// The part below TLS.
#[derive(Clone)]
struct Tcp {
    guard: Guard,
    bound: Duration,
}

impl Tcp {
    async fn open(&self, uri: &Uri) -> Result<Opened, Failure> {
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
        let mut addresses = self.guard.addresses(uri.host().unwrap_or_default()).await?;
        addresses.truncate(ADDRESSES_TRIED_MAX);
        // The first one may swallow what is sent to it, as IPv6 does where it is set up halfway.
        let share = self.bound / u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        let mut failure = Failure::NotConnected;
        for address in addresses {
            match timeout(share, TcpStream::connect(SocketAddr::new(address, port))).await {
                Ok(Ok(stream)) => {
                    // A request is written at once; nothing more is worth waiting for.
                    stream.set_nodelay(true).map_err(|_| Failure::BrokeOff)?;
                    return Ok(TokioIo::new(stream));
                }
                Ok(Err(_)) => failure = Failure::NotConnected,
                Err(_) => failure = Failure::TimedOut,
            }
        }
        Err(failure)
    }
}

impl Service<Uri> for Tcp {
    type Response = Opened;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Opened, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let tcp = self.clone();
        Box::pin(async move { tcp.open(&uri).await })
    }
}
