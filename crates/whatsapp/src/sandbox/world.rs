//! Everything the simulated WhatsApp holds, behind one lock: phones, open sessions ("lines") and linkings.
//!
//! Nothing here waits, reads a clock or draws chance: `now_ms` and random values are arguments. So the lock is held for
//! moments only, and each action happens whole.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::files::Files;
use super::groups::Groups;
use super::linking::Linking;
use super::phone::{Device, Phone};
use super::recent::Recent;
use super::rules;
use super::view::{DeviceView, PhoneError, PhoneSummary};
use crate::{Event, SendFailure, UnlinkReason};

/// Names one open session. Never used twice, so what belongs to a closed session cannot reach a later one.
pub(super) type LineId = u64;

#[derive(Debug, Default)]
pub(super) struct World {
    pub phones: BTreeMap<String, Phone>,
    pub groups: Groups,
    pub files: Files,
    pub lines: HashMap<LineId, Line>,
    /// Ordered by line, so that every run does the same.
    pub linkings: BTreeMap<LineId, Linking>,
    /// Codes and QR payloads that were good once, so that a phone can say why they are not.
    pub dead: Recent<PhoneError>,
    /// Ids of devices that were removed: a session that was closed then is told when it opens.
    removed: Recent<()>,
    last_line: LineId,
}

/// An open session, seen from WhatsApp.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// What the session was not told yet, oldest first. Its pump takes from here.
    pub queue: VecDeque<Event>,
    /// What the session was told and the server has not saved yet.
    telling: Option<Event>,
    /// Wakes the pump.
    pub wake: Arc<Notify>,
    pub link: Option<Link>,
    /// Another session took the device over; this one can do nothing more.
    pub is_over: bool,
}

/// Which device of which phone a session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub number: String,
    pub device_id: String,
}

/// What a session keeps in its key store to be found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeviceRecord {
    pub phone: String,
    pub profile_name: String,
    pub device_id: String,
    pub device_name: String,
    pub linked_at_ms: i64,
}

impl Line {
    /// Takes what a later session of the same device must still be told.
    fn take_owed(&mut self) -> impl Iterator<Item = Event> + use<> {
        let waiting = std::mem::take(&mut self.queue);
        self.telling.take().into_iter().chain(waiting).filter(is_owed)
    }
}

impl World {
    /// Opens a line. With a record it is that device again, unless the phone removed it meanwhile.
    pub fn open(&mut self, record: Option<&DeviceRecord>, now_ms: i64) -> Result<(LineId, Arc<Notify>), PhoneError> {
        let id = self.last_line + 1;
        let mut line = Line::default();
        if let Some(record) = record {
            if self.removed.contains(&record.device_id) {
                line.queue.push_back(Event::Unlinked { reason: UnlinkReason::UnlinkedOnPhone });
            } else {
                line.queue = self.restore(record, id, now_ms)?;
                line.link = Some(Link { number: record.phone.clone(), device_id: record.device_id.clone() });
            }
        }
        self.last_line = id;
        let wake = Arc::clone(&line.wake);
        self.lines.insert(id, line);
        Ok((id, wake))
    }

    /// Makes the recorded device a device of line `id`, on a phone that a restart may have emptied.
    fn restore(&mut self, record: &DeviceRecord, id: LineId, now_ms: i64) -> Result<VecDeque<Event>, PhoneError> {
        let phone = self.phone_or_new(&record.phone, Some(&record.profile_name), now_ms)?;
        if phone.device(&record.device_id).is_none() {
            phone.devices.push(Device::new(&record.device_id, &record.device_name, record.linked_at_ms));
            phone.changed();
        }
        let Some(device) = phone.device(&record.device_id) else { return Ok(VecDeque::new()) };
        let mut queue = VecDeque::from([Event::Connected]);
        let former = device.line.replace(id);
        queue.append(&mut device.owed);
        if let Some(line) = former.and_then(|former| self.lines.get_mut(&former)) {
            // What the former session was not told yet goes to the one that took over.
            queue.extend(line.take_owed());
            line.link = None;
            line.is_over = true;
            line.queue.push_back(Event::Unlinked { reason: UnlinkReason::ReplacedElsewhere });
            line.wake.notify_one();
        }
        Ok(queue)
    }

