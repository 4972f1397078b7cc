//! The task behind a session: takes its events one by one, carries each out, and says that something happened.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use grantline_whatsapp::{Event, Told};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::link::Shown;
use super::number::Turn;
use super::progress::{self, AttemptRef, NewLink, Step};
use super::sessions::{End, Sessions};
use super::told::MessageTold;
use super::{patience, renaming, standing, store};
use crate::audit::Who;
use crate::platform::Timestamp;

pub struct Pump {
    pub sessions: Sessions,
    pub workspace_id: String,
    pub number_id: String,
    /// The link attempt that the session was opened for; events about linking belong to it and to no later one.
    pub attempt: Option<AttemptRef>,
    pub serial: u64,
    /// Says that the session is being closed.
    pub closed: CancellationToken,
}

/// The session was closed before an event could be saved.
struct Unsaved;

impl Pump {
    /// Ends when the session is closed and everything that it told before is saved.
    pub async fn run(self, mut events: mpsc::Receiver<Told>) {
        while let Some(told) = events.recv().await {
            let Ok(end) = self.carry_out(&told.event).await else { continue };
            told.is_saved();
            self.sessions.happened(&self.number_id);
            if let Some(end) = end {
                self.sessions.end_own(&self.number_id, self.serial, end).await;
            }
        }
    }

    /// Carries one event out, as often as it takes. What comes behind it waits, so that the order is kept. A closed session
    /// has one more try: what could not be saved then is told again when it opens. A panic is a failure like others: it
    /// must not end the number's news.
    async fn carry_out(&self, event: &Event) -> Result<Option<End>, Unsaved> {
        for failures in 0.. {
            let is_last = self.closed.is_cancelled();
            let error = match AssertUnwindSafe(self.handle(event.clone())).catch_unwind().await {
                Ok(Ok(end)) => return Ok(end),
                Ok(Err(error)) => format!("{error:#}"),
                Err(_panic) => String::from("the code panicked"),
            };
            let number = self.number_id.as_str();
            tracing::error!(number, error, failures, is_last, "news from WhatsApp could not be saved yet");
            if is_last {
                break;
            }
            self.pause(failures).await;
        }
        Err(Unsaved)
    }

    async fn pause(&self, failures: usize) {
        let env = self.sessions.env();
        tokio::select! {
            () = env.clock.sleep_until(env.now().plus_s(patience::pause_s(failures))) => {}
            () = self.closed.cancelled() => {}
        }
    }

    /// Carries one event out, and says whether the session is over.
    async fn handle(&self, event: Event) -> anyhow::Result<Option<End>> {
        match event {
            Event::LinkCode { code, valid_until_ms } => {
                self.advance(Step::Code(Shown { text: code, valid_until: Timestamp(valid_until_ms) })).await
            }
            Event::QrCode { payload, valid_until_ms } => {
                self.advance(Step::Qr(Shown { text: payload, valid_until: Timestamp(valid_until_ms) })).await
            }
            Event::WrongCode => self.advance(Step::WrongCode).await,
            Event::PasskeyAsked { options_json, valid_until_ms } => {
                let asked = Shown { text: options_json, valid_until: Timestamp(valid_until_ms) };
                self.advance(Step::PasskeyAsked(asked)).await
            }
            Event::PasskeyCode { code, valid_until_ms } => {
                let code = Shown { text: code, valid_until: Timestamp(valid_until_ms) };
                self.advance(Step::PasskeyGiven(code)).await
            }
            Event::Confirming => self.advance(Step::Accepted).await,
            Event::LinkFailed { reason } => {
                self.advance(Step::Failed(reason.into())).await?;
                Ok(Some(End::Close))
            }
            Event::Linked { phone, profile_name, device_name } => {
                self.linked(NewLink { phone, profile_name, device_name }).await
            }
            Event::Connected => self.turn(Turn::Connected).await,
            Event::Disconnected => self.turn(Turn::Reconnecting).await,
            Event::Halted { reason } => self.turn(Turn::Halted(reason)).await,
            Event::Unlinked { reason } => {
                self.turn(Turn::Ended(reason)).await?;
                Ok(Some(End::Close))
            }
            Event::Delivered { id, at_ms } => self.told(MessageTold::Delivered { id, at: Timestamp(at_ms) }).await,
            Event::Read { id, at_ms } => self.told(MessageTold::Read { id, at: Timestamp(at_ms) }).await,
            Event::Failed { id, reason } => self.told(MessageTold::Failed { id, reason }).await,
            Event::Received { id: wa_id, chat, from, content, reply_to, at_ms } => {
                let at = Timestamp(at_ms);
                self.told(MessageTold::Received { wa_id, chat, from, content, reply_to, at }).await
            }
            Event::SentElsewhere { id: wa_id, chat, content, reply_to, at_ms } => {
                let at = Timestamp(at_ms);
                self.told(MessageTold::SentElsewhere { wa_id, chat, content, reply_to, at }).await
            }
            Event::Edited { message, body, at_ms } => {
                self.told(MessageTold::Edited { message, body, at: Timestamp(at_ms) }).await
            }
            Event::Deleted { message, at_ms } => {
                self.told(MessageTold::Deleted { message, at: Timestamp(at_ms) }).await
            }
            Event::Voted { poll, from, options, at_ms } => {
                self.told(MessageTold::Voted { poll, from, options, at: Timestamp(at_ms) }).await
            }
            Event::Renamed { profile_name } => {
                let env = self.sessions.env();
                renaming::account_calls_itself(env, &self.workspace_id, &self.number_id, profile_name).await?;
                Ok(None)
            }
        }
    }

    async fn advance(&self, step: Step) -> anyhow::Result<Option<End>> {
        if let Some(attempt) = &self.attempt {
            progress::advance(self.sessions.env(), attempt, &Who::system(), step).await?;
        }
        Ok(None)
    }

    /// A link that nobody asked for, or that may not stand, is taken off the phone again.
    async fn linked(&self, link: NewLink) -> anyhow::Result<Option<End>> {
        let stands = match &self.attempt {
            Some(attempt) => progress::linked(self.sessions.env(), attempt, link).await?,
            None => false,
        };
        Ok((!stands).then_some(End::LogOut))
    }

    async fn turn(&self, turn: Turn) -> anyhow::Result<Option<End>> {
        standing::turn_of(self.sessions.env(), &self.workspace_id, &self.number_id, turn).await?;
        Ok(None)
    }

    async fn told(&self, told: MessageTold) -> anyhow::Result<Option<End>> {
        let mut tx = self.sessions.env().db.read().await?;
        let number = store::number(&mut tx, &self.workspace_id, &self.number_id).await?;
        drop(tx);
        // A number that was removed meanwhile has no messages.
        if let Some(number) = number {
            self.sessions.inbox().told(&number, told).await?;
        }
        Ok(None)
    }
}
