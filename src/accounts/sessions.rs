//! Browser sessions: opened by signing in, ended by their person, by a new password or by time.

use serde_json::json;

use super::{Membership, Person, store};
use crate::audit::{self, Actor, Entry, Who};
use crate::platform::db::Tx;
use crate::platform::secret::PlainSecret;
use crate::platform::{Env, Timestamp};

const TOKEN_PREFIX: &str = "gl_ss_";

/// How stale "last seen" may get before a page view writes it anew.
const TOUCH_AFTER_MS: i64 = 60_000;

/// More than anyone reads; somebody who has more signs out everywhere.
const LISTED_MAX: i64 = 100;

/// A browser on which a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserSession {
    pub id: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub address: String,
    pub user_agent: String,
}

/// A token for a browser session that nobody has seen yet.
pub(super) fn fresh_token(env: &Env) -> PlainSecret {
    PlainSecret::generate(TOKEN_PREFIX, &*env.random)
}

/// A new session for somebody who has just proved who they are. The session from before, if any, is not reused: a token
/// that somebody planted in the browser signs nobody in.
pub async fn open_session(env: &Env, who: &Who, person: &Person, user_agent: &str) -> sqlx::Result<PlainSecret> {
    let token = fresh_token(env);
    let session = store::NewSession {
        token_hash: token.hash(),
        id: env.id("ses"),
        person_id: person.id.clone(),
        address: who.address.clone(),
        user_agent: user_agent.chars().take(200).collect(),
    };
    let actor = Actor::Person { id: person.id.clone(), name: person.name.clone() };
    let (env, who) = (env.clone(), Who { actor, ..who.clone() });
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let now = env.now();
                store::insert_session(tx, &session, now, now.plus_s(env.config.accounts.session_lifetime_s)).await?;
                let entry = Entry {
                    workspace_id: None,
                    action: "session.opened",
                    target_kind: "session",
                    target_id: session.id,
                    detail: json!({}),
                };
                audit::record(tx, &env, &who, entry).await
            })
        })
        .await?;
    Ok(token)
}

/// The session that is open under a token.
pub(super) async fn find_session(env: &Env, token: &PlainSecret) -> sqlx::Result<Option<store::FoundSession>> {
    let now = env.now();
    let found = store::open_session(&mut env.db.read().await?, &token.hash(), now, seen_after(env, now)).await?;
    let Some(session) = found else { return Ok(None) };
    if now.since_ms(session.last_seen_at) > TOUCH_AFTER_MS {
        let id = session.id.clone();
        env.db.write(move |tx| Box::pin(async move { store::touch_session(tx, &id, now).await })).await?;
    }
    Ok(Some(session))
}

/// The place in a workspace of whoever is signed in by this token at this moment. To ask is not to use: the session may
/// become idle meanwhile.
pub(super) async fn membership_under(
    env: &Env,
    token: &PlainSecret,
    workspace_id: &str,
) -> sqlx::Result<Option<Membership>> {
    let (now, mut tx) = (env.now(), env.db.read().await?);
    match store::open_session(&mut tx, &token.hash(), now, seen_after(env, now)).await? {
        Some(session) => store::membership(&mut tx, &session.person.id, workspace_id).await,
        None => Ok(None),
    }
}

/// A session that was not used since then has ended.
fn seen_after(env: &Env, now: Timestamp) -> Timestamp {
    now.plus_s(-env.config.accounts.session_idle_s)
}

/// Where a person is signed in, the browser that was seen last first.
pub async fn sessions(env: &Env, person_id: &str) -> sqlx::Result<Vec<BrowserSession>> {
    let now = env.now();
    store::sessions_of(&mut env.db.read().await?, person_id, now, seen_after(env, now), LISTED_MAX).await
}

/// Signs one browser out.
pub async fn end_session(env: &Env, who: &Who, token: &PlainSecret) -> sqlx::Result<()> {
    let (env, who, hash) = (env.clone(), who.clone(), token.hash());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                match store::delete_session(tx, &hash).await? {
                    Some(id) => record_end(tx, &env, &who, id).await,
                    None => Ok(()),
                }
            })
        })
        .await
}

/// Signs one of a person's browsers out. One that is signed out already stays so.
pub async fn end_session_of(env: &Env, who: &Who, person: &Person, session_id: &str) -> sqlx::Result<()> {
    let (env, who, person_id, id) = (env.clone(), who.clone(), person.id.clone(), session_id.to_owned());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                if store::delete_session_of(tx, &person_id, &id).await? {
                    record_end(tx, &env, &who, id).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Signs every browser of a person out but the one of session `keep`.
pub async fn end_other_sessions(env: &Env, who: &Who, person: &Person, keep: &str) -> sqlx::Result<()> {
    let (env, who, person_id, keep) = (env.clone(), who.clone(), person.id.clone(), keep.to_owned());
    env.clone().db.write(move |tx| Box::pin(async move { end_all_but(tx, &env, &who, &person_id, &keep).await })).await
}

pub(super) async fn end_all_but(tx: &mut Tx, env: &Env, who: &Who, person_id: &str, keep: &str) -> sqlx::Result<()> {
    let ended = store::delete_other_sessions(tx, person_id, keep).await?;
    if ended == 0 {
        return Ok(());
    }
    let entry = Entry {
        workspace_id: None,
        action: "session.others_ended",
        target_kind: "person",
        target_id: person_id.to_owned(),
        detail: json!({ "sessions": ended }),
    };
    audit::record(tx, env, who, entry).await
}

async fn record_end(tx: &mut Tx, env: &Env, who: &Who, id: String) -> sqlx::Result<()> {
    let entry =
        Entry { workspace_id: None, action: "session.ended", target_kind: "session", target_id: id, detail: json!({}) };
    audit::record(tx, env, who, entry).await
}

/// Takes away what time has ended, at most `limit` of them, and tells how many there were.
pub(super) async fn forget_stale_sessions(env: &Env, limit: i64) -> sqlx::Result<u64> {
    let now = env.now();
    let seen_after = seen_after(env, now);
    env.db
        .write(move |tx| Box::pin(async move { store::delete_stale_sessions(tx, now, seen_after, limit).await }))
        .await
}
