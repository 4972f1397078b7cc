//! Who works on which lane: many at once, few of them of one endpoint, so that a slow one delays nobody else.

use std::collections::{HashMap, HashSet};

use tokio::task::JoinSet;

use super::deliver::Courier;
use crate::events::store::lanes::{self as store, Due, Lane};
use crate::platform::jobs::{Progress, STOP};

pub const JOB: &str = "webhooks";

/// How often it looks without being rung for: pauses that are over, and what other machines took in.
pub const EVERY_S: i64 = 1;

/// Lanes that are worked on at once. Each has one call under way.
const AT_ONCE_MAX: usize = 256;

/// Lanes of one endpoint that are worked on at once, and of one whose last try failed.
const OF_ENDPOINT_MAX: usize = 8;
const OF_FAILING_MAX: usize = 1;

/// Endpoints that are remembered as failing. To forget one costs a few calls.
const FAILING_MAX: usize = 10_000;

/// How a lane's work ended.
pub(super) struct Worked {
    pub endpoint_id: String,
    /// Whether the last try failed; nothing when none was made.
    pub failed: Option<bool>,
}

/// Works until no lane is due and none is worked on.
pub(in crate::events) async fn run(courier: &Courier) -> anyhow::Result<Progress> {
    let env = &courier.env;
    let (mut news, mut stop) = (env.bell.listen(JOB), env.bell.listen(STOP));
    let mut rounds = Rounds::default();
    loop {
        news.borrow_and_update();
        let filled = if *stop.borrow_and_update() == 0 { rounds.fill(courier).await } else { Ok(()) };
        if rounds.running.is_empty() {
            return filled.map(|()| Progress::Idle);
        }
        // What is under way is not dropped for that: it would be told twice.
        if let Err(error) = filled {
            tracing::error!(error = format!("{error:#}"), "no more webhooks could be taken up");
        }
        tokio::select! {
            () = rounds.next() => {}
            _ = news.changed() => {}
            _ = stop.changed() => {}
            () = env.clock.sleep_until(env.now().plus_s(EVERY_S)) => {}
        }
    }
}

#[derive(Default)]
struct Rounds {
    running: JoinSet<Worked>,
    /// Lanes of each endpoint that are worked on.
    of_endpoint: HashMap<String, usize>,
    failing: HashSet<String>,
}

impl Rounds {
    /// Takes lanes until none is due for which there is room. All that there is room for are leased together: each lease waits
    /// for a commit.
    async fn fill(&mut self, courier: &Courier) -> anyhow::Result<()> {
        while self.running.len() < AT_ONCE_MAX {
            let (env, busy) = (&courier.env, serde_json::json!(self.busy()).to_string());
            let (now, room) = (env.now(), AT_ONCE_MAX - self.running.len());
            let due = store::due(&mut env.db.read().await?, &busy, now, i64::try_from(room)?).await?;
            if due.is_empty() {
                return Ok(());
            }
            let (until, picked) = (now.plus_s(courier.lease_s), self.pick(due));
            let leased = env.db.write(move |tx| Box::pin(async move { store::lease(tx, &picked, now, until).await }));
            for lane in leased.await? {
                self.start(courier.clone(), lane);
            }
        }
        Ok(())
    }

    /// As many lanes of each endpoint as it has room for.
    fn pick(&self, mut due: Vec<Due>) -> Vec<Due> {
        let mut of_endpoint = self.of_endpoint.clone();
        due.retain(|lane| {
            let running = of_endpoint.entry(lane.endpoint_id.clone()).or_default();
            *running += 1;
            *running <= self.most(&lane.endpoint_id)
        });
        due
    }

    /// Lanes of an endpoint that may be worked on at once.
    fn most(&self, endpoint_id: &str) -> usize {
        if self.failing.contains(endpoint_id) { OF_FAILING_MAX } else { OF_ENDPOINT_MAX }
    }

    /// Endpoints that have enough.
    fn busy(&self) -> Vec<&str> {
        self.of_endpoint.iter().filter(|(id, running)| **running >= self.most(id)).map(|(id, _)| id.as_str()).collect()
    }

    fn start(&mut self, courier: Courier, lane: Lane) {
        *self.of_endpoint.entry(lane.endpoint_id.clone()).or_default() += 1;
        self.running.spawn(async move { courier.work(lane).await });
    }

    /// Waits until a lane's work has ended, and takes note of all that have.
    async fn next(&mut self) {
        let mut ended = self.running.join_next().await;
        while let Some(result) = ended {
            match result {
                Ok(worked) => self.ended(worked),
                // A panic: its lease runs out, and somebody looks again. Whose lane it was is not known any more.
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a delivery panicked");
                    self.of_endpoint.clear();
                }
            }
            ended = self.running.try_join_next();
        }
    }

    fn ended(&mut self, worked: Worked) {
        if let Some(running) = self.of_endpoint.get_mut(&worked.endpoint_id) {
            *running -= 1;
            if *running == 0 {
                self.of_endpoint.remove(&worked.endpoint_id);
            }
        }
        match worked.failed {
            Some(true) if self.failing.len() < FAILING_MAX => {
                self.failing.insert(worked.endpoint_id);
            }
            Some(false) => {
                self.failing.remove(&worked.endpoint_id);
            }
            _ => {}
        }
    }
}
