//! The chat server: connections, registration, login, and who gets what.

mod connection;
mod groups;
mod iq;
mod keys;
mod linking;
mod login;
mod routing;
mod state;
mod usync;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Result;
use grantline_whatsapp::Surroundings;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use wacore_binary::Node;

pub(crate) use connection::Conn;
pub(crate) use groups::Group;
pub(crate) use linking::{Finish, LinkRequest};
pub(crate) use state::Server;

use crate::nature::Nature;
use crate::noise::Pattern;
use crate::phone::Phone;
use crate::settings::Settings;

/// The running stand-in. Dropping it closes the listener and every connection.
pub struct StandIn {
    address: SocketAddr,
    server: Arc<Server>,
    listening: JoinHandle<()>,
}

/// What a client said when it asked for a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRequestView {
    /// `companion_platform_display`: `Chrome (Linux)`.
    pub display: String,
    /// `companion_platform_id`: one character.
    pub platform: String,
    /// The name in the client's device props, which the phone will list.
    pub device_name: String,
    /// Whether the phone should be woken by a notification.
    pub asks_for_push: bool,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl StandIn {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(surroundings: Arc<dyn Surroundings>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let server = Arc::new(Server::new(Nature::new(surroundings)));
        let listening = tokio::spawn(listen(Arc::clone(&server), listener));
        Ok(Self { address, server, listening })
    }

    /// Where a client connects.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}/ws/chat", self.address)
    }

    /// Adds an account with its phone; a number (digits, no `+`) that has one keeps it, under its first name.
    pub fn add_phone(&self, number: &str, name: &str) -> Result<Arc<Phone>> {
        self.server.add_phone(number, name)
    }

    #[must_use]
    pub fn phone(&self, number: &str) -> Option<Arc<Phone>> {
        self.server.phone(number)
    }

    /// Turns knobs; they count from the next stanza on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.server.state().settings);
    }

    /// The request whose code may be typed on the phone of this number.
    #[must_use]
    pub fn link_request(&self, number: &str) -> Option<LinkRequestView> {
        let state = self.server.state();
        state.requests.get(number).map(LinkRequest::view)
    }

    /// Makes the client show another code, as the server may do at any time. False when there is no request.
    pub fn refresh_code(&self, number: &str, is_manual_forced: bool) -> bool {
        let request = self.server.state().requests.remove(number);
        request.is_some_and(|request| self.server.ask_for_another_code(&request, is_manual_forced))
    }

    /// `tag type xmlns first-child` of each stanza that came, oldest first, for assertions.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.server.state().seen.iter().cloned().collect()
    }

    /// How the accepted connections were made, oldest first.
    #[must_use]
    pub fn handshakes(&self) -> Vec<Pattern> {
        self.server.state().handshakes.iter().copied().collect()
    }

    /// Sends any stanza to a linked device that is connected now.
    pub fn send_raw(&self, phone: &Phone, device: u16, stanza: Node) -> bool {
        phone.connection(device).is_some_and(|conn| conn.send(stanza))
    }

    /// Ends the connection of a linked device without a word.
    pub fn cut(&self, phone: &Phone, device: u16) -> bool {
        let conn = phone.connection(device);
        conn.inspect(Conn::close).is_some()
    }
}

/// The connections are tasks of this one and end with it.
async fn listen(server: Arc<Server>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if server.settings().is_reachable {
            let server = Arc::clone(&server);
            connections.spawn(async move {
                if let Err(error) = server.serve(tcp).await {
                    tracing::debug!("standin: a connection ended: {error:#}");
                }
            });
        }
    }
}
