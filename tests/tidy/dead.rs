//! Nothing lies about: every file is reached by the program, a page or a test.

use std::collections::BTreeSet;

use super::house::NAMED_AT_RUN_TIME;
use super::rust::{Kind, Token, find_sequence};
use super::tree::{Complaint, File, Tree};

pub fn rust_files_are_reached(tree: &Tree) -> Vec<Complaint> {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut waiting: Vec<String> =
        tree.files.iter().filter(|file| is_root(tree, &file.path)).map(|file| file.path.clone()).collect();
    while let Some(path) = waiting.pop() {
        if let Some(source) = tree.get(&path).filter(|_| reached.insert(path.clone())).and_then(File::source) {
            let root = is_root(tree, &path);
            waiting.extend(source.modules.iter().flat_map(|declared| places_of(&path, root, declared)));
        }
    }
    let lost = |file: &&File| {
        file.path.ends_with(".rs") && !reached.contains(&file.path) && package_of(tree, &file.path).is_some()
    };
    let complain =
        |file: &File| Complaint::new(&file.path, 1, "dead file", "no `mod` reaches it: declare it or delete it");
    tree.files.iter().filter(lost).map(complain).collect()
}

/// The folder of the nearest Cargo.toml, with a `/` at its end, or nothing at all for the first package.
fn package_of<'a>(tree: &Tree, path: &'a str) -> Option<&'a str> {
    let mut folder = path;
    loop {
        let end = folder.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
        folder = &folder[..end];
        if tree.get(&format!("{folder}Cargo.toml")).is_some() {
            return Some(folder);
        }
        if folder.is_empty() {
            return None;
        }
    }
}

/// Files that cargo itself starts from.
fn is_root(tree: &Tree, path: &str) -> bool {
    let Some(inside) = package_of(tree, path).and_then(|package| path.strip_prefix(package)) else { return false };
    let parts: Vec<&str> = inside.split('/').collect();
    match parts.as_slice() {
        ["build.rs"] | ["src", "lib.rs" | "main.rs"] => true,
        ["tests" | "examples" | "benches", file] => file.ends_with(".rs"),
        ["src", "bin", file] => file.ends_with(".rs"),
        ["tests" | "examples" | "benches", _, "main.rs"] | ["src", "bin", _, "main.rs"] => true,
        _ => false,
    }
}

fn places_of(path: &str, root: bool, declared: &super::rust::Declared) -> Vec<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    if let Some(given) = &declared.path_attribute {
        return vec![format!("{folder}/{given}")];
    }
    let own = file.trim_end_matches(".rs");
    let mut base = folder.to_owned();
    if !root && own != "mod" {
        base = format!("{base}/{own}");
    }
    for outer in &declared.inside {
        base = format!("{base}/{outer}");
    }
    vec![format!("{base}/{}.rs", declared.name), format!("{base}/{}/mod.rs", declared.name)]
}

pub fn templates_are_used(tree: &Tree) -> Vec<Complaint> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut waiting: Vec<String> =
        tree.rust_sources().flat_map(|(_, source)| named_by_structs(&source.all_tokens)).collect();
    while let Some(name) = waiting.pop() {
        if used.insert(name.clone())
            && let Some(file) = tree.get(&format!("templates/{name}"))
        {
            waiting.extend(named_by_template(&file.text));
        }
    }
    let dead = |file: &&File| file.path.strip_prefix("templates/").is_some_and(|name| !used.contains(name));
    let advice = "no `#[template(path = ..)]`, extends, include or import leads to it: use it or delete it";
    tree.inside("templates").filter(dead).map(|file| Complaint::new(&file.path, 1, "dead template", advice)).collect()
}

/// `path = "oauth/consent.html"`, inside any attribute.
fn named_by_structs(tokens: &[Token]) -> Vec<String> {
    let value = |(at, _): (usize, &Token)| tokens.get(at + 2).filter(|token| token.kind == Kind::Literal);
    find_sequence(tokens, &["path", "="])
        .filter_map(value)
        .map(|token| token.text.trim_matches('"').to_owned())
        .collect()
}

