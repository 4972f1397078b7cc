//! Events saved and told by webhooks: how many a second and how soon, beside bare requests to the same receiver, and with
//! the rows of a long past beside a database that has none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantline::events::{self, Event, Kind, Subject};
use grantline::platform::Env;
use grantline::platform::outbound::{Headers, OutboundUrl};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinSet;

use crate::place::{Crowd, Place};
use crate::receiver::{Came, Receiver};
use crate::{row, yardstick};

/// Rows of the past, in the table of events and in that of attempts each.
const OLD_ROWS: usize = 1_000_000;
/// Who saves events at the same time.
const EMITTERS: usize = 16;
/// Each figure is the median of as many runs, with and without a past in turn: the machine's moods meet both. One more, the
/// first, is not counted: it still meets what making the past left to be written.
const TURNS: usize = 5;
/// The lag is taken at this part of the load that was just carried, and for this long.
const EASE: f64 = 4.0;
const EASY_S: f64 = 3.0;
/// Bare requests one after the other, whose time is what the lag stands beside.
const SINGLE_POSTS: usize = 1_000;
/// Rows of the yardstick, one a commit.
const ROWS: usize = 2_000;

/// Who is told, of how many events, by how many calls at once: as many has the yardstick.
struct Scene {
    name: &'static str,
    events: usize,
    at_once: usize,
}

const SCENES: [Scene; 3] = [
    Scene { name: "1 endpoint, 200 numbers", events: 6_000, at_once: 8 },
    Scene { name: "100 endpoints of 5 apps in one workspace", events: 80, at_once: 256 },
    Scene { name: "1,000 endpoints of as many workspaces", events: 8_000, at_once: 256 },
];

async fn crowds(place: &Place) -> anyhow::Result<Vec<Crowd>> {
    Ok(vec![
        place.apps_in_a_workspace(200, 1, 1).await?,
        place.apps_in_a_workspace(20, 5, 20).await?,
        place.workspaces_with_an_endpoint(1_000).await?,
    ])
}

/// Events saved and deliveries made a second, and how late they were at ease.
#[derive(Clone, Copy)]
struct Figures {
    saved: f64,
    delivered: f64,
    lag: Lag,
}

/// Milliseconds.
#[derive(Clone, Copy)]
struct Lag {
    p50: f64,
    p99: f64,
}

/// Prints the rows of the table that are about webhooks; on PostgreSQL when that is named.
pub async fn measure(postgres: Option<&str>) -> anyhow::Result<()> {
    let receiver = Receiver::start().await?;
    let fresh = Place::start("fresh", postgres, receiver.address).await?;
    let aged = Place::start("aged", postgres, receiver.address).await?;
    let (fresh_crowds, aged_crowds) = (crowds(&fresh).await?, crowds(&aged).await?);
    for crowd in &aged_crowds {
        aged.ages(crowd, OLD_ROWS / aged_crowds.len()).await?;
    }
    aged.looks_around().await?;
    let rows_a_second = match postgres {
        Some(_) => fresh.rows_a_second(ROWS).await?,
        None => yardstick::durable_rows_a_second(ROWS).await?,
    };
    let (_, single) = bare(&fresh.env, &receiver, SINGLE_POSTS, 1).await?;
    for (index, scene) in SCENES.iter().enumerate() {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        let crowd = &fresh_crowds[index];
        let (posts, _) = bare(&fresh.env, &receiver, scene.events * crowd.fan_out, scene.at_once).await?;
        for _ in 0..=TURNS {
            without.push(figures(&fresh.env, &receiver, scene, crowd).await?);
            with.push(figures(&aged.env, &receiver, scene, &aged_crowds[index]).await?);
        }
        print(scene, &Figures::median(&without[1..]), &Figures::median(&with[1..]), (rows_a_second, posts, single));
    }
    fresh.end().await?;
    aged.end().await
}

impl Figures {
    fn median(turns: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| {
            let mut all: Vec<f64> = turns.iter().map(figure).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let lag = Lag { p50: of(|turn| turn.lag.p50), p99: of(|turn| turn.lag.p99) };
        Self { saved: of(|turn| turn.saved), delivered: of(|turn| turn.delivered), lag }
    }
}

fn print(scene: &Scene, without: &Figures, with: &Figures, (rows, posts, single): (f64, f64, Lag)) {
    let Scene { name, at_once, .. } = scene;
    row(&format!("{name}: events saved/s, meanwhile told (yardstick: one row a commit)"), without.saved, rows);
    row(&format!("- deliveries/s (yardstick: bare signed POSTs, {at_once} at once)"), without.delivered, posts);
    row(
        "- lag from commit to receipt at a quarter of that, p50, ms (yardstick: one bare POST)",
        without.lag.p50,
        single.p50,
    );
    row("- the same, p99, ms", without.lag.p99, single.p99);
    row("- with a million old rows: events saved/s (yardstick: without)", with.saved, without.saved);
    row("- with a million old rows: deliveries/s (yardstick: without)", with.delivered, without.delivered);
    row("- with a million old rows: lag, p50, ms (yardstick: without)", with.lag.p50, without.lag.p50);
    row("- with a million old rows: lag, p99, ms (yardstick: without)", with.lag.p99, without.lag.p99);
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small counts"
)]
async fn figures(env: &Env, receiver: &Receiver, scene: &Scene, crowd: &Crowd) -> anyhow::Result<Figures> {
    let (saved, delivered) = at_full_load(env, receiver, scene.events, crowd).await?;
    let a_second = delivered / crowd.fan_out as f64 / EASE;
    let events = ((a_second * EASY_S) as usize).clamp(10, scene.events);
    let lag = at_ease(env, receiver, events, Duration::from_secs_f64(1.0 / a_second), crowd).await?;
    Ok(Figures { saved, delivered, lag })
}

