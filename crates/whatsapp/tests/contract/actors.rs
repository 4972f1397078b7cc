//! Who does things in the tests.

use std::collections::VecDeque;
use std::sync::Arc;

use grantline_whatsapp::{
    Chat, Content, Event, LinkFailure, MessageRef, Outgoing, Quote, SendFailure, Session, Told, UnlinkReason,
};
use tokio::sync::mpsc;

use super::surroundings::MemoryKeys;
use super::{House, PhoneFace, Shown};

/// What a phone lists for our sessions.
pub const DEVICE: &str = "Grantline";

/// Our side of one number: an open session and what it was told.
pub struct Gateway {
    pub session: Arc<dyn Session>,
    pub keys: Arc<MemoryKeys>,
    pub session_id: String,
    house: House,
    events: mpsc::Receiver<Told>,
    /// What was heard while waiting for something else.
    aside: VecDeque<Event>,
}

/// A phone and its holder.
pub struct Phone {
    pub number: String,
    pub face: Arc<dyn PhoneFace>,
}

/// The first code and the first QR payload of a linking.
pub struct Offer {
    pub code: String,
    pub qr: String,
}

/// A message that a gateway was told of.
#[derive(Debug, PartialEq)]
pub struct Came {
    pub id: String,
    pub chat: Chat,
    pub content: Content,
    pub reply_to: Option<MessageRef>,
}

pub fn text(body: &str) -> Content {
    Content::Text(body.to_owned())
}

pub fn ours(id: &str) -> MessageRef {
    MessageRef::Ours(id.to_owned())
}

pub fn named(wa_id: &str) -> MessageRef {
    MessageRef::Named(wa_id.to_owned())
}

impl Gateway {
    pub async fn open(house: &House, session_id: &str, keys: Arc<MemoryKeys>) -> Self {
        Self::open_with_room(house, session_id, keys, 16).await
    }

    /// `room` events may wait in the channel.
    pub async fn open_with_room(house: &House, session_id: &str, keys: Arc<MemoryKeys>, room: usize) -> Self {
        let (sender, events) = mpsc::channel(room);
        let session = house.connector.open(session_id, keys.clone(), sender).await.expect("the session opens");
        Self { session, keys, session_id: session_id.to_owned(), house: house.clone(), events, aside: VecDeque::new() }
    }

    /// The next event, which is saved as soon as it is heard.
    pub async fn hears(&mut self) -> Event {
        if let Some(event) = self.aside.pop_front() {
            return event;
        }
        let told = self.is_told().await;
        let event = told.event.clone();
        told.is_saved();
        event
    }

    /// The next event, for which everybody gets time to work. Nobody says that it is saved.
    /// Patience is counted in breaths: enough for other threads, and no time at all when all is well.
    pub async fn is_told(&mut self) -> Told {
        for _ in 0..self.house.phones.patience() {
            match self.events.try_recv() {
                Ok(told) => return told,
                Err(_) => self.house.phones.breathe().await,
            }
        }
        panic!("{} waited for an event in vain", self.session_id)
    }

    pub async fn hears_nothing(&mut self) {
        self.house.breathes().await;
        if let Some(event) = self.aside.front() {
            panic!("{} heard {event:?}", self.session_id)
        }
        if let Ok(told) = self.events.try_recv() {
            panic!("{} heard {:?}", self.session_id, told.event)
        }
    }

    /// Waits until a session that was opened with a link is connected. What waited for it may come before that word or after.
    pub async fn connects(&mut self) {
        let mut before = VecDeque::new();
        loop {
            match self.hears().await {
                Event::Connected => break,
                other => before.push_back(other),
            }
        }
        self.aside = before;
    }

    /// Takes the QR codes that came, and gives the last one; anything else would have to be expected.
    pub async fn takes_qr_codes(&mut self) -> Option<String> {
        let mut last = None;
        while let Ok(told) = self.events.try_recv() {
            match told.event.clone() {
                Event::QrCode { payload, .. } => last = Some(payload),
                other => panic!("only QR codes were to come, not {other:?}"),
            }
            told.is_saved();
            self.house.breathes().await;
        }
        last
    }

    /// The next event that is no QR code: those come as they like.
    pub async fn hears_but_qr_codes(&mut self) -> Event {
        loop {
            match self.hears().await {
                Event::QrCode { .. } => {}
                other => return other,
            }
        }
    }

    pub async fn hears_failure(&mut self, reason: LinkFailure) {
        assert_eq!(self.hears_but_qr_codes().await, Event::LinkFailed { reason });
        self.hears_nothing().await;
    }

    /// The code that follows a wrong one.
    pub async fn hears_of_a_wrong_code(&mut self) -> String {
        assert_eq!(self.hears_but_qr_codes().await, Event::WrongCode);
        self.hears_code().await
    }

