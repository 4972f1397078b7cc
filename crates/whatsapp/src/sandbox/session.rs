//! One open session: its calls, the task that brings it its events, and the task that moves its linking through time.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::Shared;
use super::changes::Change;
use super::linking::{AbortOnDrop, Linking};
use super::rules;
use super::world::{DeviceRecord, LineId};
use crate::{
    Activity, Chat, DownloadFailure, Event, Group, KeyChange, KeyStore, LinkFailure, Outgoing, Picture, SendFailure,
    Session, SessionError, Told, UnlinkReason,
};

/// Where a session's record lies in its key store.
const RECORD: (&str, &str) = ("sandbox", "device");

/// A session of the sandbox. Dropping it closes it.
pub(super) struct SandboxSession {
    shared: Arc<Shared>,
    line: LineId,
    keys: Arc<dyn KeyStore>,
    /// Held while keys are written, so that logging out and storing a link cannot overtake each other.
    key_work: Arc<tokio::sync::Mutex<()>>,
    stop: watch::Sender<bool>,
    pump: Mutex<Option<JoinHandle<()>>>,
}

impl SandboxSession {
    /// Opens a line with what `keys` hold, and begins to bring its events.
    pub async fn open(
        shared: Arc<Shared>,
        keys: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Self, SessionError> {
        let record = read_record(keys.as_ref()).await?;
        let now_ms = shared.surroundings.now_ms();
        let (line, wake) = shared
            .world()
            .open(record.as_ref(), now_ms)
            .map_err(|refusal| SessionError::Network(refusal.to_string()))?;
        let key_work = Arc::new(tokio::sync::Mutex::new(()));
        let (stop, stopped) = watch::channel(false);
        let pump = Pump {
            shared: Arc::clone(&shared),
            line,
            wake,
            keys: Arc::clone(&keys),
            key_work: Arc::clone(&key_work),
            events,
        };
        let pump = Mutex::new(Some(tokio::spawn(pump.run(stopped))));
        Ok(Self { shared, line, keys, key_work, stop, pump })
    }

    fn change(&self, chat: &Chat, id: &str, change: Change) -> Result<(), SendFailure> {
        let now_ms = self.shared.surroundings.now_ms();
        self.shared.world().change_from_device(self.line, chat, id, change, now_ms)
    }
}

#[async_trait]
impl Session for SandboxSession {
    async fn start_linking(&self, phone: &str, device_name: &str) -> Result<(), SessionError> {
        let draw = self.shared.draw();
        let now_ms = self.shared.surroundings.now_ms();
        let mut world = self.shared.world();
        let line = world.lines.get(&self.line).filter(|line| !line.is_over).ok_or_else(closed)?;
        if line.link.is_some() {
            return Err(SessionError::AlreadyLinked);
        }
        if let Err(reason) = rules::linkable(phone) {
            world.end_linking(self.line, None);
            world.push(self.line, Event::LinkFailed { reason });
            return Ok(());
        }
        world.may_ask_for_code(phone, now_ms)?;
        world.phone_to_link(phone, now_ms).map_err(|refusal| SessionError::Network(refusal.to_string()))?;
        let changed = Arc::new(Notify::new());
        let clockwork = tokio::spawn(clockwork(Arc::clone(&self.shared), self.line, Arc::clone(&changed)));
        let clockwork = AbortOnDrop(clockwork.abort_handle());
        let linking = Linking::new(phone, device_name, &draw, changed, clockwork);
        world.begin_linking(self.line, linking, &draw, now_ms);
        Ok(())
    }

    async fn request_code(&self) -> Result<(), SessionError> {
        let draw = self.shared.draw();
        let now_ms = self.shared.surroundings.now_ms();
        let mut world = self.shared.world();
        let number = world.number_linking(self.line).ok_or(SessionError::NotLinking)?;
        world.may_ask_for_code(number, now_ms)?;
        world.give_code(self.line, &draw, now_ms);
        Ok(())
    }

    async fn send(&self, message: Outgoing) -> Result<(), SendFailure> {
        let message_id = self.shared.message_id();
        let now_ms = self.shared.surroundings.now_ms();
        self.shared.world().send_from_device(self.line, message, message_id, now_ms)
    }

    async fn edit(&self, chat: &Chat, id: &str, body: &str) -> Result<(), SendFailure> {
        self.change(chat, id, Change::Edit(body.to_owned()))
    }

    async fn delete(&self, chat: &Chat, id: &str) -> Result<(), SendFailure> {
        self.change(chat, id, Change::Delete)
    }

    async fn mark_read(&self, chat: &Chat, from: &str, wa_ids: &[String]) -> Result<(), SendFailure> {
        let now_ms = self.shared.surroundings.now_ms();
        self.shared.world().mark_read_from_device(self.line, chat, from, wa_ids, now_ms)
    }

    async fn show(&self, chat: &Chat, activity: Activity) -> Result<(), SendFailure> {
        let now_ms = self.shared.surroundings.now_ms();
        self.shared.world().show_from_device(self.line, chat, activity, now_ms)
    }

    async fn download(&self, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        let file = self.shared.world().download(self.line, wa_id)?;
        Ok(file.to_vec())
    }

    async fn are_on_whatsapp(&self, phones: &[String]) -> Result<Vec<bool>, SendFailure> {
        self.shared.world().are_on_whatsapp(self.line, phones)
    }

    async fn picture(&self, of: &Chat) -> Result<Option<Picture>, SendFailure> {
        self.shared.world().picture(self.line, of)
    }

