//! Pages: escaped, without inline script and style, and with their words in `locales/`.

use super::house::{NOT_OUR_WORDS, SAME_IN_EVERY_LANGUAGE};
use super::tree::{Complaint, File, Tree};

pub fn templates_escape(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.inside("templates") {
        for (line, text) in file.lines() {
            let squeezed: String = text.split_whitespace().collect();
            let unescaped = squeezed.contains("|safe")
                || squeezed.contains("|escape(\"none\")")
                || squeezed.contains("|e(\"none\")");
            if unescaped {
                let advice =
                    "never `|safe`: pass a value that implements `askama::FastWritable` or write the markup here";
                complaints.push(Complaint::new(&file.path, line, "escaping", advice));
            }
        }
    }
    for (file, source) in tree.rust_sources() {
        for (at, token) in super::rust::find_sequence(&source.all_tokens, &["escape", "="]) {
            if source.all_tokens.get(at + 2).is_some_and(|value| value.text == "\"none\"") {
                complaints.push(Complaint::new(
                    &file.path,
                    token.line,
                    "escaping",
                    "never `escape = \"none\"`: escaping stays on",
                ));
            }
        }
    }
    complaints
}

/// A piece of a template, with the line on which it begins.
enum Piece {
    /// `<a href="..">`, without the angle brackets, template code inside it taken out.
    Tag(usize, String),
    Text(usize, String),
}

pub fn templates_hold_no_script_and_no_style(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in templates(tree) {
        for piece in pieces(&file.text) {
            let Piece::Tag(line, tag) = piece else { continue };
            let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("").to_ascii_lowercase();
            let attributes = attributes(&tag);
            let has = |wanted: &str| attributes.iter().any(|(attribute, _)| attribute == wanted);
            let handler = attributes.iter().find(|(attribute, _)| is_handler(attribute));
            let complaint = match name.as_str() {
                "style" => Some("a style sheet in static/ holds all style".to_owned()),
                "script" if !has("src") => Some("a file in static/ holds all script: `<script src=..>`".to_owned()),
                _ if has("style") => Some("no `style=`: give it a class, or a custom property's class".to_owned()),
                _ => handler.map(|(attribute, _)| format!("no `{attribute}=`: a script in static/ listens instead")),
            };
            let runs =
                attributes.iter().any(|(_, value)| value.trim_start().to_ascii_lowercase().starts_with("javascript:"));
            let complaint = complaint.or_else(|| runs.then(|| "no address that is a script".to_owned()));
            complaints
                .extend(complaint.map(|advice| Complaint::new(&file.path, line, "inline script or style", advice)));
        }
    }
    complaints
}

fn is_handler(attribute: &str) -> bool {
    attribute.len() > 2 && attribute.starts_with("on") && attribute.chars().all(|c| c.is_ascii_alphabetic())
}

/// Text of these elements is code, not language.
const CODE_ELEMENTS: &[&str] = &["code", "pre", "kbd", "samp", "script", "style"];
const READ_ALOUD: &[&str] = &["alt", "title", "placeholder", "aria-label", "aria-description"];

pub fn words_come_from_locales(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in templates(tree).filter(|file| NOT_OUR_WORDS.iter().all(|(path, _)| *path != file.path)) {
        let mut code_depth = 0_usize;
        for piece in pieces(&file.text) {
            let (line, own_words) = match piece {
                Piece::Tag(line, tag) => {
                    let lower = tag.to_ascii_lowercase();
                    let name =
                        lower.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
                    if CODE_ELEMENTS.contains(&name) {
                        code_depth = if lower.starts_with('/') { code_depth.saturating_sub(1) } else { code_depth + 1 };
                    }
                    let spoken =
                        attributes(&tag).into_iter().filter(|(attribute, _)| READ_ALOUD.contains(&attribute.as_str()));
                    (line, spoken.map(|(_, value)| value).find(|value| has_language(value)))
                }
                Piece::Text(line, text) if code_depth == 0 => (line, Some(text).filter(|text| has_language(text))),
                Piece::Text(..) => continue,
            };
            if let Some(words) = own_words {
                let words = words.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
                let advice = format!("\"{words}\" belongs in locales/en.ftl, so that a language is one file");
                complaints.push(Complaint::new(&file.path, line, "words", advice));
            }
        }
    }
    complaints
}

/// Two letters in a row that are no name and no entity.
fn has_language(text: &str) -> bool {
    let mut bare = String::new();
    for (index, part) in text.split('&').enumerate() {
        bare.push_str(if index == 0 { part } else { part.split_once(';').map_or(part, |(_, after)| after) });
    }
    bare.split(|c: char| !c.is_alphabetic())
        .any(|word| word.chars().count() > 1 && !SAME_IN_EVERY_LANGUAGE.contains(&word))
}

