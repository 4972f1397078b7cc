//! What a file may mention, by its name: the table "A room from inside" of the design.

use super::house::ROOMS;
use super::rust::{PathSeen, Source};
use super::tree::{Complaint, Tree};

/// The layer of a file under `src`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Rules,
    Actions,
    Store,
    Web,
    Jobs,
    Face,
    Door,
    Wire,
}

/// A path that a layer may not speak, and what to do instead. Paths are compared from their start.
struct Ban {
    layer: Layer,
    paths: &'static [&'static [&'static str]],
    words: &'static [&'static str],
    advice: &'static str,
}

const WEB: &[&[&str]] = &[&["axum"], &["axum_extra"], &["tower"], &["tower_http"]];
const PAGES: &[&[&str]] = &[&["askama"]];
const SQL: &[&[&str]] = &[&["sqlx"]];

const BANS: &[Ban] = &[
    Ban { layer: Layer::Rules, paths: SQL, words: &[], advice: "a rule knows no database: pass it what it needs" },
    Ban {
        layer: Layer::Rules,
        paths: WEB,
        words: &[],
        advice: "a rule knows no web: `api.rs`, `pages.rs` and files in folders of these names translate",
    },
    Ban {
        layer: Layer::Rules,
        paths: PAGES,
        words: &[],
        advice: "a rule draws nothing: templates belong to `pages.rs`",
    },
    Ban {
        layer: Layer::Rules,
        paths: &[],
        words: &["Clock", "Random", "clock", "random"],
        advice: "a rule takes time and chance as arguments (`now: Timestamp`, bytes): only actions ask for them",
    },
    Ban {
        layer: Layer::Actions,
        paths: SQL,
        words: &[],
        advice: "SQL belongs to `store.rs` (only `sqlx::Error` may pass through)",
    },
    Ban {
        layer: Layer::Actions,
        paths: WEB,
        words: &[],
        advice: "an action knows no web: `api.rs`, `pages.rs` and files in folders of these names translate",
    },
    Ban {
        layer: Layer::Actions,
        paths: PAGES,
        words: &[],
        advice: "an action draws nothing: templates belong to `pages.rs`",
    },
    Ban { layer: Layer::Store, paths: WEB, words: &[], advice: "storage knows no web" },
    Ban {
        layer: Layer::Store,
        paths: &[],
        words: &["Clock", "Random", "clock", "random"],
        advice: "storage records facts, it does not make them: take the id or the moment as an argument",
    },
    Ban { layer: Layer::Web, paths: SQL, words: &[], advice: "the web side speaks no SQL: call an action" },
    Ban { layer: Layer::Web, paths: &[], words: &["store"], advice: "the web side calls actions, never the `store`" },
    Ban {
        layer: Layer::Jobs,
        paths: WEB,
        words: &[],
        advice: "a job is an action that a clock starts: it knows no web",
    },
    Ban { layer: Layer::Jobs, paths: SQL, words: &[], advice: "SQL belongs to `store.rs`" },
    Ban {
        layer: Layer::Face,
        paths: SQL,
        words: &[],
        advice: "`mod.rs` shows the room's face: SQL belongs to `store.rs`",
    },
    Ban { layer: Layer::Door, paths: SQL, words: &[], advice: "a door translates: call a room's public action" },
    Ban {
        layer: Layer::Door,
        paths: &[],
        words: &["store", "Tx"],
        advice: "a door neither stores nor decides: call a room's public action",
    },
    Ban { layer: Layer::Wire, paths: SQL, words: &[], advice: "the wire knows no database: it gets a `KeyStore`" },
    Ban { layer: Layer::Wire, paths: WEB, words: &[], advice: "the wire knows no web server" },
];

/// Error types that may pass through every layer: a broken database is told upwards, whoever asked.
const MAY_PASS: &[&[&str]] = &[&["sqlx", "Error"], &["sqlx", "Result"]];

/// A rule may not even know that.
fn may_pass(layer: Layer, path: &PathSeen) -> bool {
    layer != Layer::Rules && MAY_PASS.iter().any(|start| path.starts_with(start))
}

pub fn each_file_keeps_to_its_layer(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (file, source) in tree.rust_sources() {
        let Some(layer) = layer_of(&file.path, source) else { continue };
        for ban in BANS.iter().filter(|ban| ban.layer == layer) {
            let spoken = source
                .paths
                .iter()
                .find(|path| ban.paths.iter().any(|start| path.starts_with(start)) && !may_pass(layer, path));
            if let Some(path) = spoken {
                let advice = format!("mentions `{}`: {}", path.parts.join("::"), ban.advice);
                complaints.push(Complaint::new(&file.path, path.line, "layer", advice));
            }
            if let Some((line, word)) = source.line_of_word(ban.words) {
                complaints.push(Complaint::new(
                    &file.path,
                    line,
                    "layer",
                    format!("mentions `{word}`: {}", ban.advice),
                ));
            }
        }
    }
    complaints
}

