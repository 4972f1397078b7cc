//! As they happen.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, header};
use futures_util::StreamExt as _;
use grantline::events::Kind;
use tower::ServiceExt as _;

use super::telling::{Listener, happens};
use crate::both_databases;
use crate::oauth::actors::YES;

/// An open stream of events.
struct Stream(BodyDataStream);

impl Listener<'_> {
    async fn opens_stream(&self, last_event_id: Option<&str>) -> Stream {
        let call =
            self.app.call(&Method::GET, "/v1/events", &self.tokens.access).header(header::ACCEPT, "text/event-stream");
        let call = match last_event_id {
            Some(id) => call.header("last-event-id", id),
            None => call,
        };
        let request = call.body(Body::empty()).expect("a request");
        let response = self.app.world.app.router.clone().oneshot(request).await.expect("the router answers");
        assert_eq!(
            (response.status().as_u16(), &response.headers()[header::CONTENT_TYPE]),
            (200, &"text/event-stream".parse().expect("a value"))
        );
        Stream(response.into_body().into_data_stream())
    }
}

impl Stream {
    /// The kind and the place of the next event; nothing at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        let chunk = self.0.next().await?.expect("the stream holds");
        let text = String::from_utf8_lossy(&chunk).into_owned();
        let line =
            |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
        Some((line("event:"), line("id:")))
    }

    async fn tells(&mut self) -> (String, String) {
        self.next().await.expect("an event")
    }
}

both_databases! {
    async fn events_come_as_they_happen_until_the_access_ends(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut stream = shop.opens_stream(None).await;
        assert_eq!(stream.tells().await.0, "grant.created");
        let (told, ()) = tokio::join!(stream.tells(), async {
            happens(world, Kind::NumberStateChanged, &shop.workspace, None, "without the scope").await;
            happens(world, Kind::MessageReceived, &shop.workspace, None, "now").await;
        });
        assert_eq!(told.0, "message.received");
        happens(world, Kind::MessageReceived, &shop.workspace, None, "while nobody reads").await;
        let mut again = shop.opens_stream(Some(&told.1)).await;
        let next = again.tells().await;
        assert_eq!(next.0, "message.received");
        assert_eq!(stream.tells().await, next);
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        let (end, _) = tokio::join!(stream.next(), ann.browser.fills(&disconnect, &disconnect, &[]));
        assert_eq!(end, None, "the stream ends with the access");
        assert_eq!(again.next().await, None);
    }

    async fn a_stop_ends_what_waits(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut stream = shop.opens_stream(None).await;
        stream.tells().await;
        let (_, place) = shop.reads("").await;
        let query = format!("?wait=30&after={place}");
        let (end, waited, ()) = tokio::join!(stream.next(), shop.reads(&query), async {
            world.env().bell.ring(grantline::platform::jobs::STOP);
        });
        assert_eq!((end, waited.0), (None, Vec::new()));
    }
}
