//! What a member does to link a number: start, ask for a new code, stop.

use grantline_whatsapp::{Session, SessionError};
use serde_json::json;

use super::country::Country;
use super::link::{Attempt, LinkFailure, LinkState};
use super::phone::{Phone, PhoneRefusal};
use super::progress::{self, AttemptRef, Step};
use super::sessions::{End, Sessions};
use super::{attempts, news, store};
use crate::accounts::{self, Person};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};

const NAME_LENGTH_MAX: usize = 60;
const HOUR_S: u64 = 3600;
const BY_NUMBER: &str = "link by number";

/// What a member asks for.
#[derive(Debug, Clone)]
pub struct LinkRequest {
    pub workspace_id: String,
    pub person_id: String,
    /// As it was typed.
    pub phone: String,
    /// Where it belongs, when it does not say so itself.
    pub country: Option<Country>,
    /// What the team calls the number; may be empty.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    #[error(transparent)]
    Phone(#[from] PhoneRefusal),
    #[error("use at most 60 characters for the name")]
    Name,
    #[error(transparent)]
    TooOften(#[from] TooOften),
    #[error("this number is already linked to this workspace")]
    AlreadyLinkedHere { number_id: String },
    #[error("another workspace on this server has linked this number")]
    AlreadyLinkedElsewhere,
    #[error("linking this number is under way")]
    UnderWay { attempt_id: String },
    #[error("this server is about to stop")]
    ServerPaused,
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error(transparent)]
    Refused(#[from] LinkRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// Starts a link attempt and returns once there is a code, or a reason why there is none: the attempt's id.
pub async fn start_link(sessions: &Sessions, who: &Who, request: LinkRequest) -> Result<String, LinkError> {
    let env = sessions.env();
    if sessions.is_paused() {
        return Err(LinkRefusal::ServerPaused.into());
    }
    let phone = Phone::read(&request.phone, request.country).map_err(LinkRefusal::from)?;
    let name = tidy_name(&request.name, &phone).ok_or(LinkRefusal::Name)?;
    check_limits(env, &request.workspace_id, &phone)?;
    let owners = accounts::owners(env, &request.workspace_id).await?;
    let start = Start { env: env.clone(), who: who.clone(), connector: sessions.connector(), request, phone, name };
    let phone = start.phone.clone();
    let at = env.db.write(move |tx| Box::pin(async move { start.save(tx, &owners).await })).await?;
    let (asking, attempt_id) = (sessions.clone(), at.attempt_id.clone());
    sessions
        .detached(async move {
            ask_for_first_code(&asking, &at, &phone).await?;
            wait_while(&asking, &at, has_no_code_yet).await
        })
        .await?;
    Ok(attempt_id)
}

/// One line, or the number itself when nobody named it.
fn tidy_name(text: &str, phone: &Phone) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = name.chars().count() <= NAME_LENGTH_MAX && !name.contains(char::is_control);
    fits.then(|| if name.is_empty() { phone.international() } else { name })
}

fn check_limits(env: &Env, workspace_id: &str, phone: &Phone) -> Result<(), LinkRefusal> {
    check_limit(env, "link by workspace", workspace_id)?;
    Ok(check_limit(env, BY_NUMBER, phone.digits())?)
}

/// Counts one try; first codes and new ones of a number are counted together.
fn check_limit(env: &Env, action: &'static str, subject: &str) -> Result<(), TooOften> {
    let burst = env.config.numbers.link_attempts_per_hour.max(1);
    env.limits.check(Limit::new(action, burst, HOUR_S / u64::from(burst)), subject)
}

struct Start {
    env: Env,
    who: Who,
    connector: &'static str,
    request: LinkRequest,
    phone: Phone,
    name: String,
}

impl Start {
    async fn save(self, tx: &mut Tx, owners: &[Person]) -> Result<AttemptRef, LinkError> {
        let (env, phone, workspace_id) = (&self.env, &self.phone, self.request.workspace_id.as_str());
        let number_id = self.number(tx).await?;
        let attempt_id = env.id("la");
        let new = store::NewAttempt {
            id: &attempt_id,
            number_id: &number_id,
            workspace_id,
            phone: phone.digits(),
            state: LinkState::Idle.name(),
            started_by: &self.request.person_id,
        };
        if !store::insert_attempt(tx, &new, env.now()).await? {
            let open = attempts::open_attempt(tx, env, &number_id).await?;
            return Err(match open {
                Some(open) => LinkRefusal::UnderWay { attempt_id: open.id }.into(),
                None => anyhow::anyhow!("a link attempt could not be saved").into(),
            });
        }
        let requesting = LinkState::Idle.request(env.now()).map_err(anyhow::Error::from)?;
        attempts::save(tx, env, &attempt_id, &requesting).await?;
        // What an earlier link left behind is worth nothing; a new one begins without it.
        store::forget_keys(tx, &number_id).await?;
        let target = (workspace_id, number_id.as_str());
        let detail = json!({ "attempt": attempt_id });
        news::record(tx, env, &self.who, "number.link_started", target, phone, detail).await?;
        news::write_to(tx, env, owners, "mail-link-started", workspace_id, phone).await?;
        Ok(AttemptRef { workspace_id: workspace_id.to_owned(), number_id, attempt_id })
    }

    /// The workspace's number with this phone, new if need be, that may be linked now.
    async fn number(&self, tx: &mut Tx) -> Result<String, LinkError> {
        let (workspace_id, phone) = (self.request.workspace_id.as_str(), self.phone.digits());
        if store::linked_elsewhere(tx, workspace_id, phone).await? {
            return Err(LinkRefusal::AlreadyLinkedElsewhere.into());
        }
        match store::of_phone(tx, workspace_id, phone).await? {
            Some(number) if number.state.is_linked() => {
                Err(LinkRefusal::AlreadyLinkedHere { number_id: number.id }.into())
            }
            Some(number) => Ok(number.id),
            None => {
                let id = self.env.id("num");
                let new = store::NewNumber {
                    id: &id,
                    workspace_id,
                    phone,
                    name: &self.name,
                    connector: self.connector,
                    created_by: &self.request.person_id,
                };
                if store::insert_number(tx, &new, self.env.now()).await? {
                    Ok(id)
                } else {
                    Err(anyhow::anyhow!("a number could not be saved").into())
                }
            }
        }
    }
}

fn has_no_code_yet(state: &LinkState) -> bool {
    match state {
        LinkState::Idle | LinkState::Requesting { .. } => true,
        LinkState::Waiting(waiting) => waiting.code.is_none(),
        LinkState::PasskeyAsked(_)
        | LinkState::Comparing(_)
        | LinkState::Confirming { .. }
        | LinkState::Linked
        | LinkState::Failed(_) => false,
    }
}

async fn ask_for_first_code(sessions: &Sessions, at: &AttemptRef, phone: &Phone) -> anyhow::Result<()> {
    let device_name = sessions.env().config.server.product_name.clone();
    let asked = match sessions.open(&at.workspace_id, &at.number_id, Some(at.clone())).await {
        Ok(session) => session.start_linking(phone.digits(), &device_name).await,
        Err(error) => Err(error),
    };
    if let Err(error) = asked {
        tracing::warn!(number = at.number_id, phone = phone.masked(), %error, "no code could be asked for");
        let reason = if sessions.is_paused() { LinkFailure::ServerPaused } else { failure_of(&error) };
        let failed = Step::Failed(reason);
        progress::advance(sessions.env(), at, &Who::system(), failed).await?;
        sessions.end(&at.number_id, End::Close).await;
        sessions.happened(&at.number_id);
    }
    Ok(())
}

fn failure_of(error: &SessionError) -> LinkFailure {
    match error {
        SessionError::AlreadyLinked => LinkFailure::AlreadyLinkedHere,
        SessionError::TooManyCodes { .. } => LinkFailure::TooManyAttempts,
        SessionError::NotLinking | SessionError::Network(_) | SessionError::Storage(_) | SessionError::Damaged(_) => {
            LinkFailure::Network
        }
    }
}

/// Returns when the attempt is past the states that `pending` names, or when WhatsApp has taken too long to be waited for.
pub async fn wait_while(
    sessions: &Sessions,
    at: &AttemptRef,
    pending: impl Fn(&LinkState) -> bool,
) -> anyhow::Result<()> {
    let env = sessions.env();
    let mut news = sessions.watch(&at.number_id);
    let patience = env.now().plus_s(PATIENCE_S);
    loop {
        news.borrow_and_update();
        let attempt = attempts::attempt(env, &at.workspace_id, &at.attempt_id).await?;
        if !attempt.is_some_and(|attempt| pending(&attempt.state)) {
            return Ok(());
        }
        tokio::select! {
            changed = news.changed() => if changed.is_err() { return Ok(()) },
            () = env.clock.sleep_until(patience) => return Ok(()),
            () = sessions.stopping() => return Ok(()),
        }
    }
}

/// How long a form waits for WhatsApp's answer before its page says that it is still under way.
const PATIENCE_S: i64 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    #[error("there is no such link attempt")]
    NotFound,
    #[error("the number is already linked")]
    AlreadyLinked,
    #[error("this link attempt has ended")]
    Ended,
    #[error(transparent)]
    TooOften(#[from] TooOften),
}

#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// A new code for an attempt that waits for its phone; the one before it is dead. Returns once the new one is there.
pub async fn request_new_code(sessions: &Sessions, workspace_id: &str, attempt_id: &str) -> Result<(), CodeError> {
    let env = sessions.env();
    let attempt = attempts::attempt(env, workspace_id, attempt_id).await?.ok_or(CodeRefusal::NotFound)?;
    let before = match &attempt.state {
        LinkState::Linked => return Err(CodeRefusal::AlreadyLinked.into()),
        LinkState::Waiting(waiting) => waiting.code.clone(),
        LinkState::Idle | LinkState::Requesting { .. } => return Ok(()),
        LinkState::PasskeyAsked(_) | LinkState::Comparing(_) | LinkState::Confirming { .. } | LinkState::Failed(_) => {
            return Err(CodeRefusal::Ended.into());
        }
    };
    check_limit(env, BY_NUMBER, attempt.phone.digits()).map_err(CodeRefusal::from)?;
    let session = sessions.session(&attempt.number_id).await.ok_or(CodeRefusal::Ended)?;
    ask_for_new_code(&*session).await?;
    let at = reference(&attempt);
    wait_while(sessions, &at, |state| matches!(state, LinkState::Waiting(waiting) if waiting.code == before)).await?;
    Ok(())
}

async fn ask_for_new_code(session: &dyn Session) -> Result<(), CodeError> {
    session.request_code().await.map_err(|error| match error {
        SessionError::TooManyCodes { retry_after_ms } => {
            CodeRefusal::TooOften(TooOften { retry_after_s: (retry_after_ms + 999).div_euclid(1000) }).into()
        }
        SessionError::AlreadyLinked => CodeRefusal::AlreadyLinked.into(),
        SessionError::NotLinking => CodeRefusal::Ended.into(),
        SessionError::Network(_) | SessionError::Storage(_) | SessionError::Damaged(_) => {
            CodeError::Broken(error.into())
        }
    })
}

pub fn reference(attempt: &Attempt) -> AttemptRef {
    AttemptRef {
        workspace_id: attempt.workspace_id.clone(),
        number_id: attempt.number_id.clone(),
        attempt_id: attempt.id.clone(),
    }
}

/// Stops an attempt. False when there is none of this id, or it had ended.
pub async fn cancel_link(sessions: &Sessions, who: &Who, workspace_id: &str, id: &str) -> anyhow::Result<bool> {
    let Some(attempt) = attempts::attempt(sessions.env(), workspace_id, id).await? else { return Ok(false) };
    let (sessions, who, at) = (sessions.clone(), who.clone(), reference(&attempt));
    sessions.clone().detached(async move { end_attempt(&sessions, &who, &at, LinkFailure::Cancelled).await }).await
}

/// Ends an open attempt from our side, and takes the link off the phone in case that it was made in this very moment.
pub async fn end_attempt(sessions: &Sessions, who: &Who, at: &AttemptRef, reason: LinkFailure) -> anyhow::Result<bool> {
    let ended = progress::advance(sessions.env(), at, who, Step::Failed(reason)).await?;
    if ended {
        sessions.end(&at.number_id, End::LogOut).await;
        sessions.happened(&at.number_id);
    }
    Ok(ended)
}