fn named_by_template(text: &str) -> Vec<String> {
    let tags = text.split("{%").skip(1).filter_map(|tag| tag.split("%}").next());
    let named = tags.filter_map(|tag| {
        let tag = tag.trim_start_matches(['-', '+', '~', ' ']);
        let rest = ["extends", "include", "import"].iter().find_map(|word| tag.strip_prefix(word))?;
        rest.split('"').nth(1).map(str::to_owned)
    });
    named.collect()
}

pub fn static_files_are_named(tree: &Tree) -> Vec<Complaint> {
    let speaks = |file: &&File| file.is_in("src") || file.is_in("templates") || file.is_in("static");
    let named = |file: &File| {
        let outside = |other: &&File| other.path != file.path;
        tree.files.iter().filter(speaks).filter(outside).any(|other| other.text.contains(file.name()))
            || NAMED_AT_RUN_TIME.iter().any(|(path, _)| file.path == *path || file.is_in(path))
    };
    let advice =
        "no page, style sheet or source names it: use it, delete it, or give the reason in tests/tidy/house.rs";
    let dead = tree.inside("static").filter(|file| !named(file));
    dead.map(|file| Complaint::new(&file.path, 1, "dead static file", advice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(complaints: Vec<Complaint>) -> Vec<String> {
        complaints.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn a_file_that_no_mod_reaches_is_dead() {
        let tree = Tree::of(&[
            ("Cargo.toml", ""),
            ("src/lib.rs", "pub mod oauth; mod inline { mod deep; }"),
            ("src/inline/deep.rs", ""),
            ("src/oauth/mod.rs", "mod grant; mod pages;"),
            ("src/oauth/grant.rs", "#[path = \"odd name.rs\"] mod odd;"),
            ("src/oauth/odd name.rs", ""),
            ("src/oauth/pages.rs", "mod consent;"),
            ("src/oauth/pages/consent.rs", ""),
            ("src/oauth/consent.rs", ""),
            ("src/main.rs", ""),
            ("tests/it/main.rs", "mod world;"),
            ("tests/it/world.rs", ""),
            ("tests/it/lost.rs", ""),
            ("crates/whatsapp/Cargo.toml", ""),
            ("crates/whatsapp/src/lib.rs", ""),
            ("crates/whatsapp/src/lost.rs", ""),
        ]);
        assert_eq!(
            paths(rust_files_are_reached(&tree)),
            ["src/oauth/consent.rs", "tests/it/lost.rs", "crates/whatsapp/src/lost.rs"]
        );
    }

    #[test]
    fn a_template_that_nothing_names_is_dead() {
        let tree = Tree::of(&[
            ("src/a.rs", "#[derive(Template)]\n#[template(path = \"oauth/consent.html\")]\nstruct P;"),
            ("templates/oauth/consent.html", "{% extends \"layout.html\" %}{%- include \"part.html\" -%}"),
            ("templates/layout.html", "{% import \"macros.html\" as m %}"),
            ("templates/part.html", ""),
            ("templates/macros.html", ""),
            ("templates/old.html", "{% include \"only_old.html\" %}"),
            ("templates/only_old.html", ""),
        ]);
        assert_eq!(paths(templates_are_used(&tree)), ["templates/old.html", "templates/only_old.html"]);
    }

    #[test]
    fn a_static_file_that_nothing_names_is_dead() {
        let tree = Tree::of(&[
            ("templates/layout.html", "<link href=\"/static/app.css\">"),
            ("static/app.css", "url(arrow.svg)"),
            ("static/arrow.svg", ""),
            ("static/old.js", "// old.js"),
        ]);
        assert_eq!(paths(static_files_are_named(&tree)), ["static/old.js"]);
    }
}
