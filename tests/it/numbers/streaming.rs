use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use grantline::numbers;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::{Link, Member, PHONE, code_on, qr_on};
use crate::both_databases;

/// The news of a link page, one by one.
pub struct News(Body);

impl News {
    pub async fn of(link: &Link<'_, '_>, query: &str) -> Self {
        let member = link.member;
        let request = Request::get(member.at(&format!("{}/stream{query}", link.path())))
            .header(header::COOKIE, member.person.browser.cookie_header())
            .body(Body::empty())
            .expect("a request");
        let response = member.world.app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        Self(response.into_body())
    }

    /// The next event: its name and its data. Nothing when the stream has ended.
    async fn next(&mut self) -> Option<(String, String)> {
        let frame = tokio::time::timeout(Duration::from_secs(20), self.0.frame()).await.expect("something comes")?;
        let text = frame.expect("readable").into_data().expect("data");
        let text = String::from_utf8_lossy(&text).into_owned();
        let (mut name, mut data) = (String::new(), Vec::new());
        for line in text.lines() {
            if let Some(value) = line.strip_prefix("event: ") {
                name = value.to_owned();
            } else if let Some(value) = line.strip_prefix("data: ") {
                data.push(value.to_owned());
            }
        }
        Some((name, data.join("\n")))
    }

    pub async fn view(&mut self) -> String {
        let (name, data) = self.next().await.expect("the stream goes on");
        assert_eq!(name, "view", "{data}");
        data
    }
}

both_databases! {
    async fn a_link_page_hears_of_each_step_and_of_the_end(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let mut news = News::of(&link, "").await;
        let first = news.view().await;
        assert!(first.contains("id=\"link-status\"") && first.contains("Waiting for your phone"), "{first}");
        let code = code_on(&first).expect("the code");
        assert_eq!(code, link.code().await);

        link.phone().types("AAAA-AAAA").await.is(422);
        let mut view = news.view().await;
        assert!(view.contains("it counts no more"), "{view}");
        while code_on(&view).is_none() {
            view = news.view().await;
        }
        let second = code_on(&view).expect("the next code");
        assert_ne!(second, code);

        link.posts("code").await.is(303);
        let renewed = code_on(&news.view().await).expect("a new code");
        assert_ne!(renewed, second);

        link.phone().types(&renewed).await.is(303);
        link.phone().presses_link().await.is(303);
        let mut last = news.view().await;
        if last.contains("Finishing the link") {
            last = news.view().await;
        }
        assert!(last.contains("id=\"link-view\"") && last.contains("+44\u{a0}7700\u{a0}900123</bdi> is linked"), "{last}");
        assert!(last.contains("Look for <bdi>Harbour</bdi>"), "{last}");
        assert!(last.contains("<p id=\"link-actions\" hidden></p>"), "nothing is left to press: {last}");
        assert_eq!(news.next().await, Some((String::from("end"), String::from("end"))));
        assert_eq!(news.next().await, None);
    }

    async fn a_qr_page_gets_each_new_qr_code_and_never_a_code(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let mut news = News::of(&link, "?method=qr").await;
        let first = news.view().await;
        assert!(first.contains("<svg") && code_on(&first).is_none(), "{first}");
        world.passes(Duration::from_secs(20));
        let second = news.view().await;
        assert!(qr_on(&second).is_some() && qr_on(&second) != qr_on(&first), "{second}");
        assert!(!second.contains("link-code"), "{second}");
    }

    async fn on_a_page_with_both_ways_a_new_qr_code_leaves_the_code_alone(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let mut news = News::of(&link, "").await;
        let first = news.view().await;
        assert!(code_on(&first).is_some() && qr_on(&first).is_some(), "{first}");
        world.passes(Duration::from_secs(20));
        let second = news.view().await;
        assert!(qr_on(&second).is_some() && qr_on(&second) != qr_on(&first), "{second}");
        assert!(!second.contains("link-code"), "nobody loses the code that they are typing: {second}");
        link.posts("code").await.is(303);
        let third = news.view().await;
        assert!(code_on(&third).is_some() && code_on(&third) != code_on(&first), "{third}");
        assert!(!third.contains("link-qr"), "{third}");
    }

    async fn a_page_hears_that_the_server_stops(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let mut news = News::of(&link, "").await;
        news.view().await;
        numbers::pause(&world.app.sessions).await;
        let last = news.view().await;
        assert!(last.contains("The server was stopped while you were linking"), "{last}");
        assert_eq!(news.next().await.map(|(name, _)| name), Some(String::from("end")));
        assert_eq!(news.next().await, None);
    }

    async fn a_code_that_runs_out_leaves_the_page(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let mut news = News::of(&link, "").await;
        news.view().await;
        world.passes(Duration::from_secs(150));
        let over = news.view().await;
        assert!(over.contains("The code has run out") && code_on(&over).is_none(), "{over}");
    }

    async fn a_stream_ends_with_the_server_and_after_its_time(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        link.posts("cancel").await.is(303);
        let mut ended = News::of(&link, "").await;
        assert!(ended.view().await.contains("Linking was stopped here"));
        assert_eq!(ended.next().await.map(|(name, _)| name), Some(String::from("end")));

        let open = ann.starts_linking("+44 7700 900456").await;
        let mut news = News::of(&open, "").await;
        news.view().await;
        world.app.sessions.end_streams();
        assert_eq!(news.next().await, None);
    }
}
