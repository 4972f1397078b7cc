//! The settings file is the manual: every key in it is read by the program.

use super::house::SETTINGS_READ_ELSEWHERE;
use super::tree::{Complaint, Tree, count_word};

const MANUAL: &str = "config.default.toml";

pub fn every_setting_is_read(tree: &Tree) -> Vec<Complaint> {
    let Some(manual) = tree.get(MANUAL) else { return Vec::new() };
    let mut complaints = Vec::new();
    let (mut section, mut explained) = (String::new(), false);
    for (line, text) in manual.lines().map(|(line, text)| (line, text.trim())) {
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name.to_owned();
        } else if let Some((key, _)) = text.split_once('=').filter(|_| !text.starts_with('#')) {
            let key = key.trim();
            let whole = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
            if !explained {
                let advice =
                    format!("`{whole}` has no reason: a comment above it says what it is for and why this default");
                complaints.push(Complaint::new(MANUAL, line, "setting", advice));
            }
            if !is_read(tree, key) && SETTINGS_READ_ELSEWHERE.iter().all(|(known, _)| *known != whole) {
                let advice = format!("nothing reads `{whole}`: use it, or delete it here and in config.rs");
                complaints.push(Complaint::new(MANUAL, line, "setting", advice));
            }
        }
        // A comment explains the keys that follow it without a gap.
        explained = text.starts_with('#') || (explained && !text.is_empty() && !text.starts_with('['));
    }
    complaints
}

/// Once where it is declared, once more where it is read.
fn is_read(tree: &Tree, key: &str) -> bool {
    let words = |text: &str| count_word(text, key);
    tree.inside("src").filter(|file| file.path.ends_with(".rs")).map(|file| words(&file.text)).sum::<usize>() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_nothing_reads_or_nobody_explains() {
        let manual = "[oauth]\n# How long a code waits.\ncode_lifetime_s = 60\n# Nothing reads it.\ndead = 1\n\nbare = 2\n# a = 3";
        let tree = Tree::of(&[
            (MANUAL, manual),
            ("src/config.rs", "pub struct OAuth { pub code_lifetime_s: u32, pub dead: u32, pub bare: u32 }"),
            ("src/oauth/grant.rs", "fn f() { config.oauth.code_lifetime_s; config.oauth.bare }"),
        ]);
        assert_eq!(every_setting_is_read(&tree).iter().map(|one| one.line).collect::<Vec<_>>(), [5, 7]);
    }
}
