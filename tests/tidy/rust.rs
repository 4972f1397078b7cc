//! A Rust file as the rules see it: words and paths with their lines, without comments and without test code.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// A word, a sign or a literal of the code.
#[derive(Debug, Clone)]
pub struct Token {
    pub text: String,
    pub line: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Sign,
    Literal,
}

/// A path such as `crate::oauth::store`, with the names that `use` gave to its first part put back.
#[derive(Debug, Clone)]
pub struct PathSeen {
    pub parts: Vec<String>,
    pub line: usize,
}

impl PathSeen {
    pub fn starts_with(&self, start: &[&str]) -> bool {
        self.parts.len() >= start.len() && self.parts.iter().zip(start).all(|(part, wanted)| part == wanted)
    }
}

pub struct Function {
    pub name: String,
    pub first_line: usize,
    pub last_line: usize,
}

/// `mod name;`: a file of its own.
pub struct Declared {
    pub name: String,
    /// The inline modules around it, from the outside in.
    pub inside: Vec<String>,
    pub path_attribute: Option<String>,
}

pub struct Source {
    pub functions: Vec<Function>,
    pub modules: Vec<Declared>,
    /// All of the file, test code included.
    pub all_tokens: Vec<Token>,
    /// The file without its `#[cfg(test)]` parts.
    pub tokens: Vec<Token>,
    pub paths: Vec<PathSeen>,
}

impl Source {
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let file = syn::parse_file(text).map_err(|error| format!("{} (line {})", error, error.span().start().line))?;
        let stream: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
        let mut all_tokens = Vec::new();
        flatten(stream, &mut all_tokens);
        let mut seen = Visitor::default();
        seen.visit_file(&file);
        let is_test = |line: usize| seen.test_lines.iter().any(|lines| lines.contains(&line));
        let tokens: Vec<Token> = all_tokens.iter().filter(|token| !is_test(token.line)).cloned().collect();
        let mut paths: Vec<PathSeen> = seen.used.iter().filter(|path| !is_test(path.line)).cloned().collect();
        paths.extend(spoken_paths(&tokens, &seen.names));
        let here = module_of(path);
        paths.iter_mut().for_each(|path| from_the_top(path, &here));
        Ok(Self { functions: seen.functions, modules: seen.modules, all_tokens, tokens, paths })
    }

    /// The line of the first of these words outside test code.
    pub fn line_of_word(&self, words: &[&str]) -> Option<(usize, &str)> {
        let found =
            self.tokens.iter().find(|token| token.kind == Kind::Word && words.contains(&token.text.as_str()))?;
        Some((found.line, &found.text))
    }

    pub fn literals(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.kind == Kind::Literal)
    }
}

/// Where these signs and words follow each other: `["#", "[", "allow"]`.
pub fn find_sequence<'a>(tokens: &'a [Token], wanted: &'a [&str]) -> impl Iterator<Item = (usize, &'a Token)> {
    tokens.windows(wanted.len()).enumerate().filter_map(move |(at, window)| {
        let same = window.iter().zip(wanted).all(|(token, text)| token.text == *text);
        same.then(|| (at, &window[0]))
    })
}

fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        let one = |text: String, kind| Token { text, line, kind };
        match tree {
            TokenTree::Ident(word) => into.push(one(word.to_string(), Kind::Word)),
            TokenTree::Punct(sign) => into.push(one(sign.to_string(), Kind::Sign)),
            TokenTree::Literal(literal) => into.push(one(literal.to_string(), Kind::Literal)),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                into.push(one(open.to_owned(), Kind::Sign));
                let end = group.span_close().start().line;
                flatten(group.stream(), into);
                into.push(Token { text: close.to_owned(), line: end, kind: Kind::Sign });
            }
        }
    }
}

#[derive(Default)]
struct Visitor {
    functions: Vec<Function>,
    modules: Vec<Declared>,
    test_lines: Vec<RangeInclusive<usize>>,
    used: Vec<PathSeen>,
    names: HashMap<String, Vec<String>>,
    inside: Vec<String>,
}

