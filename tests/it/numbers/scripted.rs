//! A WhatsApp that says what the test wants it to say, for what the simulated one never does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use grantline::numbers::{LinkFailure, LinkState, MessageSink, Sessions};
use grantline_whatsapp::{
    Activity, Chat, Connector, Event, Group, KeyStore, LinkFailure as WhyNot, Outgoing, PasskeyRefusal, Picture,
    SendFailure, Session, SessionError, Told, UnlinkReason,
};
use tokio::sync::mpsc;

use super::told::{Recorder, starts_linking};
use super::{DIGITS, Member};
use crate::both_databases;
use crate::world::World;

#[derive(Default)]
pub struct Scripted {
    /// What comes of asking for a code; a code without it.
    refusal: Mutex<Option<SessionError>>,
    line: Heard,
    pub calls: Arc<Calls>,
}

/// What sessions are asked at once.
#[derive(Default)]
pub struct Calls {
    pub asked: Mutex<Vec<String>>,
    /// What comes of the next ones; an answer without it.
    pub refusals: Mutex<VecDeque<SendFailure>>,
    /// Whether no answer comes at all.
    pub silent: Mutex<bool>,
}

impl Calls {
    async fn asked(&self, what: String) -> Result<(), SendFailure> {
        self.asked.lock().expect("whole").push(what);
        let silent = *self.silent.lock().expect("whole");
        if silent {
            std::future::pending::<()>().await;
        }
        self.refusals.lock().expect("whole").pop_front().map_or(Ok(()), Err)
    }
}

/// Through which a session hears WhatsApp, until it is closed.
type Heard = Arc<Mutex<Option<mpsc::Sender<Told>>>>;

struct Line {
    calls: Arc<Calls>,
    events: Heard,
    refusal: Mutex<Option<SessionError>>,
}

#[async_trait]
impl Connector for Scripted {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn open(
        &self,
        _session_id: &str,
        _keys: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Arc<dyn Session>, SessionError> {
        *self.line.lock().expect("whole") = Some(events);
        let refusal = Mutex::new(self.refusal.lock().expect("whole").take());
        Ok(Arc::new(Line { calls: Arc::clone(&self.calls), events: Arc::clone(&self.line), refusal }))
    }
}

#[async_trait]
impl Session for Line {
    async fn start_linking(&self, _phone: &str, _device_name: &str) -> Result<(), SessionError> {
        let refusal = self.refusal.lock().expect("whole").take();
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        let code = Event::LinkCode { code: String::from("ABCDEFGH"), valid_until_ms: i64::MAX };
        let line = self.events.lock().expect("whole").clone().expect("it is open");
        line.send(Told::new(code)).await.map_err(|_| SessionError::Network(String::from("closed")))
    }

    async fn request_code(&self) -> Result<(), SessionError> {
        Ok(())
    }

    async fn answer_passkey(&self, _assertion_json: &str) -> Result<(), PasskeyRefusal> {
        Err(PasskeyRefusal::NotTaken)
    }

    async fn confirm_passkey(&self) -> Result<(), PasskeyRefusal> {
        Err(PasskeyRefusal::NotTaken)
    }

    async fn send(&self, _message: Outgoing) -> Result<(), SendFailure> {
        Ok(())
    }

    async fn show(&self, chat: &Chat, activity: Activity) -> Result<(), SendFailure> {
        self.calls.asked(format!("{activity:?} to {chat}")).await
    }

    async fn are_on_whatsapp(&self, phones: &[String]) -> Result<Vec<bool>, SendFailure> {
        self.calls.asked(format!("who of {}", phones.join(" "))).await?;
        Ok(phones.iter().map(|phone| !phone.ends_with('2')).collect())
    }

    async fn picture(&self, of: &Chat) -> Result<Option<Picture>, SendFailure> {
        self.calls.asked(format!("picture of {of}")).await?;
        let picture = Picture { id: String::from("17"), url: String::from("https://example.com/17.jpg") };
        Ok((!of.to_string().ends_with('2')).then_some(picture))
    }

    async fn groups(&self) -> Result<Vec<Group>, SendFailure> {
        self.calls.asked(String::from("groups")).await?;
        Ok(vec![Group { id: String::from("12036304"), subject: String::from("Harbour"), members: 3 }])
    }

    async fn log_out(&self) -> Result<(), SessionError> {
        Ok(())
    }

    async fn close(&self) {
        self.events.lock().expect("whole").take();
    }
}

impl Scripted {
    /// Sessions that hear what this WhatsApp says.
    pub fn sessions(self: &Arc<Self>, world: &World) -> Sessions {
        self.sessions_told_to(world, Arc::new(Recorder::default()))
    }

