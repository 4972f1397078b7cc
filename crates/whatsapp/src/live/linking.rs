//! Linking: what was asked for, and when it is over. No waiting.
//!
//! ```text
//! QR codes come by themselves; the first one lets us ask for a code
//!   code typed / QR scanned --> paired --stored--> linked
//!   the phone did not open our answer --> a new code, until there were WRONG_CODES
//!   no code and no QR code is good any more --> expired
//! ```

use whatsapp_rust::pair_code::{PairCodeOptions, PairCodeRejection, PairError};

use crate::{LinkFailure, SessionError};

/// Wrong codes that may be typed in one linking; each but the last is answered with a new one.
const WRONG_CODES: u32 = 3;
/// How long a pause WhatsApp is given when it wants one and does not say how long.
const PAUSE_MS: i64 = 10 * 60 * 1_000;

/// Which account shall be linked, and how the phone shall list us.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub phone: String,
    pub device_name: String,
}

impl Wish {
    pub fn options(&self) -> PairCodeOptions {
        PairCodeOptions { phone_number: self.phone.clone(), ..PairCodeOptions::default() }
    }
}

/// One linking under way.
#[derive(Debug)]
pub(super) struct Linking {
    pub wish: Wish,
    /// Whether a code is to be asked for as soon as the connection stands.
    wants_code: bool,
    wrong_codes: u32,
    code_until_ms: Option<i64>,
    has_qr: bool,
    /// A phone has accepted; its number (digits).
    pub accepted_by: Option<String>,
}

impl Linking {
    pub fn new(wish: Wish) -> Self {
        Self { wish, wants_code: true, wrong_codes: 0, code_until_ms: None, has_qr: false, accepted_by: None }
    }

    /// True when a code is to be asked for now: with the first QR code the connection is known to stand.
    pub fn qr_came(&mut self) -> bool {
        self.has_qr = true;
        std::mem::take(&mut self.wants_code)
    }

    /// The connection is lost, and with it the code and the QR code that were shown. They come anew with the next one.
    pub fn lost(&mut self) {
        self.code_until_ms = None;
        self.has_qr = false;
        self.wants_code = self.accepted_by.is_none();
    }

    /// True when another code is to be asked for, as the phone did not take the one it was given.
    pub fn code_refused(&mut self) -> bool {
        self.code_until_ms = None;
        self.wrong_codes += 1;
        self.wrong_codes < WRONG_CODES
    }

    pub fn code_came(&mut self, until_ms: i64) {
        self.code_until_ms = Some(until_ms);
    }

    pub fn qr_codes_are_over(&mut self) {
        self.has_qr = false;
    }

    /// The moment at which there is something to end.
    pub fn due_ms(&self) -> Option<i64> {
        self.code_until_ms
    }

    /// The code has had its time. True when nothing is left by which a phone could accept.
    pub fn code_is_over(&mut self) -> bool {
        self.code_until_ms = None;
        !self.has_qr && self.accepted_by.is_none()
    }

    pub fn is_wrong_phone(&self) -> bool {
        self.accepted_by.as_ref().is_some_and(|phone| *phone != self.wish.phone)
    }
}

/// Why no code comes. WhatsApp says 400 both for a number that it cannot use and for too many codes of one number. Nothing
/// for an account that can be linked by QR code alone: those go on.
pub(super) fn failure(error: &PairError) -> Option<LinkFailure> {
    match error.rejection() {
        Some(PairCodeRejection::FeatureNotAvailable) => None,
        Some(PairCodeRejection::BadRequest) => Some(LinkFailure::CodeRefused),
        Some(PairCodeRejection::RateOverlimit) => Some(LinkFailure::TooManyAttempts),
        _ => Some(LinkFailure::Network),
    }
}

/// The same for somebody who asked for another code.
pub(super) fn refusal(error: &PairError) -> SessionError {
    match error.rejection() {
        Some(rejection) if rejection.is_throttled() => {
            let told_ms = error.backoff().and_then(|pause| i64::try_from(pause.as_millis()).ok());
            SessionError::TooManyCodes { retry_after_ms: told_ms.unwrap_or(PAUSE_MS) }
        }
        _ => SessionError::Network(String::from("WhatsApp gave no code")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linking() -> Linking {
        Linking::new(Wish { phone: String::from("491701234567"), device_name: String::from("Grantline") })
    }

    #[test]
    fn a_code_is_asked_for_once_and_anew_for_each_that_was_refused() {
        let mut linking = linking();
        assert!(linking.qr_came());
        assert!(!linking.qr_came(), "QR codes follow each other, and the code stays");
        linking.lost();
        assert!(linking.qr_came(), "with another connection there is another code");
        assert!(linking.code_refused() && linking.code_refused());
        assert!(!linking.code_refused(), "the third wrong code is one too many");
    }

    #[test]
    fn linking_is_over_with_the_last_thing_by_which_a_phone_could_accept() {
        let mut linking = linking();
        linking.qr_came();
        linking.code_came(1_000);
        assert_eq!(linking.due_ms(), Some(1_000));
        assert!(!linking.code_is_over(), "there is a QR code");
        assert_eq!(linking.due_ms(), None);
        linking.code_came(2_000);
        linking.qr_codes_are_over();
        assert!(linking.code_is_over());
        linking.code_came(3_000);
        linking.accepted_by = Some(String::from("491701234567"));
        assert!(!linking.code_is_over(), "a phone has accepted");
        assert!(!linking.is_wrong_phone());
        linking.accepted_by = Some(String::from("4915112345678"));
        assert!(linking.is_wrong_phone());
    }
}
