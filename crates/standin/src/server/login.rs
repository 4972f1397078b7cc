//! Who a connection is: a client that registers, a linked device, or somebody who is turned away.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use wacore_binary::Node;
use waproto::whatsapp as wa;

use super::connection::Conn;
use super::routing;
use super::state::Server;
use crate::device::Registration;
use crate::phone::Phone;
use crate::settings::LoginFailure;
use crate::wire::{attr, children, el};

/// What a connection may do.
pub(super) enum Session {
    /// It has no account yet.
    Registering,
    Device(DeviceSession),
    /// It was told why, and nothing that it sends counts.
    TurnedAway,
}

pub(super) struct DeviceSession {
    pub phone: Arc<Phone>,
    pub device: u16,
    /// Whether it had uploaded no keys before.
    pub is_first: bool,
}

impl Server {
    pub(super) fn admit(&self, conn: &Conn, client_static: [u8; 32], payload: &wa::ClientPayload) -> Result<Session> {
        if let Some(data) = payload.device_pairing_data.as_option() {
            self.begin_registration(conn, Registration::read(client_static, data)?);
            return Ok(Session::Registering);
        }
        let number = payload.username.context("neither registration nor login")?.to_string();
        let device = u16::try_from(payload.device.unwrap_or(0)).context("a device number")?;
        match self.log_in(conn, client_static, &number, device) {
            Ok(session) => Ok(Session::Device(session)),
            Err(failure) => {
                turn_away(conn, &failure);
                Ok(Session::TurnedAway)
            }
        }
    }

    /// `<success t props location lid=<lid>:<device>@lid>`, or the reason why not.
    fn log_in(
        &self,
        conn: &Conn,
        client_static: [u8; 32],
        number: &str,
        device: u16,
    ) -> Result<DeviceSession, LoginFailure> {
        let (failure, is_known, phone) = {
            let state = self.state();
            let is_known = state.registered.get(&client_static).is_some_and(|(n, d)| n == number && *d == device);
            (state.settings.login_failure.clone(), is_known, state.phones.get(number).cloned())
        };
        if let Some(failure) = failure {
            return Err(failure);
        }
        let unknown = || LoginFailure::new(401).with("location", "loc");
        let phone = phone.filter(|_| is_known).ok_or_else(unknown)?;
        if let Some(failure) = phone.login_failure() {
            return Err(failure);
        }
        let (replaced, is_first) = phone.connect(device, conn).ok_or_else(unknown)?;
        if let Some(older) = replaced {
            let conflict = el("conflict").attr("type", "replaced").build();
            older.send(el("stream:error").children([conflict]).build());
            older.close();
        }
        tracing::info!(conn = conn.id(), number, device, "standin: a device logged in");
        let success = el("success").attr("t", self.nature.stamp()).attr("props", "27").attr("location", "loc");
        conn.send(success.attr("lid", phone.lid(device)).build());
        Ok(DeviceSession { phone, device, is_first })
    }

    pub(super) async fn on_stanza(self: &Arc<Self>, conn: &Conn, session: &Session, stanza: &Node) -> Result<()> {
        let kind = attr(stanza, "type").unwrap_or_default();
        let xmlns = attr(stanza, "xmlns").unwrap_or_default();
        let first = children(stanza).first().map_or("", |child| child.tag.as_ref());
        self.note(format!("{} {kind} {xmlns} {first}", stanza.tag));
        let tag = stanza.tag.as_ref();
        if tag == "iq" && (kind == "result" || kind == "error") {
            let id = attr(stanza, "id").unwrap_or_default();
            if let Some(waiting) = self.state().replies.remove(&(conn.id(), id)) {
                // Whoever asked may have given up.
                let _ = waiting.send(stanza.clone());
            }
            return Ok(());
        }
        match (session, tag) {
            (Session::TurnedAway, _) => Ok(()),
            (Session::Registering, "iq") => self.on_registering_iq(conn, stanza),
            (Session::Device(session), "iq") => self.on_device_iq(conn, session, stanza, &xmlns).await,
            (Session::Device(session), "message") => self.on_message(conn, session, stanza).await,
            (Session::Device(session), "receipt") => self.on_receipt(conn, session, stanza),
            (Session::Device(session), "chatstate") => self.on_chatstate(session, stanza),
            (Session::Device(session), "ack") => routing::on_ack(session, stanza),
            (Session::Registering, "message") => bail!("a message before the login"),
            // Acknowledgements of notifications, presence, `ib`, and what else needs no answer.
            _ => Ok(()),
        }
    }
}

/// `<failure reason=… …/>`, and the end.
pub(super) fn turn_away(conn: &Conn, failure: &LoginFailure) {
    tracing::info!(conn = conn.id(), ?failure, "standin: a device was turned away");
    conn.send(failure.stanza());
    conn.close();
}

impl LoginFailure {
    pub(crate) fn stanza(&self) -> Node {
        let failure = el("failure");
        self.attributes.iter().fold(failure, |failure, (name, value)| failure.attr(name, value.as_str())).build()
    }
}
