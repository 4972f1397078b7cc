//! The queue: hands messages to WhatsApp, at least once, those of one number in their order.
//!
//! A worker leases a number's lane and works through it; a number that is slow or not linked holds up nothing but its own
//! lane. No transaction is open while we talk to WhatsApp. A worker that dies lets its lease run out, and the next one may
//! hand over the same message again: its id tells WhatsApp that it is the same.

use std::sync::Arc;
use std::time::Duration;

use grantline_whatsapp::SendFailure;

use super::patience::{self, Next};
use super::store::{self, Change, Lane};
use super::{Grants, Message, Reason, Sender, State, hand_over, news};
use crate::platform::jobs::Progress;
use crate::platform::{Env, Timestamp};

/// A worker that has not been heard of for this long is taken for dead. Far longer than one hand-over may take.
const LEASE_S: i64 = 90;

/// A hand-over that takes longer is given up and tried again.
const HAND_OVER_MAX: Duration = Duration::from_secs(30);

/// After so many messages the lane goes back, so that others have their turn.
const BATCH: i64 = 20;

#[derive(Clone)]
pub(super) struct Queue {
    pub env: Env,
    pub sender: Arc<dyn Sender>,
    pub grants: Arc<dyn Grants>,
}

/// What came of a message.
enum Outcome {
    Done { state: State, reason: Option<Reason> },
    Later { at: Timestamp, failure: SendFailure },
}

impl Queue {
    /// Works through one lane. `ring` wakes another worker, which looks for the next lane meanwhile.
    pub(super) async fn work(&self, ring: impl FnOnce()) -> anyhow::Result<Progress> {
        let now = self.env.now();
        if !store::a_lane_is_due(&mut self.env.db.read().await?, now).await? {
            return Ok(Progress::Idle);
        }
        let until = now.plus_s(LEASE_S);
        let leased = self.env.db.write(move |tx| {
            Box::pin(async move {
                let Some(lane) = store::lease_lane(tx, now, until).await? else { return Ok(None) };
                let first = store::begin_hand_over(tx, &lane.number_id, now).await?;
                Ok::<_, sqlx::Error>(Some((lane, first)))
            })
        });
        let Some((lane, first)) = leased.await? else { return Ok(Progress::Idle) };
        ring();
        self.work_through(lane, first).await?;
        Ok(Progress::More)
    }

    async fn work_through(&self, mut lane: Lane, mut next: Option<Message>) -> anyhow::Result<()> {
        for done in 1.. {
            let Some(message) = next else { break };
            match self.hand_over(&message, lane.attempts).await? {
                Outcome::Done { state, reason } => {
                    match self.settle(lane, message, state, reason, done < BATCH).await? {
                        Some(held) => (lane, next) = held,
                        None => return Ok(()),
                    }
                }
                Outcome::Later { at, failure } => return self.postpone(lane, message, at, failure).await,
            }
        }
        self.rest(lane).await
    }

    async fn hand_over(&self, message: &Message, failures: i64) -> anyhow::Result<Outcome> {
        let expires_at = message.created_at.plus_s(self.env.config.messages.queue_lifetime_s);
        if self.env.now() >= expires_at {
            return Ok(failed(Reason::Expired));
        }
        let may_go = match &message.grant_id {
            Some(grant_id) => self.grants.is_live(grant_id).await?,
            None => true,
        };
        if !may_go {
            return Ok(failed(Reason::AccessEnded));
        }
        let Some(outgoing) = hand_over::outgoing(&self.env, message).await? else {
            return Ok(failed(Reason::Expired));
        };
        let sent = tokio::time::timeout(HAND_OVER_MAX, self.sender.send(&message.number_id, outgoing)).await;
        Ok(match sent.unwrap_or(Err(SendFailure::Network)) {
            Ok(()) => Outcome::Done { state: State::Sent, reason: None },
            Err(failure) => match patience::after(failure, failures, expires_at, self.env.now()) {
                Next::Again { at } => Outcome::Later { at, failure },
                Next::Fail(reason) => failed(reason),
            },
        })
    }

    /// Records what came of a message, renews the lease, and begins with the next one if there shall be one: the lane and
    /// that, or nothing when somebody else has the lane by now.
    async fn settle(
        &self,
        lane: Lane,
        message: Message,
        state: State,
        reason: Option<Reason>,
        go_on: bool,
    ) -> anyhow::Result<Option<(Lane, Option<Message>)>> {
        let env = self.env.clone();
        let now = env.now();
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                let change = Change { to: state, reason, at: now };
                // Nothing when the receipt was quicker than we are: the message is further than this already.
                let changed = store::advance(tx, &message.number_id, &message.id, &change).await?;
                let until = now.plus_s(LEASE_S);
                let held = store::hold_lane(tx, &lane, until).await?;
                let next = if held && go_on { store::begin_hand_over(tx, &lane.number_id, now).await? } else { None };
                // Last: whoever changes a message locks it before the place of its fact, and so do we.
                if let Some(changed) = changed {
                    news::tell(tx, &env, &changed).await?;
                }
                Ok::<_, sqlx::Error>(held.then_some((Lane { due_at: until, attempts: 0, ..lane }, next)))
            })
        });
        Ok(unit.await?)
    }

    async fn postpone(&self, lane: Lane, message: Message, at: Timestamp, failure: SendFailure) -> anyhow::Result<()> {
        tracing::info!(message = message.id, number = message.number_id, %failure, "a message waits");
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                if store::postpone_lane(tx, &lane, at).await? && !patience::may_have_left(failure) {
                    store::undo_hand_over(tx, &message.id).await?;
                }
                Ok::<_, sqlx::Error>(())
            })
        });
        Ok(unit.await?)
    }

    async fn rest(&self, lane: Lane) -> anyhow::Result<()> {
        let now = self.env.now();
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                if store::hold_lane(tx, &lane, now).await? {
                    store::rest_lane(tx, &lane.number_id, now).await?;
                }
                Ok::<_, sqlx::Error>(())
            })
        });
        Ok(unit.await?)
    }
}

fn failed(reason: Reason) -> Outcome {
    Outcome::Done { state: State::Failed, reason: Some(reason) }
}
