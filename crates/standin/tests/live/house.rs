//! The live connector and the stand-in's phones, for the promises of a connector.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantline_standin::{MediaHost, Phone, PhoneError, StandIn};
use grantline_whatsapp::{Activity, Chat, Content};
use whatsapp_rust::passkey::{build_webauthn_assertion_json, parse_request_options};

use crate::contract::surroundings::TestClock;
use crate::contract::{House, PhoneFace, Shown};
use crate::dialect;
use crate::running::{RunningClock, live};

pub async fn rooms() -> (House, Arc<StandIn>) {
    let (house, standin, _) = rooms_with_media().await;
    (house, standin)
}

/// The same, and where files lie.
pub async fn rooms_with_media() -> (House, Arc<StandIn>, MediaHost) {
    let media = MediaHost::default();
    let clock = Arc::new(RunningClock::new());
    let standin = Arc::new(StandIn::start(clock.clone()).await.expect("the stand-in starts"));
    let connector = Arc::new(live(&standin.url(), clock.clone(), &media));
    let phones =
        Arc::new(StandInPhones { standin: Arc::clone(&standin), media: media.clone(), phones: Mutex::default() });
    (House { connector, phones, clock }, standin, media)
}

impl TestClock for RunningClock {
    fn move_by(&self, ms: i64) {
        self.moves_by(ms);
    }
}

struct StandInPhones {
    standin: Arc<StandIn>,
    media: MediaHost,
    phones: Mutex<HashMap<String, Arc<Phone>>>,
}

impl StandInPhones {
    fn phone(&self, number: &str) -> Arc<Phone> {
        Arc::clone(self.phones.lock().expect("whole").get(number).expect("the phone was added"))
    }
}

/// The same with what there is to tell.
fn given<T>(result: Result<T, PhoneError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn told<T>(result: Result<T, PhoneError>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

#[async_trait]
impl PhoneFace for StandInPhones {
    async fn add(&self, number: &str, profile_name: &str) {
        let mut phones = self.phones.lock().expect("whole");
        if !phones.contains_key(number) {
            let phone = self.standin.add_phone(number, profile_name).expect("a phone can be added");
            phones.insert(number.to_owned(), phone);
        }
    }
    async fn type_code(&self, number: &str, code: &str) -> Result<(), String> {
        told(self.phone(number).type_code(code).await)
    }
    async fn scan_qr(&self, number: &str, payload: &str) -> Result<(), String> {
        told(self.phone(number).scan_qr(payload).await)
    }
    async fn confirm(&self, number: &str) -> Result<(), String> {
        told(self.phone(number).confirm_link().await)
    }
    async fn refuse(&self, number: &str) -> Result<(), String> {
        told(self.phone(number).refuse_link())
    }
    async fn require_passkey(&self, number: &str, is_needed: bool) {
        self.phone(number).require_passkey(is_needed);
    }
    async fn passkey_answer(&self, number: &str, options_json: &str) -> String {
        let request = parse_request_options(options_json).expect("options that a browser understands");
        let client_data = serde_json::json!({
            "type": "webauthn.get",
            "challenge": URL_SAFE_NO_PAD.encode(request.challenge),
            "origin": "https://web.whatsapp.com",
        });
        let client_data = client_data.to_string();
        let answer = build_webauthn_assertion_json(number.as_bytes(), client_data.as_bytes(), &[0; 37], &[0; 70], None);
        String::from_utf8(answer).expect("JSON")
    }
    async fn passkey_code(&self, number: &str) -> String {
        self.phone(number).passkey_code().await
    }
    async fn unlink(&self, number: &str, device_name: &str) -> Result<(), String> {
        told(self.phone(number).unlink_named(device_name))
    }
    async fn send_text(&self, number: &str, to: &str, body: &str) -> Result<(), String> {
        told(self.phone(number).send_text(to, body).await)
    }
    async fn send(
        &self,
        number: &str,
        to: &Chat,
        content: Content,
        file: Vec<u8>,
        reply_to: Option<&str>,
    ) -> Result<String, String> {
        let message = dialect::written(&self.media, &content, &file, reply_to);
        given(self.phone(number).send(&to.to_string(), message).await)
    }
    async fn edit(&self, number: &str, wa_id: &str, body: &str) -> Result<(), String> {
        given(self.phone(number).edit(wa_id, body).await)
    }
    async fn delete(&self, number: &str, wa_id: &str) -> Result<(), String> {
        given(self.phone(number).delete(wa_id).await)
    }
    async fn vote(&self, number: &str, poll: &str, options: &[String]) -> Result<(), String> {
        given(self.phone(number).vote(poll, options).await)
    }
    async fn messages(&self, number: &str) -> Vec<Shown> {
        self.phone(number).messages().into_iter().map(dialect::shown).collect()
    }
    async fn file(&self, number: &str, wa_id: &str) -> Vec<u8> {
        let shown = self.phone(number).messages().into_iter().find(|shown| shown.id == wa_id);
        dialect::opened(&self.media, &shown.expect("the phone shows it").message)
    }
    async fn activity(&self, number: &str, chat: &Chat) -> Option<Activity> {
        self.phone(number).activity(&chat.to_string())
    }
    async fn rename(&self, number: &str, profile_name: &str) {
        self.phone(number).rename(profile_name).expect("the phone is online");
    }
    async fn set_picture(&self, number: &str, picture_url: Option<&str>) {
        self.phone(number).set_picture(picture_url);
    }
    async fn make_group(&self, number: &str, subject: &str, members: &[String]) -> String {
        self.phone(number).make_group(subject, members).expect("all of them have phones")
    }
    async fn mark_read(&self, number: &str, from: &str) -> Result<(), String> {
        told(self.phone(number).mark_read(from))
    }
    async fn set_online(&self, number: &str, online: bool) {
        self.phone(number).set_online(online).await;
    }
    async fn devices(&self, number: &str) -> Vec<String> {
        self.phone(number).devices().into_iter().map(|device| device.name).collect()
    }
    async fn texts(&self, number: &str) -> Vec<(String, String)> {
        self.phone(number).texts().into_iter().map(|text| (text.chat, text.body)).collect()
    }
    #[expect(clippy::disallowed_methods, reason = "a network needs real time")]
    async fn breathe(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    fn patience(&self) -> u32 {
        30_000
    }
}
