//! Who may call whom. An arrow that is not in the list is a question to the design, not to the compiler.

use super::house::{EVERYONE_MAY_CALL, JOINERS, OTHER_FOLDERS, PRIVATE_LAYERS, ROOMS, STRANGERS};
use super::rust::PathSeen;
use super::tree::{Complaint, File, Tree};

pub fn rooms_use_only_the_rooms_below(tree: &Tree) -> Vec<Complaint> {
    each_arrow(tree, |file, from, to, _| {
        let is_stranger = STRANGERS.iter().any(|folder| file.is_in(folder) || file.path == format!("{folder}.rs"));
        let allowed = match from {
            _ if is_stranger => !is_room(to) && (to == from || !is_joiner(to)),
            _ if is_joiner(from) => true,
            "platform" => !is_room(to) && !is_joiner(to) && to != "doors",
            _ if is_joiner(to) => false,
            "doors" => true,
            _ => to != "doors" && (!is_room(to) || from == to || EVERYONE_MAY_CALL.contains(&to) || is_below(from, to)),
        };
        let advice = match from {
            _ if is_stranger => format!("names `{to}`: this is somebody else's program, which knows us by HTTP alone"),
            "platform" => format!("names `{to}`: the ground floor knows no room; take what it needs as an argument"),
            _ => format!(
                "`{from}` names `{to}`: no such arrow in tests/tidy/house.rs; emit an event, or let app.rs join them"
            ),
        };
        (!allowed).then_some(("arrow between rooms", advice))
    })
}

pub fn the_inside_of_a_room_is_private(tree: &Tree) -> Vec<Complaint> {
    each_arrow(tree, |_, from, to, path| {
        let layer = path.parts.get(2).filter(|part| is_room(to) && is_private(part))?;
        let advice = format!("`{to}::{layer}` is the inside of `{to}`: call what its mod.rs shows, or show it there");
        (from != to && !is_joiner(from)).then_some(("inside of a room", advice))
    })
}

pub fn every_folder_of_src_is_declared(tree: &Tree) -> Vec<Complaint> {
    let unknown =
        |file: &&File| folder_of(&file.path).is_some_and(|folder| !is_room(folder) && !OTHER_FOLDERS.contains(&folder));
    let complain = |file: &File| {
        let advice = "this folder is no declared room: put the file into a room, or declare the room and its arrows in ROOMS of \
                      tests/tidy/house.rs and in ARCHITECTURE.md";
        Complaint::new(&file.path, 1, "undeclared room", advice)
    };
    tree.inside("src").filter(unknown).map(complain).collect()
}

/// Shows a judge every path that begins at the crate's root: the file, its room, the room it names, the path.
fn each_arrow(
    tree: &Tree,
    judge: impl Fn(&File, &str, &str, &PathSeen) -> Option<(&'static str, String)>,
) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (file, source) in tree.rust_sources() {
        let Some(from) = room_of(&file.path) else { continue };
        for path in source.paths.iter().filter(|path| path.parts.len() > 1 && path.parts[0] == "crate") {
            if let Some((rule, advice)) = judge(file, from, &path.parts[1], path) {
                complaints.push(Complaint::new(&file.path, path.line, rule, advice));
            }
        }
    }
    complaints.sort();
    complaints.dedup();
    complaints
}

/// `src/oauth/api.rs` and `src/oauth.rs` are `oauth`; `src/app.rs` is `app`.
fn room_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    Some(inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs"))
}

fn folder_of(path: &str) -> Option<&str> {
    path.strip_prefix("src/")?.split_once('/').map(|(folder, _)| folder)
}

fn is_joiner(name: &str) -> bool {
    JOINERS.contains(&name)
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|(room, _)| *room == name)
}

/// `store`, `pages`, and also `account_api`.
fn is_private(part: &str) -> bool {
    PRIVATE_LAYERS
        .iter()
        .any(|layer| part.strip_suffix(layer).is_some_and(|start| start.is_empty() || start.ends_with('_')))
}

