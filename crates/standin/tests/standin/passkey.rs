//! Linking an account that is guarded by a passkey.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use grantline_standin::Phone;
use whatsapp_rust::passkey::{Assertion, build_webauthn_assertion_json, parse_request_options};
use whatsapp_rust::wacore::types::events::Event;

use super::client::Client;
use super::world::World;

const ANN: &str = "15550300001";

#[tokio::test(flavor = "multi_thread")]
async fn a_qr_code_through_the_passkey_gate() {
    let world = World::new().await;
    let ann = world.phone(ANN);
    ann.require_passkey(true);
    let mut client = world.client().await;
    ann.scan_qr(&client.shows_qr().await).await.expect("the QR code is shown");
    passes_the_gate(&mut client, &ann).await;
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_through_the_passkey_gate() {
    let world = World::new().await;
    let ann = world.phone(ANN);
    ann.require_passkey(true);
    let mut client = world.client_for(ANN).await;
    ann.type_code(&client.shows_code().await).await.expect("the code is right");
    passes_the_gate(&mut client, &ann).await;
    client.stops().await;
}

async fn passes_the_gate(client: &mut Client, phone: &Arc<Phone>) {
    let linking = tokio::spawn({
        let phone = Arc::clone(phone);
        async move { phone.confirm_link().await }
    });
    let options = client.hears("passkey request", |event| match event {
        Event::PairPasskeyRequest(request) => Some(request.request_options_json.clone()),
        _ => None,
    });
    let request = parse_request_options(&options.await).expect("options that a browser understands");
    client.client.send_passkey_response(assertion(&request.challenge)).await.expect("the assertion is sent");
    let shown = client.hears("passkey code", |event| match event {
        Event::PairPasskeyConfirmation(confirmation) => Some(confirmation.code.clone()),
        _ => None,
    });
    assert_eq!(shown.await, phone.passkey_code().await, "both screens show the same");
    assert!(phone.devices().is_empty(), "nothing is linked before somebody compared the codes");
    client.client.send_passkey_confirmation().await.expect("the confirmation is sent");
    linking.await.expect("the phone is there").expect("the link is made");
    client.is_connected().await;
}

/// What a browser on web.whatsapp.com would give; nobody checks its signature.
fn assertion(challenge: &[u8]) -> Assertion {
    let client_data = serde_json::json!({
        "type": "webauthn.get",
        "challenge": BASE64_URL.encode(challenge),
        "origin": "https://web.whatsapp.com",
    });
    let credential = b"credential";
    let json = build_webauthn_assertion_json(credential, client_data.to_string().as_bytes(), &[0; 37], &[0; 70], None);
    Assertion { assertion_json: json, credential_id: credential.to_vec() }
}
