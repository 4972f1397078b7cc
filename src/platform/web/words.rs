//! Every word that people read, from `locales/<language>.ftl` (Project Fluent).

use std::borrow::Borrow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use askama::filters::HtmlSafe;
use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::platform::Timestamp;

const LANGUAGES: &[(&str, &str)] = &[("en", include_str!("../../../locales/en.ftl"))];

/// The words of one language. Cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Language>);

struct Language {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

fn languages() -> &'static [Words] {
    static LOADED: OnceLock<Vec<Words>> = OnceLock::new();
    LOADED.get_or_init(|| LANGUAGES.iter().filter_map(|(tag, text)| load(tag, text)).collect())
}

fn load(tag: &'static str, text: &str) -> Option<Words> {
    // A file with a mistake still gives the messages that could be read; the mistake is a failing test.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, _)| partial);
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().ok()?]);
    // Names are isolated by `<bdi>` instead, which also works where the invisible marks do not.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped));
    bundle.add_resource_overriding(resource);
    Some(Words(Arc::new(Language { tag, bundle })))
}

/// A count as people read it: 1,204.
fn grouped<M>(value: &FluentValue<'_>, _memory: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = number.as_string();
    if digits.len() <= 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (head, tail) = digits.split_at(digits.len() % 3);
    let mut groups = vec![head];
    groups.extend((0..tail.len()).step_by(3).map(|at| &tail[at..at + 3]));
    groups.retain(|group| !group.is_empty());
    Some(groups.join(","))
}

impl Words {
    /// The language that fits `Accept-Language` best; English when none does.
    #[must_use]
    pub fn for_header(accept_language: &str) -> Self {
        let wanted = accept_language.split(',').filter_map(|part| part.split([';', '-']).next()).map(str::trim);
        let found = wanted.flat_map(|tag| languages().iter().find(|words| words.0.tag == tag)).next();
        #[expect(clippy::expect_used, reason = "English is compiled in; a test reads it")]
        found.or_else(|| languages().first()).expect("English is compiled in").clone()
    }

    /// For `<html lang>`.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.0.tag
    }

    /// For `<html dir>`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        if matches!(self.0.tag, "ar" | "he" | "fa" | "ur") { "rtl" } else { "ltr" }
    }

    /// A message, to be filled and shown: `{{ words.msg("consent-subtitle").name("app", app.name) }}`.
    #[must_use]
    pub fn msg(&self, key: impl fmt::Display) -> Message<'_> {
        Message { words: self, key: key.to_string(), args: FluentArgs::new(), markup: Vec::new() }
    }

    /// A message without arguments as plain text, for titles and mails.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.format(key, &FluentArgs::new())
    }

    /// Whether there is a message of this name, where the name is made from what the database holds.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.bundle.has_message(key)
    }

    /// A moment as text, in UTC, for mails.
    #[must_use]
    pub fn moment(at: Timestamp) -> String {
        readable(at)
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let pattern = self.0.bundle.get_message(key).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "locales/{}.ftl has no message {key}", self.0.tag);
        let Some(pattern) = pattern else { return key.to_owned() };
        self.0.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Words {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let wanted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self::for_header(wanted.unwrap_or_default()))
    }
}

/// HTML that this module made: its words are escaped, its markup is ours.
pub struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A message being filled. Shown in a template it is HTML: the sentence is escaped, arguments bring their own markup.
pub struct Message<'w> {
    words: &'w Words,
    key: String,
    args: FluentArgs<'static>,
    markup: Vec<String>,
}

