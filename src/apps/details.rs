//! What a developer says about an app, and everything that can be wrong with it.

use std::collections::BTreeSet;
use std::fmt;

use url::Url;

use super::name::{self, NameRefusal};
use super::redirect::{self, RedirectRefusal};
use super::{App, DeclaredScope, Kind};
use crate::access::Scope;

pub const REDIRECTS_MAX: usize = 20;
pub const REASON_LENGTH_MAX: usize = 200;
const LINK_LENGTH_MAX: usize = 500;

/// What can be changed about an app once it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    pub name: String,
    /// Who makes it.
    pub publisher: String,
    /// The links may be empty.
    pub homepage_url: String,
    pub privacy_url: String,
    pub terms_url: String,
    /// Whether the developer alone can connect it.
    pub in_development: bool,
    /// One a line, as typed: empty ones do not count, but keep their place in the numbering of mistakes.
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<DeclaredScope>,
}

/// A text of one line about an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Name,
    Publisher,
    Homepage,
    Privacy,
    Terms,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    #[error("{field}: {refusal}")]
    Name { field: Field, refusal: NameRefusal },
    #[error("{field}: {refusal}")]
    Link { field: Field, refusal: LinkRefusal },
    /// `line` counts from 1.
    #[error("redirect address {line}: {refusal}")]
    Redirect { line: usize, refusal: RedirectRefusal },
    #[error("an app needs at least one redirect address")]
    NoRedirect,
    #[error("an app may have at most 20 redirect addresses")]
    TooManyRedirects,
    #[error("the reason for {0} is longer than 200 characters")]
    LongReason(Scope),
    #[error("the reason for {0} holds an invisible character")]
    InvisibleReason(Scope),
    #[error("an app needs at least one scope")]
    NoScope,
}

/// Why an address cannot be a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    #[error("it is not a whole address, such as https://example.com/privacy")]
    NotAnAddress,
    #[error("it must use https, or http on 127.0.0.1")]
    NotHttps,
    #[error("it has a user name or a password before the host")]
    Userinfo,
    #[error("it is longer than 500 characters")]
    TooLong,
}

/// Everything that is wrong, in the order of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            write!(formatter, "{}{mistake}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "the name",
            Self::Publisher => "the publisher",
            Self::Homepage => "the home page",
            Self::Privacy => "the privacy policy",
            Self::Terms => "the terms of service",
        })
    }
}

impl Details {
    /// The details as they are kept, or everything that is wrong with them. `product` is the operator's name for this
    /// server, which no app may bear.
    pub fn checked(self, kind: Kind, product: &str) -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let mut named = |field, text: &str| match name::check(text, product) {
            Ok(name) => name,
            Err(refusal) => {
                mistakes.push(Mistake::Name { field, refusal });
                String::new()
            }
        };
        let name = named(Field::Name, &self.name);
        let publisher = named(Field::Publisher, &self.publisher);
        let mut linked = |field, text: &str| match check_link(text) {
            Ok(link) => link,
            Err(refusal) => {
                mistakes.push(Mistake::Link { field, refusal });
                String::new()
            }
        };
        let homepage_url = linked(Field::Homepage, &self.homepage_url);
        let privacy_url = linked(Field::Privacy, &self.privacy_url);
        let terms_url = linked(Field::Terms, &self.terms_url);
        let redirect_uris = check_redirects(&self.redirect_uris, kind, &mut mistakes);
        let scopes = check_scopes(self.scopes, &mut mistakes);
        if mistakes.is_empty() {
            Ok(Self { name, publisher, homepage_url, privacy_url, terms_url, redirect_uris, scopes, ..self })
        } else {
            Err(Mistakes(mistakes))
        }
    }

    /// What an entry of the audit log says of a change: each value that is new, beside the one that was.
    pub(super) fn changes_since(&self, before: &Self) -> serde_json::Map<String, serde_json::Value> {
        let pairs = [
            ("name", before.name.clone(), self.name.clone()),
            ("publisher", before.publisher.clone(), self.publisher.clone()),
            ("homepage_url", before.homepage_url.clone(), self.homepage_url.clone()),
            ("privacy_url", before.privacy_url.clone(), self.privacy_url.clone()),
            ("terms_url", before.terms_url.clone(), self.terms_url.clone()),
            ("in_development", before.in_development.to_string(), self.in_development.to_string()),
            ("redirect_uris", before.redirect_uris.join(" "), self.redirect_uris.join(" ")),
            ("scopes", describe(&before.scopes), describe(&self.scopes)),
        ];
        let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
        changed
            .flat_map(|(field, before, after)| {
                [(field.to_owned(), after.into()), (format!("{field}_before"), before.into())]
            })
            .collect()
    }
}

