//! What apps do with their access: noted in memory at each call, written down together every few seconds.
//!
//! This is activity for people to look at, not the record of decisions: that one is `audit`. What a crash of the machine
//! takes with it are the calls of the last seconds; a stop takes nothing.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::store::usage as store;
use crate::access::{Operation, Scope, ScopeSet};
use crate::platform::db::Tx;
use crate::platform::jobs::{Job, Progress};
use crate::platform::web::ClientIp;
use crate::platform::{Env, Timestamp};

/// Calls that are kept of each grant, in memory and in the database.
const LAST_CALLS: usize = 50;
/// Days that are counted, today among them.
const DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;
/// How often the notes are written down.
const EVERY_S: i64 = 10;
/// Grants that one unit of work writes of: nobody waits long behind it.
const GRANTS_A_UNIT: usize = 200;

/// A call as it is noted: all that it costs is its request's id.
#[derive(Debug, Clone)]
pub struct Call {
    pub at: Timestamp,
    pub operation: &'static Operation,
    pub request_id: String,
    pub address: ClientIp,
    /// The status of the answer; nothing when nobody waited for it.
    pub status: Option<u16>,
}

/// A call as it is kept. The operation is text: entries outlive the table of operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCall {
    pub at: Timestamp,
    pub operation: String,
    pub status: Option<u16>,
    pub request_id: String,
    pub address: String,
}

/// What is not written down yet of one grant.
#[derive(Debug, Clone, Default)]
struct GrantUse {
    last_at: Timestamp,
    counts: BTreeMap<(i64, Scope), i64>,
    last_calls: VecDeque<Call>,
}

impl GrantUse {
    fn add(&mut self, call: Call) {
        self.last_at = self.last_at.max(call.at);
        *self.counts.entry((day(call.at), call.operation.scope)).or_default() += 1;
        if self.last_calls.len() == LAST_CALLS {
            self.last_calls.pop_front();
        }
        self.last_calls.push_back(call);
    }

    /// What was noted before this.
    fn put_before(&mut self, earlier: Self) {
        self.last_at = self.last_at.max(earlier.last_at);
        for (key, calls) in earlier.counts {
            *self.counts.entry(key).or_default() += calls;
        }
        for call in earlier.last_calls.into_iter().rev().take(LAST_CALLS - self.last_calls.len()) {
            self.last_calls.push_front(call);
        }
    }
}

/// The notes of this node. Cheap to clone; every clone holds the same notes.
#[derive(Clone, Default)]
pub struct Usage(Arc<Mutex<HashMap<String, GrantUse>>>);

impl Usage {
    fn notes(&self) -> MutexGuard<'_, HashMap<String, GrantUse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, grant_id: &str, call: Call) {
        let mut notes = self.notes();
        match notes.get_mut(grant_id) {
            Some(used) => used.add(call),
            None => notes.entry(grant_id.to_owned()).or_default().add(call),
        }
    }

    /// The job that writes the notes down: one write for many calls.
    pub fn job(&self, env: &Env) -> Job {
        let (usage, env) = (self.clone(), env.clone());
        let job = Job::new("grant usage", EVERY_S, move || {
            let (usage, env) = (usage.clone(), env.clone());
            async move {
                usage.write_down(&env).await?;
                Ok(Progress::Idle)
            }
        });
        job.and_at_the_end()
    }

    async fn write_down(&self, env: &Env) -> sqlx::Result<()> {
        let mut rest: Vec<(String, GrantUse)> = std::mem::take(&mut *self.notes()).into_iter().collect();
        // One order for all who write of several grants, so that they cannot wait for each other.
        rest.sort_unstable_by(|one, other| other.0.cmp(&one.0));
        while !rest.is_empty() {
            let unit = Arc::new(rest.split_off(rest.len().saturating_sub(GRANTS_A_UNIT)));
            let written = Arc::clone(&unit);
            let done = env.db.write(move |tx| Box::pin(async move { write_unit(tx, &written).await })).await;
            if let Err(error) = done {
                self.put_back(unit.iter().cloned().chain(rest));
                return Err(error);
            }
        }
        Ok(())
    }

    /// What could not be written is written the next time.
    fn put_back(&self, unwritten: impl Iterator<Item = (String, GrantUse)>) {
        let mut notes = self.notes();
        for (grant_id, used) in unwritten {
            notes.entry(grant_id).or_default().put_before(used);
        }
    }
}

