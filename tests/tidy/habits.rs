//! Habits of this house that a compiler does not know.

use super::house::UNWRAPS_AT_MOST;
use super::rust::{Source, Token, find_sequence};
use super::tree::{Complaint, File, Tree};

const CODE: &[&str] =
    &[".rs", ".html", ".css", ".js", ".mjs", ".sh", ".sql", ".toml", ".ftl", "scripts/test", ".ci/run"];

/// Spelt in two halves, so that this file does not complain about itself.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

pub fn unfinished_work_has_an_issue(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files.iter().filter(|file| file.ends_with_any(CODE)) {
        for (line, text) in file.lines() {
            let marked = UNFINISHED.iter().find(|mark| super::tree::has_word(text, mark));
            if let Some(mark) = marked.filter(|mark| !is_followed_by_an_issue(text, mark)) {
                let advice = format!("write `{mark}(#12)` with the issue that will end it, or finish it now");
                complaints.push(Complaint::new(&file.path, line, "unfinished", advice));
            }
        }
    }
    complaints
}

fn is_followed_by_an_issue(text: &str, mark: &str) -> bool {
    let after = text.split_once(mark).map_or("", |(_, after)| after).trim_start_matches(['(', ' ']);
    after.strip_prefix('#').is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

pub fn lints_are_expected_not_allowed(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (file, source) in tree.rust_sources() {
        for (start, word) in attributes(&source.all_tokens) {
            let body = attribute_body(&source.all_tokens[start..]);
            let advice = match word.text.as_str() {
                "allow" => "use `#[expect(lint, reason = \"..\")]`: it complains when it is no longer needed",
                "expect" if !body.iter().any(|token| token.text == "reason") => {
                    "say why: `#[expect(lint, reason = \"..\")]`"
                }
                "ignore" => "a test that does not run proves nothing: mend it or delete it",
                _ => continue,
            };
            complaints.push(Complaint::new(&file.path, word.line, "lint", advice));
        }
    }
    complaints
}

/// The first word of each attribute, and where it stands.
fn attributes(tokens: &[Token]) -> Vec<(usize, &Token)> {
    let outer = find_sequence(tokens, &["#", "["]).map(|(at, _)| at + 2);
    let inner = find_sequence(tokens, &["#", "!", "["]).map(|(at, _)| at + 3);
    outer.chain(inner).filter_map(|at| Some((at, tokens.get(at)?))).collect()
}

fn attribute_body(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| {
        match token.text.as_str() {
            "[" => depth += 1,
            "]" if depth == 0 => return true,
            "]" => depth -= 1,
            _ => {}
        }
        false
    });
    &tokens[..end.unwrap_or(tokens.len())]
}

/// Each `unwrap()` or `expect(..)` of the server stands under an `#[expect(clippy::expect_used, reason = "..")]`, and there
/// are few of them.
pub fn failures_are_answered(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut all = 0;
    for (file, source) in tree.rust_sources().filter(|(file, _)| is_shipped(file)) {
        let lines = unwraps(source);
        let explained =
            attributes(&source.tokens).into_iter().filter(|(at, _)| excuses_unwrap(&source.tokens[*at..])).count();
        all += lines.len();
        if lines.len() > explained {
            let advice = "answer the failure; if nothing can reach it, say so: \
                          `#[expect(clippy::expect_used, reason = \"..\")]` on that statement";
            complaints.push(Complaint::new(&file.path, lines[explained], "unanswered failure", advice));
        }
    }
    if all > UNWRAPS_AT_MOST {
        let advice =
            format!("{all} `unwrap()` or `expect(..)` in the server, at most {UNWRAPS_AT_MOST}: answer one of them");
        complaints.push(Complaint::new("src", 1, "unanswered failure", advice));
    }
    complaints
}

fn excuses_unwrap(attribute: &[Token]) -> bool {
    let body = attribute_body(attribute);
    let names = |word: &str| body.iter().any(|token| token.text == word);
    names("reason") && (names("expect_used") || names("unwrap_used"))
}

/// What the server consists of; test helpers and the stand-in may fail loudly.
fn is_shipped(file: &File) -> bool {
    let in_tests = file.path.split('/').any(|part| part == "tests" || part == "tests.rs");
    (file.is_in("src") || file.is_in("crates/whatsapp/src")) && !in_tests
}

fn unwraps(source: &Source) -> Vec<usize> {
    let called = |name: &'static [&'static str]| find_sequence(&source.tokens, name).map(|(_, token)| token.line);
    let mut lines: Vec<usize> = called(&[".", "unwrap", "(", ")"])
        .chain(called(&[".", "expect", "("]))
        .chain(called(&[".", "unwrap_err", "("]))
        .collect();
    lines.sort_unstable();
    lines
}

pub fn tests_run_and_never_wait(tree: &Tree) -> Vec<Complaint> {
    let waits = [concat!("waitFor", "Timeout"), concat!("networkid", "le")];
    let skips = [concat!("test.", "only("), concat!("test.", "fixme("), concat!("describe.", "only(")];
    let mut complaints = Vec::new();
    for file in tree.inside("e2e").filter(|file| file.ends_with_any(&[".js", ".mjs", ".ts"])) {
        for (line, text) in file.lines() {
            if let Some(word) = waits.iter().find(|word| text.contains(**word)) {
                complaints.push(Complaint::new(
                    &file.path,
                    line,
                    "waiting test",
                    format!("`{word}` guesses: wait for what the person sees"),
                ));
            }
            if let Some(word) = skips.iter().find(|word| text.contains(**word)) {
                complaints.push(Complaint::new(
                    &file.path,
                    line,
                    "skipped test",
                    format!("`{word}..)` leaves tests out: take it away"),
                ));
            }
        }
    }
    complaints
}

