//! The passkey gate: between "Link" on the phone and the link.
//!
//! ```text
//! "Link this device?" --pressed--> passkey asked --answered--> comparing --confirmed--> linked
//!                                       \--nobody gives it, or compares, in time--> passkey needed
//! ```

use super::linking::{Draw, Question, Stage};
use super::phone::Device;
use super::rules;
use super::view::{PasskeyPrompt, PasskeyStep, PhoneError};
use super::world::{LineId, World};
use crate::passkey::{self, Asked};
use crate::{Event, PasskeyRefusal};

impl World {
    pub fn require_passkey(&mut self, number: &str, is_needed: bool) -> Result<(), PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        phone.needs_passkey = is_needed;
        phone.changed();
        Ok(())
    }

    /// What a phone shows of the passkey that is needed.
    pub fn passkey_on(&self, number: &str, now_ms: i64) -> Option<PasskeyPrompt> {
        let (linking, question) = self.linking_asking(number, now_ms)?;
        let step = match &question.stage {
            Stage::Link => return None,
            Stage::Passkey { options_json } => {
                PasskeyStep::Give { answer: passkey::simulated_answer(options_json, number)? }
            }
            Stage::Comparing { code } => PasskeyStep::Compare { code: code.clone() },
        };
        Some(PasskeyPrompt { device_name: linking.device_name.clone(), step })
    }

    /// From here on nothing can be typed or scanned any more.
    pub fn ask_for_passkey(&mut self, id: LineId, number: &str, draw: &Draw, now_ms: i64) {
        self.end_codes(id);
        let (valid_until_ms, options_json) = (now_ms + rules::PASSKEY_LIFETIME_MS, passkey::options(&draw.reference));
        let stage = Stage::Passkey { options_json: options_json.clone() };
        self.wait_for(id, Question { phone: number.to_owned(), valid_until_ms, stage });
        self.push(id, Event::PasskeyAsked { options_json, valid_until_ms });
    }

    pub fn answer_passkey(
        &mut self,
        id: LineId,
        assertion_json: &str,
        draw: &Draw,
        now_ms: i64,
    ) -> Result<(), PasskeyRefusal> {
        let question = self.open_question(id, now_ms).ok_or(PasskeyRefusal::NotAsked)?;
        let Stage::Passkey { options_json } = &question.stage else { return Err(PasskeyRefusal::NotAsked) };
        let answer = Asked::read(options_json).ok_or(PasskeyRefusal::NotAsked)?.check(assertion_json)?;
        // Who signed it only WhatsApp knows, which is played here.
        if Some(answer.json) != passkey::simulated_answer(options_json, &question.phone) {
            return Err(PasskeyRefusal::NotTaken);
        }
        let (phone, code) = (question.phone.clone(), rules::code_from_random(draw.code));
        let valid_until_ms = now_ms + rules::COMPARING_LIFETIME_MS;
        self.wait_for(id, Question { phone, valid_until_ms, stage: Stage::Comparing { code: code.clone() } });
        self.push(id, Event::PasskeyCode { code, valid_until_ms });
        Ok(())
    }

    pub fn confirm_passkey(&mut self, id: LineId, device_id: &str, now_ms: i64) -> Result<(), PasskeyRefusal> {
        let question = self.open_question(id, now_ms).ok_or(PasskeyRefusal::NotAsked)?;
        let Stage::Comparing { .. } = &question.stage else { return Err(PasskeyRefusal::NotAsked) };
        let number = question.phone.clone();
        let device_name = self.linkings.get(&id).map(|linking| linking.device_name.clone()).unwrap_or_default();
        self.end_linking(id, None);
        self.link(id, &number, Device::new(device_id, &device_name, now_ms))
            .map(drop)
            .map_err(|_| PasskeyRefusal::NotTaken)
    }

    fn open_question(&self, id: LineId, now_ms: i64) -> Option<&Question> {
        self.linkings.get(&id)?.question.as_ref().filter(|question| question.is_open(now_ms))
    }

    fn wait_for(&mut self, id: LineId, question: Question) {
        let Some(linking) = self.linkings.get_mut(&id) else { return };
        let number = question.phone.clone();
        linking.question = Some(question);
        linking.changed.notify_one();
        if let Some(phone) = self.phones.get(&number) {
            phone.changed();
        }
    }
}