/// Events saved and deliveries made a second, when they are saved as fast as may be.
#[expect(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "this program measures real time; small counts"
)]
async fn at_full_load(env: &Env, receiver: &Receiver, events: usize, crowd: &Crowd) -> anyhow::Result<(f64, f64)> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut emitters = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..EMITTERS {
        let (env, crowd, next) = (env.clone(), crowd.clone(), Arc::clone(&next));
        emitters.spawn(async move {
            while let n @ 0.. = next.fetch_add(1, Ordering::Relaxed)
                && n < events
            {
                emit(&env, &crowd, n).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = emitters.join_next().await {
        ended??;
    }
    let saved = events as f64 / begun.elapsed().as_secs_f64();
    let came = receiver.takes(events * crowd.fan_out).await?;
    Ok((saved, a_second(&came, begun)))
}

/// How late events are that happen one after the other, `every` so often.
#[expect(
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "this program measures real time; small counts"
)]
async fn at_ease(env: &Env, receiver: &Receiver, events: usize, every: Duration, crowd: &Crowd) -> anyhow::Result<Lag> {
    let (begun, mut committed) = (Instant::now(), Vec::new());
    for n in 0..events {
        tokio::time::sleep_until((begun + every * n as u32).into()).await;
        emit(env, crowd, n).await?;
        committed.push(Instant::now());
    }
    let came = receiver.takes(events * crowd.fan_out).await?;
    // It may be there before whoever saved it has heard of the commit.
    Ok(lag(came.iter().map(|one| one.at.saturating_duration_since(committed[one.event])).collect()))
}

async fn emit(env: &Env, crowd: &Crowd, n: usize) -> anyhow::Result<()> {
    let workspaces = crowd.workspaces.len();
    let event = Event {
        kind: Kind::MessageReceived,
        subject: Subject::Workspace(crowd.workspaces[n % workspaces].clone()),
        number_id: Some(format!("num_{}", n / workspaces % crowd.numbers)),
        grant_id: None,
        data: data(n),
    };
    let unit = env.clone();
    env.db.write(move |tx| Box::pin(async move { events::emit(tx, &unit, event).await })).await?;
    Ok(())
}

/// What is told of a message, and which event of the run it is.
pub fn data(n: usize) -> Value {
    json!({
        "id": "msg_019aa4a19c7d7ad0b7c3a1de10c0ffee", "number_id": "num_019aa4a19c7d7ad0b7c3a1de10c0ffee",
        "direction": "in", "from": "447700900123", "type": "text", "text": { "body": "Is the blue one still there?" },
        "state": "received", "reason": null, "created_at": "2026-01-01T00:00:00.000Z",
        "changed_at": "2026-01-01T00:00:00.000Z", "n": n,
    })
}

/// The yardstick: signed requests by the server's client to the same receiver, `at_once` under way, with nothing behind
/// them. How many a second, and how long each took.
#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
async fn bare(env: &Env, receiver: &Receiver, count: usize, at_once: usize) -> anyhow::Result<(f64, Lag)> {
    let next = Arc::new(AtomicUsize::new(0));
    let url = OutboundUrl::check(&format!("http://{}/hook", receiver.address), env.config.outbound.reach())?;
    let mut workers = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..at_once {
        let (env, url, next) = (env.clone(), url.clone(), Arc::clone(&next));
        workers.spawn(async move {
            let mut took = Vec::new();
            while let n @ 0.. = next.fetch_add(1, Ordering::Relaxed)
                && n < count
            {
                let sent = Instant::now();
                post(&env, &url, n).await?;
                took.push(sent.elapsed());
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(ended) = workers.join_next().await {
        took.extend(ended??);
    }
    let came = receiver.takes(count).await?;
    Ok((a_second(&came, begun), lag(took)))
}

async fn post(env: &Env, url: &OutboundUrl, n: usize) -> anyhow::Result<()> {
    let (id, moment) = (env.id("evt"), (env.now().0 / 1000).to_string());
    let told = json!({
        "id": id, "type": "message.received", "timestamp": env.now().rfc3339(), "workspace_id": env.id("ws"), "data": data(n),
    });
    let body = told.to_string().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(&[7; 32])?;
    mac.update(&[id.as_bytes(), b".", moment.as_bytes(), b".", &body].concat());
    let headers = Headers::default()
        .with("content-type", "application/json")
        .with("webhook-id", &id)
        .with("webhook-timestamp", &moment)
        .with("webhook-signature", &format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    let answer = env.outbound.post(url, headers, body).await?;
    anyhow::ensure!(answer.status == 204, "the receiver answered {}", answer.status);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts here are small")]
fn a_second(came: &[Came], begun: Instant) -> f64 {
    let last = came.iter().map(|one| one.at).max().unwrap_or(begun);
    came.len() as f64 / last.saturating_duration_since(begun).as_secs_f64()
}

fn lag(mut took: Vec<Duration>) -> Lag {
    took.sort();
    let at = |percent: usize| took.get(took.len() * percent / 100).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
    Lag { p50: at(50), p99: at(99) }
}
