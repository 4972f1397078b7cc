//! The countries that people choose from beside a phone number.

use super::phone::Phone;

/// What phone numbers use for the whole world: satellites, freephone. Nobody lives there.
const WORLD: &str = "001";

/// A country or territory with telephones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(&'static phonelib::Country);

impl Country {
    /// Each of them once, in no order that a reader would know.
    pub fn all() -> impl Iterator<Item = Self> {
        // Some have several entries, one for each area code of theirs.
        let is_first = |country: &&phonelib::Country| phonelib::country_by_code(country.code) == Some(country);
        phonelib::countries().iter().filter(is_first).map(Self).filter(|country| country.code() != WORLD)
    }

    /// The country of an ISO 3166-1 code: `GB`. Nothing for any other text.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        phonelib::country_by_code(code).map(Self).filter(|country| country.code() != WORLD)
    }

    /// Where a number belongs.
    #[must_use]
    pub fn of_phone(phone: &Phone) -> Option<Self> {
        let known = phonelib::PhoneNumber::parse(&format!("+{}", phone.digits()))?;
        Self::of_code(known.country().code)
    }

    /// Where a reader seems to be: the first region that their languages name, `GB` of `en-GB, de;q=0.8`.
    #[must_use]
    pub fn of_reader(accept_language: &str) -> Option<Self> {
        let tags = accept_language.split(',').filter_map(|part| part.split(';').next());
        tags.flat_map(|tag| tag.trim().split('-').skip(1)).find_map(Self::of_code)
    }

    /// ISO 3166-1: `GB`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0.code
    }

    /// What follows the `+`: 44.
    #[must_use]
    pub const fn calling_code(self) -> u32 {
        // The library counts the area codes of North America as part of it.
        if self.0.prefix / 1000 == 1 { 1 } else { self.0.prefix }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::platform::web::Words;

    #[test]
    fn every_country_is_there_once_and_has_its_word() {
        let codes: Vec<&str> = Country::all().map(Country::code).collect();
        assert_eq!(codes.len(), codes.iter().collect::<BTreeSet<_>>().len(), "each once");
        assert!(codes.len() > 240 && !codes.contains(&WORLD), "{}", codes.len());
        let words = Words::for_header("");
        for country in Country::all() {
            assert!(words.has(&format!("country-{}", country.code())), "{}", country.code());
            assert_eq!(Country::of_code(country.code()), Some(country));
            assert!((1..1000).contains(&country.calling_code()), "{}", country.code());
        }
    }

    #[test]
    fn a_country_is_known_by_its_code_its_numbers_and_its_readers() {
        let code = |country: Option<Country>| country.map_or("", Country::code);
        assert_eq!(code(Country::of_code("GB")), "GB");
        for none in ["", "ZZ", "001", "United Kingdom"] {
            assert_eq!(Country::of_code(none), None, "{none}");
        }
        for (digits, expected) in [("447700900123", "GB"), ("18295550173", "DO"), ("77012345678", "KZ"), ("12", "")] {
            assert_eq!(code(Country::of_phone(&Phone::of_digits(digits))), expected, "{digits}");
        }
        for (header, expected) in [
            ("en-GB,en;q=0.9", "GB"),
            ("de, pt-BR;q=0.5", "BR"),
            ("zh-Hant-TW", "TW"),
            ("es-419", ""),
            ("en", ""),
            ("*", ""),
            ("", ""),
        ] {
            assert_eq!(code(Country::of_reader(header)), expected, "{header}");
        }
    }
}
