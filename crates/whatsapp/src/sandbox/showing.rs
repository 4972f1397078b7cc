//! A phone as its holder sees it.

use super::phone::{Message, Phone};
use super::view::{ChatView, MessageView, PhoneView, TallyView};
use super::world::World;
use crate::{Chat, Content};

impl World {
    pub fn view(&self, number: &str, now_ms: i64) -> Option<PhoneView> {
        let phone = self.phones.get(number)?;
        Some(PhoneView {
            number: phone.number.clone(),
            profile_name: phone.profile_name.clone(),
            online: phone.online,
            blocks_receipts: phone.blocks_receipts,
            picture_url: phone.picture.as_ref().map(|picture| picture.url.clone()),
            groups: self.groups.of(number),
            linked_devices: phone.devices.iter().map(super::phone::Device::view).collect(),
            prompt: self.prompt_on(number, now_ms),
            chats: self.chats(phone, now_ms),
            version: *phone.version.borrow(),
        })
    }

    fn chats(&self, phone: &Phone, now_ms: i64) -> Vec<ChatView> {
        let mut chats: Vec<(&Chat, ChatView)> = Vec::new();
        // Newest first, so that chats come in the order of their newest message.
        for message in phone.messages.iter().rev() {
            let Some(shown) = self.message_view(message) else { continue };
            let unread = usize::from(message.is_unread());
            if let Some((_, chat)) = chats.iter_mut().find(|(chat, _)| **chat == message.chat) {
                chat.messages.push(shown);
                chat.unread += unread;
                continue;
            }
            let doing = phone.activities.get(&message.chat).filter(|doing| now_ms < doing.until_ms);
            let view = ChatView {
                with: message.chat.to_string(),
                is_group: matches!(message.chat, Chat::Group(_)),
                name: self.name_of(&message.chat),
                unread,
                activity: doing.map(|doing| doing.activity),
                messages: vec![shown],
            };
            chats.push((&message.chat, view));
        }
        let oldest_first = |(_, mut chat): (&Chat, ChatView)| {
            chat.messages.reverse();
            chat
        };
        chats.into_iter().map(oldest_first).collect()
    }

    /// Nothing while the message waits for the phone to come online.
    fn message_view(&self, message: &Message) -> Option<MessageView> {
        let state = message.shown?;
        let written_by = message.device.as_ref().filter(|_| message.outgoing);
        Some(MessageView {
            id: message.id.clone(),
            from: message.from.clone(),
            from_name: self.profile_name(&message.from),
            body: message.content.words().to_owned(),
            content: message.content.clone(),
            reply_to: message.reply_to.clone(),
            tally: tally(message),
            is_edited: message.is_edited,
            is_deleted: message.is_deleted,
            at_ms: message.at_ms,
            outgoing: message.outgoing,
            sent_by_device: written_by.map(|origin| origin.device_name.clone()),
            state,
        })
    }

    fn name_of(&self, chat: &Chat) -> Option<String> {
        match chat {
            Chat::Person(number) => self.profile_name(number),
            Chat::Group(id) => self.groups.subject(id).map(str::to_owned),
        }
    }

    fn profile_name(&self, number: &str) -> Option<String> {
        self.phones.get(number).map(|phone| phone.profile_name.clone())
    }
}

fn tally(message: &Message) -> Vec<TallyView> {
    let Content::Poll(poll) = &message.content else { return Vec::new() };
    let voters_of = |option: &String| {
        let chose = message.votes.iter().filter(|(_, options)| options.contains(option));
        chose.map(|(voter, _)| voter.clone()).collect()
    };
    poll.options.iter().map(|option| TallyView { option: option.clone(), voters: voters_of(option) }).collect()
}
