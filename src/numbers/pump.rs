//! The task behind a session: takes its events one by one, carries each out, and says that something happened.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use grantline_whatsapp::Event;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::link::Shown;
use super::number::Turn;
use super::progress::{self, AttemptRef, NewLink, Step};
use super::sessions::{End, Sessions};
use super::told::MessageTold;
use super::{patience, standing, store};
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

impl Pump {
    /// Ends when the session is closed and everything that it told before is saved.
    pub async fn run(self, mut events: mpsc::Receiver<Event>) {
        while let Some(event) = events.recv().await {
            let end = self.carry_out(&event).await;
            self.sessions.happened(&self.number_id);
            if let Some(end) = end {
                self.sessions.end_own(&self.number_id, self.serial, end).await;
            }
        }
    }

    /// Carries one event out, as often as it takes: WhatsApp tells it once. What comes behind it waits, so that the order
    /// is kept. A closed session has one more try. A panic is a failure like others: it must not end the number's news.
    async fn carry_out(&self, event: &Event) -> Option<End> {
        for failures in 0.. {
            let is_last = self.closed.is_cancelled();
            let error = match AssertUnwindSafe(self.handle(event.clone())).catch_unwind().await {
                Ok(Ok(end)) => return end,
                Ok(Err(error)) => format!("{error:#}"),
                Err(_panic) => String::from("the code panicked"),
            };
            let number = self.number_id.as_str();
            if is_last {
                tracing::error!(
                    number,
                    error,
                    "news from WhatsApp were lost: the session was closed before they were saved"
                );
                break;
            }
            tracing::error!(number, error, failures, "news from WhatsApp could not be saved yet");
            self.pause(failures).await;
        }
        None
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
            Event::WrongCode { attempts_left } => self.advance(Step::WrongCode(attempts_left)).await,
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
            Event::Unlinked { reason } => {
                self.turn(Turn::Ended(reason)).await?;
                Ok(Some(End::Close))
            }
            Event::Delivered { id, at_ms } => self.told(MessageTold::Delivered { id, at: Timestamp(at_ms) }).await,
            Event::Read { id, at_ms } => self.told(MessageTold::Read { id, at: Timestamp(at_ms) }).await,
            Event::Failed { id, reason } => self.told(MessageTold::Failed { id, reason }).await,
            Event::Received { id, from, body, at_ms } => {
                self.told(MessageTold::Received { wa_id: id, from, body, at: Timestamp(at_ms) }).await
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
