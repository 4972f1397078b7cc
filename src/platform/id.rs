//! Identifiers: a prefix that says what it names, and a UUIDv7, so that they sort by time and read well in logs.

use super::{Random, Timestamp};

/// `id("msg", ..)` gives `msg_019a2b…` (32 hex digits, RFC 9562 §5.7).
#[must_use]
pub fn id(prefix: &str, now: Timestamp, random: &dyn Random) -> String {
    let milliseconds = u64::try_from(now.0).unwrap_or_default();
    let uuid = uuid::Builder::from_unix_timestamp_millis(milliseconds, &random.bytes::<10>()).into_uuid();
    format!("{prefix}_{}", uuid.simple())
}
