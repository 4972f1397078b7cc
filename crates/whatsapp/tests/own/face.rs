//! The sandbox's phones, as the promises know phones.

use std::sync::Arc;

use async_trait::async_trait;
use grantline_whatsapp::sandbox::{ChatView, MessageState, PhoneError, Sandbox};
use grantline_whatsapp::{Activity, Chat, Content, File, FileKind};

use crate::contract::surroundings::HandClock;
use crate::contract::{House, PhoneFace, Shown};

struct SandboxPhones(Arc<Sandbox>);

impl SandboxPhones {
    fn chats(&self, number: &str) -> Vec<ChatView> {
        self.0.phone(number).expect("the phone").chats
    }
}

fn told<T>(result: Result<T, PhoneError>) -> Result<(), String> {
    result.map(|_| ()).map_err(|error| error.to_string())
}

#[async_trait]
impl PhoneFace for SandboxPhones {
    async fn add(&self, number: &str, profile_name: &str) {
        self.0.add_phone(number, profile_name).expect("a phone can be added");
    }
    async fn type_code(&self, number: &str, code: &str) -> Result<(), String> {
        told(self.0.type_code(number, code))
    }
    async fn scan_qr(&self, number: &str, payload: &str) -> Result<(), String> {
        told(self.0.scan_qr(number, payload))
    }
    async fn confirm(&self, number: &str) -> Result<(), String> {
        told(self.0.confirm_link(number))
    }
    async fn refuse(&self, number: &str) -> Result<(), String> {
        told(self.0.refuse_link(number))
    }
    async fn unlink(&self, number: &str, device_name: &str) -> Result<(), String> {
        let devices = self.0.phone(number).expect("the phone").linked_devices;
        let device = devices.iter().find(|device| device.name == device_name).expect("the device is listed");
        told(self.0.unlink(number, &device.id))
    }
    async fn send_text(&self, number: &str, to: &str, body: &str) -> Result<(), String> {
        told(self.0.send_text(number, to, body))
    }
    async fn send(
        &self,
        number: &str,
        to: &Chat,
        content: Content,
        file: Vec<u8>,
        reply_to: Option<&str>,
    ) -> Result<String, String> {
        self.0.send(number, to, content, file, reply_to).map_err(|error| error.to_string())
    }
    async fn edit(&self, number: &str, wa_id: &str, body: &str) -> Result<(), String> {
        told(self.0.edit(number, wa_id, body))
    }
    async fn delete(&self, number: &str, wa_id: &str) -> Result<(), String> {
        told(self.0.delete(number, wa_id))
    }
    async fn vote(&self, number: &str, poll: &str, options: &[String]) -> Result<(), String> {
        told(self.0.vote(number, poll, options))
    }
    async fn mark_read(&self, number: &str, from: &str) -> Result<(), String> {
        told(self.0.mark_read(number, from))
    }
    async fn set_online(&self, number: &str, online: bool) {
        self.0.set_online(number, online).expect("the phone is there");
    }
    async fn devices(&self, number: &str) -> Vec<String> {
        let phone = self.0.phone(number).expect("the phone");
        phone.linked_devices.into_iter().map(|device| device.name).collect()
    }
    async fn texts(&self, number: &str) -> Vec<(String, String)> {
        let chats = self.chats(number).into_iter();
        chats.flat_map(|chat| chat.messages.into_iter().map(move |message| (chat.with.clone(), message.body))).collect()
    }
    async fn messages(&self, number: &str) -> Vec<Shown> {
        let shown = self.chats(number).into_iter().flat_map(|chat| {
            let with: Chat = chat.with.parse().expect("a chat");
            chat.messages.into_iter().map(move |message| {
                let shown = Shown {
                    wa_id: message.id,
                    chat: with.clone(),
                    from: message.from,
                    content: message.content,
                    reply_to: message.reply_to,
                    is_edited: message.is_edited,
                    is_deleted: message.is_deleted,
                    is_read: message.outgoing && message.state == MessageState::Read,
                };
                (message.at_ms, shown)
            })
        });
        let mut shown: Vec<(i64, Shown)> = shown.collect();
        shown.sort_by_key(|(at_ms, _)| *at_ms);
        shown.into_iter().map(|(_, shown)| shown).collect()
    }
    async fn file(&self, number: &str, wa_id: &str) -> Vec<u8> {
        self.0.file(number, wa_id).expect("the file is there").to_vec()
    }
    async fn activity(&self, number: &str, chat: &Chat) -> Option<Activity> {
        self.chats(number).into_iter().find(|view| view.with == chat.to_string())?.activity
    }
    async fn rename(&self, number: &str, profile_name: &str) {
        self.0.rename(number, profile_name).expect("it is a name");
    }
    async fn set_picture(&self, number: &str, picture_url: Option<&str>) {
        self.0.set_picture(number, picture_url).expect("it is an address");
    }
    async fn make_group(&self, number: &str, subject: &str, members: &[String]) -> String {
        self.0.make_group(number, subject, members).expect("it is a group")
    }
    async fn breathe(&self) {
        tokio::task::yield_now().await;
    }
}

pub fn house() -> House {
    rooms().0
}

pub fn rooms() -> (House, Arc<Sandbox>) {
    rooms_at(Arc::new(HandClock::new()))
}

pub fn rooms_at(clock: Arc<HandClock>) -> (House, Arc<Sandbox>) {
    let sandbox = Sandbox::new(clock.clone());
    let phones = Arc::new(SandboxPhones(Arc::clone(&sandbox)));
    (House { connector: sandbox.clone(), phones, clock }, sandbox)
}

/// A picture. How large it is, its bytes say.
pub fn picture(caption: Option<&str>) -> Content {
    let (mime_type, caption) = ("image/png".to_owned(), caption.map(str::to_owned));
    Content::File(File { kind: FileKind::Image, mime_type, name: None, caption, size: 0 })
}
