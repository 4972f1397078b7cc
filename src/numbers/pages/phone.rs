//! One phone of the simulated WhatsApp: linked devices, linking one, chats. Every action is a plain form.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use grantline_whatsapp::sandbox::{ChatView, MessageState, MessageView, PasskeyStep, PhoneError, PhoneView};
use grantline_whatsapp::{Content, FileKind};

use super::phones::{Holder, Phones, error_text};
use crate::numbers::Phone;
use crate::platform::Timestamp;
use crate::platform::web::{FieldErrors, Form, Markup, NoFields, Page, Shell, StatusPage, redirect};

/// Which of the phone's screens is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    Devices,
    Link,
    Code,
    Question,
    Passkey,
    Compare,
    Chats,
    Chat,
}

#[derive(Template)]
#[template(path = "sandbox/phone.html")]
struct PhonePage {
    shell: Shell,
    errors: FieldErrors,
    screen: Screen,
    /// The address of this phone.
    here: String,
    shown: String,
    phone: PhoneView,
    chat: Option<ChatView>,
    /// What was typed into the one field of the screen.
    typed: String,
    /// Whom a new chat is for.
    to: String,
}

impl PhonePage {
    fn title(&self) -> &'static str {
        match self.screen {
            Screen::Devices => "phone-devices",
            Screen::Link => "phone-link",
            Screen::Code => "phone-enter-code",
            Screen::Question => "phone-question",
            Screen::Passkey => "phone-passkey",
            Screen::Compare => "phone-compare",
            Screen::Chats | Screen::Chat => "phone-chats",
        }
    }

    fn what_now(&self) -> &'static str {
        match self.screen {
            Screen::Devices => "phone-now-devices",
            Screen::Link => "phone-now-link",
            Screen::Code => "phone-now-code",
            Screen::Question => "phone-now-question",
            Screen::Passkey => "phone-now-passkey",
            Screen::Compare => "phone-now-compare",
            Screen::Chats => "phone-now-chats",
            Screen::Chat => "phone-now-chat",
        }
    }

    fn is(&self, screen: &str) -> bool {
        let name = match self.screen {
            Screen::Devices => "devices",
            Screen::Link => "link",
            Screen::Code => "code",
            Screen::Question => "question",
            Screen::Passkey => "passkey",
            Screen::Compare => "compare",
            Screen::Chats => "chats",
            Screen::Chat => "chat",
        };
        name == screen
    }

    fn device_asking(&self) -> &str {
        let passkey = self.phone.passkey.as_ref().map(|passkey| passkey.device_name.as_str());
        self.phone.prompt.as_ref().map(|prompt| prompt.device_name.as_str()).or(passkey).unwrap_or_default()
    }

    /// What the passkey answers, or the code to compare.
    fn passkey_text(&self) -> &str {
        match self.phone.passkey.as_ref().map(|passkey| &passkey.step) {
            Some(PasskeyStep::Give { answer: text } | PasskeyStep::Compare { code: text }) => text,
            None => "",
        }
    }

    /// The code to compare as people read it.
    fn dashed(&self) -> String {
        let text = self.passkey_text();
        text.split_at_checked(4).map_or_else(String::new, |(start, end)| format!("{start}-{end}"))
    }

    fn moment(&self, at_ms: &i64) -> Timestamp {
        Timestamp(*at_ms)
    }

    fn time(&self, at_ms: &i64) -> Markup {
        Markup::time(self.moment(at_ms))
    }

    fn international(&self, digits: &str) -> String {
        Phone::of_digits(digits).international()
    }

    /// What a message is, when it is no text.
    fn kind_words(&self, content: &Content) -> Option<&'static str> {
        Some(match content {
            Content::Text(_) => return None,
            Content::File(file) => match file.kind {
                FileKind::Image => "message-kind-image",
                FileKind::Video => "message-kind-video",
                FileKind::Audio => "message-kind-audio",
                FileKind::Voice => "message-kind-voice",
                FileKind::Document => "message-kind-document",
                FileKind::Sticker => "message-kind-sticker",
            },
            Content::Location(_) => "message-kind-location",
            Content::Contacts(_) => "message-kind-contacts",
            Content::Poll(_) => "message-kind-poll",
            Content::Unknown => "message-kind-unknown",
        })
    }

    /// Who wrote a message that came in.
    fn writer(&self, message: &MessageView) -> String {
        message.from_name.clone().unwrap_or_else(|| self.international(&message.from))
    }

    fn initials(&self, name: &str) -> String {
        name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
    }

    fn state_words(&self, state: &MessageState) -> &'static str {
        match state {
            MessageState::Sent => "phone-sent",
            MessageState::Delivered => "phone-delivered",
            MessageState::Read => "phone-read",
            MessageState::Failed => "phone-failed",
        }
    }
}

