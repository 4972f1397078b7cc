//! Linking: from the first code to a device on the phone, or to the reason why not.
//!
//! ```text
//! begin --code typed / QR scanned--> asked --confirmed--> linked
//!   |  |--wrong code--> a new code               |-- refused, or no room for a device --> nothing is told
//!   |  \--3 wrong codes--> too many attempts     |-- not the expected number --> wrong phone
//!   |                                            |-- the account has a passkey --> see `passkey`
//!   \--no live code, no QR code, no question--> expired
//! ```

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::phone::Device;
use super::rules::{self, Outcome};
use super::view::{DeviceView, LinkPrompt, PhoneError};
use super::world::{LineId, World};
use crate::{Event, LinkFailure, SessionError};

/// Random values for one step, drawn before the lock is taken. Not every step uses all of them.
pub(super) struct Draw {
    pub code: [u8; 5],
    pub reference: [u8; 24],
    pub keys: [u8; 96],
}

/// One try at linking a number. It lives as long as a code, a QR code or a question on a phone does.
#[derive(Debug)]
pub(super) struct Linking {
    expected: String,
    pub device_name: String,
    code: Option<Code>,
    wrong_codes: u32,
    qr: Option<Qr>,
    /// Until when QR codes follow each other.
    qr_until_ms: i64,
    qr_keys: String,
    pub question: Option<Question>,
    /// Tells the clockwork that the next due moment moved.
    pub changed: Arc<Notify>,
    /// Ends the clockwork with the linking.
    _clockwork: AbortOnDrop,
}

#[derive(Debug)]
struct Code {
    text: String,
    asked_at_ms: i64,
    valid_until_ms: i64,
}

#[derive(Debug)]
struct Qr {
    payload: String,
    valid_until_ms: i64,
}

/// What a phone asks of its holder, or waits for.
#[derive(Debug)]
pub(super) struct Question {
    pub phone: String,
    pub valid_until_ms: i64,
    pub stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// "Link this device?"
    Link,
    /// The account's passkey has to be given.
    Passkey { options_json: String },
    /// The code on the phone has to be compared.
    Comparing { code: String },
}

impl Question {
    pub fn is_open(&self, now_ms: i64) -> bool {
        now_ms < self.valid_until_ms
    }
}

