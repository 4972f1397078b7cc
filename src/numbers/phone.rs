//! Phone numbers.

use std::fmt;

/// A phone number: 7 to 15 digits with country code (E.164).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a phone number has 7 to 15 digits, with its country code")]
pub struct PhoneRefusal;

impl Phone {
    pub fn parse(text: &str) -> Result<Self, PhoneRefusal> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let plain = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain { Ok(Self(digits.to_owned())) } else { Err(PhoneRefusal) }
    }

    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "+{}", self.0)
    }
}