/// The phone that the path names, on the screen that is asked for.
fn screen(phones: &Phones, holder: &Holder, number: &str, screen: Screen) -> Result<PhonePage, StatusPage> {
    let phone = phones.sandbox.phone(number).ok_or(StatusPage::not_found())?;
    Ok(PhonePage {
        shell: holder.visitor.shell(),
        errors: FieldErrors::default(),
        screen,
        here: format!("/sandbox/phones/{}", phone.number),
        shown: Phone::of_digits(&phone.number).international(),
        phone,
        chat: None,
        typed: String::new(),
        to: String::new(),
    })
}

/// A screen again, with what was wrong and what was typed.
fn refused(mut page: PhonePage, holder: &Holder, field: &'static str, typed: String, error: PhoneError) -> Response {
    page.errors = FieldErrors::one(field, error_text(holder, error));
    page.typed = typed;
    Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Linked devices; what the phone asks or shows about a link while it does, as it lies over everything on a real phone.
pub async fn show_devices(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
) -> Result<Response, StatusPage> {
    let mut page = screen(&phones, &holder, &number, Screen::Devices)?;
    if page.phone.prompt.is_some() {
        page.screen = Screen::Question;
    }
    if let Some(passkey) = &page.phone.passkey {
        let gives = matches!(passkey.step, PasskeyStep::Give { .. });
        page.screen = if gives { Screen::Passkey } else { Screen::Compare };
    }
    Ok(Page::ok(page).into_response())
}

pub async fn show_link(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
) -> Result<Response, StatusPage> {
    Ok(Page::ok(screen(&phones, &holder, &number, Screen::Link)?).into_response())
}

pub async fn show_code(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
) -> Result<Response, StatusPage> {
    Ok(Page::ok(screen(&phones, &holder, &number, Screen::Code)?).into_response())
}

#[derive(serde::Deserialize)]
pub struct Scan {
    #[serde(default)]
    qr: String,
}

pub async fn post_scan(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
    form: Form<Scan>,
) -> Result<Response, StatusPage> {
    let qr = form.fields.qr;
    match phones.sandbox.scan_qr(&number, &qr) {
        Ok(_) => Ok(redirect(&format!("/sandbox/phones/{number}"))),
        Err(error) => Ok(refused(screen(&phones, &holder, &number, Screen::Link)?, &holder, "qr", qr, error)),
    }
}

#[derive(serde::Deserialize)]
pub struct TypedCode {
    #[serde(default)]
    code: String,
}

pub async fn post_code(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
    form: Form<TypedCode>,
) -> Result<Response, StatusPage> {
    let code = form.fields.code;
    match phones.sandbox.type_code(&number, &code) {
        Ok(_) => Ok(redirect(&format!("/sandbox/phones/{number}"))),
        Err(error) => Ok(refused(screen(&phones, &holder, &number, Screen::Code)?, &holder, "code", code, error)),
    }
}

#[derive(serde::Deserialize)]
pub struct Answer {
    #[serde(default)]
    answer: String,
}

pub async fn post_confirm(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
    form: Form<Answer>,
) -> Result<Response, StatusPage> {
    let answered = if form.fields.answer == "link" {
        phones.sandbox.confirm_link(&number).map(drop)
    } else {
        phones.sandbox.refuse_link(&number)
    };
    done(&phones, &holder, &number, answered)
}

/// Back to the linked devices, with what went wrong if anything did.
fn done(
    phones: &Phones,
    holder: &Holder,
    number: &str,
    outcome: Result<(), PhoneError>,
) -> Result<Response, StatusPage> {
    match outcome {
        Ok(()) => Ok(redirect(&format!("/sandbox/phones/{number}"))),
        Err(error) => {
            let page = screen(phones, holder, number, Screen::Devices)?;
            Ok(refused(page, holder, "devices", String::new(), error))
        }
    }
}

#[derive(serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    passkey: String,
}