/// A path or an address that is true on one machine only makes the tree false on all others.
pub fn the_tree_knows_no_machine(tree: &Tree) -> Vec<Complaint> {
    let homes = [concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut complaints = Vec::new();
    for file in &tree.files {
        let is_npm_lock = file.name() == "package-lock.json";
        for (line, text) in file.lines() {
            if is_npm_lock && text.contains("\"resolved\":") && text.contains("://") {
                let advice =
                    "no download addresses: npm config set omit-lockfile-registry-resolved true, then lock anew";
                complaints.push(Complaint::new(&file.path, line, "one machine only", advice));
            } else if let Some(home) = homes.iter().find(|home| text.contains(**home)) {
                complaints.push(Complaint::new(
                    &file.path,
                    line,
                    "one machine only",
                    format!("`{home}` is somebody's machine"),
                ));
            }
        }
    }
    complaints
}

/// The one package that may switch off the check of WhatsApp's certificates.
const DANGEROUS: &str = "crates/standin/Cargo.toml";

/// Cargo unifies features: named in one manifest, the danger is in every package that is built together with it.
pub fn the_danger_stays_in_the_standin(tree: &Tree) -> Vec<Complaint> {
    let word = concat!("danger", "-skip");
    let manifests = tree.files.iter().filter(|file| file.name() == "Cargo.toml" && file.path != DANGEROUS);
    let named =
        manifests.flat_map(|file| file.lines().filter(|(_, text)| text.contains(word)).map(move |at| (file, at)));
    let advice = format!("only {DANGEROUS} may name `{word}..`: no server may skip the check of certificates");
    named.map(|(file, (line, _))| Complaint::new(&file.path, line, "danger", advice.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(rule: fn(&Tree) -> Vec<Complaint>, path: &str, text: &str) -> Vec<usize> {
        rule(&Tree::of(&[(path, text)])).into_iter().map(|one| one.line).collect()
    }

    #[test]
    fn unfinished_work_without_an_issue() {
        let mark = UNFINISHED[0];
        let text = format!("// {mark}: later\n// {mark}(#12): later\n# {mark} #7\nlet {mark}S = 1;\n// {mark}(#soon)");
        assert_eq!(on(unfinished_work_has_an_issue, "static/a.js", &text), [1, 5]);
        assert_eq!(on(unfinished_work_has_an_issue, "README.md", &text), [0; 0]);
    }

    #[test]
    fn allowed_lints_and_tests_that_do_not_run() {
        let text = "#![allow(dead_code)]\n#[expect(dead_code)]\nfn a() {}\n#[expect(dead_code, reason = \"x\")]\nfn b() {}\n\
                    #[ignore]\nfn c() { \"#[allow(x)]\"; }";
        let mut lines = on(lints_are_expected_not_allowed, "tests/it/main.rs", text);
        lines.sort_unstable();
        assert_eq!(lines, [1, 2, 6]);
    }

    #[test]
    fn unanswered_failures_need_a_reason() {
        let text = "fn f() { a.unwrap();\n b.expect(\"c\"); }\n#[cfg(test)]\nmod tests { fn g() { a.unwrap() } }\n\
                    #[expect(dead_code, reason = \"r\")]\nfn h() { a.unwrap_or(1); }";
        assert_eq!(on(failures_are_answered, "src/a.rs", text), [1]);
        let reasoned = format!("#[expect(clippy::expect_used, reason = \"compiled in\")]\n{text}");
        assert_eq!(on(failures_are_answered, "src/a.rs", &reasoned), [3], "one reason, one failure");
        let bare = "#[expect(clippy::unwrap_used)]\nfn f() { a.unwrap() }";
        assert_eq!(on(failures_are_answered, "src/a.rs", bare), [2]);
        assert_eq!(on(failures_are_answered, "tests/it/world.rs", "fn f() { a.unwrap() }"), [0; 0]);
    }

    #[test]
    fn even_reasons_are_few() {
        let one = "#[expect(clippy::unwrap_used, reason = \"r\")]\nfn f() { a.unwrap() }\n";
        assert_eq!(on(failures_are_answered, "src/a.rs", &one.repeat(UNWRAPS_AT_MOST)), [0; 0]);
        assert_eq!(on(failures_are_answered, "src/a.rs", &one.repeat(UNWRAPS_AT_MOST + 1)), [1]);
    }

    #[test]
    fn a_browser_test_that_guesses_or_is_left_out() {
        let text = concat!("await page.waitFor", "Timeout(100)\ntest.", "only('x')\nawait expect(a).toBeVisible()");
        assert_eq!(on(tests_run_and_never_wait, "e2e/a.spec.js", text), [1, 2]);
    }

    #[test]
    fn a_manifest_that_names_the_danger() {
        let text =
            concat!("[dependencies]\na = { version = \"1\", features = [\"danger", "-skip-cert-chain-verify\"] }");
        assert_eq!(on(the_danger_stays_in_the_standin, "crates/whatsapp/Cargo.toml", text), [2]);
        assert_eq!(on(the_danger_stays_in_the_standin, "Cargo.toml", text), [2]);
        assert_eq!(on(the_danger_stays_in_the_standin, DANGEROUS, text), [0; 0]);
        assert_eq!(on(the_danger_stays_in_the_standin, "crates/standin/README.md", text), [0; 0]);
    }

    #[test]
    fn paths_and_addresses_of_one_machine() {
        assert_eq!(on(the_tree_knows_no_machine, "scripts/dev", concat!("cd /ho", "me/ann/grantline")), [1]);
        assert_eq!(
            on(the_tree_knows_no_machine, "e2e/package-lock.json", "{\n\"resolved\": \"https://example.org/a.tgz\""),
            [2]
        );
    }
}