fn is_below(from: &str, to: &str) -> bool {
    ROOMS.iter().any(|(room, below)| *room == from && below.contains(&to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(path: &str, text: &str) -> usize {
        rooms_use_only_the_rooms_below(&Tree::of(&[(path, text)])).len()
    }

    fn insides(path: &str, text: &str) -> usize {
        the_inside_of_a_room_is_private(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn the_list_has_no_circle() {
        // A room may call only rooms that stand before it in the list once the list is sorted by its arrows.
        let mut settled: Vec<&str> = Vec::new();
        while let Some((room, _)) = ROOMS
            .iter()
            .find(|(room, below)| !settled.contains(room) && below.iter().all(|other| settled.contains(other)))
        {
            settled.push(room);
        }
        assert_eq!(
            settled.len(),
            ROOMS.len(),
            "these rooms call each other in a circle: only {settled:?} are free of it"
        );
    }

    #[test]
    fn an_arrow_goes_down_only() {
        assert_eq!(arrows("src/oauth/consent.rs", "use crate::accounts::Member;"), 0);
        assert_eq!(arrows("src/accounts/sign_in.rs", "use crate::oauth::Grant;"), 1);
        assert_eq!(arrows("src/accounts/sign_in.rs", "use super::super::oauth::Grant;"), 1);
        assert_eq!(arrows("src/apps/app.rs", "fn f() { crate::messages::send() }"), 1);
        assert_eq!(arrows("src/apps/app.rs", "use crate::{audit, config::Config, events, platform::Env};"), 0);
        assert_eq!(arrows("src/events/emit.rs", "use crate::accounts::Member;"), 1);
    }

    #[test]
    fn the_ground_floor_knows_no_room() {
        assert_eq!(arrows("src/platform/web/page.rs", "use crate::accounts::Session;"), 1);
        assert_eq!(arrows("src/platform/env.rs", "use crate::config::Config;"), 0);
    }

    #[test]
    fn nobody_knows_who_joins_the_rooms() {
        assert_eq!(arrows("src/oauth/api.rs", "use crate::app::router;"), 1);
        assert_eq!(arrows("src/oauth/api.rs", "use crate::doors::wazzup;"), 1);
        assert_eq!(arrows("src/doors/wazzup.rs", "use crate::messages::send;"), 0);
        assert_eq!(arrows("src/commands/serve.rs", "use crate::app; use crate::oauth::api;"), 0);
    }

    #[test]
    fn a_stranger_in_our_process_knows_no_room() {
        assert_eq!(arrows("src/demo/acme/client.rs", "use crate::oauth::exchange;"), 1);
        assert_eq!(arrows("src/demo/acme/client.rs", "use crate::commands::serve;"), 1);
        assert_eq!(arrows("src/demo/acme/client.rs", "use crate::platform::Env; use crate::demo::acme::pages;"), 0);
        assert_eq!(arrows("src/demo/story.rs", "use crate::oauth::exchange; use crate::app;"), 0);
        assert_eq!(arrows("src/oauth/exchange.rs", "use crate::demo::story;"), 1);
    }

    #[test]
    fn the_inside_is_named_by_nobody_else() {
        assert_eq!(insides("src/oauth/exchange.rs", "use crate::apps::store::find;"), 1);
        assert_eq!(insides("src/oauth/exchange.rs", "use crate::apps; fn f() { apps::store::find() }"), 1);
        assert_eq!(insides("src/oauth/exchange.rs", "use crate::apps::{find, pages::Frame};"), 1);
        assert_eq!(insides("src/oauth/exchange.rs", "use crate::apps::account_api::show;"), 1);
        assert_eq!(insides("src/oauth/exchange.rs", "use super::store; use crate::oauth::api;"), 0);
        assert_eq!(insides("src/app.rs", "use crate::apps::pages;"), 0);
        assert_eq!(insides("src/doors/mcp.rs", "use crate::apps::jobs;"), 1);
    }

    #[test]
    fn a_new_folder_wants_a_line_in_the_list() {
        assert_eq!(
            every_folder_of_src_is_declared(&Tree::of(&[("src/billing/mod.rs", ""), ("src/oauth/mod.rs", "")])).len(),
            1
        );
    }
}
