//! One client's connection: frames in, stanzas out, and its end.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use bytes::BytesMut;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_websockets::{Limits, Message, ServerBuilder, WebSocketStream};
use wacore::noise::NoiseCipher;
use wacore::noise::framing::FrameDecoder;
use wacore_binary::{Node, OwnedNodeRef};

use super::state::Server;
use crate::noise::{self, Accepted, Step};
use crate::settings::{ANSWER_TIMEOUT, LINGER, MAX_FRAME_BYTES, MAX_OUTGOING};
use crate::wire::{self, attr};

/// The writing end of a connection.
#[derive(Clone)]
pub(crate) struct Conn {
    line: Arc<Line>,
}

struct Line {
    id: u64,
    outgoing: mpsc::Sender<Outgoing>,
    is_closing: AtomicBool,
    is_overrun: Notify,
}

enum Outgoing {
    Stanza(Node),
    Close,
}

impl Conn {
    fn open(id: u64) -> (Self, mpsc::Receiver<Outgoing>) {
        let (outgoing, stanzas) = mpsc::channel(MAX_OUTGOING);
        let line = Line { id, outgoing, is_closing: AtomicBool::new(false), is_overrun: Notify::new() };
        (Self { line: Arc::new(line) }, stanzas)
    }

    pub fn id(&self) -> u64 {
        self.line.id
    }

    /// False when the connection is closed, or its client does not read: then it ends.
    pub fn send(&self, stanza: Node) -> bool {
        self.is_open() && self.put(Outgoing::Stanza(stanza))
    }

    /// Closes the connection after what was sent before.
    pub fn close(&self) {
        self.line.is_closing.store(true, Ordering::Relaxed);
        self.put(Outgoing::Close);
    }

    pub fn is_open(&self) -> bool {
        !self.line.is_closing.load(Ordering::Relaxed) && !self.line.outgoing.is_closed()
    }

