//! What can be asked about numbers: whether they have an account, their hidden number, their devices.

use anyhow::Result;
use wacore_binary::{Jid, Node};

use super::state::Server;
use crate::phone::Phone;
use crate::wire::{bytes, child, el, list, need_child, need_jid, result};

/// The questions that have an answer here.
const QUESTIONS: [&str; 3] = ["contact", "devices", "lid"];

/// One `<user>` of a question: an address, or a number as somebody typed it.
struct Asked {
    jid: Option<Jid>,
    typed: Option<String>,
}

impl Server {
    /// ```text
    /// C iq get xmlns=usync > usync > query(contact|devices|lid …), list > user [jid] [> contact]*
    /// S iq type=result > usync > result(…), list > user jid > contact type=in|out, lid val, devices …
    /// ```
    pub(super) async fn usync(&self, iq: &Node) -> Result<Node> {
        let usync = need_child(iq, "usync")?;
        let asks = |question: &str| list(usync, "query").iter().any(|asked| asked.tag == question);
        let questions: Vec<&'static str> = QUESTIONS.into_iter().filter(|question| asks(question)).collect();
        let mut users = Vec::new();
        for user in list(usync, "list") {
            users.push(self.about(Asked::read(user)?, &questions).await?);
        }
        let states: Vec<Node> = questions.iter().copied().map(|question| el(question).build()).collect();
        let answer = el("usync").children([el("result").children(states).build(), el("list").children(users).build()]);
        Ok(result(iq, [answer.build()]))
    }

    async fn about(&self, asked: Asked, questions: &[&str]) -> Result<Node> {
        let phone = match (&asked.jid, &asked.typed) {
            (Some(jid), _) => self.phone_of(jid),
            (None, Some(_)) => self.phone(asked.number()),
            (None, None) => None,
        };
        let mut answers = Vec::new();
        if questions.contains(&"contact") {
            answers.push(asked.contact(phone.is_some()));
        }
        if let Some(phone) = &phone {
            if questions.contains(&"lid") {
                answers.push(el("lid").attr("val", phone.lid(0)).build());
            }
            if questions.contains(&"devices") {
                answers.push(self.devices(phone)?);
            }
        }
        // The client drops users that come back without an address.
        let number = asked.typed.is_some().then(|| Jid::pn(asked.number()));
        let user = match asked.jid.or(number) {
            Some(jid) => el("user").attr("jid", jid.to_non_ad()),
            None => el("user"),
        };
        Ok(user.children(answers).build())
    }

    /// `devices > device-list > device id [key-index]*, key-index-list ts`, the latter signed by the account and only when
    /// something is linked.
    fn devices(&self, phone: &Phone) -> Result<Node> {
        let linked = phone.key_indexes();
        let mut listed = vec![el("device").attr("id", "0").build()];
        for (device, index) in &linked {
            let device = el("device").attr("id", device.to_string()).attr("key-index", index.to_string());
            listed.push(device.build());
        }
        let mut parts = vec![el("device-list").children(listed).build()];
        if !linked.is_empty() {
            let signed = el("key-index-list").attr("ts", self.nature.stamp()).bytes(phone.signed_key_indexes()?);
            parts.push(signed.build());
        }
        Ok(el("devices").children(parts).build())
    }
}

impl Asked {
    fn read(user: &Node) -> Result<Self> {
        let jid = user.attrs.contains_key("jid").then(|| need_jid(user, "jid")).transpose()?;
        let typed = child(user, "contact").and_then(bytes).map(|typed| String::from_utf8_lossy(&typed).into_owned());
        Ok(Self { jid, typed })
    }

    /// The digits of what was typed.
    fn number(&self) -> &str {
        self.typed.as_deref().unwrap_or_default().trim_start_matches('+')
    }

    /// `contact type=in|out`, with what was asked as its content.
    fn contact(&self, is_known: bool) -> Node {
        let contact = el("contact").attr("type", if is_known { "in" } else { "out" });
        match &self.typed {
            Some(typed) => contact.bytes(typed.as_bytes()).build(),
            None => contact.build(),
        }
    }
}
