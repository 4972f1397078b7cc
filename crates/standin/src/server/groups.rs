//! Groups: who is in them, and messages to them.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use wacore_binary::{Jid, Node};

use super::connection::Conn;
use super::login::DeviceSession;
use super::state::Server;
use crate::phone::{Content, Incoming, Origin, Phone, PhoneError, Sealed};
use crate::wire::{attr, bytes, child, children, el, error, has, list, need_jid, result};

/// A group, which stays as it was made.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    id: String,
    subject: String,
    /// Numbers, the maker's first.
    members: Vec<String>,
}

impl Group {
    pub fn jid(&self) -> Jid {
        Jid::group(self.id.as_str())
    }

    /// Its id with `@g.us`.
    pub fn chat(&self) -> String {
        self.jid().to_string()
    }
}

impl Phone {
    /// Makes a group of this phone and others. Its id, without `@g.us`.
    pub fn make_group(&self, subject: &str, members: &[String]) -> Result<String, PhoneError> {
        let server = self.reaches_server()?;
        if members.iter().any(|number| server.phone(number).is_none()) {
            return Err(PhoneError::NoSuchNumber);
        }
        let members = [vec![self.number().to_owned()], members.to_vec()].concat();
        let id = format!("120363{:012}", u64::from_be_bytes(server.nature.bytes()) % 1_000_000_000_000);
        let group = Group { id: id.clone(), subject: subject.to_owned(), members };
        server.state().groups.insert(group.chat(), group);
        Ok(id)
    }
}

impl Server {
    /// A group by its id with `@g.us`.
    pub fn group(&self, chat: &str) -> Option<Group> {
        self.state().groups.get(chat).cloned()
    }

    pub fn members(&self, group: &Group) -> Vec<Arc<Phone>> {
        group.members.iter().filter_map(|number| self.phone(number)).collect()
    }

    /// ```text
    /// C iq get to=g.us xmlns=w:g2 > participating       S result > groups > group*
    /// C iq get to=<group> xmlns=w:g2 > query            S result > group id subject addressing_mode > participant*
    /// participant jid=<hidden number> phone_number
    /// ```
    pub(super) fn groups(&self, phone: &Phone, iq: &Node) -> Result<Node> {
        let is_in = |group: &Group| group.members.iter().any(|number| number == phone.number());
        if child(iq, "participating").is_some() {
            let groups: Vec<Group> = self.state().groups.values().filter(|group| is_in(group)).cloned().collect();
            let listed: Vec<Node> = groups.iter().map(|group| self.described(group)).collect();
            return Ok(result(iq, [el("groups").children(listed).build()]));
        }
        match self.group(&need_jid(iq, "to")?.to_string()).filter(is_in) {
            Some(group) => Ok(result(iq, [self.described(&group)])),
            None => Ok(error(iq, 403, "forbidden")),
        }
    }

    fn described(&self, group: &Group) -> Node {
        let member = |phone: &Arc<Phone>| el("participant").attr("jid", phone.lid(0)).attr("phone_number", phone.pn(0));
        let members: Vec<Node> = self.members(group).iter().map(|phone| member(phone).build()).collect();
        let described = el("group").attr("id", group.id.as_str()).attr("subject", group.subject.as_str());
        described.attr("addressing_mode", "lid").children(members).build()
    }

    /// ```text
    /// C message to=<group> id type addressing_mode phash > participants > to jid > enc ; enc type=skmsg ; device-identity
    /// S ack class=message id from=<group> t
    /// ```
    ///
    /// Every device of every member gets what was sealed for all, and the writer's key of the group if it comes along.
    pub(super) async fn on_group_message(
        &self,
        conn: &Conn,
        session: &DeviceSession,
        stanza: &Node,
        id: &str,
        to: &Jid,
    ) -> Result<()> {
        let writer = session.phone.number();
        let ack = el("ack").attr("class", "message").attr("id", id).attr("from", to.clone());
        let ack = ack.attr("t", self.nature.stamp());
        let group = self.group(&to.to_string()).filter(|group| group.members.iter().any(|number| number == writer));
        let Some(group) = group else {
            conn.send(ack.attr("error", "403").build());
            return Ok(());
        };
        conn.send(ack.build());
        let sealed = children(stanza).iter().find(|part| part.tag == "enc" && has(part, "type", "skmsg"));
        let sealed = sealed.context("a message to a group without what is sealed for it")?;
        for member in self.members(&group) {
            let key = self.key_for(stanza, &member, 0)?.map(Sealed::read).transpose()?;
            let origin = Origin { number: writer.to_owned(), device: session.device, chat: to.clone() };
            let content = Content::Group { key, bytes: bytes(sealed).context("an empty <enc>")? };
            member.receive(Incoming { origin, id: id.to_owned(), content }).await?;
            for device in member.linked() {
                if member.number() != writer || device != session.device {
                    let key = self.key_for(stanza, &member, device)?;
                    member.deliver(device, self.for_member(session, stanza, to, key, sealed));
                }
            }
        }
        Ok(())
    }

    /// The key of the group that was sealed for a device, whether it was named by number or by hidden number.
    fn key_for<'a>(&self, stanza: &'a Node, member: &Phone, device: u16) -> Result<Option<&'a Node>> {
        for target in list(stanza, "participants") {
            let jid = need_jid(target, "jid")?;
            let is_member = self.phone_of(&jid).is_some_and(|phone| phone.number() == member.number());
            if is_member && jid.device == device {
                return Ok(child(target, "enc"));
            }
        }
        Ok(None)
    }

    fn for_member(
        &self,
        session: &DeviceSession,
        stanza: &Node,
        group: &Jid,
        key: Option<&Node>,
        sealed: &Node,
    ) -> Node {
        let identity = child(stanza, "device-identity");
        let parts: Vec<Node> = key.into_iter().chain([sealed]).chain(identity).cloned().collect();
        el("message")
            .attr("from", group.clone())
            .attr("participant", session.phone.lid(session.device))
            .attr("participant_pn", session.phone.pn(session.device))
            .attr("addressing_mode", "lid")
            .attr("id", attr(stanza, "id").unwrap_or_default())
            .attr("type", attr(stanza, "type").unwrap_or_else(|| "text".to_owned()))
            .attr("t", self.nature.stamp())
            .attr("notify", session.phone.name())
            .children(parts)
            .build()
    }
}
