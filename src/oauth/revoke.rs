//! Ending a token at the app's own wish (RFC 7009).

use super::bearer::LiveGrants;
use super::exchange::end_family;
use super::store::token as store;
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::secret::PlainSecret;

/// A refresh token takes everything that came of it along; an access token goes alone. An unknown token, or another app's, is
/// no fault of the caller: it is already worth nothing to them (RFC 7009 §2.2).
pub async fn revoke(env: &Env, live: &LiveGrants, who: &Who, app_id: String, token: &PlainSecret) -> sqlx::Result<()> {
    let (unit_env, who, hash) = (env.clone(), who.clone(), token.hash());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                match store::family_of_token(tx, &app_id, &hash).await? {
                    Some((family_id, true)) => {
                        end_family(tx, &unit_env, &who, &family_id, "token.revoked", "revoked_by_app").await
                    }
                    Some((_, false)) => store::delete_access(tx, &hash).await,
                    None => Ok(()),
                }
            })
        })
        .await?;
    live.forget();
    Ok(())
}
