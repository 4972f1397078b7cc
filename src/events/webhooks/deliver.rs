//! Brings facts to an endpoint: at least once, those about one number in their order.
//!
//! No transaction is open while we talk to a receiver. A worker that dies lets its lease run out, and the next one may tell
//! the same facts again: their ids tell the receiver that they are the same.

use std::sync::Arc;

use super::attempt::{Attempt, Outcome, Reply, reply};
use super::call::{Route, Told, attempt, call};
use super::disable::disable;
use super::dispatch::Worked;
use super::endpoint::{DisabledBecause, EndpointState, Owner};
use super::endpoints::opened_secrets;
use super::schedule::{FAILING_MAX_S, next_try};
use crate::events::store::lanes::{self, Lane};
use crate::events::store::{attempts, endpoints, outbox};
use crate::events::view::EventView;
use crate::events::{Grants, Hearer, Kind, Owners, Saved, Standing, Subject};
use crate::platform::db::Tx;
use crate::platform::jobs::STOP;
use crate::platform::{Env, Timestamp};

/// Facts that one round looks at.
const ROUND: i64 = 16;
/// A round that has taken this long notes what it did: that is what comes again after a crash.
const ROUND_MS: i64 = 1000;
/// A lease is longer than a round by this much, and by one call.
const LEASE_SPARE_S: i64 = 60;
/// Others under the same grant finish first (seconds until the next look).
const OTHERS_FIRST_S: i64 = 1;

#[derive(Clone)]
pub(in crate::events) struct Courier {
    pub env: Env,
    pub grants: Arc<dyn Grants>,
    pub owners: Arc<dyn Owners>,
    pub lease_s: i64,
}

/// What to do with a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Tell,
    /// The last thing that is told under this grant.
    TellAndEnd,
    Skip,
    /// Nothing of this lane may be told any more.
    End,
}

/// How a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// With the last fact that it saw.
    Rest,
    Later {
        at: Timestamp,
        attempts: i64,
    },
    /// Nothing more is to be told in this lane.
    End,
}

/// What a round did.
struct Round {
    lane: Lane,
    place: i64,
    attempts: Vec<Attempt>,
    /// The receiver wants no more.
    gone: bool,
}

impl Courier {
    pub fn new(env: &Env, grants: &Arc<dyn Grants>, owners: &Arc<dyn Owners>) -> Self {
        let call_s = i64::try_from(env.config.outbound.timeout_ms / 1000).unwrap_or(LEASE_SPARE_S);
        let (grants, owners) = (Arc::clone(grants), Arc::clone(owners));
        Self { env: env.clone(), grants, owners, lease_s: LEASE_SPARE_S + call_s }
    }

    /// One round of a lane. What breaks is logged: the lease runs out, and somebody looks again.
    pub(super) async fn work(&self, lane: Lane) -> Worked {
        let endpoint_id = lane.endpoint_id.clone();
        let failed = self.round(lane).await.unwrap_or_else(|error| {
            tracing::error!(endpoint = endpoint_id, error = format!("{error:#}"), "a delivery broke");
            None
        });
        Worked { endpoint_id, failed }
    }

    /// Whether the last try failed; nothing when none was made.
    async fn round(&self, lane: Lane) -> anyhow::Result<Option<bool>> {
        let mut tx = self.env.db.read().await?;
        let Some((endpoint, sealed)) = endpoints::find(&mut tx, &lane.endpoint_id).await? else { return Ok(None) };
        if endpoint.state != EndpointState::Active {
            drop(tx);
            self.hold_back(lane).await?;
            return Ok(None);
        }
        let facts = waiting(&mut tx, &lane, &endpoint.owner).await?;
        drop(tx);
        let route = Route { secrets: opened_secrets(&self.env, &endpoint.id, &sealed)?, endpoint };
        let mut round = Round { place: lane.place, lane, attempts: Vec::new(), gone: false };
        let ending = self.tell_all(&route, &mut round, facts).await?;
        let failed = round.attempts.last().map(|attempt| attempt.outcome != Outcome::Delivered);
        self.settle(&route, round, ending).await?;
        Ok(failed)
    }

