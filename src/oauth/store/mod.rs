//! Requests, grants, codes and tokens in the database, and the use that was made of them.

pub(super) mod connected;
pub(super) mod grant;
pub(super) mod policy;
pub(super) mod request;
pub(super) mod token;
pub(super) mod usage;
