//! Marks on messages, signs of life, and what can be asked of people and groups.

use std::error::Error;

use whatsapp_rust::traits::ProtocolStore as _;
use whatsapp_rust::types::message::AddressingMode;
use whatsapp_rust::wacore_binary::JidExt as _;
use whatsapp_rust::{ChatStateType, Client, ErrorChainExt as _, Jid};

use super::line::Line;
use crate::{Activity, Chat, Group, Picture, SendFailure};

/// Where a chat is.
pub(super) fn address(chat: &Chat) -> Jid {
    match chat {
        Chat::Person(phone) => Jid::pn(phone.as_str()),
        Chat::Group(id) => Jid::group(id.as_str()),
    }
}

/// What a failure of the library means to whoever called.
pub(super) fn failure(error: &(dyn Error + 'static)) -> SendFailure {
    match error.server_rejection().map(|rejection| rejection.code) {
        Some(429) => SendFailure::Throttled,
        Some(400..=499) => SendFailure::Refused,
        _ => SendFailure::Network,
    }
}

pub(super) async fn mark_read(line: &Line, chat: &Chat, from: &str, wa_ids: &[String]) -> Result<(), SendFailure> {
    let client = line.ready()?;
    let to = address(chat);
    let writer = if to.is_group() { Some(member(line, &client, &to, from).await?) } else { None };
    let wa_ids: Vec<&str> = wa_ids.iter().map(String::as_str).collect();
    client.mark_as_read(&to, writer.as_ref(), &wa_ids).await.map_err(|_| SendFailure::Network)
}

/// A member as the group knows it: by number, or by hidden number.
async fn member(line: &Line, client: &Client, group: &Jid, phone: &str) -> Result<Jid, SendFailure> {
    let info = client.groups().query_info(group).await.map_err(|error| failure(&error))?;
    let hidden = match info.addressing_mode {
        AddressingMode::Lid => line.keys().get_pn_mapping(phone).await.ok().flatten(),
        AddressingMode::Pn => None,
    };
    Ok(hidden.map_or_else(|| Jid::pn(phone), |mapping| Jid::lid(mapping.lid.as_str())))
}

pub(super) async fn show(line: &Line, chat: &Chat, activity: Activity) -> Result<(), SendFailure> {
    let client = line.ready()?;
    let state = match activity {
        Activity::Typing => ChatStateType::Composing,
        Activity::Recording => ChatStateType::Recording,
        Activity::Paused => ChatStateType::Paused,
    };
    client.chatstate().send(&address(chat), state).await.map_err(|_| SendFailure::Network)
}

pub(super) async fn are_on_whatsapp(line: &Line, phones: &[String]) -> Result<Vec<bool>, SendFailure> {
    let client = line.ready()?;
    let mut asked: Vec<Jid> = phones.iter().map(|phone| Jid::pn(phone.as_str())).collect();
    asked.sort_unstable_by(|one, other| one.user.cmp(&other.user));
    asked.dedup();
    let known = client.contacts().is_on_whatsapp(&asked).await.map_err(|error| failure(&error))?;
    let is_known = |phone: &String| {
        known.iter().any(|one| {
            one.is_registered
                && [Some(&one.jid), one.pn_jid.as_ref()].into_iter().flatten().any(|jid| jid.user == *phone)
        })
    };
    Ok(phones.iter().map(is_known).collect())
}

pub(super) async fn picture(line: &Line, of: &Chat) -> Result<Option<Picture>, SendFailure> {
    let client = line.ready()?;
    let picture = client.contacts().get_profile_picture(&address(of), false).await.map_err(|error| failure(&error))?;
    Ok(picture.map(|picture| Picture { id: picture.id, url: picture.url }))
}

pub(super) async fn groups(line: &Line) -> Result<Vec<Group>, SendFailure> {
    let client = line.ready()?;
    let groups = client.groups().get_participating().await.map_err(|error| failure(&error))?;
    let group = |(id, group): (Jid, whatsapp_rust::GroupMetadata)| Group {
        id: id.user.to_string(),
        subject: group.subject,
        members: u32::try_from(group.participants.len()).unwrap_or(u32::MAX),
    };
    Ok(groups.into_iter().map(group).collect())
}
