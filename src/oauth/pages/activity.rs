//! What a connected app did with its access, on its page.

use crate::accounts::{InWorkspace, Right};
use crate::oauth::connected::ConnectedApp;
use crate::oauth::usage::{KeptCall, ScopeUse, activity};
use crate::platform::Env;
use crate::platform::web::{Markup, StatusPage};

pub struct ActivityView {
    pub uses: Vec<ScopeUse>,
    /// The newest first.
    pub calls: Vec<CallLine>,
}

pub struct CallLine {
    pub at: Markup,
    pub operation: String,
    pub answer: Answer,
    pub request_id: String,
    /// Where it came from, for those who may read that of every decision in the audit log.
    pub address: Option<String>,
}

/// The answer to a call: its status, and the key of its words.
pub struct Answer {
    pub status: Option<u16>,
    pub words: &'static str,
    pub tone: &'static str,
}

impl ActivityView {
    pub async fn of(env: &Env, member: &InWorkspace, app: &ConnectedApp) -> Result<Self, StatusPage> {
        let found = activity(env, member.id(), &app.grant_id, &app.scopes).await;
        let found = found.map_err(|error| StatusPage::broken(&error, "an app's activity could not be looked up"))?;
        let with_address = member.may(Right::ViewAudit);
        let calls = found.last_calls.into_iter().map(|call| line(call, with_address)).collect();
        Ok(Self { uses: found.uses, calls })
    }
}

fn line(call: KeptCall, with_address: bool) -> CallLine {
    CallLine {
        at: Markup::moment(call.at),
        operation: call.operation,
        answer: answer(call.status),
        request_id: call.request_id,
        address: with_address.then_some(call.address),
    }
}

/// The colour only repeats what the words say.
const fn answer(status: Option<u16>) -> Answer {
    let (words, tone) = match status {
        None => ("activity-answer-none", "warn"),
        Some(..400) => ("activity-answer-done", "good"),
        Some(403) => ("activity-answer-not-allowed", "warn"),
        Some(404) => ("activity-answer-not-found", "warn"),
        Some(429) => ("activity-answer-too-many", "warn"),
        Some(..500) => ("activity-answer-not-accepted", "warn"),
        Some(_) => ("activity-answer-broken", "bad"),
    };
    Answer { status, words, tone }
}
