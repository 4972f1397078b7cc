//! The page's steps when WhatsApp asks for the account's passkey: giving it, and comparing the codes.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::link::{Said, find, page, to};
use super::view::Chosen;
use super::{Room, broken};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, PasskeyError, PasskeyRefusal};
use crate::platform::web::{FieldErrors, Form, StatusPage};

/// What a browser runs on WhatsApp's own site: it hands the question to the passkey and writes down the answer. It converts by
/// itself what newer browsers could convert, since password managers that stand in for them cannot.
const SNIPPET: [&str; 2] = [
    "(async (asked) => {
  const take = typeof copy === 'function' ? copy : () => {};
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => (buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))) : '')
    .replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=/g, '');
  const { rawId, type, response } = await navigator.credentials.get({ publicKey: {
    challenge: bytes(asked.challenge),
    rpId: asked.rpId,
    userVerification: asked.userVerification,
    allowCredentials: (asked.allowCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
  } });
  const answer = JSON.stringify({ id: text(rawId), rawId: text(rawId), type, response: {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  } });
  console.log(answer);
  take(answer);
})(",
    ");",
];

/// The text to run for these options. They come from WhatsApp: whatever they are, they go in as JSON, which does nothing.
pub fn snippet(options_json: &str) -> String {
    let options: serde_json::Value = serde_json::from_str(options_json).unwrap_or_default();
    let [before, behind] = SNIPPET;
    format!("{before}{options}{behind}")
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Given {
    answer: String,
}

pub async fn post_passkey(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
    form: Form<Given>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let given = numbers::give_passkey(&room.sessions, member.id(), &id, form.fields.answer).await;
    answer(&room, &member, &id, chosen, given).await
}

#[derive(serde::Deserialize)]
pub struct Compared {
    #[serde(default)]
    codes: String,
}

pub async fn post_compare(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
    form: Form<Compared>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let who = member.visitor.who();
    let compared = match form.fields.codes.as_str() {
        "same" => numbers::codes_are_same(&room.sessions, &who, member.id(), &id).await,
        "different" => numbers::codes_differ(&room.sessions, &who, member.id(), &id).await,
        _ => return Err(StatusPage::new(StatusCode::BAD_REQUEST, "form-unreadable")),
    };
    answer(&room, &member, &id, chosen, compared).await
}

/// On to the next step, or the same one with what was wrong.
async fn answer(
    room: &Room,
    member: &InWorkspace,
    id: &str,
    chosen: Chosen,
    done: Result<(), PasskeyError>,
) -> Result<Response, StatusPage> {
    let refusal = match done {
        Ok(()) => return Ok(to(member, id, &chosen)),
        Err(PasskeyError::Broken(error)) => return Err(broken("a passkey could not be given")(error)),
        Err(PasskeyError::Refused(refusal)) => refusal,
    };
    let words = &member.visitor.words;
    let wrong = |key| {
        let errors = FieldErrors::one("answer", words.text(key));
        (StatusCode::UNPROCESSABLE_ENTITY, Said { errors, ..Said::default() })
    };
    let (status, said) = match refusal {
        PasskeyRefusal::NotFound => return Err(StatusPage::not_found()),
        PasskeyRefusal::NotAsked => {
            if !find(room, member, id).await?.state.is_open() {
                // Its page says how it ended.
                return Ok(to(member, id, &chosen));
            }
            let refusal = Some(words.text("link-passkey-not-asked"));
            (StatusCode::CONFLICT, Said { refusal, ..Said::default() })
        }
        PasskeyRefusal::NotAnAssertion => wrong("link-passkey-not-an-answer"),
        PasskeyRefusal::AnotherChallenge => wrong("link-passkey-other-question"),
        PasskeyRefusal::NotTaken => wrong("link-passkey-not-taken"),
    };
    page(room, member, id, chosen, status, said).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_asked_goes_into_the_text_as_json() {
        let text = snippet(r#"{ "challenge": "YWJj", "rpId": "\u0022});alert(1)//" }"#);
        assert!(text.ends_with(r#"})({"challenge":"YWJj","rpId":"\"});alert(1)//"});"#), "{text}");
        assert!(snippet("alert(1)").ends_with("})(null);"));
    }
}
