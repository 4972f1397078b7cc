//! Names that people decide by: an app's, and that of who makes it.
//!
//! A name stands on the consent page beside our own, so it must be what it looks like (UTS 39, UAX 15).

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile as _, RestrictionLevel, RestrictionLevelDetection as _, skeleton};

const LENGTH_MIN: usize = 2;
const LENGTH_MAX: usize = 50;

/// Marks over or under one letter that people can still read (UTS 39 §5.4).
const MARKS_MAX: usize = 2;

/// A product name shorter than this is looked for as a word of its own, else it would refuse half of the language.
const PRODUCT_PART_MIN: usize = 5;

/// What may stand between letters and digits. Symbols may not: a tick or a shield would pass for one of our badges.
const PUNCTUATION: &str = " &'’-–.,!+:/()·・";

/// Why something cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameRefusal {
    #[error("it needs at least 2 characters, one of them a letter")]
    TooShort,
    #[error("it may have at most 50 characters")]
    TooLong,
    /// Control, bidirectional, zero-width and format characters, and blanks that are not a plain blank.
    #[error("it holds an invisible character")]
    Invisible,
    /// UAX 15: letters in disguise, such as full-width or mathematical ones.
    #[error("it holds stylised letters")]
    NotNormal,
    /// UTS 39 §3.1, and every symbol.
    #[error("it holds {0}, which is neither a letter or digit in everyday use nor simple punctuation")]
    Character(char),
    #[error("it holds a letter with too many marks")]
    Marks,
    /// UTS 39 §5.2, "highly restrictive": Latin letters may stand beside Chinese, Japanese or Korean ones.
    #[error("it mixes letters of several scripts, some of which look alike")]
    MixedScripts,
    #[error("it may not contain WhatsApp")]
    WhatsApp,
    #[error("it may not contain the word Meta")]
    Meta,
    #[error("it may not contain the name of this server")]
    Product,
}

/// The name as it is kept: without blanks around it, and with one between words. `product` is the operator's name for
/// this server.
pub fn check(text: &str, product: &str) -> Result<String, NameRefusal> {
    let name = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    check_characters(&name)?;
    check_scripts(&name)?;
    check_reserved(&name, product)?;
    Ok(name)
}

/// Whether every character of a longer text can be seen: for the reasons that an app gives.
pub(super) fn is_visible(text: &str) -> bool {
    !text.chars().any(is_invisible)
}

fn check_characters(name: &str) -> Result<(), NameRefusal> {
    let length = name.chars().count();
    if length < LENGTH_MIN || !name.chars().any(char::is_alphabetic) {
        return Err(if is_visible(name) { NameRefusal::TooShort } else { NameRefusal::Invisible });
    }
    if length > LENGTH_MAX {
        return Err(NameRefusal::TooLong);
    }
    if !is_visible(name) {
        return Err(NameRefusal::Invisible);
    }
    if !name.nfkc().eq(name.chars()) {
        return Err(NameRefusal::NotNormal);
    }
    match name.chars().find(|&c| !is_everyday(c)) {
        Some(character) => Err(NameRefusal::Character(character)),
        None => Ok(()),
    }
}

fn is_invisible(character: char) -> bool {
    let other_blank = character.is_whitespace() && character != ' ';
    // The skeleton of UTS 39 §4 drops exactly the default-ignorable characters.
    let mut buffer = [0; 4];
    character.is_control() || other_blank || skeleton(character.encode_utf8(&mut buffer)).next().is_none()
}

fn is_everyday(character: char) -> bool {
    PUNCTUATION.contains(character)
        || ((character.is_alphanumeric() || is_combining_mark(character)) && character.identifier_allowed())
}

fn check_scripts(name: &str) -> Result<(), NameRefusal> {
    let mut marks = 0;
    for character in name.nfd() {
        marks = if is_combining_mark(character) { marks + 1 } else { 0 };
        if marks > MARKS_MAX {
            return Err(NameRefusal::Marks);
        }
    }
    let letters: String = name.chars().filter(|c| !PUNCTUATION.contains(*c)).collect();
    if letters.as_str().check_restriction_level(RestrictionLevel::HighlyRestrictive) {
        Ok(())
    } else {
        Err(NameRefusal::MixedScripts)
    }
}