/// The layer of a file, by its place and name; a folder inside a room has the layer of its name.
pub fn layer_of(path: &str, source: &Source) -> Option<Layer> {
    if path.starts_with("crates/whatsapp/src/") {
        return Some(Layer::Wire);
    }
    let inside = path.strip_prefix("src/")?;
    let (folder, rest) = inside.split_once('/')?;
    let parts: Vec<&str> = rest.trim_end_matches(".rs").split('/').collect();
    if folder == "doors" {
        return Some(Layer::Door);
    }
    // The ground floor and the commands have arrows to keep, but no layers.
    if ROOMS.iter().all(|(room, _)| *room != folder) || parts.contains(&"tests") {
        return None;
    }
    let named = parts.iter().find_map(|part| match *part {
        "store" => Some(Layer::Store),
        "api" | "pages" => Some(Layer::Web),
        name if name.ends_with("_api") || name.ends_with("_pages") => Some(Layer::Web),
        "jobs" => Some(Layer::Jobs),
        _ => None,
    });
    Some(match named {
        Some(layer) => layer,
        None if rest == "mod.rs" => Layer::Face,
        None if is_action(source) => Layer::Actions,
        None => Layer::Rules,
    })
}

/// Who waits, or holds the database or the environment, acts; all others are rules.
fn is_action(source: &Source) -> bool {
    source.line_of_word(&["async", "Tx", "Env"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        each_file_keeps_to_its_layer(&Tree::of(&[(path, text)])).into_iter().map(|one| one.advice).collect()
    }

    fn complains(path: &str, text: &str) {
        assert_eq!(complaints(path, text).len(), 1, "{path}: {text}: {:?}", complaints(path, text));
    }

    #[test]
    fn a_rule_knows_neither_database_nor_web_nor_time() {
        complains("src/oauth/grant.rs", "pub struct Id(sqlx::types::Uuid);");
        complains("src/oauth/grant.rs", "use axum::Json;");
        complains("src/oauth/grant.rs", "fn f(clock: &C) {}");
        complains("src/oauth/grant.rs", "enum E { Storage(sqlx::Error) }");
        assert_eq!(complaints("src/oauth/grant.rs", "use std::time::Duration; fn f(now: Timestamp) {}"), [""; 0]);
    }

    #[test]
    fn an_action_speaks_no_sql_and_no_http() {
        complains("src/oauth/exchange.rs", "async fn f() { on!(tx, c => sqlx::query(\"select 1\")) }");
        complains("src/oauth/exchange.rs", "use sqlx::query; async fn f() {}");
        complains("src/oauth/exchange.rs", "fn f(tx: &mut Tx) -> axum::Json<()> {}");
        complains("src/oauth/exchange.rs", "#[derive(askama::Template)] struct P; fn f(env: &Env) {}");
        let fine =
            "async fn f(env: &Env) -> Result<(), sqlx::Error> { let now = env.clock.now(); store::find(now).await }";
        assert_eq!(complaints("src/oauth/exchange.rs", fine), [""; 0]);
    }

    #[test]
    fn a_store_makes_no_facts() {
        complains("src/oauth/store.rs", "async fn f(env: &Env) { sqlx::query(\"insert\").bind(env.clock.now()) }");
        complains("src/oauth/store/grants.rs", "use crate::platform::Random;");
        complains("src/oauth/store.rs", "use axum::http::StatusCode;");
        assert_eq!(complaints("src/oauth/store.rs", "async fn f(tx: &mut Tx) { sqlx::query(\"x\") }"), [""; 0]);
    }

    #[test]
    fn the_web_side_neither_queries_nor_stores() {
        complains("src/oauth/api.rs", "async fn f() { sqlx::query(\"select 1\") }");
        complains("src/oauth/pages/consent.rs", "use super::super::store; fn f() {}");
        complains("src/oauth/pages.rs", "fn f() { store::find() }");
        complains("src/oauth/account_api.rs", "fn f() { store::find() }");
    }

    #[test]
    fn jobs_doors_and_the_wire_keep_apart() {
        complains("src/events/jobs.rs", "use axum::Router;");
        complains("src/doors/wazzup/api.rs", "use crate::oauth::store;");
        complains("src/doors/wazzup/api.rs", "fn f(tx: &mut Tx) {}");
        complains("src/doors/mcp.rs", "fn f() { sqlx::query(\"select 1\") }");
        complains("crates/whatsapp/src/live.rs", "use axum::Router;");
    }

    #[test]
    fn test_code_may_mention_anything() {
        assert_eq!(
            complaints("src/oauth/grant.rs", "#[cfg(test)]\nmod tests { use sqlx::Row; use axum::Json; }"),
            [""; 0]
        );
    }
}
