//! Reading a page as a person's browser would: its forms, with what is filled in already.

/// A form on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageForm {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// The forms of a page, with the fields that a browser would send: check boxes and radio buttons only when they are on.
#[must_use]
pub fn forms(html: &str) -> Vec<PageForm> {
    html.split("<form").skip(1).map(|rest| form(rest.split("</form>").next().unwrap_or_default())).collect()
}

fn form(text: &str) -> PageForm {
    let action = attribute(text.split('>').next().unwrap_or_default(), "action").unwrap_or_default();
    let fields = text.split("<input").skip(1).filter_map(|rest| field(rest.split('>').next().unwrap_or_default()));
    PageForm { action, fields: fields.collect() }
}

fn field(tag: &str) -> Option<(String, String)> {
    let kind = attribute(tag, "type").unwrap_or_default();
    let off = matches!(kind.as_str(), "checkbox" | "radio") && !tag.split_whitespace().any(|word| word == "checked");
    let name = attribute(tag, "name").filter(|_| !off)?;
    Some((name, attribute(tag, "value").unwrap_or_else(|| default_value(&kind))))
}

fn default_value(kind: &str) -> String {
    String::from(if matches!(kind, "checkbox" | "radio") { "on" } else { "" })
}

/// The value of an attribute in a tag, unescaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let rest = tag.split_once(&start).or_else(|| tag.split_once(&start.replace(' ', "\n")))?.1;
    Some(unescaped(rest.split('"').next()?))
}

/// The words between tags, in order, without markup.
#[must_use]
pub fn words(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let text: Vec<&str> = main.split('<').filter_map(|piece| piece.split_once('>').map(|(_, text)| text)).collect();
    unescaped(&text.join(" ")).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address of the first link whose address contains `part`.
#[must_use]
pub fn link(html: &str, part: &str) -> Option<String> {
    html.split("<a")
        .skip(1)
        .filter_map(|rest| attribute(rest.split('>').next()?, "href"))
        .find(|href| href.contains(part))
}

/// What the element of this id offers to be copied.
#[must_use]
pub fn value_of(html: &str, id: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("id=\"{id}\""))?;
    attribute(rest.split('>').next()?, "data-value")
}

fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_what_a_browser_would_send() {
        let html = r#"<form method="post" action="/a?x=1&amp;y=2"><input type="hidden" name="csrf" value="t">
            <input type="checkbox" name="scope" value="one" checked><input type="checkbox" name="scope" value="two">
            <input type="radio" name="numbers" value="all" checked></form>"#;
        let fields = [("csrf", "t"), ("scope", "one"), ("numbers", "all")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(forms(html), vec![PageForm { action: String::from("/a?x=1&y=2"), fields }]);
    }
}
