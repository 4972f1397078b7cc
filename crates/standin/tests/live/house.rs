//! The live connector and the stand-in's phones, for the promises of a connector.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use grantline_standin::{Phone, PhoneError, StandIn};

use crate::contract::surroundings::TestClock;
use crate::contract::{House, PhoneFace};
use crate::running::{RunningClock, live};

pub async fn rooms() -> (House, Arc<StandIn>) {
    let clock = Arc::new(RunningClock::new());
    let standin = Arc::new(StandIn::start(clock.clone()).await.expect("the stand-in starts"));
    let connector = Arc::new(live(&standin.url(), clock.clone()));
    let phones = Arc::new(StandInPhones { standin: Arc::clone(&standin), phones: Mutex::default() });
    (House { connector, phones, clock }, standin)
}

impl TestClock for RunningClock {
    fn move_by(&self, ms: i64) {
        self.moves_by(ms);
    }
}

struct StandInPhones {
    standin: Arc<StandIn>,
    phones: Mutex<HashMap<String, Arc<Phone>>>,
}

impl StandInPhones {
    fn phone(&self, number: &str) -> Arc<Phone> {
        Arc::clone(self.phones.lock().expect("whole").get(number).expect("the phone was added"))
    }
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
    async fn unlink(&self, number: &str, device_name: &str) -> Result<(), String> {
        told(self.phone(number).unlink_named(device_name))
    }
    async fn send_text(&self, number: &str, to: &str, body: &str) -> Result<(), String> {
        told(self.phone(number).send_text(to, body).await)
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
