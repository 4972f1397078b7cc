//! Clients that have no account yet: QR references, requests for a code, and the passkey gate's post office.

use anyhow::{Context as _, Result, bail, ensure};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use wacore_binary::Node;

use super::LinkRequestView;
use super::connection::Conn;
use super::state::Server;
use crate::device::Registration;
use crate::settings::{ANSWER_TIMEOUT, TRIES_PER_CODE};
use crate::wire::{self, blob, child, child_array, child_bytes, child_text, el, has, need, need_jid};

/// salt 32, iv 16, AES-256-CTR(32)
const WRAPPED_EPHEMERAL: usize = 80;
/// salt 32, iv 12, AES-256-GCM(96), tag 16
const WRAPPED_BUNDLE: usize = 156;
/// IQs of a passkey ceremony that the phone has not read yet; there are three.
const PASSKEY_IQS: usize = 16;

/// A connection that registers, and the references of its QR codes.
#[derive(Clone)]
pub(crate) struct Pending {
    pub conn: Conn,
    pub registration: Registration,
    refs: Vec<String>,
}

/// A `companion_hello` that waits for its code to be typed.
#[derive(Clone)]
pub(crate) struct LinkRequest {
    pub conn: Conn,
    pub registration: Registration,
    pub reference: Vec<u8>,
    pub wrapped_ephemeral: [u8; WRAPPED_EPHEMERAL],
    pub asked_at_ms: i64,
    display: String,
    platform: String,
    asks_for_push: bool,
    wrong_codes: u32,
}

impl LinkRequest {
    pub fn view(&self) -> LinkRequestView {
        LinkRequestView {
            display: self.display.clone(),
            platform: self.platform.clone(),
            device_name: self.registration.name.clone(),
            asks_for_push: self.asks_for_push,
        }
    }

    /// What the phone lists: the name in the device props, or else the one that came with the request.
    pub fn device_name(&self) -> &str {
        if self.registration.name.is_empty() { &self.display } else { &self.registration.name }
    }
}

/// The client's last word in stage 2: its identity and the sealed bundle.
pub(crate) struct Finish {
    pub bundle: [u8; WRAPPED_BUNDLE],
    pub identity: [u8; 32],
}

impl Server {
    /// `iq from type=set xmlns=md id > pair-device > ref*`: the server speaks first.
    pub(super) fn begin_registration(&self, conn: &Conn, registration: Registration) {
        tracing::info!(conn = conn.id(), name = registration.name, "standin: a client registers");
        let refs: Vec<String> =
            (0..self.settings().qr_refs).map(|_| format!("2@{}", self.nature.hex::<24>())).collect();
        let shown: Vec<Node> = refs.iter().map(|reference| blob("ref", reference.as_bytes())).collect();
        self.state().pending.insert(conn.id(), Pending { conn: conn.clone(), registration, refs });
        // The client's answer says nothing.
        let (iq, _) = self.ask(conn, "md", "set");
        conn.send(iq.children([el("pair-device").children(shown).build()]).build());
    }

    pub(super) fn on_registering_iq(&self, conn: &Conn, iq: &Node) -> Result<()> {
        const PASSKEY: [&str; 3] = ["passkey_prologue", "companion_nonce", "encrypted_pairing_request"];
        if child(iq, "ref").is_some() {
            let pending = self.state().pending.get(&conn.id()).cloned();
            let reference = pending.and_then(|pending| pending.refs.last().cloned()).context("it has no reference")?;
            conn.send(wire::result(iq, [blob("ref", reference)]));
        } else if PASSKEY.iter().any(|tag| child(iq, tag).is_some()) {
            conn.send(wire::result(iq, []));
            if let Some(phone) = self.state().passkeys.get(&conn.id()) {
                // A phone that has enough of it hears no more.
                let _ = phone.try_send(iq.clone());
            }
        } else if let Some(request) = child(iq, "link_code_companion_reg") {
            self.on_link_code(conn, iq, request)?;
        } else {
            // Keep-alives, and whatever else is harmless before the login.
            conn.send(wire::result(iq, []));
        }
        Ok(())
    }

    fn on_link_code(&self, conn: &Conn, iq: &Node, request: &Node) -> Result<()> {
        match need(request, "stage")?.as_str() {
            "companion_hello" => {
                let answer = self.on_companion_hello(conn, iq, request)?;
                conn.send(answer);
            }
            "companion_finish" => {
                let reference = child_bytes(request, "link_code_pairing_ref")?;
                let finish = Finish {
                    bundle: child_array(request, "link_code_pairing_wrapped_key_bundle")?,
                    identity: child_array(request, "companion_identity_public")?,
                };
                conn.send(wire::result(iq, []));
                if let Some((_, phone)) = self.state().bundles.remove(&reference) {
                    // The phone may have given up.
                    let _ = phone.send(finish);
                }
            }
            "get_country_code" => {
                let country = el("country_code").attr("iso", "BR").build();
                let answer = el("link_code_companion_reg").attr("stage", "get_country_code").children([country]);
                conn.send(wire::result(iq, [answer.build()]));
            }
            other => bail!("unknown stage {other}"),
        }
        Ok(())
    }

