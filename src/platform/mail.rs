//! Mails are saved with the change that causes them and sent by a job: a crash between the two loses nothing.

use std::sync::Arc;

use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport as _, Message, Tokio1Executor};

use super::db::Tx;
use super::jobs::{Job, Progress};
use super::{Env, Timestamp};
use crate::on;

pub const JOB: &str = "mail";

/// A mail is tried this often, ten minutes apart, before it is given up.
const ATTEMPTS_MAX: i64 = 6;
const LEASE_S: i64 = 600;
const BATCH: i64 = 20;

/// A plain-text mail to one person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Mail {
    pub id: String,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: Timestamp,
}

/// Saves a mail in the transaction of the change it tells about. Ring the bell [`JOB`] after the commit.
pub async fn save(tx: &mut Tx, mail: &Mail) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into mail (id, recipient, subject, body, created_at, due_at) values ($1, $2, $3, $4, $5, $5)")
        .bind(&mail.id).bind(&mail.recipient).bind(&mail.subject).bind(&mail.body).bind(mail.created_at)
        .execute(connection).await.map(drop))
}

/// The newest mails, for the demo's mail page.
pub async fn newest(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<Mail>> {
    on!(tx, connection => sqlx::query_as(
        "select id, recipient, subject, body, created_at from mail order by created_at desc, id desc limit $1")
        .bind(limit).fetch_all(connection).await)
}

async fn lease_due(tx: &mut Tx, now: Timestamp) -> sqlx::Result<Vec<Mail>> {
    const SQLITE: &str = "update mail set due_at = $1 + $2, attempts = attempts + 1 where id in
        (select id from mail where sent_at is null and attempts < $3 and due_at <= $1 order by due_at limit $4)
        returning id, recipient, subject, body, created_at";
    const POSTGRES: &str = "update mail set due_at = $1 + $2, attempts = attempts + 1 where id in
        (select id from mail where sent_at is null and attempts < $3 and due_at <= $1 order by due_at limit $4
         for update skip locked)
        returning id, recipient, subject, body, created_at";
    let sql = if matches!(tx, Tx::Sqlite(_)) { SQLITE } else { POSTGRES };
    on!(tx, connection => sqlx::query_as(sql)
        .bind(now).bind(LEASE_S * 1000).bind(ATTEMPTS_MAX).bind(BATCH).fetch_all(connection).await)
}

async fn mark_sent(tx: &mut Tx, id: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update mail set sent_at = $2 where id = $1")
        .bind(id).bind(now).execute(connection).await.map(drop))
}

/// Where mails go.
#[derive(Clone)]
pub enum Post {
    Smtp {
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        from: Mailbox,
    },
    /// Nowhere: they stay in the table, and the demo shows them on a page.
    Kept,
}

impl Post {
    /// `smtps://user:password@host` or `smtp://host?tls=required`; empty keeps mails in the table.
    pub fn from_settings(smtp_url: &str, from: &str) -> anyhow::Result<Self> {
        if smtp_url.is_empty() {
            return Ok(Self::Kept);
        }
        let transport = Box::new(AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url)?.build());
        Ok(Self::Smtp { transport, from: from.parse()? })
    }

    async fn deliver(&self, mail: &Mail) -> anyhow::Result<()> {
        let Self::Smtp { transport, from } = self else { return Ok(()) };
        let message = Message::builder()
            .from(from.clone())
            .to(mail.recipient.parse()?)
            .subject(&mail.subject)
            .body(mail.body.clone())?;
        transport.send(message).await?;
        Ok(())
    }
}

/// The job that sends what is due.
#[must_use]
pub fn job(env: &Env, post: Post) -> Job {
    let (env, post) = (env.clone(), Arc::new(post));
    Job::new(JOB, 60, move || {
        let (env, post) = (env.clone(), Arc::clone(&post));
        async move { deliver_due(&env, &post).await }
    })
}

async fn deliver_due(env: &Env, post: &Post) -> anyhow::Result<Progress> {
    let now = env.now();
    let due = env.db.write(move |tx| Box::pin(lease_due(tx, now))).await?;
    if due.is_empty() {
        return Ok(Progress::Idle);
    }
    for mail in due {
        match post.deliver(&mail).await {
            Ok(()) => {
                let now = env.now();
                env.db.write(move |tx| Box::pin(async move { mark_sent(tx, &mail.id, now).await })).await?;
            }
            // The lease runs out and the mail is tried again.
            Err(error) => tracing::warn!(mail = mail.id, error = format!("{error:#}"), "a mail could not be sent"),
        }
    }
    Ok(Progress::More)
}