    pub fn sessions_told_to(self: &Arc<Self>, world: &World, inbox: Arc<dyn MessageSink>) -> Sessions {
        let connector: Arc<dyn Connector> = self.clone();
        Sessions::start(world.env().clone(), connector, inbox)
    }

    pub async fn says(&self, event: Event) {
        let line = self.line.lock().expect("whole").clone().expect("a session");
        line.send(Told::new(event)).await.expect("the session listens");
    }

    /// Links the number: its id.
    pub async fn links(self: &Arc<Self>, sessions: &Sessions, ann: &Member<'_>) -> String {
        let link = starts_linking(sessions, ann).await;
        let (phone, name) = (DIGITS.to_owned(), String::from("Harbour"));
        self.says(Event::Linked { phone, profile_name: String::from("Ann"), device_name: name }).await;
        self.says(Event::Connected).await;
        until(sessions, &link.number, async || !link.attempt().await.state.is_open()).await;
        link.number
    }

    /// Links the number and ends the link: the number's id.
    async fn links_and_ends(self: &Arc<Self>, sessions: &Sessions, ann: &Member<'_>, reason: UnlinkReason) -> String {
        let number = self.links(sessions, ann).await;
        self.says(Event::Unlinked { reason }).await;
        until(sessions, &number, async || !ann.number(&number).await.state.is_linked()).await;
        number
    }
}

/// Waits for the thing itself. The bound only ends a test that would hang.
pub async fn until(sessions: &Sessions, number: &str, holds: impl AsyncFn() -> bool) {
    let mut news = sessions.watch(number);
    let seen = async {
        while !holds().await {
            news.changed().await.expect("the sessions are open");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("it happens");
}

both_databases! {
    async fn a_number_that_whatsapp_blocked_says_what_to_do(world: &World) {
        let (ann, whatsapp) = (Member::owns_a_workspace(world, "Ann").await, Arc::new(Scripted::default()));
        let sessions = whatsapp.sessions(world);
        let number = whatsapp.links_and_ends(&sessions, &ann, UnlinkReason::Blocked).await;
        let page = ann.opens(&format!("/{number}")).await.is(200).says("Blocked by WhatsApp");
        page.says("Open WhatsApp on the phone: it says why, and lets you ask for a review.").says("Link again");
        let known = ann.number(&number).await;
        assert_eq!((known.state.name(), known.reason), ("blocked", None));
        // When the account works again.
        whatsapp.links_and_ends(&sessions, &ann, UnlinkReason::UnlinkedOnPhone).await;
        assert_eq!(ann.number(&number).await.state.name(), "needs_attention");
        sessions.shutdown().await;
    }

    async fn a_number_that_another_program_took_over_says_what_to_do(world: &World) {
        let (ann, whatsapp) = (Member::owns_a_workspace(world, "Ann").await, Arc::new(Scripted::default()));
        let sessions = whatsapp.sessions(world);
        let number = whatsapp.links_and_ends(&sessions, &ann, UnlinkReason::ReplacedElsewhere).await;
        let page = ann.opens(&format!("/{number}")).await.is(200).says("Another program took the link over");
        page.says("Stop the other program first").says("Link again");
        super::rights::becomes(world, &ann, "viewer").await;
        let page = ann.opens(&format!("/{number}")).await.is(200);
        page.says("An owner or an admin of this workspace can do that.");
        sessions.shutdown().await;
    }

    async fn an_attempt_that_lost_whatsapp_says_so(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let whatsapp = Arc::new(Scripted::default());
        let sessions = whatsapp.sessions(world);
        *whatsapp.refusal.lock().expect("whole") = Some(SessionError::Network(String::from("no route")));
        let unreached = starts_linking(&sessions, &ann).await;
        assert_eq!(unreached.state().await, LinkState::Failed(LinkFailure::Network));
        unreached.page().await.is(200).says("We could not reach WhatsApp").says("try again in a minute.").says("Try again");
        let broken = starts_linking(&sessions, &ann).await;
        whatsapp.says(Event::LinkFailed { reason: WhyNot::Network }).await;
        let mut news = sessions.watch(&broken.number);
        let seen = async {
            while broken.attempt().await.state.is_open() {
                news.changed().await.expect("the sessions are open");
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("it happens");
        broken.page().await.is(200).says("We could not reach WhatsApp");
        sessions.shutdown().await;
    }
}
