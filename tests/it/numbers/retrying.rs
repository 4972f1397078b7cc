//! What becomes of news, and of what a start brings back, while something of ours is broken.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use grantline::numbers::{LinkFailure, LinkState, MessageSink, MessageTold, Number};
use grantline::on;
use grantline::platform::clock::HandClock;
use grantline::platform::{Clock, Env, Timestamp};
use grantline_whatsapp::Content;
use tokio::sync::watch;

use super::restarting::{starting_again, until_state};
use super::told::{Recorder, linked_within};
use super::{DIGITS, Member, PHONE, SandboxPhone};
use crate::both_databases;
use crate::world::World;

/// The world's clock. It also tells when somebody begins to wait, and for how long (seconds).
struct Watched {
    hand: Arc<HandClock>,
    pauses: watch::Sender<Vec<i64>>,
}

#[async_trait]
impl Clock for Watched {
    fn now(&self) -> Timestamp {
        self.hand.now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.pauses.send_modify(|pauses| pauses.push(at.since_ms(self.now()) / 1000));
        self.hand.sleep_until(at).await;
    }
}

impl Watched {
    fn of(world: &World) -> (Arc<Self>, Env) {
        let watched = Arc::new(Self { hand: Arc::clone(&world.clock), pauses: watch::Sender::default() });
        (Arc::clone(&watched), Env { clock: watched, ..world.env().clone() })
    }

    /// Waits until somebody has begun to wait this long. The bound only ends a test that would hang.
    async fn until_somebody_waits(&self, seconds: i64) {
        let mut pauses = self.pauses.subscribe();
        let seen = pauses.wait_for(|pauses| pauses.last() == Some(&seconds));
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it happens").expect("the clock is there");
    }
}

enum Fault {
    Error,
    Panic,
}

/// Listens to news about messages when its faults are over.
#[derive(Default)]
struct Faulty {
    faults: Mutex<VecDeque<Fault>>,
    recorder: Recorder,
}

#[async_trait]
impl MessageSink for Faulty {
    async fn told(&self, number: &Number, told: MessageTold) -> anyhow::Result<()> {
        let fault = self.faults.lock().expect("no test panics while it holds this").pop_front();
        match fault {
            Some(Fault::Error) => anyhow::bail!("the disk is full"),
            Some(Fault::Panic) => panic!("a fault of this test's own"),
            None => self.recorder.told(number, told).await,
        }
    }
}

impl Faulty {
    fn with(faults: impl IntoIterator<Item = Fault>) -> Arc<Self> {
        Arc::new(Self { faults: Mutex::new(faults.into_iter().collect()), recorder: Recorder::default() })
    }

    fn bodies(&self) -> Vec<String> {
        let body = |(_, told)| match told {
            MessageTold::Received { content: Content::Text(body), .. } => body,
            other => panic!("{other:?}"),
        };
        self.recorder.all().into_iter().map(body).collect()
    }
}

/// Makes every statement that names a table fail, until it is renamed back.
async fn renames(world: &World, from: &str, to: &str) {
    let sql = format!("alter table {from} rename to {to}");
    let unit = world.env().db.write(move |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await.map(drop))
        })
    });
    unit.await.map_err(|error: sqlx::Error| error).expect("renamed");
}

