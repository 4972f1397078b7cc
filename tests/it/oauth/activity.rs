//! What an app did with its access, as its page tells it.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::Method;
use futures_util::{FutureExt as _, stream};
use grantline::commands::run_until_stopped;
use grantline::on;
use serde_json::Value;
use tokio::net::TcpListener;

use super::actors::ClientApp;
use super::surroundings::{changes, count, joins, linked_number, text, workspace_of};
use super::tokens::Tokens;
use crate::actors::Person;
use crate::both_databases;
use crate::world::World;

const DAY: Duration = Duration::from_secs(86_400);

/// A person's app with its tokens, and the app's page.
struct Connected<'w> {
    app: ClientApp<'w>,
    tokens: Tokens,
    page: String,
}

impl<'w> Connected<'w> {
    async fn to(world: &'w World, person: &Person<'w>) -> Self {
        let app = ClientApp::registers(world, person, "Shop").await;
        let tokens = Tokens::of(app.trades(&person.approves(&app).await).await);
        Self { app, tokens, page: person.app_page().await }
    }

    fn grant(&self) -> &str {
        self.page.rsplit('/').next().unwrap_or_default()
    }

    async fn asks_who(&self) {
        self.app.asks_who(&self.tokens.access).await.is(200);
    }

    /// The last calls as they are kept.
    async fn kept(&self) -> Vec<Value> {
        let sql = "select calls from grant_last_calls where grant_id = $1";
        let calls = text(self.app.world, sql, self.grant()).await.unwrap_or_else(|| String::from("[]"));
        serde_json::from_str(&calls).expect("a list")
    }
}

impl World {
    /// The job that writes down what was noted.
    async fn writes_down(&self) -> anyhow::Result<()> {
        let job = self.app.jobs.iter().find(|job| job.name == "grant usage").expect("the job");
        job.run_once().await.map(drop)
    }
}

/// The days that are counted, each with a permission and its calls.
async fn counted(world: &World) -> Vec<(i64, String, i64)> {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_as("select day, scope, calls from grant_use order by day, scope")
        .fetch_all(connection).await)
    .expect("the query is right")
}

/// What the page tells of calls: by permission, and the last ones.
fn told(page: &crate::actors::Answer) -> String {
    let words = page.words();
    let from = |mark: &str| words.find(mark).map(|at| &words[at..]);
    let permissions =
        from("Permissions of Shop").and_then(|rest| rest.split_once(" Nobody here").map(|(told, _)| told));
    let last = from("Last calls").or_else(|| from("No calls yet"));
    format!("{} {}", permissions.unwrap_or_default(), last.unwrap_or_default())
}