async fn write_unit(tx: &mut Tx, grants: &[(String, GrantUse)]) -> sqlx::Result<()> {
    for (grant_id, used) in grants {
        if !store::note_use(tx, grant_id, used.last_at).await? {
            continue;
        }
        for ((day, scope), calls) in &used.counts {
            store::add_calls(tx, grant_id, *day, *scope, *calls).await?;
        }
        store::forget_days_before(tx, grant_id, first_day(used.last_at)).await?;
        let known = store::last_calls(tx, grant_id).await?;
        store::keep_last_calls(tx, grant_id, &newest(known, &used.last_calls)).await?;
    }
    Ok(())
}

/// A call that has been recognised. It is noted when it is answered, and also when it ends without an answer of ours: its
/// caller has gone, it took too long, something broke.
pub struct Underway<'a> {
    usage: &'a Usage,
    grant_id: &'a str,
    call: Option<Call>,
}

impl<'a> Underway<'a> {
    pub const fn begin(usage: &'a Usage, grant_id: &'a str, call: Call) -> Self {
        Self { usage, grant_id, call: Some(call) }
    }

    pub fn answered(mut self, status: u16) {
        if let Some(call) = &mut self.call {
            call.status = Some(status);
        }
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            self.usage.note(self.grant_id, call);
        }
    }
}

/// The day of a moment, in days since 1970-01-01, in UTC.
const fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MS)
}

/// The first of the days that are counted.
pub const fn first_day(now: Timestamp) -> i64 {
    day(now) - (DAYS - 1)
}

/// The last calls of a grant once the new ones are added, the oldest first.
fn newest(known: Vec<KeptCall>, new: &VecDeque<Call>) -> Vec<KeptCall> {
    let mut calls = known;
    calls.extend(new.iter().map(|call| KeptCall {
        at: call.at,
        operation: call.operation.to_string(),
        status: call.status,
        request_id: call.request_id.clone(),
        address: call.address.to_string(),
    }));
    // Another node may have written later calls meanwhile, and a call that takes long is noted after those that began later.
    calls.sort_by_key(|call| call.at);
    let too_many = calls.len().saturating_sub(LAST_CALLS);
    calls.drain(..too_many);
    calls
}

/// How often a permission was needed in the days that are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeUse {
    pub scope: Scope,
    pub calls: i64,
    /// Whether the grant holds it now. An app may ask for what it may not, and may have been allowed more before.
    pub granted: bool,
}

/// Each permission of a grant with its use, and what was called without being one of them. What a wider permission
/// includes counts as its use unless it was granted beside it.
fn uses(granted: &ScopeSet, counts: &BTreeMap<Scope, i64>) -> Vec<ScopeUse> {
    let of = |scope| counts.get(&scope).copied().unwrap_or_default();
    let held = granted.iter().map(|scope| {
        let included = scope.implied().filter(|implied| !granted.contains(*implied)).map_or(0, of);
        ScopeUse { scope, calls: of(scope) + included, granted: true }
    });
    let others = counts.iter().filter(|(scope, _)| !granted.permits(**scope));
    held.chain(others.map(|(scope, calls)| ScopeUse { scope: *scope, calls: *calls, granted: false })).collect()
}

/// What an app did with its access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub uses: Vec<ScopeUse>,
    /// The newest first.
    pub last_calls: Vec<KeptCall>,
}

