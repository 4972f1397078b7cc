//! What an entry holds, and how entries are bound to each other.

use crate::platform::Timestamp;
use crate::platform::secret::fingerprint;

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person: id and name.
    Person { id: String, name: String },
    /// An app: the id of its grant, or its own where it acts under none, and its name.
    App { id: String, name: String },
    /// The person who runs this server, at its command line.
    Operator,
    /// Grantline itself: an expiry, a job, something that WhatsApp told.
    System,
    /// Somebody who has not proved who they are.
    Stranger,
}

impl Actor {
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person { .. } => "person",
            Self::App { .. } => "app",
            Self::Operator => "operator",
            Self::System => "system",
            Self::Stranger => "stranger",
        }
    }

    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Person { id, .. } | Self::App { id, .. } => id,
            Self::Operator | Self::System | Self::Stranger => "",
        }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::App { name, .. } => name,
            Self::Operator | Self::System | Self::Stranger => "",
        }
    }
}

/// Who decided, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub actor: Actor,
    /// The network address; empty for jobs.
    pub address: String,
    /// The request in which it happened; empty for jobs.
    pub request_id: String,
}

impl Who {
    /// Grantline itself.
    #[must_use]
    pub fn system() -> Self {
        Self { actor: Actor::System, address: String::new(), request_id: String::new() }
    }

    /// The person at the command line.
    #[must_use]
    pub fn operator() -> Self {
        Self { actor: Actor::Operator, address: String::new(), request_id: String::new() }
    }
}

/// A decision: `grant.created` on `grant` `gr_…`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `None` for the system's own chain.
    pub workspace_id: Option<String>,
    /// `thing.verb-in-the-past`, such as `grant.revoked`. Its words are `audit-<action>` with dashes for dots.
    pub action: &'static str,
    pub target_kind: &'static str,
    pub target_id: String,
    /// What else matters, as a flat JSON object. Never a secret, never the text of a message.
    pub detail: serde_json::Value,
}

/// An entry as it stands in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The chain: a workspace's id, or [`SYSTEM`](super::SYSTEM).
    pub workspace_id: String,
    /// Its place, from 1 on without a gap.
    pub seq: i64,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    pub address: String,
    pub request_id: String,
    pub action: String,
    pub target_kind: String,
    pub target_id: String,
    /// A flat JSON object.
    pub detail: String,
    /// Of the entry before it; empty for the first one.
    pub previous_hash: String,
    pub hash: String,
}

impl Recorded {
    /// The next entry of a chain whose last one has the hash `previous_hash`.
    pub(super) fn next(entry: &Entry, who: &Who, at: Timestamp, seq: i64, previous_hash: String) -> Self {
        let mut next = Self {
            workspace_id: entry.workspace_id.as_deref().unwrap_or(super::SYSTEM).to_owned(),
            seq,
            at,
            actor_kind: who.actor.kind().to_owned(),
            actor_id: who.actor.id().to_owned(),
            actor_name: who.actor.name().to_owned(),
            address: who.address.clone(),
            request_id: who.request_id.clone(),
            action: entry.action.to_owned(),
            target_kind: entry.target_kind.to_owned(),
            target_id: entry.target_id.clone(),
            detail: entry.detail.to_string(),
            previous_hash,
            hash: String::new(),
        };
        next.hash = next.right_hash();
        next
    }

    /// The hash that belongs to the entry: it covers every column and the hash before it, so that a changed or missing
    /// entry shows.
    fn right_hash(&self) -> String {
        let covered = serde_json::json!([
            self.previous_hash,
            self.workspace_id,
            self.seq,
            self.at.0,
            self.actor_kind,
            self.actor_id,
            self.actor_name,
            self.address,
            self.request_id,
            self.action,
            self.target_kind,
            self.target_id,
            self.detail,
        ]);
        fingerprint(&covered.to_string())
    }
}

/// What became of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry is as it was written, and none is missing.
    Intact { entries: i64 },
    /// The first place at which something is wrong.
    Broken { seq: i64, fault: Fault },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The entry is not the one that was written.
    Changed,
    /// The entry is gone.
    Missing,
    /// The entry does not follow the one before it: entries were put in, taken out or moved, and numbered anew.
    OutOfOrder,
}

/// Walks along a chain from its first entry.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) seq: i64,
    pub(super) hash: String,
}

impl Walk {
    /// One step: the entry is the next one, and unchanged.
    pub(super) fn step(&mut self, entry: &Recorded) -> Result<(), (i64, Fault)> {
        let expected = self.seq + 1;
        if entry.seq != expected {
            return Err((expected, Fault::Missing));
        }
        if entry.right_hash() != entry.hash {
            return Err((expected, Fault::Changed));
        }
        if entry.previous_hash != self.hash {
            return Err((expected, Fault::OutOfOrder));
        }
        self.seq = entry.seq;
        self.hash.clone_from(&entry.hash);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Recorded> {
        let who = Who::operator();
        let mut chain: Vec<Recorded> = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let entry = Entry {
                workspace_id: Some(String::from("ws_1")),
                action: "workspace.renamed",
                target_kind: "workspace",
                target_id: String::from("ws_1"),
                detail: serde_json::json!({ "name": name }),
            };
            let (seq, hash) = chain.last().map_or((0, String::new()), |last| (last.seq, last.hash.clone()));
            chain.push(Recorded::next(&entry, &who, Timestamp(seq), seq + 1, hash));
        }
        chain
    }

    fn walk(chain: &[Recorded]) -> Result<(), (i64, Fault)> {
        let mut walk = Walk::default();
        chain.iter().try_for_each(|entry| walk.step(entry))
    }

    #[test]
    fn a_chain_as_it_was_written_is_intact() {
        assert_eq!(walk(&chain()), Ok(()));
    }

    #[test]
    fn every_column_is_covered() {
        let changes: [fn(&mut Recorded); 12] = [
            |entry| entry.workspace_id.push('x'),
            |entry| entry.at = Timestamp(99),
            |entry| entry.actor_kind.push('x'),
            |entry| entry.actor_id.push('x'),
            |entry| entry.actor_name.push('x'),
            |entry| entry.address.push('x'),
            |entry| entry.request_id.push('x'),
            |entry| entry.action.push('x'),
            |entry| entry.target_kind.push('x'),
            |entry| entry.target_id.push('x'),
            |entry| entry.detail.push(' '),
            |entry| entry.previous_hash.push('x'),
        ];
        for change in changes {
            let mut chain = chain();
            change(&mut chain[1]);
            assert_eq!(walk(&chain), Err((2, Fault::Changed)));
        }
    }

    #[test]
    fn a_removed_moved_or_forged_entry_shows() {
        let mut removed = chain();
        removed.remove(1);
        assert_eq!(walk(&removed), Err((2, Fault::Missing)));
        let mut moved = chain();
        moved.swap(1, 2);
        assert_eq!(walk(&moved), Err((2, Fault::Missing)));
        let mut renumbered = chain();
        renumbered.remove(1);
        for (entry, seq) in renumbered.iter_mut().zip(1..) {
            entry.seq = seq;
            entry.hash = entry.right_hash();
        }
        assert_eq!(walk(&renumbered), Err((2, Fault::OutOfOrder)));
    }
}
