//! What is wrong with a form, in the reader's language.

use crate::access::Scope;
use crate::apps::{Field, LinkRefusal, Mistake, Mistakes, NameRefusal, RedirectRefusal};
use crate::platform::web::{FieldErrors, Words};

/// One sentence for each mistake, beside its field.
pub(super) fn field_errors(words: &Words, mistakes: &Mistakes) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for mistake in &mistakes.0 {
        errors.add(place(mistake), sentence(words, mistake));
    }
    errors
}

/// The mistakes in the reasons of one scope.
pub(super) fn of_scope(words: &Words, mistakes: &Mistakes, scope: Scope) -> Option<String> {
    let about = |mistake: &&Mistake| matches!(mistake, Mistake::LongReason(wrong) | Mistake::InvisibleReason(wrong) if *wrong == scope);
    mistakes.0.iter().find(about).map(|mistake| sentence(words, mistake))
}

/// The field's name, which is also its id on the page.
fn place(mistake: &Mistake) -> &'static str {
    match mistake {
        Mistake::Name { field, .. } | Mistake::Link { field, .. } => field_name(*field),
        Mistake::Redirect { .. } | Mistake::NoRedirect | Mistake::TooManyRedirects => "redirects",
        Mistake::LongReason(_) | Mistake::InvisibleReason(_) | Mistake::NoScope => "scopes",
    }
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::Publisher => "publisher",
        Field::Homepage => "homepage",
        Field::Privacy => "privacy",
        Field::Terms => "terms",
    }
}

fn sentence(words: &Words, mistake: &Mistake) -> String {
    match mistake {
        Mistake::Name { field, refusal } => name_sentence(words, *field, *refusal),
        Mistake::Link { field, refusal } => words.msg(link_key(*refusal)).plain(&[("field", field_name(*field))]),
        Mistake::Redirect { line, refusal } => redirect_sentence(words, *line, refusal),
        Mistake::NoRedirect => words.text("app-wrong-no-redirect"),
        Mistake::TooManyRedirects => words.text("app-wrong-many-redirects"),
        Mistake::LongReason(scope) => words.msg("app-wrong-long-reason").plain(&[("scope", scope.name())]),
        Mistake::InvisibleReason(scope) => words.msg("app-wrong-invisible-reason").plain(&[("scope", scope.name())]),
        Mistake::NoScope => words.text("app-wrong-no-scope"),
    }
}

fn name_sentence(words: &Words, field: Field, refusal: NameRefusal) -> String {
    let key = match refusal {
        NameRefusal::TooShort => "app-name-too-short",
        NameRefusal::TooLong => "app-name-too-long",
        NameRefusal::Invisible => "app-name-invisible",
        NameRefusal::NotNormal => "app-name-not-normal",
        NameRefusal::Character(_) => "app-name-character",
        NameRefusal::Marks => "app-name-marks",
        NameRefusal::MixedScripts => "app-name-mixed-scripts",
        NameRefusal::WhatsApp => "app-name-whatsapp",
        NameRefusal::Meta => "app-name-meta",
        NameRefusal::Product => "app-name-product",
    };
    let mut buffer = [0; 4];
    let character = match refusal {
        NameRefusal::Character(character) => &*character.encode_utf8(&mut buffer),
        _ => "",
    };
    words.msg(key).plain(&[("field", field_name(field)), ("character", character)])
}

fn link_key(refusal: LinkRefusal) -> &'static str {
    match refusal {
        LinkRefusal::NotAnAddress => "app-link-not-an-address",
        LinkRefusal::NotHttps => "app-link-not-https",
        LinkRefusal::Userinfo => "app-link-userinfo",
        LinkRefusal::TooLong => "app-link-too-long",
    }
}

fn redirect_sentence(words: &Words, line: usize, refusal: &RedirectRefusal) -> String {
    let key = match refusal {
        RedirectRefusal::TooLong => "app-redirect-too-long",
        RedirectRefusal::Unprintable => "app-redirect-unprintable",
        RedirectRefusal::Wildcard => "app-redirect-wildcard",
        RedirectRefusal::Fragment => "app-redirect-fragment",
        RedirectRefusal::Backslash => "app-redirect-backslash",
        RedirectRefusal::EncodedSlash => "app-redirect-encoded-slash",
        RedirectRefusal::DotSegment => "app-redirect-dot-segment",
        RedirectRefusal::NotAnAddress => "app-redirect-not-an-address",
        RedirectRefusal::Userinfo => "app-redirect-userinfo",
        RedirectRefusal::Localhost => "app-redirect-localhost",
        RedirectRefusal::Http => "app-redirect-http",
        RedirectRefusal::HostEndsWithDot => "app-redirect-host-dot",
        RedirectRefusal::Scheme => "app-redirect-scheme",
        RedirectRefusal::SchemeOfDevice => "app-redirect-scheme-of-device",
        RedirectRefusal::SchemeSlashes => "app-redirect-scheme-slashes",
        RedirectRefusal::NotNormal { .. } => "app-redirect-not-normal",
    };
    let normal = match refusal {
        RedirectRefusal::NotNormal { normal } => normal,
        _ => "",
    };
    words.msg(key).plain(&[("line", &line.to_string()), ("normal", normal)])
}
