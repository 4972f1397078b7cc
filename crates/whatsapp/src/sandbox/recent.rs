//! A map that forgets its oldest entries, so that a simulated phone cannot grow for ever.

use std::collections::{HashMap, VecDeque};

use super::rules::MAX_REMEMBERED;

/// The last [`MAX_REMEMBERED`] entries, by key.
#[derive(Debug)]
pub(super) struct Recent<V> {
    values: HashMap<String, V>,
    order: VecDeque<String>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { values: HashMap::new(), order: VecDeque::new() }
    }
}

impl<V> Recent<V> {
    /// False when the key was there already; then its value is replaced and its age stays.
    pub fn insert(&mut self, key: String, value: V) -> bool {
        if self.values.insert(key.clone(), value).is_some() {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > MAX_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
        }
        true
    }

    pub fn get(&self, key: &str) -> Option<&V> {
        self.values.get(key)
    }

    /// The key under which a value lies.
    pub fn key_of<T: ?Sized>(&self, value: &T) -> Option<&str>
    where
        V: PartialEq<T>,
    {
        self.values.iter().find(|(_, kept)| *kept == value).map(|(key, _)| key.as_str())
    }

    pub fn contains(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }
}
