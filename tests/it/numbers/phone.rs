//! Somebody with a simulated phone in their hand, using its pages.

use std::time::Duration;

use crate::actors::{Answer, Browser};

pub struct SandboxPhone<'b, 'w> {
    browser: &'b Browser<'w>,
    number: String,
}

impl<'b, 'w> SandboxPhone<'b, 'w> {
    /// `number` in digits. The browser must be signed in.
    pub fn new(browser: &'b Browser<'w>, number: &str) -> Self {
        Self { browser, number: number.to_owned() }
    }

    fn at(&self, path: &str) -> String {
        format!("/sandbox/phones/{}{path}", self.number)
    }

    pub async fn opens(&self, path: &str) -> Answer {
        self.browser.opens(&self.at(path)).await
    }

    async fn fills(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser.fills(&self.at(page), &self.at(action), fields).await
    }

    pub async fn types(&self, code: &str) -> Answer {
        self.fills("/code", "/code", &[("code", code)]).await
    }

    pub async fn scans(&self, payload: &str) -> Answer {
        self.fills("/link", "/scan", &[("qr", payload)]).await
    }

    pub async fn presses_link(&self) -> Answer {
        self.fills("", "/confirm", &[("answer", "link")]).await
    }

    pub async fn presses_cancel(&self) -> Answer {
        self.fills("", "/confirm", &[("answer", "refuse")]).await
    }

    /// From now on its account has a passkey.
    pub async fn gets_a_passkey(&self) -> Answer {
        self.fills("", "/passkey", &[("passkey", "needed")]).await
    }

    pub async fn loses_its_passkey(&self) -> Answer {
        self.fills("", "/passkey", &[("passkey", "not needed")]).await
    }

    /// What the passkey answers, as the phone shows it.
    pub async fn passkey_answer(&self) -> String {
        let page = self.opens("").await.is(200).says("waits for this account’s passkey.");
        let (_, rest) = page.body.split_once("<code id=\"passkey-answer\" dir=\"ltr\">").expect("the answer is shown");
        rest.split('<').next().unwrap_or_default().replace("&#34;", "\"")
    }

    /// The code that the phone shows to be compared.
    pub async fn code_to_compare(&self) -> String {
        let page = self.opens("").await.is(200).says("shows the same code, or nobody should link it.");
        let (_, rest) = page.body.split_once("id=\"phone-code\" dir=\"ltr\">").expect("the code is shown");
        rest.split('<').next().unwrap_or_default().to_owned()
    }

    /// Removes the first linked device.
    pub async fn unlinks(&self) -> Answer {
        let sandbox = self.browser.world().app.sandbox.as_ref().expect("a simulated WhatsApp");
        let device = sandbox.phone(&self.number).expect("the phone").linked_devices[0].id.clone();
        self.fills("", &format!("/devices/{device}/unlink"), &[]).await
    }

    pub async fn writes(&self, to: &str, text: &str) -> Answer {
        self.fills("/chats", "/chats", &[("to", to), ("text", text)]).await
    }

    pub async fn reads(&self, peer: &str) -> Answer {
        self.fills(&format!("/chats/{peer}"), &format!("/chats/{peer}/read"), &[]).await
    }

    /// The names of the linked devices.
    pub fn devices(&self) -> Vec<String> {
        let sandbox = self.browser.world().app.sandbox.as_ref().expect("a simulated WhatsApp");
        let phone = sandbox.phone(&self.number).expect("the phone");
        phone.linked_devices.into_iter().map(|device| device.name).collect()
    }

    /// Waits until these are the linked devices. The bound only ends a test that would hang.
    pub async fn until_it_lists(&self, names: &[&str]) {
        let sandbox = self.browser.world().app.sandbox.as_ref().expect("a simulated WhatsApp");
        let mut changes = sandbox.watch(&self.number).expect("the phone");
        let seen = async {
            while self.devices() != names {
                changes.changed().await.expect("the phone is there");
                changes.borrow_and_update();
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it happens");
    }
}
