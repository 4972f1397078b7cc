//! What an app asks of WhatsApp through a number's session and is answered at once.

use std::sync::Arc;

use grantline_whatsapp::{Activity, Chat, Group, Picture, SendFailure, Session};
use serde_json::json;

use super::{Number, Phone, Sessions, news, store};
use crate::access::Authority;
use crate::audit::Who;
use crate::platform::web::plain_handle;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallRefusal {
    /// One answer for a number of somebody else and for one that does not exist.
    #[error("the grant covers no such number")]
    NumberNotFound,
    #[error("WhatsApp did not do it: {0}")]
    Whatsapp(SendFailure),
}

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Refused(#[from] CallRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Shows somebody what the number's side is doing. It is forgotten within seconds, so that it is in no record.
pub async fn show(
    sessions: &Sessions,
    authority: &Authority,
    number_id: &str,
    to: &Phone,
    activity: Activity,
) -> Result<(), CallError> {
    let number = covered(sessions, authority, number_id).await?;
    let chat = Chat::Person(to.digits().to_owned());
    ask(sessions, &number, |session| async move { session.show(&chat, activity).await }).await
}

/// Which of these phones have a WhatsApp account, in the same order.
pub async fn look_up(
    sessions: &Sessions,
    authority: &Authority,
    who: &Who,
    number_id: &str,
    phones: &[Phone],
) -> Result<Vec<bool>, CallError> {
    let number = covered(sessions, authority, number_id).await?;
    let digits: Vec<String> = phones.iter().map(|phone| phone.digits().to_owned()).collect();
    let known = ask(sessions, &number, |session| async move { session.are_on_whatsapp(&digits).await }).await?;
    let (env, who, detail) = (sessions.env().clone(), who.clone(), json!({ "phones": phones.len() }));
    let unit = sessions.env().db.write(move |tx| {
        Box::pin(async move {
            let target = (number.workspace_id.as_str(), number.id.as_str());
            let phone = Phone::of_digits(&number.phone);
            news::record(tx, &env, &who, "number.looked_up", target, &phone, detail).await
        })
    });
    unit.await?;
    Ok(known)
}

/// The picture of somebody, as far as the number's account may see it.
pub async fn picture(
    sessions: &Sessions,
    authority: &Authority,
    number_id: &str,
    of: &Phone,
) -> Result<Option<Picture>, CallError> {
    let number = covered(sessions, authority, number_id).await?;
    let chat = Chat::Person(of.digits().to_owned());
    ask(sessions, &number, |session| async move { session.picture(&chat).await }).await
}

/// The groups that the number's account is in.
pub async fn groups(sessions: &Sessions, authority: &Authority, number_id: &str) -> Result<Vec<Group>, CallError> {
    let number = covered(sessions, authority, number_id).await?;
    ask(sessions, &number, |session| async move { session.groups().await }).await
}

async fn covered(sessions: &Sessions, authority: &Authority, number_id: &str) -> Result<Number, CallError> {
    let number_id = plain_handle(number_id).ok_or(CallRefusal::NumberNotFound)?;
    let mut tx = sessions.env().db.read().await?;
    let found = store::number(&mut tx, &authority.workspace_id, number_id).await?;
    Ok(found.filter(|number| authority.covers(&number.id)).ok_or(CallRefusal::NumberNotFound)?)
}

async fn ask<T, F>(
    sessions: &Sessions,
    number: &Number,
    question: impl FnOnce(Arc<dyn Session>) -> F,
) -> Result<T, CallError>
where
    F: Future<Output = Result<T, SendFailure>>,
{
    let answer = sessions.ask(&number.id, question).await;
    Ok(answer.map_err(|failure| CallRefusal::Whatsapp(number.state.explains(failure)))?)
}
