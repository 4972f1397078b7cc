//! The account behind a number calls itself something else.

use super::{news, store};
use crate::events::Kind;
use crate::numbers::Number;
use crate::platform::Env;

/// WhatsApp takes names of at most 25 characters; whatever comes in, no more than this is kept.
const NAME_LENGTH_MAX: usize = 100;

/// Records it. A number that nobody gave a name of its own follows, and that is told.
pub async fn account_calls_itself(
    env: &Env,
    workspace_id: &str,
    number_id: &str,
    profile_name: String,
) -> sqlx::Result<()> {
    let profile_name: String =
        profile_name.trim().chars().filter(|letter| *letter != '\0').take(NAME_LENGTH_MAX).collect();
    let (unit, workspace_id, number_id) = (env.clone(), workspace_id.to_owned(), number_id.to_owned());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let Some(number) = store::number(tx, &workspace_id, &number_id).await? else { return Ok(()) };
                if profile_name.is_empty() || number.profile_name == profile_name {
                    return Ok(());
                }
                let name = number.name_after(&profile_name);
                store::save_name(tx, &number.id, &name, &profile_name).await?;
                if name == number.name {
                    return Ok(());
                }
                news::tell(tx, &unit, &Number { name, profile_name, ..number }, Kind::NumberRenamed).await
            })
        })
        .await
}
