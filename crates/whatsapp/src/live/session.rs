//! The calls of one number's session.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc};
use whatsapp_rust::passkey::Assertion;
use whatsapp_rust::traits::DeviceStore as _;

use super::Shared;
use super::client::Running;
use super::line::{Line, Standing, Stop};
use super::linking::{self, Wish};
use super::passkey::Gate;
use super::{asking, files, sending};
use crate::{
    Activity, Chat, DownloadFailure, Group, KeyStore, Outgoing, PasskeyRefusal, Picture, SendFailure, Session,
    SessionError, Told,
};

/// A session of the live WhatsApp. Dropping it without closing it cuts the connection.
pub(super) struct LiveSession {
    line: Arc<Line>,
    /// Held while a client is started or stopped.
    work: Mutex<Work>,
}

#[derive(Default)]
struct Work {
    running: Option<Running>,
    /// What linking was asked for last.
    wish: Option<Wish>,
}

impl Work {
    async fn stop(&mut self, how: Stop) {
        if let Some(running) = self.running.take() {
            running.stop(how).await;
        }
    }
}

impl LiveSession {
    pub async fn open(
        shared: Arc<Shared>,
        session_id: &str,
        store: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Self, SessionError> {
        let line = Line::new(shared, session_id, store, events);
        let device = line.keys().load().await.map_err(|error| SessionError::Damaged(error.to_string()))?;
        let session = Self { line, work: Mutex::default() };
        if device.is_some_and(|device| device.pn.is_some()) {
            session.work.lock().await.running = Some(Running::restore(&session.line));
        }
        Ok(session)
    }

    async fn link(&self, work: &mut Work, wish: Wish) -> Result<(), SessionError> {
        work.stop(Stop::Close).await;
        self.line.stands(Standing::Unlinked);
        self.line.forgets().await?;
        work.wish = Some(wish.clone());
        work.running = Some(Running::link(&self.line, wish).await?);
        Ok(())
    }
}

fn closed() -> SessionError {
    SessionError::Network(String::from("the session is closed, or another one took its place"))
}

#[async_trait]
impl Session for LiveSession {
    async fn start_linking(&self, phone: &str, device_name: &str) -> Result<(), SessionError> {
        let mut work = self.work.lock().await;
        match self.line.standing() {
            Standing::Linked => return Err(SessionError::AlreadyLinked),
            Standing::Over | Standing::Closed => return Err(closed()),
            Standing::Unlinked | Standing::Linking => {}
        }
        let wish = Wish { phone: phone.to_owned(), device_name: device_name.to_owned() };
        self.link(&mut work, wish).await
    }

    async fn request_code(&self) -> Result<(), SessionError> {
        let work = self.work.lock().await;
        let may_ask = self.line.standing() == Standing::Linking && !self.line.gate().borrow().is_shut();
        let wish = work.wish.clone().filter(|_| may_ask);
        let (Some(wish), Some(client)) = (wish, self.line.client()) else { return Err(SessionError::NotLinking) };
        client.cancel_pair_code().await;
        client.pair_with_code(wish.options()).await.map(drop).map_err(|error| linking::refusal(&error))
    }

    async fn answer_passkey(&self, assertion_json: &str) -> Result<(), PasskeyRefusal> {
        let client = self.line.client().ok_or(PasskeyRefusal::NotAsked)?;
        let now_ms = self.line.now_ms();
        let answer = self.line.at_gate(|gate| gate.give(assertion_json, now_ms))?;
        let assertion = Assertion { assertion_json: answer.json.into_bytes(), credential_id: answer.credential_id };
        client.send_passkey_response(assertion).await.map_err(|_| {
            self.line.at_gate(Gate::not_taken);
            PasskeyRefusal::NotTaken
        })
    }

    async fn confirm_passkey(&self) -> Result<(), PasskeyRefusal> {
        let client = self.line.client().ok_or(PasskeyRefusal::NotAsked)?;
        let now_ms = self.line.now_ms();
        self.line.at_gate(|gate| gate.confirm(now_ms))?;
        client.send_passkey_confirmation().await.map_err(|_| {
            // The library has given up what it would need to try again.
            self.line.at_gate(Gate::breaks);
            PasskeyRefusal::NotTaken
        })
    }

    async fn send(&self, message: Outgoing) -> Result<(), SendFailure> {
        sending::send(&self.line, message).await
    }

    async fn edit(&self, chat: &Chat, id: &str, body: &str) -> Result<(), SendFailure> {
        sending::edit(&self.line, chat, id, body).await
    }

    async fn delete(&self, chat: &Chat, id: &str) -> Result<(), SendFailure> {
        sending::delete(&self.line, chat, id).await
    }

    async fn mark_read(&self, chat: &Chat, from: &str, wa_ids: &[String]) -> Result<(), SendFailure> {
        asking::mark_read(&self.line, chat, from, wa_ids).await
    }

    async fn show(&self, chat: &Chat, activity: Activity) -> Result<(), SendFailure> {
        asking::show(&self.line, chat, activity).await
    }

    async fn download(&self, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        files::download(&self.line, wa_id).await
    }

    async fn are_on_whatsapp(&self, phones: &[String]) -> Result<Vec<bool>, SendFailure> {
        asking::are_on_whatsapp(&self.line, phones).await
    }

    async fn picture(&self, of: &Chat) -> Result<Option<Picture>, SendFailure> {
        asking::picture(&self.line, of).await
    }

    async fn groups(&self) -> Result<Vec<Group>, SendFailure> {
        asking::groups(&self.line).await
    }

    async fn log_out(&self) -> Result<(), SessionError> {
        let mut work = self.work.lock().await;
        let how = match self.line.standing() {
            Standing::Over | Standing::Closed => return Err(closed()),
            Standing::Linked => Stop::LogOut,
            Standing::Unlinked | Standing::Linking => Stop::Close,
        };
        work.stop(how).await;
        self.line.stands(Standing::Unlinked);
        self.line.forgets().await
    }

    async fn close(&self) {
        let mut work = self.work.lock().await;
        work.stop(Stop::Close).await;
        self.line.stands(Standing::Closed);
    }
}
