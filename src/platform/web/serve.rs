//! Takes connections in, and lets no more of them wait, and none of them longer, than the server can bear.
//!
//! `axum::serve` takes in as many as come and sets no timer: whoever sends nothing, or a byte now and then, stays for ever.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use crate::config::Server;
use crate::platform::Clock;

/// How long to leave the door alone after it broke: usually too many files are open, and some will be closed.
const PAUSE_S: i64 = 1;

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// From the moment that a request is waited for until its headers are there.
    pub header_timeout: Duration,
    /// As many at once; more wait at the door.
    pub connections_max: usize,
}

impl From<&Server> for Bounds {
    fn from(server: &Server) -> Self {
        Self { header_timeout: Duration::from_secs(server.header_timeout_s), connections_max: server.connections_max }
    }
}

type Site = IntoMakeServiceWithConnectInfo<Router, SocketAddr>;

/// Serves until `stop`; what has begun it finishes. Whoever drops it cuts all connections.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut site: Site = router.into_make_service_with_connect_info::<SocketAddr>();
    let places = Arc::new(Semaphore::new(bounds.connections_max));
    let mut connections = JoinSet::new();
    loop {
        let entered = tokio::select! {
            () = stop.cancelled() => break,
            // Forgets those that have ended.
            Some(_) = connections.join_next() => continue,
            entered = enter(&listener, &places) => entered,
        };
        match entered {
            Ok((place, stream, peer)) => {
                let Ok(service) = site.call(peer).await;
                let service = TowerToHyperService::new(service);
                let connection = talk(stream, service, bounds.header_timeout, stop.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no connection could be taken in");
                tokio::select! {
                    () = clock.sleep_until(clock.now().plus_s(PAUSE_S)) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// A place first: who gets none stays in the operating system's queue.
async fn enter(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((place, stream, peer))
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

type OneVisitor = <Site as tower::Service<SocketAddr>>::Response;

async fn talk(
    stream: TcpStream,
    service: TowerToHyperService<OneVisitor>,
    header_timeout: Duration,
    stop: CancellationToken,
) {
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_timeout);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    // How a connection ends is its peer's business: a request that failed has been told and logged inside.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
