//! An app asks: its request is checked and kept until a person answers.

use super::authorize::{self, Question, Refusal};
use super::parameters::Parameters;
use super::request::{HANDLE_PREFIX, Request, State};
use super::store;
use crate::apps;
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::PlainSecret;

/// Requests from one address: an office may share it.
const BY_ADDRESS: Limit = Limit::new("authorize by address", 60, 2);

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("the request was refused")]
    Refused(Refusal),
    #[error(transparent)]
    TooOften(#[from] TooOften),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

impl From<Refusal> for AskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Checks the query string of an authorization request and keeps the question. Returns its handle for the address bar.
pub async fn ask(env: &Env, who: &Who, query: &str, signed_in: bool) -> Result<PlainSecret, AskError> {
    env.limits.check(BY_ADDRESS, &who.address)?;
    let sent = Parameters::parse(query).map_err(Refusal::from)?;
    let client_id = authorize::client_id(&sent).map_err(Refusal::TellUser)?;
    let app = apps::find(env, client_id).await?;
    let question = authorize::check(&sent, app, &env.config.server.base_url, signed_in)?;
    Ok(keep(env, question).await?)
}

async fn keep(env: &Env, question: Question) -> sqlx::Result<PlainSecret> {
    let now = env.now();
    let handle = PlainSecret::generate(HANDLE_PREFIX, &*env.random);
    let request = Request {
        id: handle.hash(),
        app_id: question.app_id,
        way_back: question.way_back,
        scopes: question.scopes,
        code_challenge: question.code_challenge,
        wishes: question.wishes,
        chosen: None,
        state: State::Pending,
        created_at: now,
        expires_at: now.plus_s(env.config.oauth.request_lifetime_s),
    };
    env.db.write(move |tx| Box::pin(async move { store::request::insert(tx, &request).await })).await?;
    Ok(handle)
}