    pub async fn hears_unlinked(&mut self, reason: UnlinkReason) {
        assert_eq!(self.hears().await, Event::Unlinked { reason });
        self.hears_nothing().await;
    }

    pub async fn hears_code(&mut self) -> String {
        match self.hears_but_qr_codes().await {
            Event::LinkCode { code, .. } => code,
            other => panic!("a code was to come, not {other:?}"),
        }
    }

    pub async fn hears_qr(&mut self) -> String {
        match self.hears().await {
            Event::QrCode { payload, .. } => payload,
            other => panic!("a QR code was to come, not {other:?}"),
        }
    }

    /// Starts linking, and waits for the first code and the first QR code, which may come in either order.
    pub async fn offers(&mut self, number: &str) -> Offer {
        self.session.start_linking(number, DEVICE).await.expect("linking starts");
        let (mut code, mut qr) = (None, None);
        while code.is_none() || qr.is_none() {
            match self.hears().await {
                Event::LinkCode { code: told, .. } => code = Some(told),
                Event::QrCode { payload, .. } => qr = Some(payload),
                other => panic!("an offer was to come, not {other:?}"),
            }
        }
        Offer { code: code.expect("a code"), qr: qr.expect("a QR code") }
    }

    pub async fn hears_linked(&mut self, phone: &Phone) {
        assert_eq!(self.hears_but_qr_codes().await, Event::Confirming);
        match self.hears().await {
            Event::Linked { phone: number, profile_name, device_name } => {
                assert_eq!(number, phone.number);
                // WhatsApp tells it with the link, or later.
                assert!(profile_name.is_empty() || profile_name == format!("Holder of {number}"), "{profile_name}");
                assert_eq!(device_name, DEVICE);
            }
            other => panic!("a link was to come, not {other:?}"),
        }
        assert_eq!(self.hears().await, Event::Connected);
        self.hears_nothing().await;
        assert!(!self.keys.is_empty(), "a link that was told can be found again");
    }

    /// The whole way, by code.
    pub async fn links(&mut self, phone: &Phone) {
        let offer = self.offers(&phone.number).await;
        phone.types(&offer.code).await.expect("the code is right");
        phone.confirms().await.expect("the link is made");
        self.hears_linked(phone).await;
    }

    pub async fn sends(&self, id: &str, to: &Phone, body: &str) -> Result<(), SendFailure> {
        self.session.send(Outgoing::text(id, &to.number, body)).await
    }

    pub async fn gives(&self, id: &str, to: &Chat, content: Content, file: &[u8]) -> Result<(), SendFailure> {
        let (id, to, file) = (id.to_owned(), to.clone(), file.to_vec());
        self.session.send(Outgoing { id, to, content, file, reply_to: None }).await
    }

    /// Writes an answer to what `from` wrote, or to a message of its own.
    pub async fn answers(&self, id: &str, to: &Chat, message: MessageRef, from: Option<&Phone>, body: &str) {
        let from = from.map(|phone| phone.number.clone());
        let reply_to = Some(Quote { message, from, body: "Whatever it said".to_owned() });
        let outgoing = Outgoing { to: to.clone(), reply_to, ..Outgoing::text(id, "", body) };
        self.session.send(outgoing).await.expect("the answer is taken");
    }

    pub async fn hears_delivered(&mut self, text_id: &str) {
        match self.hears().await {
            Event::Delivered { id, .. } => assert_eq!(id, text_id),
            other => panic!("{text_id} was to be delivered, not {other:?}"),
        }
    }

    pub async fn hears_read(&mut self, text_id: &str) {
        match self.hears().await {
            Event::Read { id, .. } => assert_eq!(id, text_id),
            other => panic!("{text_id} was to be read, not {other:?}"),
        }
    }

    pub async fn hears_text(&mut self, from: &Phone, text: &str) {
        match self.hears().await {
            Event::Received { from: number, content: Content::Text(body), .. } => {
                assert_eq!((number, body.as_str()), (from.number.clone(), text))
            }
            other => panic!("{text:?} was to come, not {other:?}"),
        }
    }

    /// In a group it may be told once for each member.
    pub async fn hears_delivered_in_group(&mut self, text_id: &str) {
        self.hears_delivered(text_id).await;
        self.house.breathes().await;
        while let Ok(told) = self.events.try_recv() {
            assert!(matches!(&told.event, Event::Delivered { id, .. } if id == text_id), "{:?}", told.event);
            told.is_saved();
            self.house.breathes().await;
        }
    }

    pub async fn hears_from(&mut self, phone: &Phone) -> Came {
        match self.hears().await {
            Event::Received { id, chat, from, content, reply_to, .. } => {
                assert_eq!(from, phone.number);
                Came { id, chat, content, reply_to }
            }
            other => panic!("a message was to come, not {other:?}"),
        }
    }

