//! Requests, grants, codes and tokens in the database.

pub(super) mod connected;
pub(super) mod token;
