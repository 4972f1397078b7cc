//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

/// RFC 5321 §4.5.3.1.3 leaves 254 characters.
const LENGTH_MAX: usize = 254;

/// An address that mail can be sent to, in lower case: two spellings of one address are one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an e-mail address; it looks like name@example.com")]
pub struct NotAnEmail;

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;

    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim().to_lowercase();
        let (_, host) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        // `lettre` parses as mail servers do; it also takes hosts without a dot, which are never meant.
        let mailable = text.parse::<lettre::Address>().is_ok();
        let one_word = !text.contains(|character: char| character.is_whitespace() || character.is_control());
        if mailable && one_word && host.contains('.') && text.len() <= LENGTH_MAX {
            Ok(Self(text))
        } else {
            Err(NotAnEmail)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_address_are_one() {
        assert_eq!(" Ann@Example.COM ".parse::<Email>().map(|email| email.0), Ok(String::from("ann@example.com")));
        for bad in
            ["", "ann", "ann@", "@example.com", "ann@localhost", "a b@example.com", "ann@example.com\nbcc: x@y.z"]
        {
            assert_eq!(bad.parse::<Email>(), Err(NotAnEmail), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_address_is_accepted_again_as_it_is(text in "\\PC{0,60}") {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(email.as_str().parse::<Email>(), Ok(email.clone()));
            }
        }
    }
}