    /// What the account's own phone wrote.
    pub async fn hears_own(&mut self) -> Came {
        match self.hears().await {
            Event::SentElsewhere { id, chat, content, reply_to, .. } => Came { id, chat, content, reply_to },
            other => panic!("a message of our own was to come, not {other:?}"),
        }
    }

    pub async fn hears_edited(&mut self, edited: MessageRef, words: &str) {
        match self.hears().await {
            Event::Edited { message, body, .. } => assert_eq!((message, body.as_str()), (edited, words)),
            other => panic!("{edited:?} was to be edited, not {other:?}"),
        }
    }

    pub async fn hears_deleted(&mut self, deleted: MessageRef) {
        match self.hears().await {
            Event::Deleted { message, .. } => assert_eq!(message, deleted),
            other => panic!("{deleted:?} was to be deleted, not {other:?}"),
        }
    }

    pub async fn hears_vote(&mut self, of: MessageRef, voter: &Phone, choice: &[&str]) {
        match self.hears().await {
            Event::Voted { poll, from, options, .. } => {
                assert_eq!((poll, from), (of, voter.number.clone()));
                assert_eq!(options, choice);
            }
            other => panic!("a vote was to come, not {other:?}"),
        }
    }

    /// Closes, and gives what is needed to open again.
    pub async fn closes(self) -> (String, Arc<MemoryKeys>) {
        self.session.close().await;
        (self.session_id, self.keys)
    }
}

impl Phone {
    pub async fn types(&self, code: &str) -> Result<(), String> {
        self.face.type_code(&self.number, code).await
    }

    pub async fn scans(&self, payload: &str) -> Result<(), String> {
        self.face.scan_qr(&self.number, payload).await
    }

    pub async fn confirms(&self) -> Result<(), String> {
        self.face.confirm(&self.number).await
    }

    pub async fn refuses(&self) -> Result<(), String> {
        self.face.refuse(&self.number).await
    }

    pub async fn unlinks(&self) {
        self.face.unlink(&self.number, DEVICE).await.expect("the phone lists the device");
    }

    pub async fn writes(&self, to: &str, body: &str) {
        self.face.send_text(&self.number, to, body).await.expect("the text is sent");
    }

    pub async fn reads(&self, from: &Phone) {
        self.face.mark_read(&self.number, &from.number).await.expect("there is such a chat");
    }

    pub async fn goes_online(&self, online: bool) {
        self.face.set_online(&self.number, online).await;
    }

    pub async fn devices(&self) -> Vec<String> {
        self.face.devices(&self.number).await
    }

    pub async fn bodies(&self) -> Vec<String> {
        self.face.texts(&self.number).await.into_iter().map(|(_, body)| body).collect()
    }

    /// The chat with this phone's holder, as others see it.
    pub fn chat(&self) -> Chat {
        Chat::Person(self.number.clone())
    }

    pub async fn sends(&self, to: &Chat, content: Content, file: &[u8]) -> String {
        self.face.send(&self.number, to, content, file.to_vec(), None).await.expect("the message is sent")
    }

    pub async fn answers(&self, to: &Chat, wa_id: &str, body: &str) -> String {
        let sent = self.face.send(&self.number, to, text(body), Vec::new(), Some(wa_id)).await;
        sent.expect("the answer is sent")
    }

    pub async fn edits(&self, wa_id: &str, body: &str) {
        self.face.edit(&self.number, wa_id, body).await.expect("it is its writer's to edit");
    }

    pub async fn deletes(&self, wa_id: &str) {
        self.face.delete(&self.number, wa_id).await.expect("it is its writer's to delete");
    }

    pub async fn votes(&self, poll: &str, options: &[&str]) {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        self.face.vote(&self.number, poll, &options).await.expect("the poll has these options");
    }

    pub async fn makes_group(&self, subject: &str, members: &[&Phone]) -> Chat {
        let members: Vec<String> = members.iter().map(|phone| phone.number.clone()).collect();
        Chat::Group(self.face.make_group(&self.number, subject, &members).await)
    }

    pub async fn messages(&self) -> Vec<Shown> {
        self.face.messages(&self.number).await
    }

    pub async fn file(&self, wa_id: &str) -> Vec<u8> {
        self.face.file(&self.number, wa_id).await
    }

    /// Waits until the phone shows such a message.
    pub async fn shows(&self, is_it: impl Fn(&Shown) -> bool) -> Shown {
        for _ in 0..self.face.patience() {
            if let Some(shown) = self.messages().await.into_iter().find(&is_it) {
                return shown;
            }
            self.face.breathe().await;
        }
        panic!("the phone of {} shows {:#?}", self.number, self.messages().await)
    }

    /// Waits until the phone shows a text, and gives WhatsApp's id of it.
    pub async fn shows_text(&self, body: &str) -> Shown {
        self.shows(|shown| shown.content == text(body)).await
    }
}