/// The activity of a workspace's grant, which holds the scopes `granted`.
pub async fn activity(env: &Env, workspace_id: &str, grant_id: &str, granted: &ScopeSet) -> sqlx::Result<Activity> {
    let mut tx = env.db.read().await?;
    let counts = store::counts(&mut tx, workspace_id, grant_id, first_day(env.now())).await?;
    let mut last_calls = store::last_calls_in(&mut tx, workspace_id, grant_id).await?;
    last_calls.reverse();
    Ok(Activity { uses: uses(granted, &counts), last_calls })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::OPERATIONS;

    fn call(at: i64) -> Call {
        Call {
            at: Timestamp(at),
            operation: &OPERATIONS[0],
            request_id: at.to_string(),
            address: ClientIp(None),
            status: Some(200),
        }
    }

    fn used(moments: impl Iterator<Item = i64>) -> GrantUse {
        let mut used = GrantUse::default();
        moments.for_each(|at| used.add(call(at)));
        used
    }

    fn moments(calls: &VecDeque<Call>) -> Vec<i64> {
        calls.iter().map(|call| call.at.0).collect()
    }

    #[test]
    fn the_newest_calls_are_held_and_all_are_counted() {
        let used = used(0..120);
        assert_eq!(moments(&used.last_calls), (70..120).collect::<Vec<_>>());
        assert_eq!(used.counts.into_values().collect::<Vec<_>>(), [120]);
        assert_eq!(used.last_at, Timestamp(119));
    }

    #[test]
    fn what_could_not_be_written_stands_before_what_came_meanwhile() {
        for meanwhile in [1, 20, 50, 70] {
            let mut later = used(100..100 + meanwhile);
            later.put_before(used(0..60));
            let mut all: Vec<i64> = (0..60).chain(100..100 + meanwhile).collect();
            all.drain(..all.len() - LAST_CALLS);
            assert_eq!(moments(&later.last_calls), all, "{meanwhile} meanwhile");
            assert_eq!(later.counts.into_values().collect::<Vec<_>>(), [60 + meanwhile]);
        }
    }

    #[test]
    fn days_are_those_of_utc() {
        assert_eq!([-1, 0, DAY_MS - 1, DAY_MS].map(|at| day(Timestamp(at))), [-1, 0, 0, 1]);
        assert_eq!(first_day(Timestamp(DAY_MS * 100)), 71);
    }

    #[test]
    fn a_call_that_began_earlier_and_took_longer_stands_at_its_place() {
        let calls = newest(newest(Vec::new(), &used([5, 9].into_iter()).last_calls), &used([7].into_iter()).last_calls);
        assert_eq!(calls.iter().map(|call| call.at.0).collect::<Vec<_>>(), [5, 7, 9]);
    }

    #[test]
    fn a_call_counts_for_the_permission_that_let_it_in() {
        let granted = |text: &str| text.parse::<ScopeSet>().expect("known");
        let counts = BTreeMap::from([(Scope::NumbersRead, 3), (Scope::NumbersManage, 2), (Scope::ContactsRead, 1)]);
        let told = |text: &str| -> Vec<(Scope, i64, bool)> {
            uses(&granted(text), &counts).into_iter().map(|one| (one.scope, one.calls, one.granted)).collect()
        };
        assert_eq!(told("numbers:manage"), [(Scope::NumbersManage, 5, true), (Scope::ContactsRead, 1, false)]);
        assert_eq!(
            told("numbers:read numbers:manage contacts:manage"),
            [(Scope::NumbersRead, 3, true), (Scope::NumbersManage, 2, true), (Scope::ContactsManage, 1, true)]
        );
        assert_eq!(
            told("account:read"),
            [
                (Scope::AccountRead, 0, true),
                (Scope::NumbersRead, 3, false),
                (Scope::NumbersManage, 2, false),
                (Scope::ContactsRead, 1, false)
            ]
        );
    }
}
