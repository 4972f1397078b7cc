use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use grantline::config::Config;
use grantline::platform::telemetry;

use crate::actors::Answer;
use crate::world::World;

async fn reads_counts(world: &World, peer: Option<&str>, authorization: Option<&str>) -> Answer {
    let mut request = Request::builder().uri("/metrics");
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    if let Some(peer) = peer {
        let peer: SocketAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    world.sends(request).await
}

const HERE: Option<&str> = Some("127.0.0.1:4711");
const ELSEWHERE: Option<&str> = Some("192.0.2.1:4711");

fn token(config: &mut Config) {
    config.server.metrics_token = toml::Value::from("open sesame").try_into().expect("a setting");
}

#[tokio::test]
async fn without_a_token_only_this_machine_reads_the_counts() {
    let world = World::on_sqlite().await;
    reads_counts(&world, HERE, None).await.is(200);
    reads_counts(&world, Some("[::1]:4711"), None).await.is(200);
    for peer in [ELSEWHERE, None] {
        reads_counts(&world, peer, None).await.is(401).says("set server.metrics_token");
        reads_counts(&world, peer, Some("Bearer ")).await.is(401);
    }
    world.ends().await;
}

#[tokio::test]
async fn behind_a_proxy_everyone_seems_to_be_on_this_machine() {
    let world = World::on_sqlite().await;
    let behind = world.beside(|config| config.server.behind_proxy = true).await;
    reads_counts(&behind, HERE, None).await.is(401);
    let with_token = world
        .beside(|config| {
            config.server.behind_proxy = true;
            token(config);
        })
        .await;
    reads_counts(&with_token, HERE, None).await.is(401);
    reads_counts(&with_token, HERE, Some("Bearer open sesame")).await.is(200);
    with_token.ends().await;
    behind.ends().await;
    world.ends().await;
}

#[tokio::test]
async fn with_a_token_whoever_brings_it_reads_the_counts() {
    let world = World::on_sqlite().await;
    let open = world.beside(token).await;
    for wrong in [None, Some("Bearer open"), Some("open sesame"), Some("Bearer open sesame!")] {
        reads_counts(&open, HERE, wrong).await.is(401);
    }
    reads_counts(&open, ELSEWHERE, Some("Bearer open sesame")).await.is(200);
    open.ends().await;
    world.ends().await;
}

/// Every word among the labels is a series that stays for good.
#[tokio::test]
async fn words_that_callers_invent_are_counted_as_one() {
    let world = World::on_sqlite().await;
    telemetry::start_metrics();
    for method in ["BREW", "WHEN"] {
        let request = Request::builder().method(method).uri("/healthz").body(Body::empty()).expect("a request");
        world.sends(request).await.is(405);
    }
    reads_counts(&world, HERE, None).await.is(200);
    let counts = reads_counts(&world, HERE, None).await.is(200).body;
    assert!(counts.contains("method=\"other\"") && counts.contains("method=\"GET\""), "{counts}");
    assert!(!counts.contains("BREW") && !counts.contains("WHEN"), "{counts}");
    world.ends().await;
}

/// Measurements pile up until somebody adds them up: a job does, even when nobody ever reads them.
#[tokio::test]
async fn measurements_are_added_up_by_a_job() {
    let world = World::on_sqlite().await;
    assert!(world.app.jobs.iter().any(|job| job.name == "metrics upkeep" && job.every_s <= 10));
    world.ends().await;
}
