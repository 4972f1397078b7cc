//! A message as an app asks for it: read, and refused in words that name the field.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use grantline_whatsapp::{
    Chat, Contact, FileKind, Location, MAX_NAME_CHARS, MAX_OPTION_CHARS, MAX_OPTIONS, MAX_QUESTION_CHARS, Poll,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::messages::content::is_on_earth;
use crate::messages::message::{BODY_LENGTH_MAX, CAPTION_LENGTH_MAX};
use crate::messages::{self as room, Body, BodyRefusal, Content, FileName, Wanted, WantedFile};
use crate::numbers::Phone;
use crate::platform::web::{Object, Problem};

/// Enough for people; WhatsApp takes more.
const CONTACTS_MAX: usize = 20;
const PHONES_MAX: usize = 10;
const OPTIONS_MIN: usize = 2;

/// A message to send. Beside `type` stands the object of that name, and none of the others.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(
    json!({ "to": "+447700900123", "type": "text", "text": { "body": "Your table is booked for Friday at 19:00." } }),
    json!({ "to": "+447700900123", "type": "image",
            "image": { "media_id": "med_019b76da7c0075b8a7a6d8d5d8c1d3e7", "caption": "The menu of this week" } }),
    json!({ "to": "120363041234567890@g.us", "type": "poll",
            "poll": { "question": "When shall we open?", "options": ["11:00", "12:00"], "choices_max": 1 } }),
))]
pub struct NewMessage {
    /// The number to send from. May be left out when the grant covers exactly one linked number.
    #[schema(nullable = false)]
    number_id: Option<String>,
    /// Who gets it: a phone number with its country code, or the id of a group such as `120363041234567890@g.us`.
    #[schema(example = "+447700900123")]
    to: String,
    #[serde(rename = "type")]
    kind: NewKind,
    #[schema(value_type = Option<NewText>, nullable = false, inline)]
    text: Option<Object<NewText>>,
    /// A picture: `image/jpeg`, `image/png` or `image/webp`.
    #[schema(value_type = Option<NewPicture>, nullable = false)]
    image: Option<Object<NewPicture>>,
    /// A film: `video/mp4` or `video/3gpp`.
    #[schema(value_type = Option<NewPicture>, nullable = false)]
    video: Option<Object<NewPicture>>,
    /// A sound: `audio/…`.
    #[schema(value_type = Option<NewSound>, nullable = false)]
    audio: Option<Object<NewSound>>,
    /// A sound that the phone shows as a spoken message: `audio/…`, best `audio/ogg; codecs=opus`.
    #[schema(value_type = Option<NewSound>, nullable = false)]
    voice: Option<Object<NewSound>>,
    /// A file of any type.
    #[schema(value_type = Option<NewDocument>, nullable = false)]
    document: Option<Object<NewDocument>>,
    /// A picture without a frame: `image/webp`.
    #[schema(value_type = Option<NewSound>, nullable = false)]
    sticker: Option<Object<NewSound>>,
    #[schema(value_type = Option<NewLocation>, nullable = false, inline)]
    location: Option<Object<NewLocation>>,
    /// Entries of an address book, for the recipient to keep.
    #[schema(value_type = Option<Vec<NewContact>>, nullable = false, inline, min_items = 1, max_items = 20)]
    contacts: Option<Vec<Object<NewContact>>>,
    #[schema(value_type = Option<NewPoll>, nullable = false, inline)]
    poll: Option<Object<NewPoll>>,
    /// The message that it answers: one of the same number, in the same chat. The phone shows it above the answer.
    #[schema(nullable = false, example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")]
    reply_to: Option<String>,
}

/// Which object holds what it says.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NewMessageKind)]
enum NewKind {
    Text,
    Image,
    Video,
    Audio,
    Voice,
    Document,
    Sticker,
    Location,
    Contacts,
    Poll,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewText {
    /// 1 to 4096 characters.
    #[schema(min_length = 1, max_length = 4096)]
    body: String,
}

/// A file to look at, with or without words beside it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPicture {
    /// What `POST /v1/media` answered.
    media_id: String,
    /// The words beside it.
    #[schema(nullable = false, min_length = 1, max_length = 1024)]
    caption: Option<String>,
}

