//! The files of the repository, read once.

use std::fmt;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::rust::Source;

/// A broken rule: where, which, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub advice: String,
}

impl Complaint {
    pub fn new(path: &str, line: usize, rule: &'static str, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, advice: advice.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}", self.path, self.line, self.rule, self.advice)
    }
}

/// A text file. Its path is relative to the repository and written with `/`.
pub struct File {
    pub path: String,
    pub text: String,
    /// What syn sees, for files that end in `.rs`; an error when it is not Rust.
    pub rust: Option<Result<Source, String>>,
}

impl File {
    fn new(path: String, text: String) -> Self {
        let rust = path.ends_with(".rs").then(|| Source::parse(&path, &text));
        Self { path, text, rust }
    }

    pub fn is_in(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub fn ends_with_any(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    pub fn source(&self) -> Option<&Source> {
        self.rust.as_ref()?.as_ref().ok()
    }
}

pub struct Tree {
    pub files: Vec<File>,
}

/// What is made, fetched or kept for one machine, and so is not ours to judge.
const NOT_OURS: &[&str] = &["target", "node_modules", "shots", "test-results", "playwright-report"];

impl Tree {
    pub fn of_this_repository() -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = WalkDir::new(top)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || is_ours(entry))
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .filter_map(|entry| read(top, &entry))
            .collect();
        Self { files }
    }

    /// A tree made of snippets, to see a rule complain.
    #[cfg(test)]
    pub fn of(snippets: &[(&str, &str)]) -> Self {
        Self { files: snippets.iter().map(|(path, text)| File::new((*path).to_owned(), (*text).to_owned())).collect() }
    }

    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub fn inside<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.is_in(folder))
    }

    pub fn rust_sources(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| Some((file, file.source()?)))
    }
}

fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let hidden = name.starts_with('.') && name != ".ci";
    !hidden && !NOT_OURS.contains(&name.as_ref())
}

/// Pictures and fonts are not text, and are no file for these rules; but a static file must be named, whatever it holds.
fn read(top: &Path, entry: &DirEntry) -> Option<File> {
    let path = entry.path().strip_prefix(top).ok()?.to_string_lossy().replace('\\', "/");
    let bytes = std::fs::read(entry.path()).ok()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(File::new(path, text)),
        Err(_) => path.starts_with("static/").then(|| File::new(path, String::new())),
    }
}

/// Whether `word` stands in `text` as a word of its own: `events` is no word of `events_old`.
pub fn has_word(text: &str, word: &str) -> bool {
    count_word(text, word) > 0
}

pub fn count_word(text: &str, word: &str) -> usize {
    let part_of_word = |at: Option<char>| at.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .filter(|(start, _)| !part_of_word(text[..*start].chars().next_back()))
        .filter(|(start, _)| !part_of_word(text[start + word.len()..].chars().next()))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_reads_as_place_rule_and_advice() {
        let complaint = Complaint::new("src/app.rs", 7, "file length", "split it");
        assert_eq!(complaint.to_string(), "src/app.rs:7: file length: split it");
    }

    #[test]
    fn a_word_is_not_a_part_of_another_word() {
        assert!(has_word("select id from events where", "events"));
        assert!(!has_word("select id from events_old", "events"));
        assert_eq!(count_word("a_b a a.b ba", "a"), 2);
    }

    #[test]
    fn the_repository_is_found() {
        let tree = Tree::of_this_repository();
        assert!(tree.get("Cargo.toml").is_some(), "the walk starts at the repository");
        assert!(tree.files.iter().all(|file| !file.path.contains("node_modules")));
    }
}