    async fn tell_all(
        &self,
        route: &Route,
        round: &mut Round,
        (facts, looked_at): (Vec<Saved>, Option<i64>),
    ) -> anyhow::Result<Ending> {
        let begun = self.env.now();
        for saved in facts {
            if self.is_stopping() {
                return Ok(Ending::Later { at: begun, attempts: round.lane.attempts });
            }
            let verdict = self.verdict(route, &round.lane, &saved).await?;
            match verdict {
                Verdict::End => return Ok(Ending::End),
                Verdict::Skip => {}
                Verdict::TellAndEnd if self.others_are_at_it(&round.lane).await? => {
                    let at = self.env.now().plus_s(OTHERS_FIRST_S);
                    return Ok(Ending::Later { at, attempts: round.lane.attempts });
                }
                Verdict::Tell | Verdict::TellAndEnd => {
                    if let Some((at, attempts)) = self.tell(route, round, &saved).await {
                        return Ok(Ending::Later { at, attempts });
                    }
                }
            }
            (round.place, round.lane.attempts) = (saved.seq, 0);
            if verdict == Verdict::TellAndEnd {
                return Ok(Ending::End);
            }
            if self.env.now().since_ms(begun) >= ROUND_MS {
                return Ok(Ending::Rest);
            }
        }
        // Behind the last fact stand only some of kinds that this version does not know.
        round.place = looked_at.unwrap_or(round.place);
        Ok(Ending::Rest)
    }

    fn is_stopping(&self) -> bool {
        *self.env.bell.listen(STOP).borrow() > 0
    }

    async fn others_are_at_it(&self, lane: &Lane) -> anyhow::Result<bool> {
        Ok(lanes::others_are_leased(&mut self.env.db.read().await?, lane, self.env.now()).await?)
    }

    /// Whether the endpoint may be told of this, at this moment.
    async fn verdict(&self, route: &Route, lane: &Lane, saved: &Saved) -> anyhow::Result<Verdict> {
        let wanted = route.endpoint.filter.lets_through(saved.event.kind);
        let hearer = match (&route.endpoint.owner, lane.grant_id.is_empty()) {
            (Owner::Workspace(id), _) if self.owners.may_hear(&route.endpoint.owner).await? => {
                Hearer::Workspace(id.clone())
            }
            (Owner::Workspace(_), _) => return Ok(Verdict::Skip),
            (Owner::App(id), true) => Hearer::App(id.clone()),
            (Owner::App(_), false) => match self.grants.standing(&lane.grant_id).await? {
                Standing::Live(authority) => Hearer::Grant(authority),
                Standing::Barred => return Ok(Verdict::Skip),
                Standing::Ended => return Ok(after_the_end(lane, saved, wanted)),
            },
        };
        Ok(if wanted && saved.event.is_for(&hearer) { Verdict::Tell } else { Verdict::Skip })
    }

    /// Tells one fact: when to try again, and after how many failures, unless it arrived or was given up.
    async fn tell(&self, route: &Route, round: &mut Round, saved: &Saved) -> Option<(Timestamp, i64)> {
        let body = serde_json::to_vec(&EventView::from(saved.clone())).unwrap_or_default();
        let exchange = call(&self.env, route, &saved.id, body).await;
        let failures = round.lane.attempts;
        let (outcome, next_at) = match reply(&exchange.result) {
            Reply::Taken => (Outcome::Delivered, None),
            not_taken => {
                let asked_s = if let Reply::NotTaken { asked_s } = not_taken { asked_s } else { None };
                round.gone |= not_taken == Reply::Gone;
                let [chance] = self.env.random.bytes::<1>();
                let next_at = next_try(failures, asked_s, chance, self.env.now());
                (next_at.map_or(Outcome::Failed, |_| Outcome::Again), next_at)
            }
        };
        let told = Told { saved, grant_id: &round.lane.grant_id, number: failures + 1, outcome, next_at };
        round.attempts.push(attempt(&self.env, &route.endpoint, &told, exchange));
        next_at.map(|at| (at, failures + 1))
    }