both_databases! {
    async fn news_that_could_not_be_saved_are_told_again_in_their_order(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (clock, env) = Watched::of(world);
        let inbox = Faulty::with([Fault::Error, Fault::Panic, Fault::Error]);
        let (sessions, number) = linked_within(world, &ann, env, inbox.clone()).await;
        let sandbox = world.app.sandbox.as_ref().expect("a simulated WhatsApp");
        sandbox.add_phone("447700900777", "A customer").expect("a phone");
        for text in ["first", "second"] {
            sandbox.send_text("447700900777", DIGITS, text).expect("written");
        }
        for pause_s in [1, 2, 5] {
            clock.until_somebody_waits(pause_s).await;
            assert!(inbox.bodies().is_empty());
            world.passes(Duration::from_secs(pause_s.unsigned_abs()));
        }
        let mut news = sessions.watch(&number);
        let seen = async {
            while inbox.bodies().len() < 2 {
                news.changed().await.expect("the sessions are open");
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it happens");
        assert_eq!(inbox.bodies(), ["first", "second"]);
        sessions.shutdown().await;
    }

    async fn the_end_of_a_link_is_saved_when_the_database_is_back(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (clock, env) = Watched::of(world);
        let (sessions, number) = linked_within(world, &ann, env, Arc::new(Recorder::default())).await;
        until_state(&sessions, &ann, &number, "linked").await;
        renames(world, "event", "event_away").await;
        SandboxPhone::new(&ann.person.browser, DIGITS).unlinks().await.is(303);
        clock.until_somebody_waits(1).await;
        assert_eq!(ann.number(&number).await.state.name(), "linked");
        renames(world, "event_away", "event").await;
        world.passes(Duration::from_secs(1));
        until_state(&sessions, &ann, &number, "needs_attention").await;
        sessions.shutdown().await;
    }

    async fn a_stop_waits_for_nothing_that_cannot_be_saved(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (clock, env) = Watched::of(world);
        let inbox = Faulty::with((0..10).map(|_| Fault::Error));
        let (sessions, _) = linked_within(world, &ann, env, inbox.clone()).await;
        let sandbox = world.app.sandbox.as_ref().expect("a simulated WhatsApp");
        sandbox.add_phone("447700900777", "A customer").expect("a phone");
        sandbox.send_text("447700900777", DIGITS, "hello").expect("written");
        clock.until_somebody_waits(1).await;
        // The clock stands still.
        tokio::time::timeout(Duration::from_secs(20), sessions.shutdown()).await.expect("it stops");
        assert_eq!(inbox.faults.lock().expect("whole").len(), 8, "one more try, and then no more");
    }

    async fn a_start_tries_again_to_end_the_attempts_from_before(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (linked, open) = (ann.links(PHONE).await, ann.starts_linking("+44 7700 900124").await);
        let (clock, env) = Watched::of(world);
        let sessions = starting_again(world, env).await;
        renames(world, "audit_entry", "audit_entry_away").await;
        let restoring = tokio::spawn({ let sessions = sessions.clone(); async move { sessions.restore_all().await } });
        until_state(&sessions, &ann, &linked.number, "linked").await;
        clock.until_somebody_waits(1).await;
        assert!(open.state().await.is_open());
        renames(world, "audit_entry_away", "audit_entry").await;
        world.passes(Duration::from_secs(1));
        tokio::time::timeout(Duration::from_secs(20), restoring).await.expect("all is back").expect("no panic");
        assert_eq!(open.state().await, LinkState::Failed(LinkFailure::Interrupted));
        sessions.shutdown().await;
    }

    async fn a_start_tries_again_to_open_the_sessions_from_before(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (linked, open) = (ann.links(PHONE).await, ann.starts_linking("+44 7700 900124").await);
        let (clock, env) = Watched::of(world);
        let sessions = starting_again(world, env).await;
        renames(world, "number_key", "number_key_away").await;
        let restoring = tokio::spawn({ let sessions = sessions.clone(); async move { sessions.restore_all().await } });
        for pause_s in [1, 2] {
            clock.until_somebody_waits(pause_s).await;
            world.passes(Duration::from_secs(pause_s.unsigned_abs()));
        }
        clock.until_somebody_waits(5).await;
        assert_eq!(open.state().await, LinkState::Failed(LinkFailure::Interrupted));
        let number = ann.number(&linked.number).await;
        assert_eq!((number.state.name(), number.reason), ("starting", None), "its link is not given up");
        renames(world, "number_key_away", "number_key").await;
        world.passes(Duration::from_secs(5));
        tokio::time::timeout(Duration::from_secs(20), restoring).await.expect("all is back").expect("no panic");
        until_state(&sessions, &ann, &linked.number, "linked").await;
        sessions.shutdown().await;
    }
}
