//! Handles of ours in other people's hands.

/// A handle that came in the query and may go back into an address of ours: only our own alphabet, and short.
#[must_use]
pub fn plain_handle(text: &str) -> Option<&str> {
    let ours = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (ours && (1..=100).contains(&text.len())).then_some(text)
}