fn templates(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.inside("templates").filter(|file| file.path.ends_with(".html"))
}

/// Cuts a template into tags and text; `{{ }}`, `{% %}`, `{# #}` and comments vanish, their line breaks stay.
fn pieces(template: &str) -> Vec<Piece> {
    let html = without(&without(template, "{#", "#}"), "<!--", "-->");
    let html = without(&without(&without_names(&html), "{%", "%}"), "{{", "}}");
    let mut pieces = Vec::new();
    let (mut line, mut rest) = (1, html.as_str());
    while !rest.is_empty() {
        let is_tag = rest.starts_with('<');
        let end = if is_tag { end_of_tag(rest) } else { rest.find('<').unwrap_or(rest.len()) };
        let (piece, after) = rest.split_at(end.max(1));
        let skipped = piece.chars().take_while(|c| c.is_whitespace()).filter(|c| *c == '\n').count();
        let inner = piece.trim_start_matches('<').trim_end_matches('>').to_owned();
        pieces.push(if is_tag { Piece::Tag(line, inner) } else { Piece::Text(line + skipped, piece.to_owned()) });
        line += piece.matches('\n').count();
        rest = after;
    }
    pieces
}

/// Takes out blocks that hold a name for the layout, such as `{% block width %}column{% endblock %}`.
fn without_names(template: &str) -> String {
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == ' ');
    let mut kept = String::new();
    for (index, part) in template.split("{%").enumerate() {
        let (tag, text) = part.split_once("%}").unwrap_or((part, ""));
        let opens_block = index > 0 && tag.trim_start_matches(['-', ' ']).starts_with("block ");
        kept.push_str(if index > 0 { "{%" } else { "" });
        kept.push_str(if opens_block && is_name(text) { &part[..tag.len() + 2] } else { part });
    }
    kept
}

/// Just after the `>` that is in no quoted value.
fn end_of_tag(html: &str) -> usize {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    html.len()
}

fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (gone, left) = after.split_once(close).unwrap_or((after, ""));
        kept.push_str(before);
        kept.extend(gone.matches('\n'));
        rest = left;
    }
    kept + rest
}

/// `name="value"` pairs of a tag; a bare name has an empty value.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut rest = tag.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('=').map(str::trim_start) {
            Some(quoted) if quoted.starts_with(['"', '\'']) => {
                let quote = &quoted[..1];
                quoted[1..].split_once(quote).unwrap_or((&quoted[1..], ""))
            }
            Some(bare) => bare.split_at(bare.find(char::is_whitespace).unwrap_or(bare.len())),
            None => ("", after),
        };
        found.push((name.to_ascii_lowercase(), value.to_owned()));
        rest = left.trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(rule: fn(&Tree) -> Vec<Complaint>, text: &str) -> Vec<usize> {
        rule(&Tree::of(&[("templates/a.html", text)])).into_iter().map(|one| one.line).collect()
    }

    #[test]
    fn a_value_that_is_not_escaped() {
        assert_eq!(
            on(templates_escape, "{{ name }}\n{{ name|safe }}\n{{ name | safe }}\n{{ name|escape(\"none\") }}"),
            [2, 3, 4]
        );
        let tree = Tree::of(&[("src/a.rs", "#[template(path = \"a.html\", escape = \"none\")]\nstruct P;")]);
        assert_eq!(templates_escape(&tree).len(), 1);
    }

    #[test]
    fn inline_script_and_style() {
        let text = "<p>\n<p style=\"color: red\">\n<p class=a\n onclick='go()'>\n<style>\n</style>\n<script>go()</script>\n\
                    <script src=\"/a.js\" defer></script>\n<a href=\"javascript:go()\">\n<svg stroke-width=\"2\">\n<p data-on=\"x\">";
        assert_eq!(on(templates_hold_no_script_and_no_style, text), [2, 3, 5, 7, 9]);
    }

    #[test]
    fn template_code_may_hold_signs_of_html() {
        let text = "{% if a > b %}<p class=\"{% if a %}x{% endif %}\">{% endif %}\n<p title=\"a > b\" style=\"x\">";
        assert_eq!(on(templates_hold_no_script_and_no_style, text), [2]);
    }

    #[test]
    fn words_that_stand_in_the_page_itself() {
        let text = "<h1>{{ words.title }}</h1>\n<p>Hello there\n<p>{{ name }} &middot; 3 × {# why #}\n<code>POST /token</code>\n\
                    <img alt=\"A picture\">\n<b>Grantline</b>\n<input placeholder=\"{{ words.phone }}\" name=\"phone number\">\n\
                    {% block width %}column{% endblock %}\n{% block title %}Sign in{% endblock %}";
        assert_eq!(on(words_come_from_locales, text), [2, 5, 9]);
    }
}
