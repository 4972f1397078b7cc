//! The bytes behind messages. They take room, so the oldest go first: whoever asks for those is told that they are gone.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::rules::MAX_FILES_BYTES;

/// Files by the id of their message, [`MAX_FILES_BYTES`] in all.
#[derive(Debug, Default)]
pub(super) struct Files {
    kept: HashMap<String, Arc<[u8]>>,
    /// Oldest first.
    order: VecDeque<String>,
    bytes: usize,
}

impl Files {
    pub fn keep(&mut self, message_id: &str, file: Vec<u8>) {
        if file.is_empty() {
            return;
        }
        self.bytes += file.len();
        self.kept.insert(message_id.to_owned(), file.into());
        self.order.push_back(message_id.to_owned());
        while self.bytes > MAX_FILES_BYTES
            && let Some(oldest) = self.order.front().cloned()
        {
            self.remove(&oldest);
        }
    }

    pub fn get(&self, message_id: &str) -> Option<Arc<[u8]>> {
        self.kept.get(message_id).map(Arc::clone)
    }

    pub fn remove(&mut self, message_id: &str) {
        if let Some(file) = self.kept.remove(message_id) {
            self.bytes -= file.len();
            self.order.retain(|other| other != message_id);
        }
    }
}
