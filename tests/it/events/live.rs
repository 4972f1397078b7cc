//! Pages that stay as things are while somebody looks at them.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use futures_util::StreamExt as _;
use grantline::events::Kind;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::telling::happens;
use crate::actors::{Browser, Person};
use crate::both_databases;
use crate::oauth::surroundings::{is_suspended, joins, leaves, linked_number, workspace_of};

const DAY: Duration = Duration::from_secs(86_400);

/// What an open page hears.
struct News(BodyDataStream);

async fn asks(browser: &Browser<'_>, workspace_id: &str, query: &str, last: Option<&str>) -> Response {
    let request = Request::get(format!("/w/{workspace_id}/events{query}"));
    let mut request = request.header(header::COOKIE, browser.cookie_header());
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let request = request.body(Body::empty()).expect("a request");
    browser.world().app.router.clone().oneshot(request).await.expect("the router answers")
}

impl News {
    async fn of(person: &Person<'_>, workspace_id: &str) -> Self {
        Self::behind(person, workspace_id, "", None).await
    }

    async fn behind(person: &Person<'_>, workspace_id: &str, query: &str, last: Option<&str>) -> Self {
        let answer = asks(&person.browser, workspace_id, query, last).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        Self(answer.into_body().into_data_stream())
    }

    /// What is told next and its place; nothing at the end.
    async fn next(&mut self) -> Option<(Value, String)> {
        let chunk = self.0.next().await?.expect("the stream holds");
        let text = String::from_utf8_lossy(&chunk).into_owned();
        let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
        Some((serde_json::from_str(&line("data: ")).expect("JSON"), line("id: ")))
    }

    async fn tells(&mut self) -> (Value, String) {
        self.next().await.expect("news")
    }
}

