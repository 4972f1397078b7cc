//! What happens often costs the same however long the past is: every statement about events, lanes and attempts finds its rows
//! through an index, on both databases. The statements are read from the source, so that none is forgotten.

use std::collections::BTreeSet;

use grantline::on;
use grantline::platform::db::Tx;
use proc_macro2::{TokenStream, TokenTree};
use sqlx::Row as _;

use crate::world::World;

const FILES: [(&str, &str); 4] = [
    ("lanes", include_str!("../../../src/events/store/lanes.rs")),
    ("outbox", include_str!("../../../src/events/store/outbox.rs")),
    ("attempts", include_str!("../../../src/events/store/attempts.rs")),
    ("hearers", include_str!("../../../src/events/store/hearers.rs")),
];

/// A server that starts looks at all lanes, once.
const MAY_SCAN: [&str; 1] = ["lanes::release_all"];

/// What PostgreSQL does not see by itself in a statement that was not sent with its values.
const TYPES: [(&str, &str); 1] = [("lanes::wake", "(text, text, text, bigint, bigint)")];

/// A statement, the function that makes it, and the constant that holds it, if any: `SQLITE` and `POSTGRES` are for one of them.
struct Statement {
    of: String,
    constant: String,
    sql: String,
}

fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    for (file, text) in FILES {
        let mut reading = Reading { file, ..Reading::default() };
        reading.read(text.parse().expect("it is Rust"), &mut found);
    }
    found
}

#[derive(Default)]
struct Reading {
    file: &'static str,
    function: String,
    constant: String,
    word: String,
    /// What `select!` puts before its argument.
    selected: String,
}

impl Reading {
    fn read(&mut self, tokens: TokenStream, found: &mut Vec<Statement>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.read(group.stream(), found),
                TokenTree::Ident(name) => {
                    match self.word.as_str() {
                        "fn" => self.function = name.to_string(),
                        "const" => self.constant = name.to_string(),
                        _ => {}
                    }
                    self.word = name.to_string();
                }
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.take(&text.value(), found);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    fn take(&mut self, text: &str, found: &mut Vec<Statement>) {
        let sql = match text.split_whitespace().next() {
            Some("select") if text.ends_with(' ') => return self.selected = text.to_owned(),
            Some("select" | "insert" | "update" | "delete") => text.to_owned(),
            Some("where") => format!("{}{text}", self.selected),
            _ => return,
        };
        let (of, constant) = (format!("{}::{}", self.file, self.function), std::mem::take(&mut self.constant));
        found.push(Statement { of, constant, sql });
    }
}

/// The statements of a database, without those that may look at everything.
fn hot(not_here: &str) -> impl Iterator<Item = Statement> {
    let is_hot = move |one: &Statement| one.constant != not_here && !MAY_SCAN.contains(&one.of.as_str());
    statements().into_iter().filter(is_hot)
}

/// One column of what a database says to `sql`.
async fn said(tx: &mut Tx, sql: &str, column: usize) -> Vec<String> {
    let text = sqlx::AssertSqlSafe(sql.to_owned());
    let rows = on!(tx, connection => sqlx::raw_sql(text).fetch_all(connection).await
        .map(|rows| rows.iter().map(|row| row.get(column)).collect()));
    rows.expect(sql)
}

#[test]
fn no_function_is_forgotten() {
    let found: BTreeSet<String> = statements().into_iter().map(|one| one.of).collect();
    for (file, text) in FILES {
        for function in text.split("async fn ").skip(1) {
            let of = format!("{file}::{}", function.split('(').next().unwrap_or_default());
            assert!(found.contains(&of) || of == "lanes::hold_back", "{of} is not among {found:?}");
        }
    }
}

#[tokio::test]
async fn sqlite_searches_and_never_scans() {
    let world = World::on_sqlite().await;
    let mut tx = world.env().db.read().await.expect("a connection");
    let mut plans = Vec::new();
    for Statement { of, sql, .. } in hot("POSTGRES") {
        let plan = said(&mut tx, &format!("explain query plan {sql}"), 3).await;
        plans.extend(plan.into_iter().map(|step| format!("{of}: {step}")));
    }
    let scans: Vec<_> =
        plans.iter().filter(|step| step.contains(": SCAN ") && !step.contains("VIRTUAL TABLE")).collect();
    assert!(scans.is_empty(), "{scans:#?}");
    let finds = |step: &str| assert!(plans.iter().any(|line| line.starts_with(step)), "no {step} in {plans:#?}");
    finds("lanes::due: SEARCH webhook_lane USING INDEX webhook_lane_due (due_at<?)");
    finds("outbox::of_number_after: SEARCH event USING INDEX event_thread (subject=? AND <expr>=? AND seq>?)");
    finds("attempts::list: SEARCH webhook_attempt USING INDEX webhook_attempt_given_up (endpoint_id=? AND id<?)");
    drop(tx);
    world.ends().await;
}

/// With little in its tables PostgreSQL reads them whole, and rightly so. Here it does that only where no index would do.
#[tokio::test]
async fn postgres_could_search_everywhere() {
    let world = World::on_postgres().await;
    let mut tx = world.env().db.read().await.expect("a connection");
    said(&mut tx, "set enable_seqscan = off; set plan_cache_mode = force_generic_plan", 0).await;
    for Statement { of, sql, .. } in hot("SQLITE") {
        let types = TYPES.iter().find(|(name, _)| *name == of && sql.contains("$5")).map_or("", |(_, types)| types);
        said(&mut tx, &format!("prepare this {types} as {sql}"), 0).await;
        let values = (1..20).filter(|number| sql.contains(&format!("${number}"))).map(|_| "null");
        let values = values.collect::<Vec<_>>().join(", ");
        let plan = said(&mut tx, &format!("explain (costs off) execute this ({values})"), 0).await.join("\n");
        assert!(!plan.contains("Seq Scan on "), "{of}:\n{plan}");
        said(&mut tx, "deallocate this", 0).await;
    }
    drop(tx);
    world.ends().await;
}
