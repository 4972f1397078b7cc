//! What numbers tell: facts for others, entries in the record, mails to the owners.

use serde_json::{Value, json};

use super::Number;
use super::link::{Attempt, Shown};
use super::phone::Phone;
use crate::accounts::Person;
use crate::audit::{self, Entry, Who};
use crate::events::{self, Event, Kind, LinkCodeFact, NumberFact, Subject};
use crate::platform::db::Tx;
use crate::platform::mail::{self, Mail};
use crate::platform::web::Words;
use crate::platform::{Env, Timestamp};

/// A fact about a number.
pub async fn tell(tx: &mut Tx, env: &Env, number: &Number, kind: Kind) -> sqlx::Result<()> {
    tell_as(tx, env, number, kind, number.state.name()).await
}

/// That a number is gone, which is no state that it could be in.
pub async fn tell_removed(tx: &mut Tx, env: &Env, number: &Number) -> sqlx::Result<()> {
    tell_as(tx, env, number, Kind::NumberStateChanged, "removed").await
}

async fn tell_as(tx: &mut Tx, env: &Env, number: &Number, kind: Kind, state: &'static str) -> sqlx::Result<()> {
    let fact = NumberFact {
        id: number.id.clone(),
        phone: number.e164(),
        name: number.name.clone(),
        connector: number.connector.clone(),
        state,
        reason: number.reason.clone(),
        linked_at: number.linked_at.map(Timestamp::rfc3339),
    };
    let event = Event {
        kind,
        subject: Subject::Workspace(number.workspace_id.clone()),
        number_id: Some(number.id.clone()),
        grant_id: None,
        data: json!(fact),
    };
    events::emit(tx, env, event).await
}

/// That there is a code, and until when. Never the code: it would be worth a link to whoever reads the fact.
pub async fn code_issued(tx: &mut Tx, env: &Env, attempt: &Attempt, code: &Shown) -> sqlx::Result<()> {
    let fact = LinkCodeFact {
        number_id: attempt.number_id.clone(),
        attempt_id: attempt.id.clone(),
        expires_at: code.valid_until.rfc3339(),
    };
    let event = Event {
        kind: Kind::NumberLinkCodeIssued,
        subject: Subject::Workspace(attempt.workspace_id.clone()),
        number_id: Some(attempt.number_id.clone()),
        grant_id: None,
        data: json!(fact),
    };
    events::emit(tx, env, event).await
}

/// An entry about a number. Its phone is named by its last digits: the record outlives the number.
pub async fn record(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    action: &'static str,
    number: (&str, &str),
    phone: &Phone,
    mut detail: Value,
) -> sqlx::Result<()> {
    let (workspace_id, number_id) = number;
    detail["phone"] = phone.masked().into();
    let entry = Entry {
        workspace_id: Some(workspace_id.to_owned()),
        action,
        target_kind: "number",
        target_id: number_id.to_owned(),
        detail,
    };
    audit::record(tx, env, who, entry).await
}

/// A mail about a number to each owner of its workspace: `<key>-subject` and `<key>-body`, with the address of the page
/// where it can be undone.
pub async fn write_to(
    tx: &mut Tx,
    env: &Env,
    owners: &[Person],
    key: &str,
    workspace_id: &str,
    phone: &Phone,
) -> sqlx::Result<()> {
    // Nobody has told us yet in which language they like to read mails.
    let words = Words::for_header("");
    let page = env.config.server.url(&format!("/w/{workspace_id}/numbers"));
    let (number, product) = (phone.international(), &env.config.server.product_name);
    for owner in owners {
        let fill = [("name", owner.name.as_str()), ("number", &number), ("product", product), ("page", &page)];
        let mail = Mail {
            id: env.id("mail"),
            recipient: owner.email.clone(),
            subject: words.msg(format!("{key}-subject")).plain(&fill),
            body: words.msg(format!("{key}-body")).plain(&fill),
            created_at: env.now(),
        };
        mail::save(tx, &mail).await?;
    }
    Ok(())
}