    /// Ends a line and keeps its device. Messages and receipts that it was not told wait for the next one.
    pub fn close(&mut self, id: LineId) {
        self.end_linking(id, None);
        let Some(mut line) = self.lines.remove(&id) else { return };
        if let Some(link) = &line.link
            && let Some(device) = self.device(link)
        {
            device.line = None;
            device.owed.extend(line.take_owed());
        }
        line.wake.notify_one();
    }

    /// Ends the link of a line from its own side. Nothing that waits is told any more. False when the line is closed or
    /// was replaced: then the keys are not its own to forget.
    pub fn log_out(&mut self, id: LineId) -> bool {
        self.end_linking(id, None);
        let Some(line) = self.lines.get_mut(&id).filter(|line| !line.is_over) else { return false };
        line.queue.clear();
        line.telling = None;
        if let Some(link) = line.link.take() {
            self.remove_device(&link);
        }
        true
    }

    /// The phone's holder removes a device; its session is told now, or when it opens.
    pub fn unlink(&mut self, number: &str, device_id: &str) -> Result<(), PhoneError> {
        self.online_phone(number)?;
        let link = Link { number: number.to_owned(), device_id: device_id.to_owned() };
        let device = self.remove_device(&link).ok_or(PhoneError::NoSuchDevice)?;
        if let Some(id) = device.line {
            if let Some(line) = self.lines.get_mut(&id) {
                line.link = None;
            }
            self.push(id, Event::Unlinked { reason: UnlinkReason::UnlinkedOnPhone });
        }
        Ok(())
    }

