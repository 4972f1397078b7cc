//! Trading a code, or a refresh token, for tokens.

use serde_json::json;

use super::store::token as store;
use super::token::{
    ACCESS_PREFIX, CodeProof, Issued, NewPair, REFRESH_PREFIX, TokenRefusal, Turn, check_code, check_refresh,
};
use crate::access::ScopeSet;
use crate::audit::{self, Actor, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::secret::{PlainSecret, SecretHash};

/// `Ok(Err(..))`: refused, and what the refusal had to end is ended.
pub type Traded = sqlx::Result<Result<Issued, TokenRefusal>>;

/// In the audit log: somebody has a copy of a code or a token, so that everything that came of it ends.
const REPLAYED: &str = "token.replayed";

/// RFC 6749 §4.1.3. The app has proved who it is.
pub async fn exchange_code(
    env: &Env,
    who: &Who,
    app_id: String,
    code: &PlainSecret,
    redirect_uri: String,
    verifier: String,
) -> Traded {
    let (env, who, code) = (env.clone(), who.clone(), code.hash());
    let unit_env = env.clone();
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let proof = CodeProof { app_id: &app_id, redirect_uri: &redirect_uri, verifier: &verifier };
                spend_code(tx, &unit_env, &who, &code, &proof).await
            })
        })
        .await
}

async fn spend_code(tx: &mut Tx, env: &Env, who: &Who, hash: &SecretHash, proof: &CodeProof<'_>) -> Traded {
    let now = env.now();
    let Some(code) = store::find_code(tx, hash, now).await? else { return Ok(Err(TokenRefusal::UnknownCode)) };
    let (family_id, family_ends) = (env.id("fam"), now.plus_s(env.config.oauth.refresh_lifetime_s));
    let mut verdict = check_code(&code, proof, now);
    if verdict.is_ok() && !store::mark_exchanged(tx, hash, &family_id, family_ends).await? {
        // Another request with the same code was first.
        verdict = Err(TokenRefusal::CodeUsedTwice);
    }
    let scopes = match verdict {
        Ok(scopes) => scopes,
        Err(refusal) => {
            let again = if refusal.ends_the_family() { store::find_code(tx, hash, now).await? } else { None };
            if let Some(given) = again.and_then(|code| code.family_id) {
                end_family(tx, env, who, &given, REPLAYED, "code_used_twice").await?;
            }
            return Ok(Err(refusal));
        }
    };
    store::insert_family(tx, &family_id, &code.grant_id, proof.app_id, now, family_ends).await?;
    issue(tx, env, family_id, code.grant_id, None, scopes).await.map(Ok)
}

/// RFC 6749 §6. `asked` narrows the new access token; the refresh token keeps what was granted.
pub async fn refresh(env: &Env, who: &Who, app_id: String, token: &PlainSecret, asked: Option<ScopeSet>) -> Traded {
    let (env, who, hash) = (env.clone(), who.clone(), token.hash());
    let unit_env = env.clone();
    env.db.write(move |tx| Box::pin(async move { rotate(tx, &unit_env, &who, &app_id, hash, asked).await })).await
}

async fn rotate(tx: &mut Tx, env: &Env, who: &Who, app_id: &str, hash: SecretHash, asked: Option<ScopeSet>) -> Traded {
    let Some(kept) = store::find_refresh(tx, &hash).await? else { return Ok(Err(TokenRefusal::UnknownRefresh)) };
    let turn = match check_refresh(&kept, app_id, env.now()) {
        Ok(turn) => turn,
        Err(refusal) => {
            if refusal.ends_the_family() {
                end_family(tx, env, who, &kept.family_id, REPLAYED, "refresh_token_used_twice").await?;
            }
            return Ok(Err(refusal));
        }
    };
    let Some(granted) = store::live_grant_scopes(tx, &kept.grant_id, env.now()).await? else {
        return Ok(Err(TokenRefusal::AccessEnded));
    };
    let scopes = match asked.filter(|asked| !asked.is_empty()) {
        None => granted,
        Some(asked) => match narrowed(&granted, &asked, &store::declared_scopes(tx, app_id).await?) {
            Ok(scopes) => scopes,
            Err(refusal) => return Ok(Err(refusal)),
        },
    };
    if turn == Turn::Retry {
        store::end_children(tx, &hash).await?;
    }
    store::mark_rotated(tx, &hash).await?;
    store::note_refresh(tx, &kept.grant_id, env.now()).await?;
    issue(tx, env, kept.family_id, kept.grant_id, Some(hash), scopes).await.map(Ok)
}

/// RFC 6749 §6: the scope "MUST NOT include any scope not originally granted". Widely used clients resend what they asked for
/// at the start even when the person granted less, so that declared scopes which were not granted are left out, not refused.
fn narrowed(granted: &ScopeSet, asked: &ScopeSet, declared: &ScopeSet) -> Result<ScopeSet, TokenRefusal> {
    if !asked.is_subset(&declared.union(granted)) {
        return Err(TokenRefusal::UndeclaredScope);
    }
    let scopes = granted.intersection(asked);
    if scopes.is_empty() { Err(TokenRefusal::NarrowerThanNothing) } else { Ok(scopes) }
}

async fn issue(
    tx: &mut Tx,
    env: &Env,
    family_id: String,
    grant_id: String,
    parent: Option<SecretHash>,
    scopes: ScopeSet,
) -> sqlx::Result<Issued> {
    let (now, settings) = (env.now(), &env.config.oauth);
    let access = PlainSecret::generate(ACCESS_PREFIX, &*env.random);
    let refresh = PlainSecret::generate(REFRESH_PREFIX, &*env.random);
    let pair = NewPair {
        family_id,
        grant_id,
        parent,
        access: access.hash(),
        refresh: refresh.hash(),
        scopes: scopes.clone(),
        created_at: now,
        access_expires_at: now.plus_s(settings.access_token_lifetime_s),
        refresh_expires_at: now.plus_s(settings.refresh_idle_s),
    };
    store::insert_pair(tx, &pair).await?;
    Ok(Issued { access, access_expires_in_s: settings.access_token_lifetime_s, refresh, scopes })
}

/// Ends a family of tokens, in the name of its app. Nothing happens when it had ended.
pub(super) async fn end_family(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    family_id: &str,
    action: &'static str,
    reason: &'static str,
) -> sqlx::Result<()> {
    if !store::end_family(tx, family_id, reason, env.now()).await? {
        return Ok(());
    }
    let Some(owner) = store::whose_family(tx, family_id).await? else { return Ok(()) };
    let who = Who { actor: Actor::App { id: owner.grant_id.clone(), name: owner.app_name }, ..who.clone() };
    let entry = Entry {
        workspace_id: Some(owner.workspace_id),
        action,
        target_kind: "grant",
        target_id: owner.grant_id,
        detail: json!({ "reason": reason }),
    };
    audit::record(tx, env, &who, entry).await
}