    fn put(&self, outgoing: Outgoing) -> bool {
        match self.line.outgoing.try_send(outgoing) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.line.is_overrun.notify_one();
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

type Socket = WebSocketStream<TcpStream>;

/// The frames of a connection. Several may share a WebSocket message, and one may span two.
struct Frames {
    socket: SplitStream<Socket>,
    decoder: FrameDecoder,
    has_intro: bool,
}

impl Frames {
    fn new(socket: SplitStream<Socket>) -> Self {
        Self { socket, decoder: FrameDecoder::new(), has_intro: false }
    }

    /// The next whole frame, or nothing when the client has gone.
    async fn next(&mut self) -> Result<Option<BytesMut>> {
        loop {
            if let Some(frame) = self.decoder.decode_frame() {
                return Ok(Some(frame));
            }
            let Some(message) = self.socket.next().await else { return Ok(None) };
            let message = message?;
            if message.is_close() {
                return Ok(None);
            }
            if message.is_binary() {
                self.feed(BytesMut::from(&message.as_payload()[..]))?;
            }
        }
    }

    fn feed(&mut self, bytes: BytesMut) -> Result<()> {
        let bytes = if self.has_intro { bytes } else { noise::strip_intro(bytes)? };
        self.has_intro = true;
        self.decoder.feed(&bytes);
        ensure!(self.decoder.buffered_len() <= MAX_FRAME_BYTES, "a frame is longer than {MAX_FRAME_BYTES} bytes");
        Ok(())
    }

    /// A frame of the handshake, which may not be missing or late.
    async fn needed(&mut self) -> Result<BytesMut> {
        timeout(ANSWER_TIMEOUT, self.next()).await.context("the handshake stands still")??.context("closed")
    }
}

impl Server {
    /// Serves a connection until either side ends it.
    pub async fn serve(self: Arc<Self>, tcp: TcpStream) -> Result<()> {
        tcp.set_nodelay(true)?;
        let limits = Limits::default().max_payload_len(Some(MAX_FRAME_BYTES));
        let upgrade = ServerBuilder::new().limits(limits);
        let (_request, socket) = timeout(ANSWER_TIMEOUT, upgrade.accept(tcp)).await??;
        let (mut sink, stream) = socket.split();
        let mut frames = Frames::new(stream);
        let Accepted { client_static, payload, read, write, pattern } =
            self.shake_hands(&mut frames, &mut sink).await?;
        self.note_handshake(pattern);

        let (conn, stanzas) = Conn::open(self.next_number());
        let mut writing = pin!(write_stanzas(stanzas, sink, write));
        let mut reading = pin!(self.read_stanzas(&conn, client_static, &payload, frames, read));
        let end = tokio::select! {
            end = &mut reading => {
                conn.close();
                let _ = timeout(LINGER, &mut writing).await;
                end
            }
            // Closed from here. The client may still be writing: dropping the socket now could take the last stanza with it.
            () = &mut writing => timeout(LINGER, &mut reading).await.unwrap_or(Ok(())),
            () = conn.line.is_overrun.notified() => Err(anyhow::anyhow!("the client does not read")),
        };
        self.forget(&conn);
        end
    }

    async fn shake_hands(&self, frames: &mut Frames, sink: &mut SplitSink<Socket, Message>) -> Result<Accepted> {
        match noise::on_client_hello(&self.identity, &self.nature, &frames.needed().await?)? {
            Step::Done { hello, accepted } => {
                sink.send(Message::binary(noise::frame(&hello)?)).await?;
                Ok(*accepted)
            }
            Step::NeedsFinish { hello, state } => {
                sink.send(Message::binary(noise::frame(&hello)?)).await?;
                noise::on_client_finish(*state, &frames.needed().await?)
            }
        }
    }

    async fn read_stanzas(
        self: &Arc<Self>,
        conn: &Conn,
        client_static: [u8; 32],
        payload: &waproto::whatsapp::ClientPayload,
        mut frames: Frames,
        cipher: NoiseCipher,
    ) -> Result<()> {
        let session = self.admit(conn, client_static, payload)?;
        let mut counter = 0;
        while let Some(mut frame) = frames.next().await? {
            cipher.decrypt_in_place_with_counter(counter, &mut frame)?;
            counter += 1;
            let stanza = OwnedNodeRef::new(wacore_binary::util::unpack_bytes(frame)?)?.to_owned_node();
            tracing::debug!(conn = conn.id(), "standin: client: {}", wire::show(&stanza));
            if let Err(error) = self.on_stanza(conn, &session, &stanza).await {
                tracing::warn!(conn = conn.id(), "standin: {} failed: {error:#}", wire::show(&stanza));
                if stanza.tag == "iq" && matches!(attr(&stanza, "type").as_deref(), Some("get" | "set")) {
                    conn.send(wire::error(&stanza, 500, "internal-server-error"));
                }
            }
        }
        Ok(())
    }
}

/// Seals and writes what is sent to a connection, until it is closed.
async fn write_stanzas(
    mut stanzas: mpsc::Receiver<Outgoing>,
    mut sink: SplitSink<Socket, Message>,
    cipher: NoiseCipher,
) {
    let mut counter = 0;
    while let Some(Outgoing::Stanza(stanza)) = stanzas.recv().await {
        tracing::debug!("standin: server: {}", wire::show(&stanza));
        let framed = match seal(&cipher, counter, &stanza) {
            Ok(framed) => framed,
            Err(error) => {
                tracing::warn!("standin: {} cannot be sent: {error:#}", wire::show(&stanza));
                break;
            }
        };
        counter += 1;
        if sink.send(Message::binary(framed)).await.is_err() {
            break;
        }
    }
    stanzas.close();
    // The client may have gone already.
    let _ = sink.close().await;
}

fn seal(cipher: &NoiseCipher, counter: u32, stanza: &Node) -> Result<Vec<u8>> {
    let plain = match wacore_binary::marshal(stanza) {
        Ok(plain) => plain,
        Err(error) => bail!("it is no binary XML: {error}"),
    };
    noise::frame(&cipher.encrypt_with_counter(counter, &plain)?)
}
