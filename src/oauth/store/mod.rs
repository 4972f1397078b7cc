//! The room's tables.

pub(super) mod grant;
pub(super) mod request;
