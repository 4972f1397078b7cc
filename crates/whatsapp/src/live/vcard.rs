//! Entries of an address book, as phones write them into messages. No waiting.

use std::fmt::Write as _;

use crate::Contact;

/// One entry, vCard 3.0. `waid` lets the phone that shows it offer to write to the number.
pub(super) fn written(contact: &Contact) -> String {
    let name = escaped(&contact.name);
    let mut card = format!("BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\n");
    for phone in &contact.phones {
        // Writing to a text cannot fail.
        let _ = writeln!(card, "TEL;type=CELL;waid={phone}:+{phone}");
    }
    card + "END:VCARD"
}

/// The name and the numbers of an entry. `shown` is the name that stands beside it; a card without any has none.
pub(super) fn read(card: &str, shown: Option<&str>) -> Contact {
    let mut contact = Contact { name: shown.unwrap_or_default().to_owned(), phones: Vec::new() };
    // A long line goes on in the next one, after a blank.
    let unfolded = card.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    for line in unfolded.lines() {
        let Some((property, value)) = line.split_once(':') else { continue };
        let mut parts = property.split(';');
        // `item1.TEL` groups a line with others.
        let name = parts.next().and_then(|name| name.rsplit('.').next()).unwrap_or_default();
        if name.eq_ignore_ascii_case("FN") && contact.name.is_empty() {
            contact.name = plain(value);
        } else if name.eq_ignore_ascii_case("TEL") {
            let named = parts.find_map(|part| part.strip_prefix("waid="));
            let digits: String = named.unwrap_or(value).chars().filter(char::is_ascii_digit).collect();
            if !digits.is_empty() && !contact.phones.contains(&digits) {
                contact.phones.push(digits);
            }
        }
    }
    contact
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => escaped.extend(['\\', sign]),
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            _ => escaped.push(sign),
        }
    }
    escaped
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('n' | 'N')) => plain.push('\n'),
            ('\\', Some(other)) => plain.push(other),
            _ => plain.push(sign),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_card_as_a_phone_writes_it() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Carl;;;\r\nFN:Carl \r\n Berg\r\nitem1.TEL;waid=447700900123:+44 7700 900123\r\n\
                    TEL;type=HOME:+49 30 1234\r\nTEL:+49 (30) 1234\r\nTEL:none\r\nEND:VCARD";
        let phones = vec![String::from("447700900123"), String::from("49301234")];
        assert_eq!(read(card, None), Contact { name: String::from("Carl Berg"), phones });
        assert_eq!(read("", Some("Carl")), Contact { name: String::from("Carl"), phones: Vec::new() });
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(name in "[^\r\t]{1,40}", phones in proptest::collection::btree_set("[0-9]{5,15}", 0..4)) {
            let contact = Contact { name, phones: phones.into_iter().collect() };
            prop_assert_eq!(read(&written(&contact), None), contact);
        }

        #[test]
        fn any_card_is_read(card in any::<String>()) {
            read(&card, None);
        }
    }
}
