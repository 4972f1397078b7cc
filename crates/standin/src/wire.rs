//! Small helpers over the nodes of binary XML, so that stanza code reads like XML.

use std::str::FromStr as _;

use anyhow::{Context as _, Result, anyhow};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, NodeContent};

/// The address of the server itself.
pub(crate) const SERVER: &str = "s.whatsapp.net";

/// Children that [`show`] prints of each node.
const SHOWN_CHILDREN: usize = 6;

pub(crate) fn attr(node: &Node, name: &str) -> Option<String> {
    node.attrs.get(name).map(|value| value.as_str().into_owned())
}

pub(crate) fn has(node: &Node, name: &str, value: &str) -> bool {
    node.attrs.get(name).is_some_and(|found| found.as_str() == value)
}

pub(crate) fn need(node: &Node, name: &str) -> Result<String> {
    attr(node, name).with_context(|| format!("<{}> lacks {name}", node.tag))
}

/// An attribute that is an address; it may be packed or written as text.
pub(crate) fn need_jid(node: &Node, name: &str) -> Result<Jid> {
    match node.attrs.get(name).and_then(|value| value.to_jid()) {
        Some(jid) => Ok(jid),
        None => parse_jid(&need(node, name)?),
    }
}

pub(crate) fn parse_jid(text: &str) -> Result<Jid> {
    Jid::from_str(text).map_err(|error| anyhow!("{text:?} is no address: {error}"))
}

pub(crate) fn child<'a>(node: &'a Node, tag: &str) -> Option<&'a Node> {
    node.get_optional_child(tag)
}

pub(crate) fn need_child<'a>(node: &'a Node, tag: &str) -> Result<&'a Node> {
    child(node, tag).with_context(|| format!("<{}> lacks <{tag}>", node.tag))
}

pub(crate) fn children(node: &Node) -> &[Node] {
    node.children().unwrap_or_default()
}

/// The children of the child `tag`, or none.
pub(crate) fn list<'a>(node: &'a Node, tag: &str) -> &'a [Node] {
    child(node, tag).map(children).unwrap_or_default()
}

pub(crate) fn bytes(node: &Node) -> Option<Vec<u8>> {
    match node.content.as_ref()? {
        NodeContent::Bytes(bytes) => Some(bytes.to_vec()),
        NodeContent::String(text) => Some(text.as_bytes().to_vec()),
        NodeContent::Nodes(_) => None,
    }
}

pub(crate) fn child_bytes(node: &Node, tag: &str) -> Result<Vec<u8>> {
    child(node, tag).and_then(bytes).with_context(|| format!("<{}> lacks <{tag}> with content", node.tag))
}

pub(crate) fn child_text(node: &Node, tag: &str) -> Option<String> {
    child(node, tag).and_then(bytes).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) fn child_array<const N: usize>(node: &Node, tag: &str) -> Result<[u8; N]> {
    array(&child_bytes(node, tag)?).with_context(|| format!("<{tag}>"))
}

pub(crate) fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().ok().with_context(|| format!("{N} bytes are needed, not {}", bytes.len()))
}

pub(crate) fn el(tag: &'static str) -> NodeBuilder {
    NodeBuilder::new(tag)
}

pub(crate) fn blob(tag: &'static str, data: impl Into<Vec<u8>>) -> Node {
    el(tag).bytes(data).build()
}

/// `<iq type="result">` in answer to `request`, with these children.
pub(crate) fn result(request: &Node, children: impl IntoIterator<Item = Node>) -> Node {
    let children: Vec<Node> = children.into_iter().collect();
    let answer = answer(request, "result");
    if children.is_empty() { answer.build() } else { answer.children(children).build() }
}

/// `<iq type="error"><error code text/></iq>` in answer to `request`.
pub(crate) fn error(request: &Node, code: u16, text: &str) -> Node {
    let reason = el("error").attr("code", code.to_string()).attr("text", text).build();
    answer(request, "error").children([reason]).build()
}

fn answer(request: &Node, kind: &str) -> NodeBuilder {
    let answer = el("iq").attr("from", SERVER).attr("type", kind);
    match attr(request, "id") {
        Some(id) => answer.attr("id", id),
        None => answer,
    }
}

/// Rough XML for the log.
pub(crate) fn show(node: &Node) -> String {
    let mut text = format!("<{}", node.tag);
    for (name, value) in node.attrs.iter() {
        text += &format!(" {name}={:?}", value.as_str());
    }
    match node.content.as_ref() {
        None => text += "/>",
        Some(NodeContent::Nodes(nodes)) => {
            text += ">";
            text.extend(nodes.iter().take(SHOWN_CHILDREN).map(show));
            if nodes.len() > SHOWN_CHILDREN {
                text += &format!("…{} more", nodes.len() - SHOWN_CHILDREN);
            }
            text += &format!("</{}>", node.tag);
        }
        Some(NodeContent::Bytes(bytes)) => text += &format!(">[{} bytes]</{}>", bytes.len(), node.tag),
        Some(NodeContent::String(content)) => text += &format!(">{content}</{}>", node.tag),
    }
    text
}