/// Whether linking a device needs the account's passkey.
pub async fn post_passkey(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
    form: Form<Wanted>,
) -> Result<Response, StatusPage> {
    let turned = phones.sandbox.require_passkey(&number, form.fields.passkey == "needed");
    done(&phones, &holder, &number, turned)
}

pub async fn post_unlink(
    State(phones): State<Phones>,
    holder: Holder,
    Path((number, device)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    done(&phones, &holder, &number, phones.sandbox.unlink(&number, &device))
}

pub async fn show_chats(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
) -> Result<Response, StatusPage> {
    Ok(Page::ok(screen(&phones, &holder, &number, Screen::Chats)?).into_response())
}

#[derive(serde::Deserialize)]
pub struct NewChat {
    #[serde(default)]
    to: String,
    #[serde(default)]
    text: String,
}

/// A first message to somebody.
pub async fn post_chat(
    State(phones): State<Phones>,
    holder: Holder,
    Path(number): Path<String>,
    form: Form<NewChat>,
) -> Result<Response, StatusPage> {
    let NewChat { to, text } = form.fields;
    match phones.sandbox.send_text(&number, &to, &text) {
        Ok(()) => Ok(redirect(&format!("/sandbox/phones/{number}/chats/{}", Phone::of_digits(&to).digits()))),
        Err(error) => {
            let field = if error == PhoneError::BadText { "text" } else { "to" };
            let page = PhonePage { to, ..screen(&phones, &holder, &number, Screen::Chats)? };
            Ok(refused(page, &holder, field, text, error))
        }
    }
}

fn chat(phones: &Phones, holder: &Holder, number: &str, peer: &str) -> Result<PhonePage, StatusPage> {
    let page = screen(phones, holder, number, Screen::Chat)?;
    let chat = page.phone.chats.iter().find(|chat| chat.with == peer).cloned().ok_or(StatusPage::not_found())?;
    Ok(PhonePage { chat: Some(chat), ..page })
}

pub async fn show_chat(
    State(phones): State<Phones>,
    holder: Holder,
    Path((number, peer)): Path<(String, String)>,
) -> Result<Response, StatusPage> {
    Ok(Page::ok(chat(&phones, &holder, &number, &peer)?).into_response())
}

#[derive(serde::Deserialize)]
pub struct Text {
    #[serde(default)]
    text: String,
}

pub async fn post_text(
    State(phones): State<Phones>,
    holder: Holder,
    Path((number, peer)): Path<(String, String)>,
    form: Form<Text>,
) -> Result<Response, StatusPage> {
    let text = form.fields.text;
    match phones.sandbox.send_text(&number, &peer, &text) {
        Ok(()) => Ok(redirect(&format!("/sandbox/phones/{number}/chats/{peer}"))),
        Err(error) => Ok(refused(chat(&phones, &holder, &number, &peer)?, &holder, "text", text, error)),
    }
}

pub async fn post_read(
    State(phones): State<Phones>,
    holder: Holder,
    Path((number, peer)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    match phones.sandbox.mark_read(&number, &peer) {
        Ok(()) => Ok(redirect(&format!("/sandbox/phones/{number}/chats/{peer}"))),
        Err(error) => Ok(refused(chat(&phones, &holder, &number, &peer)?, &holder, "text", String::new(), error)),
    }
}
