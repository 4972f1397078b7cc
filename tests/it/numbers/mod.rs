//! Linking numbers to workspaces, and what becomes of the links.

mod api;
mod calling;
mod country;
mod ending;
mod failing;
mod keys;
mod linking;
mod passkey;
mod phone;
mod restarting;
mod retrying;
mod rights;
mod sandbox;
mod scripted;
mod streaming;
pub mod told;

use std::time::Duration;

use grantline::numbers::{self, Attempt, LinkState, Number};
use grantline::on;
use serde_json::Value;

use crate::actors::{Answer, Browser, Person};
use crate::world::World;
pub use phone::SandboxPhone;

pub const PHONE: &str = "+44 7700 900123";
pub const DIGITS: &str = "447700900123";

/// A signed-in person in one workspace.
pub struct Member<'w> {
    pub world: &'w World,
    pub person: Person<'w>,
    pub workspace: String,
}

impl<'w> Member<'w> {
    /// The owner of a workspace of their own.
    pub async fn owns_a_workspace(world: &'w World, name: &str) -> Self {
        let person = world.person(name).await;
        let mut tx = world.env().db.read().await.expect("a connection");
        let workspace: String = on!(&mut tx, connection => sqlx::query_scalar(
            "select member.workspace_id from member join person on person.id = member.person_id where person.email = $1")
            .bind(&person.email).fetch_one(connection).await)
        .expect("a workspace");
        Self { world, person, workspace }
    }

    /// The address of a page of the workspace's numbers.
    pub fn at(&self, path: &str) -> String {
        format!("/w/{}/numbers{path}", self.workspace)
    }

    pub async fn opens(&self, path: &str) -> Answer {
        self.person.browser.opens(&self.at(path)).await
    }

    pub async fn asks_to_link(&self, phone: &str) -> Answer {
        self.person.browser.fills(&self.at("/link"), &self.at("/link"), &[("phone", phone)]).await
    }

    /// Types a phone number and gets to the page with the code.
    pub async fn starts_linking(&self, phone: &str) -> Link<'_, 'w> {
        let answer = self.asks_to_link(phone).await.is(303);
        Link::of(self, attempt_of(&answer)).await
    }

    /// The whole way, by code.
    pub async fn links(&self, phone: &str) -> Link<'_, 'w> {
        self.links_held_by(phone, &self.person.browser).await
    }

    /// The same, with the phone in somebody else's hand.
    pub async fn links_held_by(&self, phone: &str, browser: &Browser<'w>) -> Link<'_, 'w> {
        let link = self.starts_linking(phone).await;
        let holder = SandboxPhone::new(browser, &link.digits);
        holder.types(&link.code().await).await.is(303);
        holder.presses_link().await.is(303);
        link.until_ended().await;
        link.page().await.is(200).says("is linked");
        link
    }

    pub async fn number(&self, id: &str) -> Number {
        numbers::number(self.world.env(), &self.workspace, id).await.expect("readable").expect("it is there")
    }

    /// What others were told, oldest first and then by kind: kind and data.
    pub async fn facts(&self) -> Vec<(String, Value)> {
        let mut tx = self.world.env().db.read().await.expect("a connection");
        let rows: Vec<(String, String)> = on!(&mut tx, connection => sqlx::query_as(
            "select kind, data from event where subject = $1 order by created_at, kind")
            .bind(&self.workspace).fetch_all(connection).await)
        .expect("readable");
        rows.into_iter().map(|(kind, data)| (kind, serde_json::from_str(&data).expect("JSON"))).collect()
    }

    pub async fn kinds_of_facts(&self) -> Vec<String> {
        self.facts().await.into_iter().map(|(kind, _)| kind).collect()
    }

    /// The record of the workspace without its beginning, oldest first: action, actor's kind and detail.
    pub async fn record(&self) -> Vec<(String, String, String)> {
        let mut tx = self.world.env().db.read().await.expect("a connection");
        on!(&mut tx, connection => sqlx::query_as(
            "select action, actor_kind, detail from audit_entry where workspace_id = $1 and target_kind = 'number' order by seq")
            .bind(&self.workspace).fetch_all(connection).await)
        .expect("readable")
    }

    pub async fn attempts(&self) -> i64 {
        let mut tx = self.world.env().db.read().await.expect("a connection");
        on!(&mut tx, connection => sqlx::query_scalar("select count(*) from link_attempt where workspace_id = $1")
            .bind(&self.workspace).fetch_one(connection).await)
        .expect("readable")
    }

