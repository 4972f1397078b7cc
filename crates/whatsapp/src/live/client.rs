//! The library's client of one number: how it is made, and how it is stopped.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::task::JoinHandle;
use whatsapp_rust::Client;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::wacore::store::DevicePropsOverride;
use whatsapp_rust::wacore::types::events::{Event as Heard, EventHandler};
use whatsapp_rust::waproto::whatsapp::device_props::PlatformType;

use super::follow::Follower;
use super::line::{Line, Standing, Stop};
use super::linking::Wish;
use super::patience::Patience;
use super::receiving::{InHand, Inbox};
use super::runtime::ClockedRuntime;
use super::web::Fetcher;
use crate::SessionError;

/// What the library told and nobody took yet. Messages do not count: they wait with WhatsApp.
const HEARD_WAITING: usize = 4_096;

/// How long a client may keep its turn to connect.
const TURN: Duration = Duration::from_secs(20);

/// A client, what it tells, whether the device it stores belongs to an account, and what it received and did not acknowledge.
pub(super) struct Made {
    pub handle: BotHandle,
    pub heard: mpsc::Receiver<Arc<Heard>>,
    pub is_stored: watch::Receiver<bool>,
    pub in_hand: InHand,
}

/// Makes the client of a line and lets it connect. `device_name` is what the phone is to list, while linking.
pub(super) async fn make(
    line: &Arc<Line>,
    device_name: Option<&str>,
    stopped: watch::Receiver<Stop>,
) -> Result<Made, SessionError> {
    let shared = &line.shared;
    let version = shared.version().await?;
    let keys = Arc::new(line.keys());
    let is_stored = keys.is_linked();
    let (sender, heard) = mpsc::channel(HEARD_WAITING);
    let in_hand = InHand::default();
    let mut transport = TokioWebSocketTransportFactory::new();
    if let Some(chat_url) = &shared.chat_url {
        transport = transport.with_url(chat_url.clone());
    }
    let mut builder = Bot::builder()
        .with_backend_arc(keys)
        .with_transport_factory(transport)
        .with_http_client(Fetcher(Arc::clone(&shared.web)))
        .with_runtime(ClockedRuntime { surroundings: Arc::clone(&shared.surroundings), gate: line.gate() })
        .with_version(version)
        .skip_history_sync()
        .with_inbound_durability_hook(Inbox::new(Arc::clone(line), stopped, in_hand.clone()))
        .with_event_handler(Forwarder { line: Arc::clone(line), sender, in_hand: in_hand.clone() });
    if let Some(name) = device_name {
        let props = DevicePropsOverride::new().with_os(name).with_platform_type(PlatformType::CHROME);
        builder = builder.with_device_props(props);
    }
    let bot = builder.build().await.map_err(|error| SessionError::Damaged(error.to_string()))?;
    line.runs(Some(bot.client()));
    Ok(Made { handle: bot.spawn(), heard, is_stored, in_hand })
}

/// Takes what the library tells, in its order, where it is told.
struct Forwarder {
    line: Arc<Line>,
    sender: mpsc::Sender<Arc<Heard>>,
    in_hand: InHand,
}

impl EventHandler for Forwarder {
    fn handle_event(&self, event: Arc<Heard>) {
        let heard = Arc::clone(&event);
        match &*heard {
            Heard::ServerAck(ack) if ack.class.as_deref() == Some("message") => {
                let refusal = ack.error.as_deref().map(|code| code.parse().unwrap_or(0));
                self.line.answered(&ack.id, refusal.map_or(Ok(()), Err));
            }
            // These came through the inbox, and the library has acknowledged them now.
            Heard::Messages(batch) if batch.hook_committed => self.in_hand.puts_down(),
            Heard::ServerAck(_) | Heard::Messages(_) | Heard::RawNode(_) | Heard::Notification(_) => {}
            _ => self.forward(event),
        }
    }
}

impl Forwarder {
    fn forward(&self, event: Arc<Heard>) {
        if self.sender.try_send(event).is_err() {
            let session_id = self.line.session_id.as_str();
            tracing::error!(session_id, "live: what WhatsApp told was dropped: nobody takes it");
        }
    }
}

/// Makes the client of a linked number after a pause, and after longer ones when it cannot be made. Nothing when it is
/// stopped meanwhile.
pub(super) async fn remake(
    line: &Arc<Line>,
    stopped: &mut watch::Receiver<Stop>,
    patience: &mut Patience,
    mut pause_ms: i64,
) -> Option<Made> {
    let stopping = stopped.clone();
    let made = async {
        loop {
            line.shared.surroundings.sleep_until(line.now_ms() + pause_ms).await;
            let turn = Arc::clone(&line.shared.connecting).acquire_owned().await;
            match make(line, None, stopping.clone()).await {
                Ok(made) => {
                    tokio::spawn(connects(made.handle.client(), turn.ok()));
                    return made;
                }
                Err(error) => {
                    tracing::error!(session_id = line.session_id, %error, "live: a client could not be made");
                    pause_ms = patience.next_ms();
                }
            }
        }
    };
    tokio::select! {
        _ = stopped.wait_for(Stop::is_asked) => None,
        made = made => Some(made),
    }
}

/// Keeps a turn until the client is connected, or has had its time.
async fn connects(client: Arc<Client>, turn: Option<OwnedSemaphorePermit>) {
    // Whether it did does not matter here: it goes on by itself.
    let _ = client.wait_for_connected(TURN).await;
    drop(turn);
}

/// A client that is followed.
pub(super) struct Running {
    stop: watch::Sender<Stop>,
    task: JoinHandle<()>,
}

impl Running {
    /// Makes a client and follows it until a phone accepts, and on from there.
    pub async fn link(line: &Arc<Line>, wish: Wish) -> Result<Self, SessionError> {
        let (stop, stopped) = watch::channel(Stop::NotAsked);
        let made = make(line, Some(&wish.device_name), stopped.clone()).await?;
        line.stands(Standing::Linking);
        let follower = Follower::new(Arc::clone(line), made, Some(wish), stopped);
        Ok(Self { stop, task: tokio::spawn(follower.run()) })
    }

    /// Follows a client with what the keys hold, as soon as it is its turn.
    pub fn restore(line: &Arc<Line>) -> Self {
        let (stop, mut stopped) = watch::channel(Stop::NotAsked);
        line.stands(Standing::Linked);
        let line = Arc::clone(line);
        let task = tokio::spawn(async move {
            let mut made = remake(&line, &mut stopped, &mut Patience::default(), 0).await;
            if made.is_none() && *stopped.borrow() == Stop::LogOut {
                // The phone has to be told, which takes a client.
                made = make(&line, None, stopped.clone()).await.ok();
            }
            if let Some(made) = made {
                Follower::new(line, made, None, stopped).run().await;
            }
        });
        Self { stop, task }
    }

    /// Returns when the client is disconnected and has written what it had to write.
    pub async fn stop(self, how: Stop) {
        self.stop.send_replace(how);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "live: the task behind a session broke");
        }
    }
}