/// A file that stands for itself.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewFile)]
#[serde(deny_unknown_fields)]
struct NewSound {
    /// What `POST /v1/media` answered.
    media_id: String,
}

/// A file with a name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDocument {
    /// What `POST /v1/media` answered.
    media_id: String,
    /// What the recipient sees it called; without it the name that it was handed in with.
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    name: Option<String>,
    /// The words beside it.
    #[schema(nullable = false, min_length = 1, max_length = 1024)]
    caption: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLocation {
    /// WGS 84 degrees, north of the equator.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// WGS 84 degrees, east of Greenwich.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    name: Option<String>,
    #[schema(nullable = false, min_length = 1, max_length = 255)]
    address: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewContact {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    /// With country code.
    #[schema(min_items = 1, max_items = 10)]
    phones: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPoll {
    #[schema(min_length = 1, max_length = 255)]
    question: String,
    /// All different, each of 1 to 100 characters.
    #[schema(min_items = 2, max_items = 12)]
    options: Vec<String>,
    /// How many of them one may choose; 1 without it.
    #[schema(nullable = false, minimum = 1, maximum = 12)]
    choices_max: Option<u32>,
}

fn invalid(param: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param.into())
}

impl NewMessage {
    /// What is asked for, if it makes sense.
    pub fn read(mut self) -> Result<room::NewMessage, Problem> {
        let to = chat_of(&self.to)?;
        self.holds_one()?;
        let content = self.content()?;
        Ok(room::NewMessage { number_id: self.number_id, to, content, reply_to: self.reply_to })
    }

    /// Beside `type` stands its object, and no other.
    fn holds_one(&self) -> Result<(), Problem> {
        let objects = [
            (NewKind::Text, "text", self.text.is_some()),
            (NewKind::Image, "image", self.image.is_some()),
            (NewKind::Video, "video", self.video.is_some()),
            (NewKind::Audio, "audio", self.audio.is_some()),
            (NewKind::Voice, "voice", self.voice.is_some()),
            (NewKind::Document, "document", self.document.is_some()),
            (NewKind::Sticker, "sticker", self.sticker.is_some()),
            (NewKind::Location, "location", self.location.is_some()),
            (NewKind::Contacts, "contacts", self.contacts.is_some()),
            (NewKind::Poll, "poll", self.poll.is_some()),
        ];
        let named = objects.iter().find(|(kind, ..)| *kind == self.kind).map_or("text", |(_, name, _)| *name);
        for (_, name, is_there) in objects {
            if is_there && name != named {
                let detail = format!("`{name}` does not belong to a message of the type `{named}`: leave it out.");
                return Err(invalid(name, detail));
            }
            if !is_there && name == named {
                return Err(missing(name));
            }
        }
        Ok(())
    }

    fn content(&mut self) -> Result<Wanted, Problem> {
        match self.kind {
            NewKind::Text => text(part(self.text.take(), "text")?),
            NewKind::Image => picture(FileKind::Image, "image", part(self.image.take(), "image")?),
            NewKind::Video => picture(FileKind::Video, "video", part(self.video.take(), "video")?),
            NewKind::Audio => Ok(sound(FileKind::Audio, part(self.audio.take(), "audio")?)),
            NewKind::Voice => Ok(sound(FileKind::Voice, part(self.voice.take(), "voice")?)),
            NewKind::Document => document(part(self.document.take(), "document")?),
            NewKind::Sticker => Ok(sound(FileKind::Sticker, part(self.sticker.take(), "sticker")?)),
            NewKind::Location => location(part(self.location.take(), "location")?),
            NewKind::Contacts => contacts(self.contacts.take().ok_or_else(|| missing("contacts"))?),
            NewKind::Poll => poll(part(self.poll.take(), "poll")?),
        }
    }
}

fn missing(name: &str) -> Problem {
    invalid(name, format!("The field `{name}` is missing."))
}

fn part<T>(part: Option<Object<T>>, name: &str) -> Result<T, Problem> {
    part.map(|Object(part)| part).ok_or_else(|| missing(name))
}

/// A phone number as people write it, or the id of a group.
pub fn chat_of(text: &str) -> Result<Chat, Problem> {
    if let Ok(Chat::Group(id)) = text.parse() {
        return Ok(Chat::Group(id));
    }
    let phone = Phone::parse(text).map_err(|refusal| {
        let detail = format!(
            "`to` must be a phone number with its country code, such as +447700900123, or the id of a group, such as \
             120363041234567890@g.us: {refusal}."
        );
        invalid("to", detail)
    })?;
    Ok(Chat::Person(phone.digits().to_owned()))
}

/// Words of a length.
fn words(param: &str, text: String, length_max: usize) -> Result<Body, Problem> {
    let too_long = || invalid(param, format!("`{param}` has at most {length_max} characters."));
    if text.chars().count() > length_max {
        return Err(too_long());
    }
    Body::parse(text).map_err(|refusal| match refusal {
        BodyRefusal::Blank => invalid(param, format!("`{param}` must hold some words.")),
        BodyRefusal::TooLong => too_long(),
        BodyRefusal::Nul => invalid(param, format!("`{param}` cannot hold the character U+0000.")),
    })
}

fn words_if_any(param: &str, text: Option<String>, length_max: usize) -> Result<Option<String>, Problem> {
    text.map(|text| words(param, text, length_max).map(Body::into_string)).transpose()
}

fn caption(kind: &str, text: Option<String>) -> Result<Option<Body>, Problem> {
    text.map(|text| words(&format!("{kind}.caption"), text, CAPTION_LENGTH_MAX)).transpose()
}

/// The words of a text, if they can be sent.
pub fn body_of(new: NewText) -> Result<Body, Problem> {
    words("text.body", new.body, BODY_LENGTH_MAX)
}

fn text(new: NewText) -> Result<Wanted, Problem> {
    Ok(Wanted::Whole(Content::Text(body_of(new)?)))
}

fn picture(kind: FileKind, name: &str, new: NewPicture) -> Result<Wanted, Problem> {
    let caption = caption(name, new.caption)?;
    Ok(Wanted::File(WantedFile { kind, media_id: new.media_id, name: None, caption }))
}

fn sound(kind: FileKind, new: NewSound) -> Wanted {
    Wanted::File(WantedFile { kind, media_id: new.media_id, name: None, caption: None })
}

fn document(new: NewDocument) -> Result<Wanted, Problem> {
    let name = new.name.map(|name| FileName::parse(&name)).transpose();
    let name = name.map_err(|refusal| invalid("document.name", format!("`document.name` is wrong: {refusal}.")))?;
    let caption = caption("document", new.caption)?;
    Ok(Wanted::File(WantedFile { kind: FileKind::Document, media_id: new.media_id, name, caption }))
}

fn location(new: NewLocation) -> Result<Wanted, Problem> {
    let NewLocation { latitude, longitude, name, address } = new;
    if !is_on_earth(latitude, 0.0) {
        return Err(invalid("location.latitude", "`location.latitude` must be a number from -90 to 90."));
    }
    if !is_on_earth(0.0, longitude) {
        return Err(invalid("location.longitude", "`location.longitude` must be a number from -180 to 180."));
    }
    let name = words_if_any("location.name", name, MAX_NAME_CHARS)?;
    let address = words_if_any("location.address", address, MAX_NAME_CHARS)?;
    Ok(Wanted::Whole(Content::Location(Location { latitude, longitude, name, address })))
}

fn contacts(new: Vec<Object<NewContact>>) -> Result<Wanted, Problem> {
    if !(1..=CONTACTS_MAX).contains(&new.len()) {
        return Err(invalid("contacts", format!("`contacts` must hold 1 to {CONTACTS_MAX} contacts.")));
    }
    let read = |(index, Object(new)): (usize, Object<NewContact>)| contact(index, new);
    let contacts = new.into_iter().enumerate().map(read).collect::<Result<_, _>>()?;
    Ok(Wanted::Whole(Content::Contacts(contacts)))
}

fn contact(index: usize, new: NewContact) -> Result<Contact, Problem> {
    let at = |field: &str| format!("contacts[{index}].{field}");
    let name = words(&at("name"), new.name, MAX_NAME_CHARS)?.into_string();
    if !(1..=PHONES_MAX).contains(&new.phones.len()) {
        let detail = format!("`{}` must hold 1 to {PHONES_MAX} phone numbers.", at("phones"));
        return Err(invalid(at("phones"), detail));
    }
    let phone = |(place, text): (usize, &String)| {
        let param = at(&format!("phones[{place}]"));
        let read = Phone::parse(text).map(|phone| phone.digits().to_owned());
        read.map_err(|refusal| invalid(param.clone(), format!("`{param}` is no phone number: {refusal}.")))
    };
    let phones = new.phones.iter().enumerate().map(phone).collect::<Result<_, _>>()?;
    Ok(Contact { name, phones })
}

fn poll(new: NewPoll) -> Result<Wanted, Problem> {
    let question = words("poll.question", new.question, MAX_QUESTION_CHARS)?.into_string();
    if !(OPTIONS_MIN..=MAX_OPTIONS).contains(&new.options.len()) {
        let detail = format!("`poll.options` must hold {OPTIONS_MIN} to {MAX_OPTIONS} options.");
        return Err(invalid("poll.options", detail));
    }
    let option = |(index, text): (usize, String)| {
        words(&format!("poll.options[{index}]"), text, MAX_OPTION_CHARS).map(Body::into_string)
    };
    let options: Vec<String> = new.options.into_iter().enumerate().map(option).collect::<Result<_, _>>()?;
    if options.iter().collect::<BTreeSet<_>>().len() < options.len() {
        return Err(invalid("poll.options", "The `poll.options` must all be different."));
    }
    let choices_max = new.choices_max.unwrap_or(1);
    if !(1..=options.len()).contains(&usize::try_from(choices_max).unwrap_or_default()) {
        let detail =
            format!("`poll.choices_max` must be a whole number from 1 to {}, the number of options.", options.len());
        return Err(invalid("poll.choices_max", detail));
    }
    Ok(Wanted::Whole(Content::Poll(Poll { question, options, choices_max })))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn read(asked: Value) -> Result<room::NewMessage, Problem> {
        serde_json::from_value::<NewMessage>(asked).expect("the fields are known").read()
    }

    fn refusal(part: (&str, Value)) -> String {
        let mut asked = json!({ "to": "+447700900123", "type": part.0 });
        asked[part.0] = part.1;
        let problem = read(asked).expect_err("it makes no sense");
        format!("{}: {}", problem.param.unwrap_or_default(), problem.detail)
    }

    #[test]
    fn each_limit_is_told_with_its_field() {
        let cases = [
            (
                ("image", json!({ "media_id": "m", "caption": "é".repeat(1025) })),
                "image.caption: `image.caption` has at most 1024 characters.",
            ),
            (
                ("video", json!({ "media_id": "m", "caption": " " })),
                "video.caption: `video.caption` must hold some words.",
            ),
            (
                ("document", json!({ "media_id": "m", "name": "a\nb" })),
                "document.name: `document.name` is wrong: a file's name has 1 to 255 characters, none of them a control character.",
            ),
            (
                ("location", json!({ "latitude": 90.1, "longitude": 0 })),
                "location.latitude: `location.latitude` must be a number from -90 to 90.",
            ),
            (
                ("location", json!({ "latitude": 0, "longitude": -181 })),
                "location.longitude: `location.longitude` must be a number from -180 to 180.",
            ),
            (
                ("location", json!({ "latitude": 0, "longitude": 0, "address": "" })),
                "location.address: `location.address` must hold some words.",
            ),
            (("contacts", json!([])), "contacts: `contacts` must hold 1 to 20 contacts."),
            (
                ("contacts", json!([{ "name": "Bob", "phones": [] }])),
                "contacts[0].phones: `contacts[0].phones` must hold 1 to 10 phone numbers.",
            ),
        ];
        for (part, expected) in cases {
            assert_eq!(refusal(part), expected);
        }
        let bob = |phone: &str| refusal(("contacts", json!([{ "name": "Bob", "phones": ["+447700900123", phone] }])));
        assert!(
            bob("Bob").starts_with("contacts[0].phones[1]: `contacts[0].phones[1]` is no phone number: "),
            "{}",
            bob("Bob")
        );
    }

    #[test]
    fn a_poll_that_nobody_could_answer_is_refused() {
        let cases = [
            (
                ("poll", json!({ "question": "?", "options": ["a"] })),
                "poll.options: `poll.options` must hold 2 to 12 options.",
            ),
            (
                ("poll", json!({ "question": "?", "options": ["a", "a"] })),
                "poll.options: The `poll.options` must all be different.",
            ),
            (
                ("poll", json!({ "question": "?", "options": ["a", ""] })),
                "poll.options[1]: `poll.options[1]` must hold some words.",
            ),
            (
                ("poll", json!({ "question": "?", "options": ["a", "b"], "choices_max": 3 })),
                "poll.choices_max: `poll.choices_max` must be a whole number from 1 to 2, the number of options.",
            ),
            (
                ("poll", json!({ "question": "?", "options": ["a", "b"], "choices_max": 0 })),
                "poll.choices_max: `poll.choices_max` must be a whole number from 1 to 2, the number of options.",
            ),
        ];
        for (part, expected) in cases {
            assert_eq!(refusal(part), expected);
        }
    }

    #[test]
    fn beside_the_type_stands_its_object_and_no_other() {
        let kinds = ["text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "poll"];
        let file = json!({ "media_id": "med_1" });
        let object = |kind: &str| match kind {
            "text" => json!({ "body": "hello" }),
            "location" => json!({ "latitude": 52.5, "longitude": 13.4 }),
            "contacts" => json!([{ "name": "Bob", "phones": ["+447700900123"] }]),
            "poll" => json!({ "question": "When?", "options": ["Now", "Later"] }),
            _ => file.clone(),
        };
        for kind in kinds {
            let alone = json!({ "to": "120363041234567890@g.us", "type": kind });
            let missing = read(alone.clone()).expect_err("it says nothing");
            assert_eq!(
                (missing.param.as_deref(), missing.detail),
                (Some(kind), format!("The field `{kind}` is missing."))
            );
            let mut whole = alone;
            whole[kind] = object(kind);
            assert!(read(whole.clone()).is_ok(), "{whole}");
            for other in kinds.into_iter().filter(|other| *other != kind) {
                let mut two = whole.clone();
                two[other] = object(other);
                assert_eq!(read(two).expect_err("two objects").param.as_deref(), Some(other));
            }
        }
    }

    proptest! {
        #[test]
        fn whoever_it_is_for_is_understood_or_refused(to in any::<String>()) {
            match chat_of(&to) {
                Ok(Chat::Person(digits)) => prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit())),
                Ok(Chat::Group(id)) => prop_assert_eq!(format!("{id}@g.us"), to),
                Err(problem) => prop_assert_eq!(problem.param.as_deref(), Some("to")),
            }
        }

        #[test]
        fn a_poll_that_is_taken_can_be_answered(options in proptest::collection::vec(".{0,3}", 0..14), choices_max in 0_u32..15) {
            let taken = poll(NewPoll { question: String::from("?"), options, choices_max: Some(choices_max) });
            if let Ok(Wanted::Whole(Content::Poll(poll))) = taken {
                prop_assert!((1..=poll.options.len()).contains(&(poll.choices_max as usize)));
                prop_assert!(poll.options.iter().all(|option| !option.trim().is_empty()));
            }
        }
    }
}