impl From<&App> for Details {
    fn from(app: &App) -> Self {
        Self {
            name: app.name.clone(),
            publisher: app.publisher.clone(),
            homepage_url: app.homepage_url.clone(),
            privacy_url: app.privacy_url.clone(),
            terms_url: app.terms_url.clone(),
            in_development: app.in_development,
            redirect_uris: app.redirect_uris.clone(),
            scopes: app.scopes.clone(),
        }
    }
}

/// The link as it is kept; an empty one is none.
fn check_link(text: &str) -> Result<String, LinkRefusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if text.chars().count() > LINK_LENGTH_MAX {
        return Err(LinkRefusal::TooLong);
    }
    let url = Url::parse(text).map_err(|_| LinkRefusal::NotAnAddress)?;
    if url.scheme() != "https" && !(url.scheme() == "http" && redirect::is_loopback(&url)) {
        return Err(LinkRefusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LinkRefusal::Userinfo);
    }
    Ok(url.into())
}

/// The addresses in order and without repetitions.
fn check_redirects(lines: &[String], kind: Kind, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    let addresses = lines.iter().map(|line| line.trim()).enumerate().filter(|(_, text)| !text.is_empty());
    let mut kept = BTreeSet::new();
    let known = mistakes.len();
    for (index, text) in addresses {
        match redirect::check(text, kind) {
            Ok(()) => drop(kept.insert(text.to_owned())),
            Err(refusal) => mistakes.push(Mistake::Redirect { line: index + 1, refusal }),
        }
        if kept.len() + mistakes.len() - known > REDIRECTS_MAX {
            // One sentence says it; a thousand lines do not get a sentence each.
            mistakes.truncate(known);
            mistakes.push(Mistake::TooManyRedirects);
            return Vec::new();
        }
    }
    if kept.is_empty() && mistakes.len() == known {
        mistakes.push(Mistake::NoRedirect);
    }
    kept.into_iter().collect()
}

/// The scopes in the order of the consent page, each once.
fn check_scopes(declared: Vec<DeclaredScope>, mistakes: &mut Vec<Mistake>) -> Vec<DeclaredScope> {
    let mut kept: Vec<DeclaredScope> = Vec::new();
    for one in declared {
        let reason = one.reason.trim().to_owned();
        if reason.chars().count() > REASON_LENGTH_MAX {
            mistakes.push(Mistake::LongReason(one.scope));
        } else if !name::is_visible(&reason) {
            mistakes.push(Mistake::InvisibleReason(one.scope));
        }
        if kept.iter().all(|other| other.scope != one.scope) {
            kept.push(DeclaredScope { reason, ..one });
        }
    }
    if kept.is_empty() {
        mistakes.push(Mistake::NoScope);
    }
    kept.sort_by_key(|one| one.scope);
    kept
}

