//! Facts, endpoints, what they have yet to be told, and what came of it, in the database.

pub(super) mod attempts;
pub(super) mod endpoints;
pub(super) mod hearers;
pub(super) mod lanes;
pub(super) mod outbox;