    async fn groups(&self) -> Result<Vec<Group>, SendFailure> {
        self.shared.world().groups_of_line(self.line)
    }

    async fn log_out(&self) -> Result<(), SessionError> {
        let _guard = self.key_work.lock().await;
        let is_ours = self.shared.world().log_out(self.line);
        if is_ours { self.keys.forget().await } else { Err(closed()) }
    }

    async fn close(&self) {
        self.stop.send_replace(true);
        let pump = self.pump.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(pump) = pump
            && let Err(error) = pump.await
        {
            tracing::error!(%error, "sandbox: a session's pump broke");
        }
        self.shared.world().close(self.line);
    }
}

fn closed() -> SessionError {
    SessionError::Network("the session is closed, or another one took its place".to_owned())
}

async fn read_record(keys: &dyn KeyStore) -> Result<Option<DeviceRecord>, SessionError> {
    match keys.get(RECORD.0, RECORD.1).await? {
        None => Ok(None),
        Some(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| SessionError::Damaged(format!("the device record cannot be read: {error}"))),
    }
}

async fn store_record(keys: &dyn KeyStore, record: &DeviceRecord) -> Result<(), SessionError> {
    let bytes = serde_json::to_vec(record).map_err(|error| SessionError::Storage(error.to_string()))?;
    keys.apply(vec![KeyChange::Put { kind: RECORD.0, key: RECORD.1.to_owned(), value: bytes, moment_s: None }]).await
}

/// Brings a line's events to its session.
///
/// What happens on the simulated network only appends to the line's queue, so a phone never waits for a session that
/// does not read. This task alone waits for the session's channel. It also does the key work that an event promises,
/// before the event is told: a session that heard "linked" is found again after a crash.
struct Pump {
    shared: Arc<Shared>,
    line: LineId,
    wake: Arc<Notify>,
    keys: Arc<dyn KeyStore>,
    key_work: Arc<tokio::sync::Mutex<()>>,
    events: mpsc::Sender<Told>,
}

impl Pump {
    /// Ends when the session is closed or dropped, or when nobody can receive its events any more.
    async fn run(self, mut stopped: watch::Receiver<bool>) {
        loop {
            // A dropped session drops `stop`, which ends this wait like a message does.
            tokio::select! {
                _ = stopped.changed() => break,
                () = self.events.closed() => break,
                () = self.something_waits() => {}
            }
            let permit = tokio::select! {
                _ = stopped.changed() => break,
                permit = self.events.reserve() => permit,
            };
            let Ok(permit) = permit else { break };
            let Some(is_saved) = self.tell_next(permit).await else { continue };
            tokio::select! {
                // What is saved in the moment of closing is saved.
                biased;
                is_saved = is_saved => match is_saved {
                    Ok(()) => self.shared.world().forget_told(self.line),
                    Err(_) => break,
                },
                _ = stopped.changed() => break,
            }
        }
        self.shared.world().close(self.line);
    }

    /// Tells the event that waits longest. It stays in the queue until the server has it.
    async fn tell_next(&self, permit: mpsc::Permit<'_, Told>) -> Option<oneshot::Receiver<()>> {
        let _guard = self.key_work.lock().await;
        let event = self.shared.world().next_told(self.line)?;
        let (told, is_saved) = Told::awaited(self.with_keys(event).await);
        permit.send(told);
        Some(is_saved)
    }

    async fn something_waits(&self) {
        while self.shared.world().lines.get(&self.line).is_none_or(|line| line.queue.is_empty()) {
            self.wake.notified().await;
        }
    }

    /// Writes what the event says is written. The event that is told is another one when that fails.
    async fn with_keys(&self, event: Event) -> Event {
        match event {
            Event::Linked { .. } => self.store_link(event).await,
            Event::Renamed { .. } => {
                self.store_name().await;
                event
            }
            // Keys that another session uses now are not ours to forget.
            Event::Unlinked { reason: UnlinkReason::ReplacedElsewhere } => event,
            Event::Unlinked { .. } => {
                if let Err(error) = self.keys.forget().await {
                    tracing::error!(%error, "sandbox: could not forget the keys of a link that is over");
                }
                event
            }
            event => event,
        }
    }

    /// After a restart of an empty sandbox the phone has the name that was stored.
    async fn store_name(&self) {
        let Some(record) = self.shared.world().record(self.line) else { return };
        if let Err(error) = store_record(self.keys.as_ref(), &record).await {
            tracing::warn!(%error, "sandbox: could not store the new name of a phone");
        }
    }

    async fn store_link(&self, event: Event) -> Event {
        let Some(record) = self.shared.world().record(self.line) else { return event };
        match store_record(self.keys.as_ref(), &record).await {
            Ok(()) => event,
            Err(error) => {
                tracing::error!(%error, "sandbox: could not store a link, it was undone");
                self.shared.world().undo_link(self.line);
                Event::LinkFailed { reason: LinkFailure::Network }
            }
        }
    }
}

/// Moves one linking through time. Ends with it: the linking holds the handle that aborts this task.
async fn clockwork(shared: Arc<Shared>, line: LineId, changed: Arc<Notify>) {
    loop {
        let due_ms = shared.world().due_ms(line);
        let Some(due_ms) = due_ms else { return };
        tokio::select! {
            () = shared.surroundings.sleep_until(due_ms) => {}
            () = changed.notified() => continue,
        }
        let mut reference = [0; 24];
        shared.surroundings.fill_random(&mut reference);
        shared.world().tick(line, &reference, shared.surroundings.now_ms());
    }
}
