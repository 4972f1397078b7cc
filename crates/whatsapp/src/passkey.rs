//! The passkey of an account that is being linked (WebAuthn): what WhatsApp asks, and what a browser answers. No waiting.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use serde::Deserialize;
use serde_json::json;

use crate::PasskeyRefusal;

/// Bytes of either JSON text; real ones have some hundreds.
const MAX_BYTES: usize = 16 * 1024;
/// A hash, flags and a counter: no authenticator gives less.
const AUTHENTICATOR_DATA_BYTES: usize = 37;

/// What WhatsApp asks, as far as we have to know it.
pub(crate) struct Asked {
    challenge: Vec<u8>,
}

/// An answer in the shape in which WhatsApp takes it.
pub(crate) struct Answer {
    #[cfg(feature = "live")]
    pub credential_id: Vec<u8>,
    pub json: String,
}

#[derive(Deserialize)]
struct Options {
    challenge: String,
}

/// What `navigator.credentials.get` gives, written as JSON. Browsers and password managers add members of their own.
#[derive(Deserialize)]
struct Assertion {
    #[serde(rename = "rawId")]
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: AssertionResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// What the browser had signed.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
}

impl Asked {
    /// Nothing when no browser could answer this.
    pub fn read(options_json: &str) -> Option<Self> {
        let options: Options = read(options_json)?;
        bytes(&options.challenge).map(|challenge| Self { challenge })
    }

    /// Whether this is an answer, and one to this very question. Its signature only WhatsApp can check.
    pub fn check(&self, assertion_json: &str) -> Result<Answer, PasskeyRefusal> {
        let (answer, challenge) = answer(assertion_json).ok_or(PasskeyRefusal::NotAnAssertion)?;
        if challenge == self.challenge { Ok(answer) } else { Err(PasskeyRefusal::AnotherChallenge) }
    }
}

/// The answer, and the challenge that it answers.
fn answer(assertion_json: &str) -> Option<(Answer, Vec<u8>)> {
    let Assertion { raw_id, kind, response } = read(assertion_json)?;
    let credential_id = bytes(&raw_id)?;
    let client_data_json = bytes(&response.client_data_json)?;
    let authenticator_data = bytes(&response.authenticator_data)?;
    let signature = bytes(&response.signature)?;
    // An empty one is as good as none.
    let user_handle = response.user_handle.as_deref().and_then(bytes);
    let client_data: ClientData = serde_json::from_slice(&client_data_json).ok()?;
    let is_answer = kind == "public-key"
        && client_data.kind == "webauthn.get"
        && authenticator_data.len() >= AUTHENTICATOR_DATA_BYTES;
    let challenge = bytes(&client_data.challenge).filter(|_| is_answer)?;
    let json = assertion(&credential_id, &client_data_json, &authenticator_data, &signature, user_handle.as_deref());
    let answer = Answer {
        #[cfg(feature = "live")]
        credential_id,
        json,
    };
    Some((answer, challenge))
}

/// An assertion as WhatsApp Web writes it.
fn assertion(
    credential_id: &[u8],
    client_data_json: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
    user_handle: Option<&[u8]>,
) -> String {
    let id = BASE64_URL.encode(credential_id);
    json!({
        "id": id,
        "rawId": id,
        "type": "public-key",
        "response": {
            "clientDataJSON": BASE64_URL.encode(client_data_json),
            "authenticatorData": BASE64_URL.encode(authenticator_data),
            "signature": BASE64_URL.encode(signature),
            "userHandle": user_handle.map(|handle| BASE64_URL.encode(handle)),
        },
    })
    .to_string()
}

/// What WhatsApp would ask with this challenge.
pub(crate) fn options(challenge: &[u8]) -> String {
    json!({
        "challenge": BASE64_URL.encode(challenge),
        "timeout": 600_000,
        "rpId": "whatsapp.com",
        "allowCredentials": [],
        "userVerification": "required",
    })
    .to_string()
}

