//! Who has an account, and how they show themselves; and the files that an account may have.

use std::sync::Arc;

use super::rules::{self, Outcome};
use super::view::PhoneError;
use super::world::{LineId, World};
use crate::{Chat, DownloadFailure, Event, Group, Picture, SendFailure};

impl World {
    /// A phone's holder takes another name. Linked sessions are told.
    pub fn rename(&mut self, number: &str, profile_name: &str) -> Result<(), PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        if phone.profile_name == profile_name {
            return Ok(());
        }
        phone.profile_name = profile_name.to_owned();
        phone.changed();
        for link in self.links(number, None) {
            self.tell(&link, Event::Renamed { profile_name: profile_name.to_owned() });
        }
        Ok(())
    }

    pub fn set_picture(&mut self, number: &str, picture: Option<Picture>) -> Result<(), PhoneError> {
        let phone = self.online_phone(number)?;
        phone.picture = picture;
        phone.changed();
        Ok(())
    }

    pub fn are_on_whatsapp(&self, id: LineId, phones: &[String]) -> Result<Vec<bool>, SendFailure> {
        self.link_of(id)?;
        Ok(phones.iter().map(|number| rules::outcome_for(number) != Outcome::NotOnWhatsapp).collect())
    }

    /// Groups have none here.
    pub fn picture(&self, id: LineId, of: &Chat) -> Result<Option<Picture>, SendFailure> {
        self.link_of(id)?;
        match of {
            Chat::Person(number) => Ok(self.phones.get(number).and_then(|phone| phone.picture.clone())),
            Chat::Group(_) => Ok(None),
        }
    }

    pub fn groups_of_line(&self, id: LineId) -> Result<Vec<Group>, SendFailure> {
        Ok(self.groups.of(&self.link_of(id)?.number))
    }

    pub fn download(&self, id: LineId, message_id: &str) -> Result<Arc<[u8]>, DownloadFailure> {
        let number = self.link_of(id)?.number;
        self.file(&number, message_id).ok_or(DownloadFailure::Gone)
    }

    /// The bytes of a file in a chat of this number.
    pub fn file(&self, number: &str, message_id: &str) -> Option<Arc<[u8]>> {
        self.phones.get(number)?.message(message_id)?;
        self.files.get(message_id)
    }
}