/// Aborts a task when dropped.
#[derive(Debug)]
pub(super) struct AbortOnDrop(pub AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Linking {
    pub fn new(number: &str, device_name: &str, draw: &Draw, changed: Arc<Notify>, clockwork: AbortOnDrop) -> Self {
        Self {
            expected: number.to_owned(),
            device_name: device_name.to_owned(),
            code: None,
            wrong_codes: 0,
            qr: None,
            qr_until_ms: 0,
            qr_keys: rules::qr_keys(&draw.keys),
            question: None,
            changed,
            _clockwork: clockwork,
        }
    }

    pub fn concerns(&self, number: &str) -> bool {
        self.expected == number || self.is_asking(number)
    }

    fn is_asking(&self, number: &str) -> bool {
        self.question.as_ref().is_some_and(|question| question.phone == number)
    }

    fn has_open_question(&self, now_ms: i64) -> bool {
        self.question.as_ref().is_some_and(|question| question.is_open(now_ms))
    }

    fn is_at_passkey(&self) -> bool {
        self.question.as_ref().is_some_and(|question| question.stage != Stage::Link)
    }

    fn has_live_code(&self, now_ms: i64) -> bool {
        self.code.as_ref().is_some_and(|code| now_ms < code.valid_until_ms)
    }

    fn is_alive(&self, now_ms: i64) -> bool {
        self.has_live_code(now_ms) || now_ms < self.qr_until_ms || self.has_open_question(now_ms)
    }

    /// The next moment at which [`World::tick`] has something to do.
    fn due_ms(&self) -> Option<i64> {
        let code = self.code.as_ref().map(|code| code.valid_until_ms);
        let qr = self.qr.as_ref().map(|qr| qr.valid_until_ms);
        let question = self.question.as_ref().map(|question| question.valid_until_ms);
        [code, qr, question].into_iter().flatten().min()
    }

    /// A QR code that is valid until the next one, or until the last one has had its time.
    fn new_qr(&mut self, reference: &[u8; 24], now_ms: i64) -> Event {
        let payload = rules::qr_payload(reference, &self.qr_keys);
        let valid_until_ms = (now_ms + rules::QR_LIFETIME_MS).min(self.qr_until_ms);
        self.qr = Some(Qr { payload: payload.clone(), valid_until_ms });
        Event::QrCode { payload, valid_until_ms }
    }
}

impl World {
    /// The phone of a number that somebody is about to link.
    pub fn phone_to_link(&mut self, number: &str, now_ms: i64) -> Result<(), PhoneError> {
        let phone = self.phone_or_new(number, None, now_ms)?;
        let is_first = phone.code_requests_ms.is_empty() && phone.devices.is_empty();
        if is_first && rules::outcome_for(number) == Outcome::FullOfDevices {
            let device = |place| Device::new(&format!("{number}-{place}"), &format!("Computer {place}"), now_ms);
            phone.devices.extend((1..=rules::DEVICES_PER_PHONE).map(device));
            phone.changed();
        }
        Ok(())
    }

    /// A new linking on line `id`; one that was under way there ends without a word.
    pub fn begin_linking(&mut self, id: LineId, linking: Linking, draw: &Draw, now_ms: i64) {
        self.end_linking(id, None);
        self.linkings.insert(id, linking);
        self.give_code(id, draw, now_ms);
    }

    /// A new code. The one before it is dead, and QR codes go on for another whole window.
    pub fn give_code(&mut self, id: LineId, draw: &Draw, now_ms: i64) {
        let Some(linking) = self.linkings.get_mut(&id) else { return };
        if let Some(phone) = self.phones.get_mut(&linking.expected) {
            note_code_request(&mut phone.code_requests_ms, now_ms);
        }
        linking.qr_until_ms = now_ms + rules::QR_WINDOW_MS;
        let qr = if linking.qr.is_none() { Some(linking.new_qr(&draw.reference, now_ms)) } else { None };
        let text = rules::code_from_random(draw.code);
        let valid_until_ms = now_ms + rules::CODE_LIFETIME_MS;
        linking.code = Some(Code { text: text.clone(), asked_at_ms: now_ms, valid_until_ms });
        linking.changed.notify_one();
        if let Some(qr) = qr {
            self.push(id, qr);
        }
        self.push(id, Event::LinkCode { code: text, valid_until_ms });
    }

    /// Whether another code may be asked for `number` now.
    pub fn may_ask_for_code(&self, number: &str, now_ms: i64) -> Result<(), SessionError> {
        let asked = self.phones.get(number).into_iter().flat_map(|phone| phone.code_requests_ms.iter().copied());
        match rules::pause_before_code(asked, now_ms) {
            Some(retry_after_ms) => Err(SessionError::TooManyCodes { retry_after_ms }),
            None => Ok(()),
        }
    }

    /// The number for which line `id` may ask for another code: the one it is linking, until the passkey is asked for.
    pub fn number_linking(&self, id: LineId) -> Option<&str> {
        self.linkings.get(&id).filter(|linking| !linking.is_at_passkey()).map(|linking| linking.expected.as_str())
    }

    pub fn due_ms(&self, id: LineId) -> Option<i64> {
        self.linkings.get(&id).and_then(Linking::due_ms)
    }

    /// Does what time does to a linking: ends its code, its question, its QR code, and at last itself.
    pub fn tick(&mut self, id: LineId, reference: &[u8; 24], now_ms: i64) {
        let Some(linking) = self.linkings.get_mut(&id) else { return };
        if let Some(code) = linking.code.take_if(|code| code.valid_until_ms <= now_ms) {
            self.dead.insert(code.text, PhoneError::CodeExpired);
        }
        let reason = if linking.is_at_passkey() { LinkFailure::PasskeyNeeded } else { LinkFailure::Expired };
        let question = linking.question.take_if(|question| !question.is_open(now_ms));
        let mut event = None;
        if let Some(qr) = linking.qr.take_if(|qr| qr.valid_until_ms <= now_ms) {
            self.dead.insert(qr.payload, PhoneError::QrStale);
            if now_ms < linking.qr_until_ms {
                event = Some(linking.new_qr(reference, now_ms));
            }
        }
        let is_alive = linking.is_alive(now_ms);
        if let Some(phone) = question.and_then(|question| self.phones.get(&question.phone)) {
            phone.changed();
        }
        if !is_alive {
            self.end_linking(id, Some(reason));
        } else if let Some(event) = event {
            self.push(id, event);
        }
    }

    /// Ends a linking, with a word to its session if there is a reason to tell.
    pub fn end_linking(&mut self, id: LineId, reason: Option<LinkFailure>) {
        self.end_codes(id);
        let Some(linking) = self.linkings.remove(&id) else { return };
        if let Some(phone) = linking.question.and_then(|question| self.phones.get(&question.phone)) {
            phone.changed();
        }
        if let Some(reason) = reason {
            self.push(id, Event::LinkFailed { reason });
        }
    }

    /// Nothing is left to type or to scan.
    pub fn end_codes(&mut self, id: LineId) {
        let Some(linking) = self.linkings.get_mut(&id) else { return };
        if let Some(code) = linking.code.take() {
            self.dead.insert(code.text, PhoneError::CodeExpired);
        }
        if let Some(qr) = linking.qr.take() {
            self.dead.insert(qr.payload, PhoneError::QrStale);
        }
        linking.qr_until_ms = 0;
    }

    /// The linking about which a phone asks its holder something.
    pub fn linking_asking(&self, number: &str, now_ms: i64) -> Option<(&Linking, &Question)> {
        let is_asking = |linking: &&Linking| linking.is_asking(number) && linking.has_open_question(now_ms);
        let linking = self.linkings.values().find(is_asking)?;
        linking.question.as_ref().map(|question| (linking, question))
    }

    /// "Link this device?", if a phone asks that.
    pub fn prompt_on(&self, number: &str, now_ms: i64) -> Option<LinkPrompt> {
        let (linking, question) = self.linking_asking(number, now_ms)?;
        let prompt = LinkPrompt { device_name: linking.device_name.clone(), valid_until_ms: question.valid_until_ms };
        (question.stage == Stage::Link).then_some(prompt)
    }

    /// The phone's holder types a code.
    pub fn type_code(&mut self, number: &str, typed: &str, draw: &Draw, now_ms: i64) -> Result<LinkPrompt, PhoneError> {
        self.may_be_asked(number, now_ms)?;
        let typed = rules::read_code(typed).ok_or(PhoneError::CodeShape)?;
        if let Some(why) = self.dead.get(&typed) {
            return Err(*why);
        }
        let has_code = |linking: &Linking| linking.code.as_ref().is_some_and(|code| code.text == typed);
        let Some(id) = self.linking_where(has_code) else { return Err(self.wrong_code(number, draw, now_ms)) };
        let linking = self.linkings.get_mut(&id).ok_or(PhoneError::NoSuchCode)?;
        if !linking.has_live_code(now_ms) {
            return Err(PhoneError::CodeExpired);
        }
        let prompt = ask(linking, number, now_ms)?;
        // A code works once: what is left of this linking is the question, and its QR codes.
        linking.code = None;
        self.dead.insert(typed, PhoneError::CodeExpired);
        self.changed(number);
        Ok(prompt)
    }

    /// A wrong code is told to the newest linking of this number that waits for one: WhatsApp knows one code a number. It asks
    /// for another.
    fn wrong_code(&mut self, number: &str, draw: &Draw, now_ms: i64) -> PhoneError {
        let newest = self
            .linkings
            .iter_mut()
            .filter(|(_, linking)| linking.expected == number && linking.has_live_code(now_ms))
            .max_by_key(|(_, linking)| linking.code.as_ref().map(|code| code.asked_at_ms));
        let Some((id, linking)) = newest else { return PhoneError::NoSuchCode };
        let id = *id;
        linking.wrong_codes += 1;
        if linking.wrong_codes < rules::WRONG_CODES {
            self.push(id, Event::WrongCode);
            self.give_code(id, draw, now_ms);
            return PhoneError::WrongCode;
        }
        let code = linking.code.take();
        self.end_linking(id, Some(LinkFailure::TooManyAttempts));
        if let Some(code) = code {
            self.dead.insert(code.text, PhoneError::TooManyAttempts);
        }
        PhoneError::TooManyAttempts
    }

    /// The phone's holder scans a QR code.
    pub fn scan_qr(&mut self, number: &str, payload: &str, now_ms: i64) -> Result<LinkPrompt, PhoneError> {
        self.may_be_asked(number, now_ms)?;
        if let Some(why) = self.dead.get(payload) {
            return Err(*why);
        }
        let shows = |linking: &Linking| linking.qr.as_ref().is_some_and(|qr| qr.payload == payload);
        let id = self.linking_where(shows).ok_or(PhoneError::QrUnknown)?;
        let linking = self.linkings.get_mut(&id).ok_or(PhoneError::QrUnknown)?;
        if linking.qr.as_ref().is_none_or(|qr| qr.valid_until_ms <= now_ms) {
            return Err(PhoneError::QrStale);
        }
        let prompt = ask(linking, number, now_ms)?;
        self.changed(number);
        Ok(prompt)
    }

    /// The phone's holder presses "Link". Nothing is linked yet when the account's passkey is needed first.
    pub fn confirm(
        &mut self,
        number: &str,
        device_id: &str,
        draw: &Draw,
        now_ms: i64,
    ) -> Result<Option<DeviceView>, PhoneError> {
        let id = self.asking(number, now_ms)?;
        let phone = self.online_phone(number)?;
        let needs_passkey = phone.needs_passkey;
        if phone.devices.len() >= rules::DEVICES_PER_PHONE {
            self.close_question(id, now_ms);
            return Err(PhoneError::DeviceLimit);
        }
        let linking = self.linkings.get(&id).ok_or(PhoneError::NoPrompt)?;
        if linking.expected != number {
            self.push(id, Event::Confirming);
            self.end_linking(id, Some(LinkFailure::WrongPhone));
            return Err(PhoneError::WrongNumber);
        }
        if needs_passkey {
            self.ask_for_passkey(id, number, draw, now_ms);
            return Ok(None);
        }
        let device = Device::new(device_id, &linking.device_name, now_ms);
        self.end_linking(id, None);
        self.link(id, number, device).map(Some)
    }

    /// The phone's holder presses "Cancel".
    pub fn refuse(&mut self, number: &str, now_ms: i64) -> Result<(), PhoneError> {
        let id = self.asking(number, now_ms)?;
        self.close_question(id, now_ms);
        Ok(())
    }

    /// The phone asks no more, and nobody is told why. Linking goes on while there is something left to link by.
    fn close_question(&mut self, id: LineId, now_ms: i64) {
        let Some(linking) = self.linkings.get_mut(&id) else { return };
        let question = linking.question.take();
        linking.changed.notify_one();
        let is_alive = linking.is_alive(now_ms);
        if let Some(phone) = question.and_then(|question| self.phones.get(&question.phone)) {
            phone.changed();
        }
        if !is_alive {
            self.end_linking(id, Some(LinkFailure::Expired));
        }
    }

    /// The linking whose question is open on this phone, which must be online to answer it.
    fn asking(&mut self, number: &str, now_ms: i64) -> Result<LineId, PhoneError> {
        self.online_phone(number)?;
        let asks = |linking: &Linking| linking.is_asking(number) && linking.has_open_question(now_ms);
        self.linking_where(|linking| asks(linking) && !linking.is_at_passkey()).ok_or(PhoneError::NoPrompt)
    }

    fn may_be_asked(&mut self, number: &str, now_ms: i64) -> Result<(), PhoneError> {
        self.online_phone(number)?.used_at_ms = now_ms;
        if self.linking_asking(number, now_ms).is_some() { Err(PhoneError::AnswerFirst) } else { Ok(()) }
    }

    fn linking_where(&self, matches: impl Fn(&Linking) -> bool) -> Option<LineId> {
        self.linkings.iter().find(|(_, linking)| matches(linking)).map(|(id, _)| *id)
    }

    fn changed(&self, number: &str) {
        if let Some(phone) = self.phones.get(number) {
            phone.changed();
        }
    }
}

/// Opens the question on a phone; one linking asks one phone at a time.
fn ask(linking: &mut Linking, number: &str, now_ms: i64) -> Result<LinkPrompt, PhoneError> {
    if linking.has_open_question(now_ms) {
        return Err(PhoneError::AlreadyAsked);
    }
    let valid_until_ms = now_ms + rules::PROMPT_LIFETIME_MS;
    linking.question = Some(Question { phone: number.to_owned(), valid_until_ms, stage: Stage::Link });
    linking.changed.notify_one();
    Ok(LinkPrompt { device_name: linking.device_name.clone(), valid_until_ms })
}

/// Keeps no more moments than the rule needs.
fn note_code_request(asked_at_ms: &mut VecDeque<i64>, now_ms: i64) {
    asked_at_ms.push_back(now_ms);
    if asked_at_ms.len() > rules::CODES_PER_WINDOW {
        asked_at_ms.pop_front();
    }
}
