//! Phone numbers: read as people write them, kept as digits, shown in international form.

use phonelib::{ParseError, PhoneFormat, PhoneNumber};

use super::country::Country;

/// E.164 leaves 15 digits; WhatsApp asks for at least 7.
const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 15;
/// Digits of the shortest numbers that are dialled at home.
const SHORTEST: usize = 4;
/// Nobody writes a phone number longer than this; what is longer is not looked at.
const WRITTEN_MAX: usize = 60;
/// Digits at the end that a masked number still shows.
const SHOWN_WHEN_MASKED: usize = 4;

/// A phone number with its country code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone {
    digits: String,
}

/// Why a text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneRefusal {
    #[error("write a phone number with its country code, such as +44 7700 900123")]
    Empty,
    #[error("a phone number has digits, spaces, dashes, dots and brackets only")]
    NotANumber,
    #[error("the country code is missing: begin with + and the country code, such as +44")]
    NoCountryCode,
    #[error("no country has this country code")]
    UnknownCountry,
    #[error("this number is too short for its country")]
    TooShort,
    #[error("this number is too long for its country")]
    TooLong,
    #[error("no phone of this country has such a number")]
    NotAssigned,
}

impl Phone {
    /// Reads any common spelling: `+44 7700 900123`, `0044 7700-900123`, `+1 (202) 555.0173`.
    pub fn parse(text: &str) -> Result<Self, PhoneRefusal> {
        Self::read(text, None)
    }

    /// The same, and what is dialled inside `country`: `07700 900123` in the United Kingdom. What begins with + says its
    /// country itself, and is read as it stands.
    pub fn read(text: &str, country: Option<Country>) -> Result<Self, PhoneRefusal> {
        let written = plain(text)?;
        match (written.strip_prefix('+'), country) {
            (None, Some(country)) => {
                Self::known(&written, |digits| PhoneNumber::try_parse_with_country(digits, country.code()))
            }
            (plus, _) => {
                let digits = plus.or_else(|| written.strip_prefix("00")).ok_or(PhoneRefusal::NoCountryCode)?;
                if digits.len() < DIGITS_MIN {
                    return Err(PhoneRefusal::TooShort);
                }
                Self::known(digits, |digits| PhoneNumber::try_parse(&format!("+{digits}")))
            }
        }
    }

    fn known(digits: &str, parse: impl Fn(&str) -> Result<PhoneNumber, ParseError>) -> Result<Self, PhoneRefusal> {
        let known = parse(digits).map_err(|error| refusal(error, digits, |fewer| parse(fewer).is_ok()))?;
        let digits = known.e164().trim_start_matches('+').to_owned();
        match digits.len() {
            ..DIGITS_MIN => Err(PhoneRefusal::TooShort),
            DIGITS_MIN..=DIGITS_MAX => Ok(Self { digits }),
            _ => Err(PhoneRefusal::TooLong),
        }
    }

    /// A number that was read before, or that WhatsApp told: digits with country code, taken as they are.
    #[must_use]
    pub fn of_digits(digits: &str) -> Self {
        Self { digits: digits.chars().filter(char::is_ascii_digit).collect() }
    }

    /// Digits with country code: `447700900123`.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Grouped for reading: `+44 7700 900123`.
    #[must_use]
    pub fn international(&self) -> String {
        // British mobile numbers are written in four and six; the library groups them like those of London.
        if let Some(mobile) = self.digits.strip_prefix("447")
            && mobile.len() == 9
            && let Some((start, end)) = mobile.split_at_checked(3)
        {
            return format!("+44 7{start} {end}");
        }
        let known = PhoneNumber::parse(&format!("+{}", self.digits));
        known.map_or_else(|| format!("+{}", self.digits), |known| known.format(PhoneFormat::International))
    }

    /// For logs and records: the country code and the last digits, `+44 •••• ••0123`.
    #[must_use]
    pub fn masked(&self) -> String {
        let written = self.international();
        let (country, national) = written.split_once(' ').unwrap_or(("+", written.trim_start_matches('+')));
        let digits = national.chars().filter(char::is_ascii_digit).count();
        let mut seen = 0;
        let national = national.chars().map(|character| {
            seen += usize::from(character.is_ascii_digit());
            let hidden = character.is_ascii_digit() && seen + SHOWN_WHEN_MASKED <= digits;
            if hidden { '•' } else { character }
        });
        format!("{country} {}", national.collect::<String>())
    }
}

