//! What we build on: each dependency may stand inside an AGPL-3.0-only program, comes from crates.io, and is used.
//!
//! A test of our own instead of cargo-deny, which takes longer to build than everything else that is tested here.
//! It asks cargo for what the lock file holds for this machine, and needs no network once the project is built.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Licences whose terms the AGPL-3.0 accepts in one program.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "AGPL-3.0-only",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages that shall not come in by a side door, and why.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "a C library that every machine has in another version; rustls does it"),
    ("native-tls", "brings OpenSSL; rustls does it"),
    ("aws-lc-sys", "a second TLS provider, and it needs more than a C compiler; ring is ours"),
    ("diesel", "a second way to the database; sqlx is ours"),
    ("tonic", "nothing here speaks gRPC; a rate limiter's default features bring it"),
    ("rsa", "RUSTSEC-2023-0071: its timing reveals keys"),
];

/// Dependencies that no source names, because they are there for a feature: package, reason.
const NAMED_BY_NO_SOURCE: &[(&str, &str)] = &[];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_licence_fits_ours() {
    let unfit: Vec<String> = packages()
        .iter()
        .filter(|package| !is_accepted(package["license"].as_str().unwrap_or("no licence")))
        .map(|package| format!("{}: {}", name_and_version(package), package["license"]))
        .collect();
    assert!(
        unfit.is_empty(),
        "these licences are not in ACCEPTED; may they stand in an AGPL-3.0-only program?\n{unfit:#?}"
    );
}

#[test]
fn nothing_banned_comes_in() {
    let names: BTreeSet<String> = packages().iter().map(|package| text(&package["name"])).collect();
    let found: Vec<_> = BANNED.iter().filter(|(name, _)| names.contains(*name)).collect();
    assert!(found.is_empty(), "`cargo tree -i NAME` says who brings these in:\n{found:#?}");
}

#[test]
fn everything_comes_from_crates_io_or_from_here() {
    let strange: Vec<String> = packages()
        .iter()
        .filter(|package| package["source"].as_str().is_some_and(|source| source != CRATES_IO))
        .map(|package| format!("{} from {}", name_and_version(package), package["source"]))
        .collect();
    assert!(strange.is_empty(), "a fork or a private registry is no source of ours:\n{strange:#?}");
}

#[test]
fn every_dependency_is_used() {
    let mut unused = Vec::new();
    for package in packages().iter().filter(|package| package["source"].is_null()) {
        let folder = PathBuf::from(text(&package["manifest_path"])).parent().map(Path::to_path_buf).unwrap_or_default();
        let sources = sources_of(&folder);
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let name = dependency["rename"].as_str().or(dependency["name"].as_str()).unwrap_or_default();
            let is_known = NAMED_BY_NO_SOURCE.iter().any(|(known, _)| *known == name);
            if !is_known && !names_crate(&sources, &name.replace('-', "_")) {
                unused.push(format!("{} of {}", name, text(&package["name"])));
            }
        }
    }
    assert!(unused.is_empty(), "no source names these dependencies: take them out of Cargo.toml\n{unused:#?}");
}

/// The features that switch off a check of WhatsApp's or of TLS certificates are called `danger-..`.
#[test]
fn what_is_shipped_checks_every_certificate() {
    let features = |package: &str| {
        let arguments = ["tree", "--locked", "--offline", "--edges", "features", "--package", package];
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let shipped = features("grantline");
    assert!(shipped.contains("wacore-noise"), "the live WhatsApp is in what is shipped");
    assert!(!shipped.contains("danger"), "{shipped}");
    assert!(features("grantline-standin").contains("danger-skip-cert-chain-verify"), "this test knows its name");
}

/// The packages that are built on this machine, as `cargo metadata` tells them.
fn packages() -> Vec<Value> {
    let cargo = env!("CARGO");
    let arguments = ["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &host(cargo)];
    let output =
        Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let built: BTreeSet<&str> =
        metadata["resolve"]["nodes"].as_array().into_iter().flatten().filter_map(|node| node["id"].as_str()).collect();
    let all = metadata["packages"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|package| package["id"].as_str().is_some_and(|id| built.contains(id))).collect()
}

fn host(cargo: &str) -> String {
    let output = Command::new(cargo).arg("-vV").output().expect("cargo runs");
    let about = String::from_utf8_lossy(&output.stdout).into_owned();
    about.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo -vV names the host").to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn name_and_version(package: &Value) -> String {
    format!("{} {}", text(&package["name"]), text(&package["version"]))
}

/// All Rust of one package; the packages inside it have manifests, and so an answer, of their own.
fn sources_of(folder: &Path) -> String {
    let is_own = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let other_package = entry.file_type().is_dir() && entry.path().join("Cargo.toml").exists();
        entry.depth() == 0 || !(other_package || name == "target" || name == "node_modules" || name.starts_with('.'))
    };
    let files = walkdir::WalkDir::new(folder).into_iter().filter_entry(is_own).filter_map(Result::ok);
    let rust = files.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "rs"));
    rust.filter_map(|entry| std::fs::read_to_string(entry.path()).ok()).collect::<Vec<_>>().join("\n")
}

/// `name::..`, `use name;` or `use name as ..`, outside comments.
fn names_crate(sources: &str, name: &str) -> bool {
    sources.lines().map(|line| line.split("//").next().unwrap_or("")).any(|line| {
        let is_use = line.trim_start().trim_start_matches("pub ").starts_with("use ");
        line.match_indices(name).any(|(start, _)| {
            let part_of_word = line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let after = &line[start + name.len()..];
            !part_of_word && (after.starts_with("::") || (is_use && after.starts_with([';', ' ', ',', '}'])))
        })
    })
}

/// Reads an SPDX expression: `AND` binds tighter than `OR`; `/` is the old spelling of `OR`.
fn is_accepted(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let accepted = any_of(&words, &mut at);
    accepted && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize) -> bool {
    let mut accepted = all_of(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        accepted |= all_of(words, at);
    }
    accepted
}

fn all_of(words: &[&str], at: &mut usize) -> bool {
    let mut accepted = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        accepted &= one(words, at);
    }
    accepted
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let accepted = any_of(words, at);
        *at += 1;
        return accepted;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return ACCEPTED.contains(&format!("{word} WITH {exception}").as_str()) || ACCEPTED.contains(word);
    }
    ACCEPTED.contains(word)
}

#[test]
fn expressions_are_read() {
    for fits in
        ["MIT", "GPL-2.0 OR MIT", "MIT/Apache-2.0", "(GPL-2.0 OR MIT) AND ISC", "Apache-2.0 WITH LLVM-exception OR X"]
    {
        assert!(is_accepted(fits), "{fits}");
    }
    for unfit in ["", "GPL-2.0", "MIT AND SSPL-1.0", "(GPL-2.0 OR BUSL-1.1) AND MIT", "no licence", "MIT MIT"] {
        assert!(!is_accepted(unfit), "{unfit}");
    }
}

#[test]
fn a_crate_is_named_by_a_path_or_a_use() {
    assert!(names_crate("use url::Url;", "url"));
    assert!(names_crate("fn f() { url::parse() }", "url"));
    assert!(names_crate("use url as web;", "url"));
    assert!(!names_crate("// url::Url\nlet url = 1; use curl::x; base_url::y", "url"));
}
