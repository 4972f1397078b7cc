//! Messages from devices to whom they are for, and what devices acknowledge.

use anyhow::{Context as _, Result};
use grantline_whatsapp::Activity;
use wacore_binary::{Jid, JidExt as _, Node};

use super::connection::Conn;
use super::login::DeviceSession;
use super::state::Server;
use crate::phone::{Content, Incoming, Origin, Sealed};
use crate::wire::{attr, bytes, child, children, el, has, list, need, need_jid};

impl Server {
    /// ```text
    /// C message to id type > participants > to jid > enc v=2 type=pkmsg|msg ; device-identity ; reporting
    /// S ack class=message id from=<to> t
    /// ```
    ///
    /// Each device, phones included, gets the part that was sealed for it. A number without an account gets its ack too and
    /// nothing else happens: what the real server does then is not known.
    pub(super) async fn on_message(&self, conn: &Conn, session: &DeviceSession, stanza: &Node) -> Result<()> {
        let (id, to) = (need(stanza, "id")?, need_jid(stanza, "to")?);
        if to.is_group() {
            return self.on_group_message(conn, session, stanza, &id, &to).await;
        }
        let ack = el("ack").attr("class", "message").attr("id", id.as_str()).attr("from", to.clone());
        conn.send(ack.attr("t", self.nature.stamp()).build());
        for (target, sealed) in parts(stanza, &to)? {
            if target.device == 0 {
                self.hand_to_phone(session, &target, &id, &to, sealed).await?;
            } else {
                self.hand_to_device(session, stanza, &target, &to, sealed);
            }
        }
        Ok(())
    }

    async fn hand_to_phone(
        &self,
        session: &DeviceSession,
        target: &Jid,
        id: &str,
        to: &Jid,
        sealed: &Node,
    ) -> Result<()> {
        let Some(phone) = self.phone_of(target) else { return Ok(()) };
        let number = session.phone.number().to_owned();
        let origin = Origin { number, device: session.device, chat: to.clone() };
        let content = Content::Sealed(Sealed::read(sealed)?);
        phone.receive(Incoming { origin, id: id.to_owned(), content }).await
    }

    /// `message from id type t notify [recipient] > enc ; device-identity`: `recipient` tells the sender's other devices whom
    /// it went to. The sender is named the way the target was.
    fn hand_to_device(&self, session: &DeviceSession, stanza: &Node, target: &Jid, to: &Jid, sealed: &Node) {
        let Some(phone) = self.phone_of(target) else { return };
        let sender = &session.phone;
        let from = if target.is_lid() { sender.lid(session.device) } else { sender.pn(session.device) };
        let mut message = el("message")
            .attr("from", from)
            .attr("id", attr(stanza, "id").unwrap_or_default())
            .attr("type", attr(stanza, "type").unwrap_or_else(|| "text".to_owned()))
            .attr("t", self.nature.stamp())
            .attr("notify", sender.name());
        if phone.number() == sender.number() {
            message = message.attr("recipient", to.clone());
        }
        let identity = child(stanza, "device-identity").cloned();
        phone.deliver(target.device, message.children([sealed.clone()].into_iter().chain(identity)).build());
    }
}

impl Sealed {
    pub(super) fn read(enc: &Node) -> Result<Self> {
        Ok(Self { kind: need(enc, "type")?, bytes: bytes(enc).context("an empty <enc>")? })
    }
}

/// The sealed parts of a message and whom each is for.
fn parts<'a>(stanza: &'a Node, to: &Jid) -> Result<Vec<(Jid, &'a Node)>> {
    if let Some(participants) = child(stanza, "participants") {
        let sealed = children(participants).iter().filter_map(|target| Some((target, child(target, "enc")?)));
        return sealed.map(|(target, sealed)| Ok((need_jid(target, "jid")?, sealed))).collect();
    }
    Ok(child(stanza, "enc").map(|sealed| (to.clone(), sealed)).into_iter().collect())
}

impl Server {
    /// A receipt says that its messages arrived or were read, one or several (`list > item id*`), and wants an ack itself. Of
    /// those that were read whoever wrote them hears; of the others they do not: see the README.
    pub(super) fn on_receipt(&self, conn: &Conn, session: &DeviceSession, stanza: &Node) -> Result<()> {
        let (id, to) = (need(stanza, "id")?, need_jid(stanza, "to")?);
        let mut ids = vec![id.clone()];
        for item in list(stanza, "list") {
            ids.push(need(item, "id")?);
        }
        if has(stanza, "type", "read") {
            let writer = if to.is_group() { need_jid(stanza, "participant")? } else { to.clone() };
            if let Some(writer) = self.phone_of(&writer) {
                session.phone.device_read(&writer, &to, &ids);
            }
        } else {
            ids.iter().for_each(|id| session.phone.acknowledge_message(session.device, id));
        }
        conn.send(el("ack").attr("class", "receipt").attr("id", id).attr("from", to).build());
        Ok(())
    }

    /// `chatstate to > composing [media=audio] | paused`: somebody is about to write.
    pub(super) fn on_chatstate(&self, session: &DeviceSession, stanza: &Node) -> Result<()> {
        let to = need_jid(stanza, "to")?;
        let activity = match child(stanza, "composing") {
            Some(composing) if has(composing, "media", "audio") => Activity::Recording,
            Some(_) => Activity::Typing,
            None => Activity::Paused,
        };
        let writer = session.phone.number();
        match self.group(&to.to_string()) {
            Some(group) => {
                let others = self.members(&group).into_iter().filter(|member| member.number() != writer);
                others.for_each(|member| member.sees(&group.chat(), activity));
            }
            None => {
                if let Some(phone) = self.phone_of(&to) {
                    phone.sees(writer, activity);
                }
            }
        }
        Ok(())
    }
}

/// `ack class=message|receipt id [type]`: this one need not be sent again.
pub(super) fn on_ack(session: &DeviceSession, stanza: &Node) -> Result<()> {
    let id = need(stanza, "id")?;
    match attr(stanza, "class").as_deref() {
        Some("message") => session.phone.acknowledge_message(session.device, &id),
        Some("receipt") => session.phone.acknowledge_receipt(session.device, &id, attr(stanza, "type").as_deref()),
        _ => {}
    }
    Ok(())
}