/// The digits of a text, behind its `+` if it has one. Brackets around a trunk zero, as in `+44 (0)20`, take the zero with
/// them.
fn plain(text: &str) -> Result<String, PhoneRefusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PhoneRefusal::Empty);
    }
    if text.chars().nth(WRITTEN_MAX).is_some() {
        return Err(PhoneRefusal::TooLong);
    }
    let mut written = String::with_capacity(text.len());
    for character in text.replace("(0)", "").chars() {
        match character {
            '0'..='9' => written.push(character),
            '+' if written.is_empty() => written.push('+'),
            '-' | '‐' | '‑' | '‒' | '–' | '.' | '(' | ')' | '/' => {}
            // Marks of direction travel along when a number is copied from a chat.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            blank if blank.is_whitespace() => {}
            _ => return Err(PhoneRefusal::NotANumber),
        }
    }
    if written.trim_start_matches('+').is_empty() { Err(PhoneRefusal::NotANumber) } else { Ok(written) }
}

fn refusal(error: ParseError, digits: &str, is_known: impl Fn(&str) -> bool) -> PhoneRefusal {
    match error {
        ParseError::TooLong => PhoneRefusal::TooLong,
        ParseError::TooShort => PhoneRefusal::TooShort,
        ParseError::UnknownCountryCode | ParseError::UnknownCountry => PhoneRefusal::UnknownCountry,
        ParseError::MissingCallingCode => PhoneRefusal::NoCountryCode,
        // The length does not fit; which way is told by asking whether one digit less would.
        ParseError::InvalidLength => {
            let shorter_fits = (SHORTEST..digits.len()).any(|end| is_known(&digits[..end]));
            if shorter_fits { PhoneRefusal::TooLong } else { PhoneRefusal::TooShort }
        }
        ParseError::Empty | ParseError::InvalidCharacter => PhoneRefusal::NotANumber,
        _ => PhoneRefusal::NotAssigned,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_spellings_are_one_number() {
        for text in [
            "+44 7700 900123",
            "+447700900123",
            "0044 7700 900123",
            "00447700900123",
            "+44 (0)7700 900123",
            "+44 (7700) 900-123",
            "  +44.7700.900.123 ",
            "+44 7700 900123",
            "+44‑7700‑900123",
            "\u{202a}+44 7700 900123\u{202c}",
        ] {
            assert_eq!(Phone::parse(text).map(|phone| phone.digits), Ok(String::from("447700900123")), "{text}");
        }
    }

    #[test]
    fn each_mistake_has_its_own_answer() {
        for (text, refusal) in [
            ("", PhoneRefusal::Empty),
            ("   ", PhoneRefusal::Empty),
            ("+", PhoneRefusal::NotANumber),
            ("call me", PhoneRefusal::NotANumber),
            ("+44 7700 900123 ext 5", PhoneRefusal::NotANumber),
            ("+44 +7700", PhoneRefusal::NotANumber),
            ("07700 900123", PhoneRefusal::NoCountryCode),
            ("7700 900123", PhoneRefusal::NoCountryCode),
            ("+44 770", PhoneRefusal::TooShort),
            ("+1 202 555 01", PhoneRefusal::TooShort),
            ("+44 7700 900123 456", PhoneRefusal::TooLong),
            ("+44 7700 900123 456 789", PhoneRefusal::TooLong),
            ("+999 7700 900123", PhoneRefusal::UnknownCountry),
            ("+1 111 111 1111", PhoneRefusal::NotAssigned),
        ] {
            assert_eq!(Phone::parse(text), Err(refusal), "{text}");
        }
    }

    fn in_country(code: &str, text: &str) -> Result<String, PhoneRefusal> {
        let country = Country::of_code(code);
        assert!(country.is_some(), "{code}");
        Phone::read(text, country).map(|phone| phone.digits)
    }

    #[test]
    fn what_is_dialled_at_home_is_read_in_its_country() {
        for (country, text, digits) in [
            ("GB", "07700 900123", "447700900123"),
            ("GB", "(07700) 900-123", "447700900123"),
            ("GB", "7700 900123", "447700900123"),
            ("GB", "447700900123", "447700900123"),
            ("DE", "0151 1234 5678", "4915112345678"),
            ("FR", "06 12 34 56 78", "33612345678"),
            ("HU", "06 20 123 4567", "36201234567"),
            ("RU", "8 (912) 345-67-89", "79123456789"),
            ("IT", "06 698 12345", "3906 69812345"),
            ("US", "(202) 555-0173", "12025550173"),
            ("US", "1-202-555-0173", "12025550173"),
            ("DO", "829 555 0173", "18295550173"),
            ("BR", "(11) 91234-5678", "5511912345678"),
            ("IN", "098765 43210", "919876543210"),
            ("ID", "0812-3456-7890", "6281234567890"),
            ("AE", "050 123 4567", "971501234567"),
        ] {
            assert_eq!(in_country(country, text), Ok(digits.replace(' ', "")), "{country} {text}");
        }
    }

    #[test]
    fn a_plus_wins_over_the_country_that_was_chosen() {
        for country in Country::all() {
            for text in ["+44 7700 900123", "+44 (0)7700-900123"] {
                assert_eq!(in_country(country.code(), text), Ok(String::from("447700900123")), "{}", country.code());
            }
        }
        assert_eq!(in_country("DE", "0044 7700 900123"), Ok(String::from("447700900123")));
        assert_eq!(in_country("US", "011 44 7700 900123"), Ok(String::from("447700900123")));
    }

    #[test]
    fn a_mistake_in_a_number_of_a_country_has_its_answer_too() {
        for (country, text, refusal) in [
            ("GB", "", PhoneRefusal::Empty),
            ("GB", "my phone", PhoneRefusal::NotANumber),
            ("GB", "0770", PhoneRefusal::TooShort),
            ("US", "202 555 01", PhoneRefusal::TooShort),
            ("US", "202 555 0173 99", PhoneRefusal::TooLong),
            ("GB", "07700 900123 456", PhoneRefusal::TooLong),
        ] {
            assert_eq!(in_country(country, text), Err(refusal), "{country} {text}");
        }
    }

    #[test]
    fn a_number_is_shown_in_groups_and_masked_to_its_end() {
        for (text, shown, masked) in [
            ("+447700900123", "+44 7700 900123", "+44 •••• ••0123"),
            ("+442079460958", "+44 20 7946 0958", "+44 •• •••• 0958"),
            ("+12025550173", "+1 202 555 0173", "+1 ••• ••• 0173"),
            ("+4915112345678", "+49 151 1234 5678", "+49 ••• •••• 5678"),
        ] {
            let phone = Phone::parse(text).expect("a number");
            assert_eq!((phone.international().as_str(), phone.masked().as_str()), (shown, masked));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_number_or_a_refusal(text in "\\PC{0,80}") {
            let _ = Phone::parse(&text);
            let known = Phone::of_digits(&text);
            let _ = (known.international(), known.masked());
        }

        #[test]
        fn an_accepted_number_reads_back_from_its_international_form(
            text in "(\\+|00)[1-9][0-9]{0,2}[ .-]?(\\(0\\))?[0-9]{2,4}[ .-]?[0-9]{2,8}",
        ) {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(&phone.international()), Ok(phone.clone()), "{}", phone.international());
                prop_assert_eq!(Phone::parse(&format!("+{}", phone.digits())), Ok(phone.clone()));
                prop_assert_eq!(Phone::of_digits(phone.digits()), phone);
            }
        }

        /// However a country writes its own numbers at home, they are the numbers that the world knows.
        #[test]
        fn a_number_as_it_is_written_at_home_is_the_number_that_the_world_knows(
            country in proptest::sample::select(Country::all().collect::<Vec<_>>()),
            line in "[1-9][0-9]{5,10}",
        ) {
            let abroad = format!("+{}{line}", country.calling_code());
            if let Some(known) = PhoneNumber::parse(&abroad)
                && known.country().code == country.code()
            {
                let expected = Phone::parse(&abroad);
                prop_assert!(expected.is_ok());
                let home = known.format(PhoneFormat::National);
                prop_assert_eq!(Phone::read(&home, Some(country)), expected, "{} {}", country.code(), home);
            }
        }

        #[test]
        fn whatever_is_typed_in_a_country_is_a_number_or_a_refusal(
            country in proptest::sample::select(Country::all().collect::<Vec<_>>()),
            text in "[+0-9 ()-]{0,24}",
        ) {
            if let Ok(phone) = Phone::read(&text, Some(country)) {
                prop_assert_eq!(Phone::parse(&phone.international()), Ok(phone.clone()));
            }
        }

        #[test]
        fn a_masked_number_shows_four_digits_of_the_line(digits in "447[0-9]{9}") {
            let masked = Phone::of_digits(&digits).masked();
            let shown: String = masked.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(shown, format!("44{}", &digits[8..]));
        }
    }
}