both_databases! {
    async fn every_call_stands_on_the_apps_page(world: &World) {
        let ann = world.person("Ann").await;
        linked_number(world, &workspace_of(world, &ann).await, "447700900123", "Desk").await;
        let shop = Connected::to(world, &ann).await;
        let token = shop.tokens.access.as_str();
        let empty = told(&ann.browser.opens(&shop.page).await.is(200));
        assert!(empty.ends_with("No calls yet What Shop does with its access shows here."), "{empty}");
        let from = ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4711)));
        let known = shop.app.call(&Method::GET, "/v1/account", token).extension(from).body(Body::empty());
        let mut answers = vec![world.sends(known.expect("a request")).await.is(200)];
        let text = r#"{"to":"+447700900456","type":"text","text":{"body":"Your table is booked."}}"#;
        for (method, path, body, status) in [
            (Method::POST, "/v1/messages", text, 202),
            (Method::POST, "/v1/messages", "{}", 400),
            (Method::GET, "/v1/messages/msg_of_nobody", "", 404),
            (Method::GET, "/v1/numbers?state=linked", "", 403),
            (Method::HEAD, "/v1/account", "", 200),
        ] {
            world.passes(Duration::from_secs(1));
            answers.push(shop.app.calls(&method, path, token, Body::from(body)).await.is(status));
        }
        // What no grant stands behind is nobody's activity.
        shop.app.asks_who("gl_at_nonsense").await.is(401);
        shop.app.calls(&Method::GET, "/v1/nonsense", token, Body::empty()).await.is(404);
        world.writes_down().await.expect("written");

        let kept = shop.kept().await;
        let ids: Vec<&str> = kept.iter().filter_map(|call| call["request_id"].as_str()).collect();
        assert_eq!(ids, answers.iter().map(|answer| answer.header("x-request-id")).collect::<Vec<_>>());
        let days = counted(world).await.into_iter().map(|(day, scope, calls)| format!("{day} {scope} {calls}"));
        let days: Vec<String> = days.collect();
        let lines: Vec<String> = kept
            .iter()
            .map(|call| format!("{} {} {} {}", call["at"], call["operation"], call["status"], call["address"]))
            .collect();
        insta::allow_duplicates! { insta::assert_debug_snapshot!(lines, @r#"
        [
            "1767225600000 \"GET /v1/account\" 200 \"192.0.2.7\"",
            "1767225601000 \"POST /v1/messages\" 202 \"unknown\"",
            "1767225602000 \"POST /v1/messages\" 400 \"unknown\"",
            "1767225603000 \"GET /v1/messages/{id}\" 404 \"unknown\"",
            "1767225604000 \"GET /v1/numbers\" 403 \"unknown\"",
            "1767225605000 \"GET /v1/account\" 200 \"unknown\"",
        ]
        "#); }
        insta::allow_duplicates! { insta::assert_debug_snapshot!(days, @r#"
        [
            "20454 account:read 2",
            "20454 messages:read 1",
            "20454 messages:send 2",
            "20454 numbers:read 1",
        ]
        "#); }
        let page = ann.browser.opens(&shop.page).await.is(200);
        let words = ids.iter().fold(told(&page), |words, id| words.replace(id, "req_.."));
        insta::allow_duplicates! { insta::assert_snapshot!(words, @"Permissions of Shop Permission Impact Calls See the workspace Low impact 2 calls Send messages High impact 2 calls Read messages High impact 1 call See numbers Medium impact 1 call Not part of this access now Last calls The last calls of Shop Time Operation Answer Request 1 January 2026, 00:00 UTC GET /v1/account Done 200 req_.. from unknown 1 January 2026, 00:00 UTC GET /v1/numbers Not allowed 403 req_.. from unknown 1 January 2026, 00:00 UTC GET /v1/messages/{id} Not found 404 req_.. from unknown 1 January 2026, 00:00 UTC POST /v1/messages Not accepted 400 req_.. from unknown 1 January 2026, 00:00 UTC POST /v1/messages Done 202 req_.. from unknown 1 January 2026, 00:00 UTC GET /v1/account Done 200 req_.. from 192.0.2.7"); }
    }

    async fn the_last_fifty_calls_are_kept_and_all_are_counted(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Connected::to(world, &ann).await;
        // More between two writings than are kept, and fewer.
        for calls in [60, 20, 1, 30] {
            for _ in 0..calls {
                world.passes(Duration::from_secs(1));
                shop.asks_who().await;
            }
            world.writes_down().await.expect("written");
        }
        // A server that has just started goes on where the last one stopped.
        let next = world.beside(|_| {}).await;
        for _ in 0..9 {
            world.passes(Duration::from_secs(1));
            next.sends(shop.app.call(&Method::GET, "/v1/account", &shop.tokens.access).body(Body::empty()).expect("a request"))
                .await
                .is(200);
        }
        next.writes_down().await.expect("written");
        next.ends().await;
        world.writes_down().await.expect("nothing is written twice");
        let now = world.env().now();
        let last: Vec<i64> = (0..50).rev().map(|ago| now.plus_s(-ago).0).collect();
        let kept: Vec<i64> = shop.kept().await.iter().filter_map(|call| call["at"].as_i64()).collect();
        assert_eq!(kept, last);
        assert_eq!(counted(world).await.iter().map(|(.., calls)| calls).sum::<i64>(), 120);
        let page = ann.browser.opens(&shop.page).await.is(200).says("120 calls");
        assert_eq!(page.body.matches("GET /v1/account").count(), 50);
        let list = ann.browser.opens(&format!("{}/apps", ann.workspace().await)).await.is(200);
        list.says("120 calls in 30 days");
    }

    async fn calls_are_counted_for_thirty_days(world: &World) {
        let ann = world.person("Ann").await;
        let mut shop = Connected::to(world, &ann).await;
        shop.asks_who().await;
        world.writes_down().await.expect("written");
        world.passes(DAY * 29);
        ann.signs_in_again().await;
        assert!(told(&ann.browser.opens(&shop.page).await.is(200)).contains(" 1 call "));
        world.passes(DAY);
        let page = ann.browser.opens(&shop.page).await.is(200).says("GET /v1/account");
        assert!(!told(&page).contains(" 1 call "), "{page}");
        let list = format!("{}/apps", ann.workspace().await);
        assert!(!ann.browser.opens(&list).await.is(200).words().contains("1 call"));
        assert_eq!(count(world, "select count(*) from grant_use").await, 1);
        // The next writing takes the old day away.
        shop.tokens = Tokens::of(shop.app.refreshes(&shop.tokens.refresh).await);
        shop.asks_who().await;
        world.writes_down().await.expect("written");
        assert_eq!(counted(world).await, [(20_484, String::from("account:read"), 1)]);
    }

    async fn it_is_shown_to_those_who_may_see_it(world: &World) {
        let (ann, bob, eve) = (world.person("Ann").await, world.person("Bob").await, world.person("Eve").await);
        let shop = Connected::to(world, &ann).await;
        joins(world, &bob, &workspace_of(world, &ann).await, "viewer").await;
        let from = ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4711)));
        let call = shop.app.call(&Method::GET, "/v1/account", &shop.tokens.access).extension(from);
        world.sends(call.body(Body::empty()).expect("a request")).await.is(200);
        world.writes_down().await.expect("written");
        ann.browser.opens(&shop.page).await.is(200).says("192.0.2.7");
        // Who may not read the audit log does not learn where calls came from.
        let page = bob.browser.opens(&shop.page).await.is(200).says("GET /v1/account");
        assert!(!page.body.contains("192.0.2.7"), "{page}");
        eve.browser.opens(&shop.page).await.is(404);
        eve.browser.opens(&format!("{}/apps/{}", eve.workspace().await, shop.grant())).await.is(404);
    }

    async fn it_outlives_the_connection_and_goes_with_the_row(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Connected::to(world, &ann).await;
        shop.asks_who().await;
        let end = async |how: &str, fields: &[(&str, &str)]| {
            let question = format!("{}/{how}", shop.page);
            ann.browser.fills(&question, &question, fields).await.is(303);
        };
        // What was noted before the end is written after it.
        end("disconnect", &[]).await;
        world.writes_down().await.expect("written");
        ann.browser.opens(&shop.page).await.is(200).says("Disconnected").says("GET /v1/account").says("1 call");
        end("delete", &[("confirm", "Shop")]).await;
        assert_eq!((counted(world).await, shop.kept().await), (Vec::new(), Vec::new()));
    }

    async fn nothing_is_written_of_a_grant_that_was_deleted_meanwhile(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Connected::to(world, &ann).await;
        shop.asks_who().await;
        let question = format!("{}/delete", shop.page);
        ann.browser.fills(&question, &question, &[("confirm", "Shop")]).await.is(303);
        world.writes_down().await.expect("written");
        assert_eq!((counted(world).await, shop.kept().await), (Vec::new(), Vec::new()));
    }

    async fn a_call_that_nobody_waited_for_is_noted(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Connected::to(world, &ann).await;
        shop.asks_who().await;
        // Its body never comes, and whoever called hangs up.
        let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        let call = shop.app.calls(&Method::POST, "/v1/messages", &shop.tokens.access, never);
        assert!(call.now_or_never().is_none(), "it waits for the body");
        world.writes_down().await.expect("written");
        ann.browser.opens(&shop.page).await.is(200).says("POST /v1/messages Not finished");
    }

    async fn what_could_not_be_written_is_written_the_next_time(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Connected::to(world, &ann).await;
        let named = async |sql: &'static str| {
            changes(world, move |tx| {
                Box::pin(async move { on!(tx, connection => sqlx::query(sql).execute(connection).await.map(drop)) })
            })
            .await;
        };
        shop.asks_who().await;
        named("alter table grant_last_calls rename to lost").await;
        world.writes_down().await.expect_err("there is no such table");
        shop.asks_who().await;
        named("alter table lost rename to grant_last_calls").await;
        world.writes_down().await.expect("written");
        let calls: Vec<i64> = counted(world).await.into_iter().map(|(.., calls)| calls).collect();
        assert_eq!((calls, shop.kept().await.len()), (vec![2], 2));
    }

    async fn a_stop_loses_no_call(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Connected::to(world, &ann).await;
        let node = world.beside(|_| {}).await;
        let call = shop.app.call(&Method::GET, "/v1/account", &shop.tokens.access);
        node.sends(call.body(Body::empty()).expect("a request")).await.is(200);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        // It stops before any job has begun.
        run_until_stopped(node.app, listener, ready(())).await.expect("it ends well");
        assert_eq!(shop.kept().await.len(), 1);
    }
}
