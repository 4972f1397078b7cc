//! Reading messages.

use super::message::is_id;
use super::store::{self, Wanted};
use super::{Direction, Message, State};
use crate::access::Authority;
use crate::numbers;
use crate::platform::Env;
use crate::platform::db::Tx;

/// Which messages of a workspace, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub number_id: Option<String>,
    pub direction: Option<Direction>,
    pub state: Option<State>,
    /// Go on behind this message, towards older ones.
    pub after: Option<String>,
    /// How many at most.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub messages: Vec<Message>,
    /// What [`Filter::after`] must be for the next page; `None` on the last one.
    pub next: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListRefusal {
    #[error("there is no such number")]
    NumberNotFound,
    #[error("there is no such message to go on behind")]
    UnknownCursor,
}

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error(transparent)]
    Refused(#[from] ListRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// A message of a number that the grant covers.
pub async fn find(env: &Env, authority: &Authority, id: &str) -> sqlx::Result<Option<Message>> {
    let message = find_in_workspace(env, &authority.workspace_id, id).await?;
    Ok(message.filter(|message| authority.covers(&message.number_id)))
}

/// A message of a workspace, for its members.
pub(super) async fn find_in_workspace(env: &Env, workspace_id: &str, id: &str) -> sqlx::Result<Option<Message>> {
    if !is_id(id) {
        return Ok(None);
    }
    store::find(&mut env.db.read().await?, workspace_id, id).await
}

/// Messages of the numbers that the grant covers, whoever sent them, newest first.
pub async fn list(env: &Env, authority: &Authority, filter: Filter) -> Result<Listed, ListError> {
    let numbers = match &filter.number_id {
        Some(number_id) if !is_id(number_id) => return Err(ListRefusal::NumberNotFound.into()),
        Some(number_id) => {
            let number = numbers::number(env, &authority.workspace_id, number_id).await?;
            let number = number.filter(|number| authority.covers(&number.id)).ok_or(ListRefusal::NumberNotFound)?;
            Some(vec![number.id])
        }
        None => authority.numbers.clone(),
    };
    list_numbers(env, &authority.workspace_id, numbers.as_deref(), &filter).await
}

/// How many messages of an app, by its grant, have not left yet.
pub async fn count_waiting(env: &Env, workspace_id: &str, grant_id: &str) -> sqlx::Result<i64> {
    store::count_waiting(&mut env.db.read().await?, workspace_id, grant_id).await
}

/// Messages of a workspace for its members, newest first.
pub async fn list_workspace(env: &Env, workspace_id: &str, filter: &Filter) -> Result<Listed, ListError> {
    let numbers = filter.number_id.as_ref().map(std::slice::from_ref);
    list_numbers(env, workspace_id, numbers, filter).await
}

async fn list_numbers(
    env: &Env,
    workspace_id: &str,
    numbers: Option<&[String]>,
    filter: &Filter,
) -> Result<Listed, ListError> {
    let mut tx = env.db.read().await?;
    let before = match &filter.after {
        Some(id) => place_of(&mut tx, workspace_id, numbers, id).await?,
        None => i64::MAX,
    };
    // One more than a page tells whether there is another page.
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX).saturating_add(1);
    let wanted = Wanted { before, direction: filter.direction, state: filter.state, limit };
    let mut found = match numbers {
        None => store::newest_of_workspace(&mut tx, workspace_id, wanted).await?,
        Some(numbers) => {
            store::newest_of_numbers(&mut tx, workspace_id, &serde_json::json!(numbers).to_string(), wanted).await?
        }
    };
    let more = found.len() > filter.limit;
    found.truncate(filter.limit);
    let messages: Vec<Message> = found.into_iter().map(|(_, message)| message).collect();
    let next = messages.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Listed { messages, next })
}

async fn place_of(tx: &mut Tx, workspace_id: &str, numbers: Option<&[String]>, id: &str) -> Result<i64, ListError> {
    if !is_id(id) {
        return Err(ListRefusal::UnknownCursor.into());
    }
    let found = store::place_of(tx, workspace_id, id).await?;
    let within = |number_id: &String| numbers.is_none_or(|numbers| numbers.contains(number_id));
    let place = found.filter(|(_, number_id)| within(number_id)).map(|(place, _)| place);
    Ok(place.ok_or(ListRefusal::UnknownCursor)?)
}