    /// Undoes a link whose record could not be stored: after a restart nobody would know of it.
    pub fn undo_link(&mut self, id: LineId) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        line.queue.retain(|event| *event != Event::Connected);
        if let Some(link) = line.link.take() {
            self.remove_device(&link);
        }
    }

    /// What the session of a line must store to be found again.
    pub fn record(&mut self, id: LineId) -> Option<DeviceRecord> {
        let link = self.lines.get(&id)?.link.clone()?;
        let phone = self.phones.get_mut(&link.number)?;
        let profile_name = phone.profile_name.clone();
        let device = phone.device(&link.device_id)?;
        Some(DeviceRecord {
            phone: link.number,
            profile_name,
            device_id: link.device_id,
            device_name: device.name.clone(),
            linked_at_ms: device.linked_at_ms,
        })
    }

    /// Adds a device for line `id` and tells it so.
    pub fn link(&mut self, id: LineId, number: &str, device: Device) -> Result<DeviceView, PhoneError> {
        let device = Device { line: Some(id), ..device };
        let view = device.view();
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        let profile_name = phone.profile_name.clone();
        phone.devices.push(device);
        phone.changed();
        if let Some(line) = self.lines.get_mut(&id) {
            line.link = Some(Link { number: number.to_owned(), device_id: view.id.clone() });
        }
        let device_name = view.name.clone();
        self.push(id, Event::Confirming);
        self.push(id, Event::Linked { phone: number.to_owned(), profile_name, device_name });
        self.push(id, Event::Connected);
        Ok(view)
    }

    fn remove_device(&mut self, link: &Link) -> Option<Device> {
        let phone = self.phones.get_mut(&link.number)?;
        let place = phone.devices.iter().position(|device| device.id == link.device_id)?;
        let device = phone.devices.remove(place);
        phone.changed();
        self.removed.insert(device.id.clone(), ());
        Some(device)
    }

    /// Which device an open session is, if its number is linked.
    pub fn link_of(&self, id: LineId) -> Result<Link, SendFailure> {
        let line = self.lines.get(&id).ok_or(SendFailure::Network)?;
        line.link.clone().ok_or(SendFailure::NotLinked)
    }

    pub fn device(&mut self, link: &Link) -> Option<&mut Device> {
        self.phones.get_mut(&link.number)?.device(&link.device_id)
    }

    /// Tells a line something. Never waits: the line's pump does.
    pub fn push(&mut self, id: LineId, event: Event) {
        if let Some(line) = self.lines.get_mut(&id) {
            enqueue(&mut line.queue, event);
            line.wake.notify_one();
        }
    }

    /// What a line tells next. It is kept until [`World::forget_told`].
    pub fn next_told(&mut self, id: LineId) -> Option<Event> {
        let line = self.lines.get_mut(&id)?;
        line.telling = line.queue.pop_front();
        line.telling.clone()
    }

    pub fn forget_told(&mut self, id: LineId) {
        if let Some(line) = self.lines.get_mut(&id) {
            line.telling = None;
        }
    }

    /// Tells a device something, now or when its session opens again.
    pub fn tell(&mut self, link: &Link, event: Event) {
        let Some(device) = self.device(link) else { return };
        match device.line {
            Some(id) => self.push(id, event),
            None => enqueue(&mut device.owed, event),
        }
    }

    /// A phone that can act: the sandbox has it and it is online.
    pub fn online_phone(&mut self, number: &str) -> Result<&mut Phone, PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        if phone.online { Ok(phone) } else { Err(PhoneError::Offline) }
    }

    /// The phone of a number, made if need be. When there are too many, one that nobody uses is forgotten.
    pub fn phone_or_new(
        &mut self,
        number: &str,
        profile_name: Option<&str>,
        now_ms: i64,
    ) -> Result<&mut Phone, PhoneError> {
        if !self.phones.contains_key(number) && self.phones.len() >= rules::MAX_PHONES {
            let idle = self.idlest_phone().ok_or(PhoneError::SandboxFull)?;
            self.phones.remove(&idle);
        }
        let phone = self.phones.entry(number.to_owned()).or_insert_with(|| {
            let last_digits = number.get(number.len().saturating_sub(4)..).unwrap_or(number);
            let default_name = format!("Phone {last_digits}");
            Phone::new(number, profile_name.unwrap_or(&default_name), now_ms)
        });
        phone.used_at_ms = now_ms;
        Ok(phone)
    }

    fn idlest_phone(&self) -> Option<String> {
        let is_linking = |number: &str| self.linkings.values().any(|linking| linking.concerns(number));
        self.phones
            .values()
            .filter(|phone| phone.devices.is_empty() && phone.version.receiver_count() == 0)
            .filter(|phone| !is_linking(&phone.number))
            .min_by_key(|phone| phone.used_at_ms)
            .map(|phone| phone.number.clone())
    }

    pub fn summaries(&self, now_ms: i64) -> Vec<PhoneSummary> {
        self.phones.values().map(|phone| phone.summary(self.prompt_on(&phone.number, now_ms).is_some())).collect()
    }
}

/// Adds an event. When too many wait, the oldest message or receipt goes; what a session must know of its own state stays,
/// and cannot pile up because each such event answers a call of the session, or ends its link.
fn enqueue(queue: &mut VecDeque<Event>, event: Event) {
    queue.push_back(event);
    if queue.len() > rules::MAX_WAITING_EVENTS
        && let Some(oldest) = queue.iter().position(is_owed)
    {
        queue.remove(oldest);
        tracing::warn!("sandbox: a session reads no events, the oldest message or receipt for it was dropped");
    }
}

fn is_owed(event: &Event) -> bool {
    match event {
        Event::Delivered { .. }
        | Event::Read { .. }
        | Event::Failed { .. }
        | Event::Received { .. }
        | Event::SentElsewhere { .. }
        | Event::Edited { .. }
        | Event::Deleted { .. }
        | Event::Voted { .. }
        | Event::Renamed { .. } => true,
        Event::LinkCode { .. }
        | Event::QrCode { .. }
        | Event::WrongCode
        | Event::Confirming
        | Event::Linked { .. }
        | Event::LinkFailed { .. }
        | Event::Connected
        | Event::Disconnected
        | Event::Halted { .. }
        | Event::Unlinked { .. } => false,
    }
}
