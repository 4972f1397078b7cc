//! Requests, grants, codes and tokens in the database.

pub(super) mod connected;
pub(super) mod grant;
pub(super) mod policy;
pub(super) mod request;
pub(super) mod token;