both_databases! {
    async fn a_member_hears_that_something_happened_and_no_more(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let (anns, bobs) = (workspace_of(world, &ann).await, workspace_of(world, &bob).await);
        let floor = linked_number(world, &anns, "447700900001", "Shop floor").await;
        happens(world, Kind::MessageReceived, &anns, Some(&floor), "before she looked").await;
        let mut news = News::of(&ann, &anns).await;
        let (told, ()) = tokio::join!(news.tells(), async {
            happens(world, Kind::MessageReceived, &bobs, None, "of another workspace").await;
            happens(world, Kind::MessageSent, &anns, Some(&floor), "a secret").await;
        });
        assert_eq!(told, (json!({ "type": "message.sent", "of": floor }), String::from("2")));
        assert_eq!(asks(&bob.browser, &anns, "", None).await.status(), 404);
        let stranger = asks(&world.browser(), &anns, "", None).await;
        assert_eq!(stranger.status(), 303);
        assert!(stranger.headers()[header::LOCATION].to_str().is_ok_and(|to| to.starts_with("/sign-in")));
    }

    async fn a_member_hears_of_what_their_role_may_see(world: &World) {
        let (ann, carol) = (world.person("Ann").await, world.person("Carol").await);
        let anns = workspace_of(world, &ann).await;
        joins(world, &carol, &anns, "viewer").await;
        let mut news = News::of(&carol, &anns).await;
        for kind in Kind::ALL {
            happens(world, kind, &anns, None, "").await;
        }
        let (mut heard, all) = (Vec::new(), Kind::ALL.map(Kind::name));
        let not_theirs =
            ["number.link_code_issued", "endpoint.disabled", "contact.created", "contact.changed", "contact.deleted"];
        while heard.len() < all.len() - not_theirs.len() {
            heard.push(news.tells().await.0["type"].as_str().expect("a kind").to_owned());
        }
        let seen: Vec<&str> = all.into_iter().filter(|kind| !not_theirs.contains(kind)).collect();
        assert_eq!(heard, seen);
        joins(world, &carol, &anns, "admin").await;
        happens(world, Kind::NumberLinkCodeIssued, &anns, None, "").await;
        assert_eq!(news.tells().await.0["type"], "number.link_code_issued", "the role of this moment counts");
    }

    async fn who_may_not_look_any_more_is_told_nothing(world: &World) {
        let (ann, carol) = (world.person("Ann").await, world.person("Carol").await);
        let anns = workspace_of(world, &ann).await;
        let message = async || happens(world, Kind::MessageReceived, &anns, None, "").await;

        joins(world, &carol, &anns, "editor").await;
        let mut removed = News::of(&carol, &anns).await;
        leaves(world, &carol, &anns).await;
        message().await;
        assert_eq!(removed.next().await, None);
        assert_eq!(asks(&carol.browser, &anns, "", None).await.status(), 404);

        joins(world, &carol, &anns, "editor").await;
        let mut signed_out = News::of(&carol, &anns).await;
        carol.browser.fills("/account", "/sign-out", &[]).await.is(303);
        message().await;
        assert_eq!(signed_out.next().await, None);

        let mut suspended = News::of(&ann, &anns).await;
        is_suspended(world, &anns).await;
        message().await;
        assert_eq!(suspended.next().await, None);
        assert_eq!(asks(&ann.browser, &anns, "", None).await.status(), 403);
    }

    async fn to_listen_does_not_keep_a_session_alive(world: &World) {
        let strict = world.beside(|config| config.accounts.session_idle_s = 1800).await;
        let ann = strict.person("Ann").await;
        let anns = workspace_of(&strict, &ann).await;
        let mut news = News::of(&ann, &anns).await;
        strict.passes(Duration::from_secs(1700));
        happens(&strict, Kind::MessageReceived, &anns, None, "").await;
        assert_eq!(news.tells().await.0["type"], "message.received");
        strict.passes(Duration::from_secs(200));
        happens(&strict, Kind::MessageReceived, &anns, None, "").await;
        assert_eq!(news.next().await, None, "who only listens has become idle");
        assert_eq!(asks(&ann.browser, &anns, "", None).await.status(), 303);
        strict.ends().await;
    }

    async fn who_comes_back_misses_nothing(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        happens(world, Kind::MessageReceived, &anns, None, "").await;
        let page = ann.browser.opens(&format!("/w/{anns}/messages")).await.is(200);
        let place = page.body.split("data-live-place=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a place");
        happens(world, Kind::MessageSent, &anns, None, "between page and stream").await;
        let query = format!("?after={place}");
        let mut news = News::behind(&ann, &anns, &query, None).await;
        let (told, last) = news.tells().await;
        assert_eq!(told["type"], "message.sent");
        happens(world, Kind::MessageRead, &anns, None, "while the stream was broken").await;
        let mut again = News::behind(&ann, &anns, &query, Some(&last)).await;
        assert_eq!(again.tells().await.0["type"], "message.read", "the last that was heard counts, not where it began");
    }

    async fn who_comes_back_too_late_is_told_that_something_changed(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        for _ in 0..102 {
            happens(world, Kind::MessageReceived, &anns, None, "").await;
        }
        let changed = |place: usize| (json!({ "type": "changed" }), place.to_string());
        let mut last = 102;
        for lost in ["?after=1", "?after=999", "?after=-1", "?after=x"] {
            let mut news = News::behind(&ann, &anns, lost, None).await;
            assert_eq!(news.tells().await, changed(last), "{lost}");
            happens(world, Kind::MessageSent, &anns, None, "").await;
            assert_eq!(news.tells().await.0["type"], "message.sent", "and from now on");
            last += 1;
        }
        world.passes(31 * DAY);
        world.works().await;
        ann.signs_in_again().await;
        assert_eq!(News::behind(&ann, &anns, "?after=99", None).await.tells().await, changed(last), "it is not kept any more");
        let mut in_time = News::behind(&ann, &anns, &format!("?after={last}"), None).await;
        happens(world, Kind::MessageRead, &anns, None, "").await;
        assert_eq!(in_time.tells().await.0["type"], "message.read");
    }

    async fn a_browser_keeps_so_many_pages_open(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut open = Vec::new();
        for _ in 0..8 {
            open.push(News::of(&ann, &anns).await);
        }
        assert_eq!(asks(&ann.browser, &anns, "", None).await.status(), 429);
        open.pop();
        open.push(News::of(&ann, &anns).await);
        assert_eq!(asks(&ann.browser, &anns, "", None).await.status(), 429);
        let elsewhere = Person { browser: world.browser(), name: ann.name.clone(), email: ann.email.clone() };
        elsewhere.signs_in_again().await;
        News::of(&elsewhere, &anns).await;
    }

    async fn news_end_after_an_hour_and_with_the_server(world: &World) {
        let ann = world.person("Ann").await;
        let anns = workspace_of(world, &ann).await;
        let mut news = News::of(&ann, &anns).await;
        world.passes(Duration::from_secs(3600));
        assert_eq!(news.next().await, None);
        let mut news = News::of(&ann, &anns).await;
        let (end, ()) = tokio::join!(news.next(), async {
            world.env().bell.ring(grantline::platform::jobs::STOP);
        });
        assert_eq!(end, None);
    }
}
