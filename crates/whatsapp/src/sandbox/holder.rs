//! What the holder of a simulated phone can do.

use std::sync::Arc;

use super::changes::Change;
use super::post::Draft;
use super::view::{DeviceView, LinkPrompt, PhoneError};
use super::{Sandbox, rules};
use crate::{Chat, Content, MAX_NAME_CHARS, Picture};

/// An offline phone can only read what it has, and come online.
impl Sandbox {
    /// Types a link code, in any case, with or without a dash. The right one opens the question "Link this device?"; a wrong
    /// one makes WhatsApp ask for another code.
    pub fn type_code(&self, number: &str, code: &str) -> Result<LinkPrompt, PhoneError> {
        let now_ms = self.now_ms();
        let draw = self.shared.draw();
        self.shared.world().type_code(&rules::digits_of(number), code, &draw, now_ms)
    }

    /// Scans a QR code. A current one opens the question "Link this device?".
    pub fn scan_qr(&self, number: &str, payload: &str) -> Result<LinkPrompt, PhoneError> {
        let now_ms = self.now_ms();
        self.shared.world().scan_qr(&rules::digits_of(number), payload.trim(), now_ms)
    }

    /// Presses "Link".
    pub fn confirm_link(&self, number: &str) -> Result<DeviceView, PhoneError> {
        let now_ms = self.now_ms();
        let device_id = self.shared.random_hex();
        self.shared.world().confirm(&rules::digits_of(number), &device_id, now_ms)
    }

    /// Presses "Cancel".
    pub fn refuse_link(&self, number: &str) -> Result<(), PhoneError> {
        let now_ms = self.now_ms();
        self.shared.world().refuse(&rules::digits_of(number), now_ms)
    }

    /// Removes a linked device. A session that is closed now is told when it opens.
    pub fn unlink(&self, number: &str, device_id: &str) -> Result<(), PhoneError> {
        self.shared.world().unlink(&rules::digits_of(number), device_id)
    }

    /// Writes a message of any kind, with the bytes of a file if it is one, as an answer to another message of the chat if one is
    /// named. Linked sessions of the recipients get [`crate::Event::Received`], other devices of this number
    /// [`crate::Event::SentElsewhere`]. The id of the message.
    pub fn send(
        &self,
        number: &str,
        to: &Chat,
        content: Content,
        file: Vec<u8>,
        reply_to: Option<&str>,
    ) -> Result<String, PhoneError> {
        let now_ms = self.now_ms();
        let message_id = self.shared.message_id();
        let draft = Draft { to: rules::chat_of(&to.to_string()), content, file, reply_to: reply_to.map(str::to_owned) };
        self.shared.world().send_from_phone(&rules::digits_of(number), draft, &message_id, now_ms)?;
        Ok(message_id)
    }

    /// Writes a text to another number, or to a group (see [`rules::chat_of`]).
    pub fn send_text(&self, number: &str, to: &str, body: &str) -> Result<(), PhoneError> {
        self.send(number, &rules::chat_of(to), Content::Text(body.to_owned()), Vec::new(), None).map(drop)
    }

    /// Puts other words in place of those of a text or a caption that this account wrote, on all phones.
    pub fn edit(&self, number: &str, message_id: &str, body: &str) -> Result<(), PhoneError> {
        self.change(number, message_id, Change::Edit(body.to_owned()))
    }

    /// Takes back for everyone what this account wrote. Its file is gone.
    pub fn delete(&self, number: &str, message_id: &str) -> Result<(), PhoneError> {
        self.change(number, message_id, Change::Delete)
    }

    /// Chooses in a poll; it takes the place of what was chosen before. No options take the vote back.
    pub fn vote(&self, number: &str, poll_id: &str, options: &[String]) -> Result<(), PhoneError> {
        let vote = Change::Vote { from: rules::digits_of(number), options: options.to_vec() };
        self.change(number, poll_id, vote)
    }

    fn change(&self, number: &str, message_id: &str, change: Change) -> Result<(), PhoneError> {
        let now_ms = self.now_ms();
        self.shared.world().change_from_phone(&rules::digits_of(number), message_id, change, now_ms)
    }

    /// The bytes of a file in one of its chats; nothing when they are gone, see [`rules::MAX_FILES_BYTES`].
    #[must_use]
    pub fn file(&self, number: &str, message_id: &str) -> Option<Arc<[u8]>> {
        self.shared.world().file(&rules::digits_of(number), message_id)
    }

    /// Takes another name. Linked sessions get [`crate::Event::Renamed`].
    pub fn rename(&self, number: &str, profile_name: &str) -> Result<(), PhoneError> {
        let is_name = !profile_name.trim().is_empty() && profile_name.chars().count() <= MAX_NAME_CHARS;
        let mut world = self.shared.world();
        let number = rules::digits_of(number);
        world.online_phone(&number)?;
        if is_name { world.rename(&number, profile_name) } else { Err(PhoneError::BadName) }
    }

    /// Shows another picture, which is where the address says; or none.
    pub fn set_picture(&self, number: &str, picture_url: Option<&str>) -> Result<(), PhoneError> {
        if picture_url.is_some_and(|url| !rules::is_picture_url(url)) {
            return Err(PhoneError::BadPicture);
        }
        let picture = picture_url.map(|url| Picture { id: self.shared.random_hex(), url: url.to_owned() });
        self.shared.world().set_picture(&rules::digits_of(number), picture)
    }

    /// Makes a group of this phone and the members. Its id, as in [`Chat::Group`].
    pub fn make_group(&self, number: &str, subject: &str, members: &[String]) -> Result<String, PhoneError> {
        let now_ms = self.now_ms();
        let mut random = [0; 8];
        self.shared.surroundings.fill_random(&mut random);
        let id = rules::group_id(random);
        let members = members.iter().map(|member| rules::digits_of(member)).collect();
        self.shared.world().make_group(&rules::digits_of(number), subject, &members, id.clone(), now_ms)?;
        Ok(id)
    }

    /// Reads a chat, with another number or in a group; senders are told, unless this phone blocks receipts.
    pub fn mark_read(&self, number: &str, chat: &str) -> Result<(), PhoneError> {
        let now_ms = self.now_ms();
        self.shared.world().mark_read(&rules::digits_of(number), &rules::chat_of(chat), now_ms)
    }

    /// Stops or resumes read receipts. What is read while they are blocked is never told, but in groups, as on real phones.
    pub fn block_receipts(&self, number: &str, blocked: bool) -> Result<(), PhoneError> {
        self.shared.world().block_receipts(&rules::digits_of(number), blocked)
    }

    /// Switches the phone's connection. Messages, changes to them, ticks and receipts wait while it is offline.
    pub fn set_online(&self, number: &str, online: bool) -> Result<(), PhoneError> {
        let now_ms = self.now_ms();
        self.shared.world().set_online(&rules::digits_of(number), online, now_ms)
    }
}