fn check_reserved(name: &str, product: &str) -> Result<(), NameRefusal> {
    let product_is_long = product.chars().filter(|c| c.is_alphanumeric()).count() >= PRODUCT_PART_MIN;
    if contains(name, "WhatsApp") {
        Err(NameRefusal::WhatsApp)
    } else if has_word(name, "Meta") {
        Err(NameRefusal::Meta)
    } else if (product_is_long && contains(name, product)) || has_word(name, product) {
        Err(NameRefusal::Product)
    } else {
        Ok(())
    }
}

/// Whether a reserved name stands anywhere in `name`, however it is spaced, cased or imitated.
fn contains(name: &str, reserved: &str) -> bool {
    let reserved = looks(reserved);
    let Some(length) = reserved.first().map(Vec::len).filter(|length| *length > 0) else { return false };
    looks(name).iter().any(|look| look.windows(length).any(|part| reserved.iter().any(|word| are_alike(part, word))))
}

/// Whether one of the words of `name` is the reserved one. `MetaHelper` is two words.
fn has_word(name: &str, reserved: &str) -> bool {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut after_lower = false;
    for character in name.chars() {
        if after_lower && character.is_uppercase() {
            spaced.push(' ');
        }
        after_lower = character.is_lowercase();
        spaced.push(character);
    }
    let reserved = looks(reserved);
    let same = |word: &str| {
        looks(word).iter().any(|look| !look.is_empty() && reserved.iter().any(|other| are_alike(look, other)))
    };
    // As it stands, and with `MetaHelper` taken apart.
    [name, &spaced].iter().any(|text| text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).any(same))
}

/// A letter as everything that people may take it for.
type Look = Vec<char>;

/// The letters and digits of a text as they look; once more with pairs that pass for one letter taken for it.
fn looks(text: &str) -> [Vec<Look>; 2] {
    let small = text.to_lowercase();
    let joined = small.replace("rn", "m").replace("vv", "w");
    [small, joined].map(|text| text.chars().filter(|c| c.is_alphanumeric()).map(look).collect())
}

/// A letter itself, and the prototypes (UTS 39 §4) of its small and its capital form: only the capital of a Cyrillic т, and
/// only that of an i (for l), has a Latin one. Accents do not tell letters apart.
fn look(letter: char) -> Look {
    let forms = [letter.to_string(), letter.to_uppercase().collect()];
    let prototypes = forms.iter().filter_map(|form| {
        let mut prototype = skeleton(form).filter(|c| !is_combining_mark(*c));
        prototype.next().filter(|_| prototype.next().is_none())
    });
    std::iter::once(letter).chain(prototypes).flat_map(char::to_lowercase).collect()
}

