//! Words: every message that a page asks for is in `locales/en.ftl`, and every message there is asked for.

use std::collections::BTreeMap;

use super::rust::{Kind, find_sequence};
use super::tree::{Complaint, File, Tree};

const ENGLISH: &str = "locales/en.ftl";

/// How pages and sources ask: `words.msg("key")`, `words.text("key")`.
const ASKING: &[&str] = &["msg", "text"];

pub fn every_word_exists(tree: &Tree) -> Vec<Complaint> {
    let Some(english) = tree.get(ENGLISH) else { return Vec::new() };
    let known = messages(english);
    let in_templates = tree.inside("templates").flat_map(|file| asked_by_page(file).map(move |asked| (file, asked)));
    let in_sources = tree.files.iter().filter(|file| file.is_in("src")).flat_map(|file| {
        let asked = file.source().map(asked_by_source).unwrap_or_default();
        asked.into_iter().map(move |asked| (file, asked))
    });
    let lost = in_templates.chain(in_sources).filter(|(_, (_, key))| !known.contains_key(key));
    lost.map(|(file, (line, key))| {
        Complaint::new(&file.path, line, "word", format!("`{key}` is not in {ENGLISH}: write the sentence there"))
    })
    .collect()
}

pub fn every_word_is_used(tree: &Tree) -> Vec<Complaint> {
    let Some(english) = tree.get(ENGLISH) else { return Vec::new() };
    let speakers: Vec<&File> = tree.files.iter().filter(|file| file.is_in("src") || file.is_in("templates")).collect();
    let says = |wanted: &str| speakers.iter().any(|file| file.text.contains(wanted));
    // A key may be made at run time: `role-{}`, or `"broken"` and `{key}-title`.
    let is_made = |key: &str| {
        key.match_indices('-').any(|(at, _)| {
            let (start, end) = (&key[..=at], &key[at..]);
            says(&format!("\"{start}{{"))
                || says(&format!("\"{start}\""))
                || (says(&format!("}}{end}\"")) && says(&format!("\"{}\"", &key[..at])))
        })
    };
    let is_referred =
        |key: &str| english.text.contains(&format!("{{ {key} }}")) || english.text.contains(&format!("{{{key}}}"));
    let unused = messages(english)
        .into_iter()
        .filter(|(key, _)| !says(&format!("\"{key}\"")) && !is_made(key) && !is_referred(key));
    unused
        .map(|(key, line)| Complaint::new(ENGLISH, line, "word", format!("nothing says `{key}`: use it or delete it")))
        .collect()
}

/// Keys and their lines; attributes, continued lines and comments are none. A term is `-name`.
fn messages(file: &File) -> BTreeMap<String, usize> {
    let key = |(line, text): (usize, &str)| {
        let (key, _) = text.split_once('=')?;
        let key = key.trim_end();
        let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
        let whole = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        (plain && whole).then(|| (key.to_owned(), line))
    };
    file.lines().filter_map(key).collect()
}

fn asked_by_page(file: &File) -> impl Iterator<Item = (usize, String)> {
    file.lines().flat_map(|(line, text)| {
        ASKING.iter().flat_map(move |ask| {
            let call = format!(".{ask}(\"");
            let keys: Vec<_> = text
                .split(call.as_str())
                .skip(1)
                .filter_map(|after| after.split_once('"'))
                .map(|(key, _)| key.to_owned())
                .collect();
            keys.into_iter().map(move |key| (line, key))
        })
    })
}

fn asked_by_source(source: &super::rust::Source) -> Vec<(usize, String)> {
    let calls = ASKING
        .iter()
        .flat_map(|ask| find_sequence(&source.tokens, &[".", ask, "("]).map(|(at, _)| at + 3).collect::<Vec<_>>());
    let literal =
        |at: usize| source.tokens.get(at).filter(|token| token.kind == Kind::Literal && token.text.starts_with('"'));
    calls.filter_map(literal).map(|token| (token.line, token.text.trim_matches('"').to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH_TEXT: &str = "# title = no\ntitle = Sign in\nrole-owner = Owner\nunused = Nobody reads it\n .label = x\nmany-of = { $n ->\n *[other] { -brand }\n }\n-brand = G";

    #[test]
    fn a_word_that_is_not_written_down() {
        let tree = Tree::of(&[
            (ENGLISH, ENGLISH_TEXT),
            ("templates/a.html", "{{ words.msg(\"title\") }}\n{{ words.text(\"lost\") }}"),
            (
                "src/a/pages.rs",
                "fn f() { words.msg(\"many-of\");\n words.msg(\"gone\");\n words.msg(key); other(\"x\") }",
            ),
        ]);
        let lines: Vec<_> = every_word_exists(&tree).into_iter().map(|one| (one.path, one.line)).collect();
        assert_eq!(lines, [("templates/a.html".to_owned(), 2), ("src/a/pages.rs".to_owned(), 2)]);
    }

    #[test]
    fn a_word_that_nothing_says() {
        let tree = Tree::of(&[
            (ENGLISH, ENGLISH_TEXT),
            ("templates/a.html", "{{ words.msg(\"title\") }}"),
            ("src/a/pages.rs", "fn f() { format!(\"role-{}\", role); page(\"many\"); format!(\"{key}-of\") }"),
        ]);
        assert_eq!(every_word_is_used(&tree).iter().map(|one| one.line).collect::<Vec<_>>(), [4]);
    }
}
