//! Mails are saved with the change that causes them and sent by a job: a crash between the two loses nothing.
//!
//! Some hold a link that works for whoever has it. So a mail loses its text when it is sent, and its row some days later.

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

/// How long a mail that was sent or given up can still be found: as long as an invitation is open by default, so that
/// "I never got it" can be looked into, and whoever runs without a mail server can pass a link on by hand.
const REMEMBERED_S: i64 = 7 * 24 * 3600;
const CLEANING_EVERY_S: i64 = 3600;
/// Rows a cleaning takes away at once: no other write waits long for it.
const CLEANING_BATCH: i64 = 200;

/// A plain-text mail to one person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Mail {
    pub id: String,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: Timestamp,
}

/// Saves a mail in the transaction of the change it tells about; it leaves after the commit.
pub async fn save(tx: &mut Tx, mail: &Mail) -> sqlx::Result<()> {
    tx.ring(JOB);
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
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    on!(tx, connection => sqlx::query_as(sql)
        .bind(now).bind(LEASE_S * 1000).bind(ATTEMPTS_MAX).bind(BATCH).fetch_all(connection).await)
}

/// Without `keeps_text` nothing but the fact is left: who got the mail has its text.
async fn mark_sent(tx: &mut Tx, id: &str, now: Timestamp, keeps_text: bool) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update mail set sent_at = $2, body = case when $3 then body else '' end where id = $1")
        .bind(id).bind(now).bind(keeps_text).execute(connection).await.map(drop))
}

/// Takes away mails that were sent, or tried for the last time, before `before`.
async fn delete_settled(tx: &mut Tx, before: Timestamp) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from mail where id in (select id from mail
         where sent_at < $1 or (sent_at is null and attempts >= $2 and due_at < $1) limit $3)")
        .bind(before).bind(ATTEMPTS_MAX).bind(CLEANING_BATCH)
        .execute(connection).await.map(|done| done.rows_affected()))
}

/// Where mails go.
#[derive(Clone)]
pub enum Post {
    Smtp {
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        from: Mailbox,
    },
    /// Nowhere: they stay in the table, text and all, until they are taken away. The demo shows them on a page.
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

/// The jobs that send what is due and take away what is settled.
#[must_use]
pub fn jobs(env: &Env, post: Post) -> Vec<Job> {
    let (sending, cleaning, post) = (env.clone(), env.clone(), Arc::new(post));
    let send = Job::new(JOB, 60, move || {
        let (env, post) = (sending.clone(), Arc::clone(&post));
        async move { deliver_due(&env, &post).await }
    });
    let clean = Job::new("mail cleaning", CLEANING_EVERY_S, move || {
        let env = cleaning.clone();
        async move { clean(&env).await }
    });
    vec![send, clean]
}

async fn clean(env: &Env) -> anyhow::Result<Progress> {
    let before = env.now().plus_s(-REMEMBERED_S);
    let gone = env.db.write(move |tx| Box::pin(delete_settled(tx, before))).await?;
    Ok(if gone == CLEANING_BATCH.unsigned_abs() { Progress::More } else { Progress::Idle })
}

async fn deliver_due(env: &Env, post: &Post) -> anyhow::Result<Progress> {
    let now = env.now();
    let due = env.db.write(move |tx| Box::pin(lease_due(tx, now))).await?;
    if due.is_empty() {
        return Ok(Progress::Idle);
    }
    let keeps_text = matches!(post, Post::Kept);
    for mail in due {
        match post.deliver(&mail).await {
            Ok(()) => {
                let now = env.now();
                env.db.write(move |tx| Box::pin(async move { mark_sent(tx, &mail.id, now, keeps_text).await })).await?;
            }
            // The lease runs out and the mail is tried again.
            Err(error) => tracing::warn!(mail = mail.id, error = format!("{error:#}"), "a mail could not be sent"),
        }
    }
    Ok(Progress::More)
}