    /// Everything that lies in the rows of the workspace's link attempts, as one text.
    pub async fn attempt_rows(&self) -> String {
        type Row = (String, Option<String>, Option<String>, Option<i64>, Option<i64>);
        let mut tx = self.world.env().db.read().await.expect("a connection");
        let rows: Vec<Row> = on!(&mut tx, connection => sqlx::query_as(
            "select state, code, qr, code_expires_at, qr_expires_at from link_attempt where workspace_id = $1 order by id")
            .bind(&self.workspace).fetch_all(connection).await)
        .expect("readable");
        format!("{rows:?}")
    }
}

/// Subjects and bodies of the mails to one address, oldest first.
pub async fn mails_to(world: &World, email: &str) -> Vec<(String, String)> {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_as("select subject, body from mail where recipient = $1 order by created_at, subject desc")
        .bind(email).fetch_all(connection).await)
    .expect("readable")
}

/// The attempt to whose page an answer leads.
pub fn attempt_of(answer: &Answer) -> String {
    let page = answer.location().split('?').next().unwrap_or_default();
    page.rsplit('/').next().expect("an id").to_owned()
}

/// A link attempt and its page.
pub struct Link<'m, 'w> {
    pub member: &'m Member<'w>,
    pub id: String,
    pub number: String,
    pub digits: String,
}

impl<'m, 'w> Link<'m, 'w> {
    pub async fn of(member: &'m Member<'w>, id: String) -> Self {
        let env = member.world.env();
        let attempt = numbers::link_attempt(env, &member.workspace, &id).await.expect("readable").expect("it is there");
        Self { member, id, number: attempt.number_id, digits: attempt.phone.digits().to_owned() }
    }

    pub fn path(&self) -> String {
        format!("/links/{}", self.id)
    }

    pub async fn page(&self) -> Answer {
        self.member.opens(&self.path()).await
    }

    pub async fn qr_page(&self) -> Answer {
        self.member.opens(&format!("{}?method=qr", self.path())).await
    }

    /// The code as the page shows it.
    pub async fn code(&self) -> String {
        code_on(&self.page().await.is(200).body).expect("the page shows a code")
    }

    /// What the QR code on the page says.
    pub async fn qr(&self) -> String {
        qr_on(&self.qr_page().await.is(200).body).expect("the page shows a QR code")
    }

    pub async fn posts(&self, action: &str) -> Answer {
        let (page, action) = (self.member.at(&self.path()), self.member.at(&format!("{}/{action}", self.path())));
        self.member.person.browser.fills(&page, &action, &[]).await
    }

    /// The simulated phone of this very number, in the hand of the member.
    pub fn phone(&self) -> SandboxPhone<'_, 'w> {
        SandboxPhone::new(&self.member.person.browser, &self.digits)
    }

    pub async fn attempt(&self) -> Attempt {
        let env = self.member.world.env();
        let found = numbers::link_attempt(env, &self.member.workspace, &self.id).await;
        found.expect("readable").expect("it is there")
    }

    pub async fn until_ended(&self) {
        self.until(|attempt| !attempt.state.is_open()).await;
    }

    pub async fn until(&self, holds: impl Fn(&Attempt) -> bool) {
        happens(self.member.world, &self.number, async || holds(&self.attempt().await)).await;
    }

    /// Waits for the number's own state.
    pub async fn until_number(&self, state: &str) {
        let is = async || self.member.number(&self.number).await.state.name() == state;
        happens(self.member.world, &self.number, is).await;
    }

    pub async fn state(&self) -> LinkState {
        self.attempt().await.state
    }
}

/// Waits for the thing itself: looks again whenever something happened to the number. The bound only ends a test that would
/// hang.
pub async fn happens(world: &World, number_id: &str, holds: impl AsyncFn() -> bool) {
    let mut news = world.app.sessions.watch(number_id);
    let seen = async {
        loop {
            news.borrow_and_update();
            if holds().await {
                return;
            }
            news.changed().await.expect("the sessions are open");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it happens");
}

pub fn code_on(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("id=\"pair-code\" data-value=\"")?;
    rest.split_once('"').map(|(code, _)| code.to_owned())
}

pub fn qr_on(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<code id=\"qr-content\" dir=\"ltr\">")?;
    rest.split_once('<').map(|(payload, _)| payload.to_owned())
}