/// Stands for the n-th piece of markup while the sentence is escaped. Private-use characters, which no message holds.
fn stand_in(index: usize) -> char {
    u32::try_from(index).ok().and_then(|index| char::from_u32(0xE000 + index)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

impl Message<'_> {
    /// Somebody else's words: an app's, a person's or a workspace's name. Escaped, and isolated in direction.
    #[must_use]
    pub fn name(self, argument: &'static str, name: impl fmt::Display) -> Self {
        let name = escape(&name.to_string());
        self.markup(argument, format!("<bdi>{name}</bdi>"))
    }

    /// A host or a phone number, which reads left to right in every language and stays on one line.
    #[must_use]
    pub fn latin(self, argument: &'static str, text: impl fmt::Display) -> Self {
        let text = escape(&text.to_string()).replace(' ', "\u{a0}");
        self.markup(argument, format!("<bdi dir=\"ltr\">{text}</bdi>"))
    }

    /// A link with words of ours.
    #[must_use]
    pub fn link(self, argument: &'static str, href: impl fmt::Display, label: &str) -> Self {
        let (href, label) = (escape(&href.to_string()), escape(&self.words.text(label)));
        self.markup(argument, format!("<a href=\"{href}\">{label}</a>"))
    }

    /// A moment, readable without a script and made relative by one.
    #[must_use]
    pub fn time(self, argument: &'static str, at: impl Borrow<Timestamp>) -> Self {
        self.markup(argument, time_markup(*at.borrow()))
    }

    /// A moment in the middle of a sentence, where "5 minutes ago" would not fit.
    #[must_use]
    pub fn moment(self, argument: &'static str, at: impl Borrow<Timestamp>) -> Self {
        self.markup(argument, Markup::moment(*at.borrow()).0)
    }

    /// A number that decides plural forms.
    #[must_use]
    pub fn count<N: Into<FluentValue<'static>>>(mut self, argument: &'static str, count: N) -> Self {
        self.args.set(argument, count);
        self
    }

    fn markup(mut self, argument: &'static str, html: String) -> Self {
        self.args.set(argument, FluentValue::from(stand_in(self.markup.len()).to_string()));
        self.markup.push(html);
        self
    }

    /// Without markup, for mails and titles: arguments are put in as they are.
    #[must_use]
    pub fn plain(self, fill: &[(&'static str, &str)]) -> String {
        let mut args = self.args;
        for (argument, value) in fill {
            args.set(*argument, FluentValue::from((*value).to_owned()));
        }
        self.words.format(&self.key, &args)
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut html = escape(&self.words.format(&self.key, &self.args));
        for (index, piece) in self.markup.iter().enumerate() {
            html = html.replace(stand_in(index), piece);
        }
        formatter.write_str(&html)
    }
}

impl HtmlSafe for Message<'_> {}

impl From<Message<'_>> for Markup {
    fn from(message: Message<'_>) -> Self {
        Self(message.to_string())
    }
}

impl Markup {
    /// `<time>` for a moment, in UTC; a script makes it relative.
    #[must_use]
    pub fn time(at: impl Borrow<Timestamp>) -> Self {
        Self(time_markup(*at.borrow()))
    }

    /// `<time>` for a moment that is read as it stands: in lists of what happened, and of what ends when.
    #[must_use]
    pub fn moment(at: Timestamp) -> Self {
        Self(format!("<time datetime=\"{}\" data-absolute>{}</time>", at.rfc3339(), readable(at)))
    }
}

fn time_markup(at: Timestamp) -> String {
    format!("<time datetime=\"{}\">{}</time>", at.rfc3339(), readable(at))
}

fn readable(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| String::from("-"), |moment| moment.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

fn escape(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).map(|safe| safe.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_escaped_and_isolated() {
        let words = Words::for_header("xx, en-GB;q=0.8");
        let message = words.msg("returning-title").latin("host", "<b>evil</b>");
        assert_eq!(message.to_string(), "Returning you to <bdi dir=\"ltr\">&#60;b&#62;evil&#60;/b&#62;</bdi>");
    }

    #[test]
    fn large_counts_are_read_in_groups() {
        let words = Words::for_header("en");
        let said = |count: i64| words.msg("activity-calls").count("count", count).to_string();
        assert_eq!(
            [1, 999, 1204, 100_000, 1_234_567].map(said),
            ["1 call", "999 calls", "1,204 calls", "100,000 calls", "1,234,567 calls"]
        );
    }

    #[test]
    fn every_language_is_read_without_a_mistake() {
        for (tag, text) in LANGUAGES {
            let errors = FluentResource::try_new((*text).to_owned()).err().map(|(_, errors)| errors);
            assert!(errors.is_none(), "locales/{tag}.ftl: {errors:?}");
        }
    }
}