impl Visitor {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        self.functions.push(Function {
            name: signature.ident.to_string(),
            first_line: signature.span().start().line,
            last_line: block.span().end().line,
        });
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&path.tree, &with(path.ident.to_string())),
            syn::UseTree::Name(name) if name.ident == "self" => self.used(before.to_vec(), before.last(), name.span()),
            syn::UseTree::Name(name) => {
                self.used(with(name.ident.to_string()), Some(&name.ident.to_string()), name.span());
            }
            syn::UseTree::Rename(renamed) => {
                let parts = if renamed.ident == "self" { before.to_vec() } else { with(renamed.ident.to_string()) };
                self.used(parts, Some(&renamed.rename.to_string()), renamed.span());
            }
            syn::UseTree::Glob(glob) => self.used(before.to_vec(), None, glob.span()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.use_tree(item, before)),
        }
    }

    fn used(&mut self, parts: Vec<String>, name: Option<&String>, at: proc_macro2::Span) {
        if let Some(name) = name {
            self.names.insert(name.clone(), parts.clone());
        }
        self.used.push(PathSeen { parts, line: at.start().line });
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if attributes_of(item).iter().any(is_for_tests) {
            self.test_lines.push(item.span().start().line..=item.span().end().line);
        }
        syn::visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if item.attrs.iter().any(is_for_tests) {
            self.test_lines.push(item.span().start().line..=item.span().end().line);
        }
        self.function(&item.sig, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() {
            self.modules.push(Declared {
                name: item.ident.to_string(),
                inside: self.inside.clone(),
                path_attribute: item.attrs.iter().find_map(path_attribute),
            });
        }
        self.inside.push(item.ident.to_string());
        syn::visit::visit_item_mod(self, item);
        self.inside.pop();
    }
}

fn attributes_of(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return attribute.path().is_ident("test") };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

fn path_attribute(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &pair.value else { return None };
    pair.path.is_ident("path").then(|| path.value())
}

/// Paths as they are spoken in the code, macros included: `a :: b :: c`.
fn spoken_paths(tokens: &[Token], names: &HashMap<String, Vec<String>>) -> Vec<PathSeen> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let before_is_path = at >= 1 && tokens[at - 1].text == ":" && at >= 2 && tokens[at - 2].text == ":";
        if tokens[at].kind != Kind::Word || before_is_path {
            at += 1;
            continue;
        }
        let (line, mut parts) = (tokens[at].line, vec![tokens[at].text.clone()]);
        at += 1;
        while at + 2 < tokens.len() && tokens[at].text == ":" && tokens[at + 1].text == ":" && is_word(&tokens[at + 2])
        {
            parts.push(tokens[at + 2].text.clone());
            at += 3;
        }
        if parts.len() > 1 {
            if let Some(meant) = names.get(&parts[0]) {
                parts.splice(0..1, meant.iter().cloned());
            }
            paths.push(PathSeen { parts, line });
        }
    }
    paths
}

fn is_word(token: &Token) -> bool {
    token.kind == Kind::Word
}

/// The module that a file of `src` is: `src/oauth/pages/consent.rs` is `oauth::pages::consent`.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut parts: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// `super::x` and `self::x` become `crate::..::x`, so that one rule sees all spellings.
fn from_the_top(path: &mut PathSeen, here: &[String]) {
    let ups = path.parts.iter().take_while(|part| *part == "super" || *part == "self").count();
    if ups == 0 {
        return;
    }
    let levels = path.parts[..ups].iter().filter(|part| *part == "super").count();
    let kept = here.len().saturating_sub(levels);
    let start = ["crate".to_owned()].into_iter().chain(here[..kept].iter().cloned());
    path.parts = start.chain(path.parts[ups..].iter().cloned()).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(at: &str, text: &str) -> Vec<String> {
        let mut paths: Vec<String> =
            Source::parse(at, text).expect("Rust").paths.iter().map(|path| path.parts.join("::")).collect();
        paths.dedup();
        paths
    }

    #[test]
    fn names_given_by_use_are_put_back() {
        let seen =
            paths("src/oauth/consent.rs", "use crate::{apps as others, numbers}; fn f() { others::store::find() }");
        assert!(seen.contains(&"crate::apps::store::find".to_owned()), "{seen:?}");
        assert!(seen.contains(&"crate::numbers".to_owned()), "{seen:?}");
    }

    #[test]
    fn paths_inside_macros_are_seen() {
        let seen = paths("src/oauth/consent.rs", "fn f() { on!(tx, c => sqlx::query(\"select 1\")) }");
        assert_eq!(seen, ["sqlx::query"]);
    }

    #[test]
    fn super_is_followed() {
        assert_eq!(paths("src/oauth/consent.rs", "use super::super::apps::store;"), ["crate::apps::store"]);
        assert_eq!(paths("src/oauth/mod.rs", "use super::apps;"), ["crate::apps"]);
    }

    #[test]
    fn test_code_and_comments_are_left_out() {
        let text =
            "/// sqlx::query\nfn f() {}\n#[cfg(test)]\nmod tests { use crate::apps::store; fn g() { axum::serve() } }";
        assert_eq!(paths("src/oauth/consent.rs", text), Vec::<String>::new());
    }
}