    /// Notes what a round did, gives the lane back, and stops telling an endpoint to which nothing arrives.
    async fn settle(&self, route: &Route, round: Round, ending: Ending) -> anyhow::Result<()> {
        let (now, gone) = (self.env.now(), round.gone);
        let subject = subject_of(&round.lane, &route.endpoint.owner);
        let unit = self.env.db.write(move |tx| Box::pin(async move { note(tx, &round, &subject, ending, now).await }));
        let failing_since = unit.await?;
        let too_long = failing_since.is_some_and(|since| now.since_ms(since) >= FAILING_MAX_S * 1000);
        if gone {
            disable(self, &route.endpoint, DisabledBecause::Gone).await?;
        } else if too_long {
            disable(self, &route.endpoint, DisabledBecause::Failing).await?;
        }
        Ok(())
    }

    /// Leaves a lane alone until its endpoint goes on.
    async fn hold_back(&self, lane: Lane) -> sqlx::Result<()> {
        let now = self.env.now();
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                if !lanes::hold(tx, &lane, lane.place).await? {
                    return Ok(());
                }
                // It may go on at this very moment: what is held back after that would never be told.
                match endpoints::hold_state(tx, &lane.endpoint_id).await? {
                    Some(EndpointState::Active) => lanes::give_back(tx, &lane, now, lane.attempts).await,
                    _ => lanes::hold_back(tx, &lane).await,
                }
            })
        });
        unit.await
    }
}

/// What comes next in a lane, and the last place that was looked at.
async fn waiting(tx: &mut Tx, lane: &Lane, owner: &Owner) -> sqlx::Result<(Vec<Saved>, Option<i64>)> {
    let subject = subject_of(lane, owner);
    if lane.event_id.is_empty() {
        return outbox::of_number_after(tx, &subject, &lane.number_id, lane.place, ROUND).await;
    }
    Ok((outbox::find(tx, &subject, &lane.event_id).await?.into_iter().collect(), None))
}

/// Whose facts a lane brings: an app hears of itself, and by its grants of workspaces.
fn subject_of(lane: &Lane, owner: &Owner) -> Subject {
    match owner {
        Owner::App(_) if lane.grant_id.is_empty() => Subject::App(lane.subject.clone()),
        _ => Subject::Workspace(lane.subject.clone()),
    }
}

/// The end of a grant is the last that is told under it.
fn after_the_end(lane: &Lane, saved: &Saved, wanted: bool) -> Verdict {
    let is_the_end = saved.event.kind == Kind::GrantRevoked && saved.event.grant_id.as_ref() == Some(&lane.grant_id);
    match (is_the_end, lane.number_id.is_empty()) {
        (true, _) if wanted => Verdict::TellAndEnd,
        (false, true) => Verdict::Skip,
        _ => Verdict::End,
    }
}

/// Since when nothing arrives at the endpoint, if that is so.
async fn note(
    tx: &mut Tx,
    round: &Round,
    subject: &Subject,
    ending: Ending,
    now: Timestamp,
) -> sqlx::Result<Option<Timestamp>> {
    let lane = &round.lane;
    // Before the endpoint's row: whoever emits a fact locks in this order, too.
    if lanes::hold(tx, lane, round.place).await? {
        match ending {
            Ending::Later { at, attempts } => lanes::give_back(tx, lane, at, attempts).await?,
            Ending::Rest
                if lane.event_id.is_empty()
                    && outbox::is_any_after(tx, subject, &lane.number_id, round.place).await? =>
            {
                lanes::give_back(tx, lane, now, 0).await?;
            }
            Ending::Rest | Ending::End => lanes::delete(tx, lane).await?,
        }
    }
    let (mut failing_since, mut arrived) = (None, false);
    for attempt in &round.attempts {
        attempts::insert(tx, attempt).await?;
        arrived |= attempt.outcome == Outcome::Delivered;
    }
    if arrived {
        endpoints::note_success(tx, &lane.endpoint_id).await?;
        if !lane.event_id.is_empty() {
            attempts::mark_recovered(tx, &lane.endpoint_id, &lane.event_id).await?;
        }
    }
    if let Some(last) = round.attempts.last().filter(|last| last.outcome != Outcome::Delivered) {
        failing_since = endpoints::note_failure(tx, &lane.endpoint_id, last.at).await?;
    }
    Ok(failing_since)
}