    /// Stage 1. A later request for the same number replaces the one before, whoever made it: the server does not know codes.
    ///
    /// ```text
    /// C iq xmlns=md type=set > link_code_companion_reg jid stage=companion_hello should_show_push_notification
    ///      > link_code_pairing_wrapped_companion_ephemeral_pub [80], companion_server_auth_key_pub [32],
    ///        companion_platform_id, companion_platform_display, link_code_pairing_nonce
    /// S iq type=result > link_code_companion_reg stage=companion_hello > link_code_pairing_ref
    /// S iq type=error > error code text
    /// ```
    ///
    /// A number without an account is refused with 400 `bad-request`. That is what we believe; the real server uses the same
    /// answer for a number that has asked too often.
    fn on_companion_hello(&self, conn: &Conn, iq: &Node, request: &Node) -> Result<Node> {
        if let Some((code, text)) = self.settings().refuse_hello {
            return Ok(wire::error(iq, code, text));
        }
        let number = need_jid(request, "jid")?.user.to_string();
        let pending = self.state().pending.get(&conn.id()).cloned().context("it does not register")?;
        let noise: [u8; 32] = child_array(request, "companion_server_auth_key_pub")?;
        if self.phone(&number).is_none() || noise != pending.registration.noise {
            return Ok(wire::error(iq, 400, "bad-request"));
        }
        let reference = self.nature.bytes::<16>().to_vec();
        let request = LinkRequest {
            conn: conn.clone(),
            registration: pending.registration,
            reference: reference.clone(),
            wrapped_ephemeral: child_array(request, "link_code_pairing_wrapped_companion_ephemeral_pub")?,
            asked_at_ms: self.nature.now_ms(),
            display: child_text(request, "companion_platform_display").unwrap_or_default(),
            platform: child_text(request, "companion_platform_id").unwrap_or_default(),
            asks_for_push: has(request, "should_show_push_notification", "true"),
            wrong_codes: 0,
        };
        tracing::info!(number, display = request.display, "standin: a code was asked for");
        self.state().requests.insert(number, request);
        let answer = el("link_code_companion_reg").attr("stage", "companion_hello");
        Ok(wire::result(iq, [answer.children([blob("link_code_pairing_ref", reference)]).build()]))
    }

    /// The connection that shows a QR code with this reference.
    pub fn pending_by_ref(&self, reference: &str) -> Option<Pending> {
        let state = self.state();
        let pending = state.pending.values().find(|pending| pending.refs.iter().any(|known| known == reference));
        pending.filter(|pending| pending.conn.is_open()).cloned()
    }

    /// The request for this number whose connection is open.
    pub fn request(&self, number: &str) -> Option<LinkRequest> {
        self.state().requests.get(number).filter(|request| request.conn.is_open()).cloned()
    }

    /// The request has had its code: it cannot be typed again.
    pub fn end_request(&self, number: &str, reference: &[u8]) {
        self.state().requests.retain(|of, request| of != number || request.reference != reference);
    }

    /// A wrong code was typed. Only the phone notices, by a bundle that does not open. The server asks the client for another
    /// code, if so set, and the request is over; else it is over after [`TRIES_PER_CODE`].
    pub fn wrong_code(&self, number: &str, reference: &[u8]) {
        let over = {
            let mut state = self.state();
            let refreshes = state.settings.refresh_on_wrong_code;
            let request = state.requests.get_mut(number).filter(|request| request.reference == reference);
            let Some(request) = request else { return };
            request.wrong_codes += 1;
            let is_over = refreshes || request.wrong_codes >= TRIES_PER_CODE;
            if is_over { state.requests.remove(number).filter(|_| refreshes) } else { None }
        };
        if let Some(request) = over {
            self.ask_for_another_code(&request, false);
        }
    }

    /// ```text
    /// S notification type=link_code_companion_reg > link_code_companion_reg stage=refresh_code force_manual_refresh
    ///      > link_code_pairing_ref
    /// ```
    pub fn ask_for_another_code(&self, request: &LinkRequest, is_manual_forced: bool) -> bool {
        let refresh = el("link_code_companion_reg")
            .attr("stage", "refresh_code")
            .attr("force_manual_refresh", is_manual_forced.to_string())
            .children([blob("link_code_pairing_ref", request.reference.clone())]);
        request.conn.send(self.notification("link_code_companion_reg").children([refresh.build()]).build())
    }

    /// The bundle that the client of this request will send.
    pub fn await_bundle(&self, request: &LinkRequest) -> oneshot::Receiver<Finish> {
        let (sender, receiver) = oneshot::channel();
        self.state().bundles.insert(request.reference.clone(), (request.conn.id(), sender));
        receiver
    }

    /// Gives the client time to finish what it is doing: it answers so many pings.
    ///
    /// It acts on stanzas in other tasks than the one that reads them, and 0.7.0 goes astray when the next stanza overtakes such
    /// a task: the passkey ceremony fails, and after a 515 that comes too early it ignores the success of its first login and
    /// connects once more. On the internet the way to the phone lies in between. Here a round trip takes some 0.2 ms, and a busy
    /// machine can hold up a task for longer: the more depends on it, the more of them.
    pub async fn settle(&self, conn: &Conn, round_trips: usize) -> Result<()> {
        for _ in 0..round_trips {
            let (ping, pong) = self.ask(conn, "urn:xmpp:ping", "get");
            ensure!(conn.send(ping.build()), "the connection has ended");
            timeout(ANSWER_TIMEOUT, pong).await.context("the client does not answer a ping")??;
        }
        Ok(())
    }

    /// The IQs of a passkey ceremony on this connection, each answered already.
    pub fn await_passkey(&self, conn: &Conn) -> mpsc::Receiver<Node> {
        let (sender, receiver) = mpsc::channel(PASSKEY_IQS);
        self.state().passkeys.insert(conn.id(), sender);
        receiver
    }
}