fn are_alike(left: &[Look], right: &[Look]) -> bool {
    let alike = |(left, right): (&Look, &Look)| left.iter().any(|c| right.contains(c));
    left.len() == right.len() && left.iter().zip(right).all(alike)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn refuses(refusal: NameRefusal, names: &[&str]) {
        for name in names {
            assert_eq!(check(name, "Harbour"), Err(refusal), "{name:?}");
        }
    }

    #[test]
    fn everyday_names_are_names() {
        for name in [
            "Acme CRM",
            "Bäckerei Müller & Söhne",
            "Яндекс Карты",
            "株式会社Acme",
            "한국 Shop",
            "مخبز الطائر",
            "Metadata Tools",
        ] {
            assert_eq!(check(name, "Harbour").as_deref(), Ok(name));
        }
        for name in ["Ñandú 24/7", "O’Neill (UK) Ltd.", "नमस्ते", "Metaphor", "Somewhat Sapling", "Harbor"]
        {
            assert_eq!(check(name, "Harbour").as_deref(), Ok(name));
        }
        assert_eq!(check("  Acme   CRM ", "Harbour").as_deref(), Ok("Acme CRM"));
        assert_eq!(check("Cotton Club", "Otto").as_deref(), Ok("Cotton Club"), "a short product name is a word");
        assert_eq!(check("Otto Club", "Otto"), Err(NameRefusal::Product));
        assert_eq!(check("Acme", ""), Ok(String::from("Acme")), "no product name refuses nothing");
    }

    #[test]
    fn each_rule_has_its_own_refusal() {
        refuses(NameRefusal::TooShort, &["", " ", "A", "24", "--", "7."]);
        refuses(NameRefusal::TooLong, &["Acme CRM for everybody who has more than one shop!!"]);
        refuses(
            NameRefusal::Invisible,
            &[
                "Acme\u{0}",
                "Acme\nCRM",
                "Acme\u{202e}MRC",
                "Acme\u{200b}CRM",
                "Ac\u{ad}me",
                "Acme\u{a0}CRM",
                "Acme\u{2066}x",
                "\u{feff}Acme",
                "Acme\u{2028}x",
                "\u{3164}\u{3164}",
                "Acme\u{e0041}",
                "Acme\u{fe0f}",
                "Ac\u{200d}me",
                "\u{200f}",
            ],
        );
        refuses(NameRefusal::NotNormal, &["Ａｃｍｅ", "𝐀𝐜𝐦𝐞", "ﬁne", "Cafe\u{301}", "Acme①"]);
        refuses(NameRefusal::Character('✓'), &["Acme ✓"]);
        refuses(NameRefusal::Character('<'), &["Acme <b>"]);
        refuses(NameRefusal::Marks, &["Ạ\u{331}\u{331}cme"]);
        refuses(NameRefusal::MixedScripts, &["Аcme", "Acmе", "Acme Карты", "Αcme", "Acմe"]);
        refuses(
            NameRefusal::WhatsApp,
            &["WhatsApp", "whatsapp Helper", "Whats App", "W.h.a.t.s.A.p.p", "VVhatsApp", "MyWhatsapp2"],
        );
        refuses(NameRefusal::Meta, &["Meta", "META Business", "Business by meta", "MetaHelper", "Meta-Tools"]);
        refuses(NameRefusal::Product, &["Harbour", "HARBOUR Login", "My Harb0ur", "Har bour", "Harbourmaster"]);
    }

    #[test]
    fn look_alikes_of_reserved_names_are_refused_in_every_script() {
        // Whole words of another script that read as ours, which no rule about mixing sees.
        for name in ["ԜНАТЅАРР", "ԝһатѕарр", "WhátsÄpp", "vvhatsapp", "Whаtsарр"] {
            assert_eq!(check_reserved(name, "Harbour"), Err(NameRefusal::WhatsApp), "{name}");
        }
        for name in ["Меtа", "МЕТА", "rneta", "Méta Tools", "The mета"] {
            assert_eq!(check_reserved(name, "Harbour"), Err(NameRefusal::Meta), "{name}");
        }
        for name in ["GrantIine", "Grant1ine", "Gran tline", "GRANTLINE", "Grantlíne"] {
            assert_eq!(check_reserved(name, "Grantline"), Err(NameRefusal::Product), "{name}");
        }
        assert_eq!(check_reserved("Неllо", "Hello"), Err(NameRefusal::Product));
    }

    fn names() -> impl Strategy<Value = String> {
        prop_oneof!["\\PC{0,60}", "[A-Za-zа-я0-9 .'✓\\u{200b}-]{0,60}", "[A-Z][a-z]{1,9} [A-Z]{2,4}"]
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_what_it_looks_like(text in names()) {
            if let Ok(name) = check(&text, "Harbour") {
                prop_assert!((2..=50).contains(&name.chars().count()));
                prop_assert_eq!(name.nfkc().collect::<String>(), name.clone());
                prop_assert!(is_visible(&name) && !name.contains(char::is_control) && name.trim() == name);
                prop_assert_eq!(check(&name, "Harbour"), Ok(name.clone()), "accepted again as it is");
                prop_assert!(!name.to_lowercase().contains("whatsapp") && !name.to_lowercase().contains("harbour"));
            }
        }

        #[test]
        fn a_reserved_name_is_found_wherever_it_stands(before in "[a-z]{0,8}", after in "[a-z]{0,8}", capitals: [bool; 8]) {
            let cased: String = "whatsapp"
                .chars().zip(capitals).map(|(c, upper)| if upper { c.to_ascii_uppercase() } else { c }).collect();
            prop_assert_eq!(check(&format!("{before} {cased}{after}"), "Harbour"), Err(NameRefusal::WhatsApp));
        }

        #[test]
        fn an_invisible_character_is_found_wherever_it_stands(
            before in "[A-Za-z]{1,8}", after in "[A-Za-z]{1,8}",
            hidden in prop::sample::select(vec!['\u{200b}', '\u{200e}', '\u{202a}', '\u{2060}', '\u{1}', '\u{feff}', '\u{ad}']),
        ) {
            prop_assert_eq!(check(&format!("{before}{hidden}{after}"), "Harbour"), Err(NameRefusal::Invisible));
        }
    }
}
