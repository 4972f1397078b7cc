//! Polls: what is needed to read the votes on one. Votes name options by their hash, and are sealed with a secret that came
//! with the poll.

use serde::{Deserialize, Serialize};
use whatsapp_rust::wacore::poll::{PollVoteCiphertext, compute_option_hash, decrypt_poll_vote_with_secret};
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::waproto::whatsapp::message::{PollEncValue, PollUpdateMessage};
use whatsapp_rust::{Client, Jid};

use super::compose::Secret;
use super::line::Line;
use super::reading;
use crate::{KeyChange, Poll, SessionError};

/// By WhatsApp's id of the poll.
pub(super) const POLL: &str = "poll";

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    secret: Vec<u8>,
    options: Vec<String>,
    /// Who made it, by number and by hidden number, as far as known: voters seal for one of them.
    makers: Vec<String>,
}

impl Kept {
    fn change(&self, wa_id: &str, now_s: i64) -> Option<KeyChange> {
        let value = serde_json::to_vec(self).ok()?;
        Some(KeyChange::Put { kind: POLL, key: wa_id.to_owned(), value, moment_s: Some(now_s) })
    }
}

async fn kept(line: &Line, wa_id: &str) -> Result<Option<Kept>, SessionError> {
    let kept = line.store.get(POLL, wa_id).await?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// The secret of a poll of ours. One that was handed over before keeps its secret: it may have arrived.
pub(super) async fn secret(line: &Line, wa_id: &str) -> Result<Secret, SessionError> {
    if let Some(secret) = kept(line, wa_id).await?.and_then(|kept| kept.secret.try_into().ok()) {
        return Ok(secret);
    }
    let mut secret = Secret::default();
    line.shared.surroundings.fill_random(&mut secret);
    Ok(secret)
}

/// Remembers a poll of ours.
pub(super) fn ours(client: &Client, wa_id: &str, poll: &Poll, secret: Secret, now_s: i64) -> Option<KeyChange> {
    let makers = [client.pn(), client.lid()].into_iter().flatten();
    let makers = makers.map(|jid| jid.to_non_ad_string()).collect();
    Kept { secret: secret.to_vec(), options: poll.options.clone(), makers }.change(wa_id, now_s)
}

/// Remembers a poll that came in, if the message makes one.
pub(super) fn theirs(wa_id: &str, message: &wa::Message, makers: &[&Jid], now_s: i64) -> Option<KeyChange> {
    let poll = reading::poll(reading::unwrapped(message))?;
    let makers = makers.iter().map(|jid| jid.to_non_ad_string()).collect();
    let secret = reading::secret(message)?.to_vec();
    Kept { secret, options: reading::options(poll), makers }.change(wa_id, now_s)
}

/// WhatsApp's id of the poll and what was chosen. Nothing when the poll is not known or the vote does not open.
pub(super) async fn choice(
    line: &Line,
    update: &PollUpdateMessage,
    voters: &[&Jid],
) -> Result<Option<(String, Vec<String>)>, SessionError> {
    let wa_id = update.poll_creation_message_key.as_option().and_then(|key| key.id.clone());
    let (Some(wa_id), Some(vote)) = (wa_id, update.vote.as_option()) else { return Ok(None) };
    let Some(poll) = kept(line, &wa_id).await? else { return Ok(None) };
    let Some(hashes) = opened(&poll, &wa_id, vote, voters) else { return Ok(None) };
    let is_chosen = |option: &String| hashes.iter().any(|hash| hash[..] == compute_option_hash(option)[..]);
    Ok(Some((wa_id, poll.options.into_iter().filter(is_chosen).collect())))
}

/// The hashes of what was chosen. Which of their addresses maker and voter were known by is found by trying.
fn opened(poll: &Kept, wa_id: &str, vote: &PollEncValue, voters: &[&Jid]) -> Option<Vec<Vec<u8>>> {
    let sealed = PollVoteCiphertext { enc_payload: vote.enc_payload.as_deref()?, enc_iv: vote.enc_iv.as_deref()? };
    voters.iter().map(|voter| voter.to_non_ad_string()).find_map(|voter| {
        let mut tries = poll.makers.iter();
        tries.find_map(|maker| decrypt_poll_vote_with_secret(sealed, &poll.secret, wa_id, maker, &voter).ok())
    })
}