fn describe(scopes: &[DeclaredScope]) -> String {
    let one = |declared: &DeclaredScope| {
        let need = if declared.required { "required" } else { "optional" };
        let colon = if declared.reason.is_empty() { "" } else { ": " };
        format!("{} {need}{colon}{}", declared.scope, declared.reason)
    };
    scopes.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(scope: Scope, reason: &str) -> DeclaredScope {
        DeclaredScope { scope, required: true, reason: reason.to_owned() }
    }

    fn acme() -> Details {
        Details {
            name: String::from(" Acme CRM "),
            publisher: String::from("Acme Software Ltd"),
            homepage_url: String::from("https://acme.example"),
            redirect_uris: vec![String::from("https://acme.example/cb"), String::new()],
            scopes: vec![scope(Scope::MessagesSend, "We send order updates."), scope(Scope::AccountRead, "")],
            ..Details::default()
        }
    }

    #[test]
    fn what_is_right_is_kept_tidily() {
        let kept = acme().checked(Kind::Confidential, "Harbour").expect("nothing is wrong");
        assert_eq!((kept.name.as_str(), kept.homepage_url.as_str()), ("Acme CRM", "https://acme.example/"));
        assert_eq!(kept.redirect_uris, ["https://acme.example/cb"]);
        let scopes: Vec<Scope> = kept.scopes.iter().map(|declared| declared.scope).collect();
        assert_eq!(scopes, [Scope::AccountRead, Scope::MessagesSend], "in the order of the consent page");
        assert_eq!(kept.clone().checked(Kind::Confidential, "Harbour"), Ok(kept));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_and_line_by_line() {
        let lines = ["", "http://acme.example/cb", "https://acme.example/cb", "https://acme.example/#x"];
        let wrong = Details {
            name: String::from("WhatsApp Helper"),
            publisher: String::new(),
            homepage_url: String::from("acme.example"),
            privacy_url: String::from("http://acme.example/privacy"),
            terms_url: String::from("https://a@acme.example/"),
            in_development: false,
            redirect_uris: lines.map(String::from).to_vec(),
            scopes: vec![scope(Scope::MessagesSend, &"x".repeat(201)), scope(Scope::MessagesRead, "a\u{202e}b")],
        };
        let Err(Mistakes(mistakes)) = wrong.checked(Kind::Confidential, "Harbour") else { panic!("it is wrong") };
        let name = |field, refusal| Mistake::Name { field, refusal };
        let link = |field, refusal| Mistake::Link { field, refusal };
        let redirect = |line, refusal| Mistake::Redirect { line, refusal };
        let expected = [
            name(Field::Name, NameRefusal::WhatsApp),
            name(Field::Publisher, NameRefusal::TooShort),
            link(Field::Homepage, LinkRefusal::NotAnAddress),
            link(Field::Privacy, LinkRefusal::NotHttps),
            link(Field::Terms, LinkRefusal::Userinfo),
            redirect(2, RedirectRefusal::Http),
            redirect(4, RedirectRefusal::Fragment),
            Mistake::LongReason(Scope::MessagesSend),
            Mistake::InvisibleReason(Scope::MessagesRead),
        ];
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn an_app_has_one_to_twenty_addresses_and_a_scope() {
        let mistakes = |details: Details| details.checked(Kind::Public, "Harbour").expect_err("it is wrong").0;
        let many = (0..21).map(|number| format!("https://acme.example/{number}")).collect();
        assert_eq!(mistakes(Details { redirect_uris: many, ..acme() }), [Mistake::TooManyRedirects]);
        let junk = vec![String::from("junk"); 5000];
        assert_eq!(mistakes(Details { redirect_uris: junk, ..acme() }), [Mistake::TooManyRedirects]);
        assert_eq!(mistakes(Details { redirect_uris: vec![String::from(" ")], ..acme() }), [Mistake::NoRedirect]);
        assert_eq!(mistakes(Details { scopes: Vec::new(), ..acme() }), [Mistake::NoScope]);
        let twice = vec![String::from("https://acme.example/cb"); 30];
        let kept = Details { redirect_uris: twice, ..acme() }.checked(Kind::Public, "Harbour").expect("one address");
        assert_eq!(kept.redirect_uris.len(), 1);
    }

    #[test]
    fn a_change_is_told_with_what_was_before() {
        let before = acme().checked(Kind::Public, "Harbour").expect("fine");
        assert!(before.changes_since(&before).is_empty());
        let after = Details { name: String::from("Acme Desk"), ..before.clone() };
        let told = serde_json::Value::from(after.changes_since(&before));
        assert_eq!(told, serde_json::json!({ "name": "Acme Desk", "name_before": "Acme CRM" }));
    }
}