/// What the passkey of a simulated account answers: of the right shape, signed by nobody.
pub(crate) fn simulated_answer(options_json: &str, account: &str) -> Option<String> {
    let asked = Asked::read(options_json)?;
    let client_data = json!({
        "type": "webauthn.get",
        "challenge": BASE64_URL.encode(asked.challenge),
        "origin": "https://web.whatsapp.com",
    });
    let credential = format!("simulated passkey of {account}");
    let client_data = client_data.to_string();
    Some(assertion(credential.as_bytes(), client_data.as_bytes(), &[0; AUTHENTICATOR_DATA_BYTES], b"simulated", None))
}

fn read<T: for<'json> Deserialize<'json>>(json: &str) -> Option<T> {
    if json.len() > MAX_BYTES { None } else { serde_json::from_str(json).ok() }
}

/// What is encoded, unless that is nothing.
fn bytes(encoded: &str) -> Option<Vec<u8>> {
    BASE64_URL.decode(encoded.trim_end_matches('=')).ok().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn asked() -> Asked {
        Asked::read(&options(b"to be signed")).expect("options")
    }

    fn answered() -> Value {
        let answer = simulated_answer(&options(b"to be signed"), "Ann").expect("an answer");
        serde_json::from_str(&answer).expect("JSON")
    }

    fn refusal(assertion: &Value) -> Option<PasskeyRefusal> {
        asked().check(&assertion.to_string()).err()
    }

    #[test]
    fn an_answer_to_this_question_is_taken_without_what_browsers_add() {
        let mut assertion = answered();
        assert_eq!(refusal(&assertion), None);
        assertion["clientExtensionResults"] = json!({});
        assertion["authenticatorAttachment"] = json!("platform");
        assertion["rawId"] = json!(format!("{}==", assertion["rawId"].as_str().expect("a text")));
        assertion["response"]["userHandle"] = json!("");
        let answer = asked().check(&assertion.to_string()).expect("an answer");
        assert_eq!(answer.json, answered().to_string());
        #[cfg(feature = "live")]
        assert_eq!(answer.credential_id, b"simulated passkey of Ann");
    }

    #[test]
    fn an_answer_to_another_question_is_told_apart() {
        let other = simulated_answer(&options(b"something else"), "Ann").expect("an answer");
        assert_eq!(asked().check(&other).err(), Some(PasskeyRefusal::AnotherChallenge));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let long = format!("{}{}", " ".repeat(MAX_BYTES), answered());
        for text in ["", "{", "null", "[]", "{}", "ABCD-EFGH", &long] {
            assert_eq!(asked().check(text).err(), Some(PasskeyRefusal::NotAnAssertion), "{text}");
        }
        for member in
            ["/rawId", "/type", "/response/clientDataJSON", "/response/authenticatorData", "/response/signature"]
        {
            for wrong in [json!(""), json!("AA"), json!("not base64!"), json!(7), Value::Null] {
                let mut assertion = answered();
                *assertion.pointer_mut(member).expect("it is there") = wrong.clone();
                let is_fine = wrong == "AA" && matches!(member, "/rawId" | "/response/signature");
                assert_eq!(refusal(&assertion).is_none(), is_fine, "{member} {wrong}");
            }
        }
        let created = json!({ "type": "webauthn.create", "challenge": BASE64_URL.encode(b"to be signed") });
        let mut assertion = answered();
        assertion["response"]["clientDataJSON"] = json!(BASE64_URL.encode(created.to_string()));
        assert_eq!(refusal(&assertion), Some(PasskeyRefusal::NotAnAssertion));
    }

    #[test]
    fn what_nobody_could_answer_is_no_question() {
        for text in ["", "{}", r#"{"challenge":""}"#, r#"{"challenge":"?"}"#, r#"{"challenge":7}"#] {
            assert!(Asked::read(text).is_none(), "{text}");
        }
    }
}
