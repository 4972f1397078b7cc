use std::collections::BTreeSet;
use std::path::Path;

use grantline::platform::web::Words;
use walkdir::WalkDir;

/// `grant.created`: a thing and a verb in the past.
fn is_action(literal: &str) -> bool {
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase()) && part.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let files = ["html", "css", "js", "svg", "png", "json", "toml", "ftl", "sql", "rs"];
    literal.split_once('.').is_some_and(|(thing, verb)| word(thing) && word(verb) && !files.contains(&verb))
}

/// The actions that a file records: `action: ".."` anywhere, and whatever else looks like one where entries are made.
fn actions(source: &str) -> Vec<String> {
    let makes_entries = ["audit::record", "Entry {", "record(tx"].iter().any(|making| source.contains(making));
    let tests = source.find("#[cfg(test)]").unwrap_or(source.len());
    let mut found = Vec::new();
    for line in source[..tests].lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
        let named = line.split("action: \"").nth(1).and_then(|rest| rest.split('"').next());
        found.extend(named.filter(|action| is_action(action)).map(str::to_owned));
        if makes_entries {
            found.extend(line.split('"').skip(1).step_by(2).filter(|literal| is_action(literal)).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_action_has_words() {
    let sources = WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let files = sources
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"));
    let found: BTreeSet<String> =
        files.flat_map(|entry| actions(&std::fs::read_to_string(entry.path()).expect("a source file"))).collect();
    assert!(
        found.contains("member.removed") && found.contains("session.opened"),
        "the scan sees what is there: {found:?}"
    );
    let words = Words::for_header("en");
    let key = |action: &str| format!("audit-{}", action.replace('.', "-"));
    let missing: Vec<String> = found.iter().map(|action| key(action)).filter(|key| !words.has(key)).collect();
    assert!(missing.is_empty(), "locales/en.ftl says nothing for these decisions: {}", missing.join(", "));
}
