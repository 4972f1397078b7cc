//! Groups, and who takes part in a chat.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{self, Outcome};
use super::view::PhoneError;
use super::world::World;
use crate::{Chat, Group};

/// Groups by id, at most [`rules::MAX_GROUPS`].
#[derive(Debug, Default)]
pub(super) struct Groups(BTreeMap<String, Circle>);

#[derive(Debug)]
struct Circle {
    subject: String,
    members: BTreeSet<String>,
    /// Last use, to know which one may be forgotten when there are too many.
    used_at_ms: i64,
}

impl Groups {
    pub fn subject(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|circle| circle.subject.as_str())
    }

    /// The groups that a number is in.
    pub fn of(&self, number: &str) -> Vec<Group> {
        let own = self.0.iter().filter(|(_, circle)| circle.members.contains(number));
        own.map(|(id, circle)| Group {
            id: id.clone(),
            subject: circle.subject.clone(),
            members: u32::try_from(circle.members.len()).unwrap_or(u32::MAX),
        })
        .collect()
    }

    /// Notes that a number uses a group; it must be in it.
    pub fn enter(&mut self, id: &str, number: &str, now_ms: i64) -> Result<(), PhoneError> {
        let circle = self.0.get_mut(id).filter(|circle| circle.members.contains(number));
        circle.ok_or(PhoneError::NoSuchGroup)?.used_at_ms = now_ms;
        Ok(())
    }

    /// The others in a group; nobody when the number is not in it.
    fn others(&self, id: &str, number: &str) -> Vec<String> {
        let circle = self.0.get(id).filter(|circle| circle.members.contains(number));
        let members = circle.into_iter().flat_map(|circle| &circle.members);
        members.filter(|member| *member != number).cloned().collect()
    }

    fn add(&mut self, id: String, circle: Circle) {
        if self.0.len() >= rules::MAX_GROUPS {
            let idlest = self.0.iter().min_by_key(|(_, circle)| circle.used_at_ms).map(|(id, _)| id.clone());
            idlest.and_then(|id| self.0.remove(&id));
        }
        self.0.insert(id, circle);
    }
}

impl World {
    /// A phone's holder makes a group. Members get phones by themselves.
    pub fn make_group(
        &mut self,
        number: &str,
        subject: &str,
        members: &BTreeSet<String>,
        id: String,
        now_ms: i64,
    ) -> Result<(), PhoneError> {
        let phone = self.online_phone(number)?;
        phone.used_at_ms = now_ms;
        let _kept = phone.version.subscribe();
        let mut members = members.clone();
        members.insert(number.to_owned());
        let is_named = !subject.trim().is_empty() && subject.chars().count() <= rules::MAX_SUBJECT_CHARS;
        if !is_named || !(2..=rules::MAX_MEMBERS).contains(&members.len()) {
            return Err(PhoneError::BadGroup);
        }
        if !members.iter().all(|member| rules::is_plausible(member)) {
            return Err(PhoneError::BadNumber);
        }
        if members.iter().any(|member| rules::outcome_for(member) == Outcome::NotOnWhatsapp) {
            return Err(PhoneError::NotOnWhatsapp);
        }
        for member in &members {
            self.phone_or_new(member, None, now_ms)?.changed();
        }
        self.groups.add(id, Circle { subject: subject.to_owned(), members, used_at_ms: now_ms });
        Ok(())
    }

    /// Who else takes part in a chat of `number`.
    pub fn others(&self, chat: &Chat, number: &str) -> Vec<String> {
        match chat {
            Chat::Person(other) if other == number => Vec::new(),
            Chat::Person(other) => vec![other.clone()],
            Chat::Group(id) => self.groups.others(id, number),
        }
    }
}

/// The same chat as others see it that take part in it.
pub(super) fn seen_by_others(chat: &Chat, number: &str) -> Chat {
    match chat {
        Chat::Person(_) => Chat::Person(number.to_owned()),
        Chat::Group(_) => chat.clone(),
    }
}
