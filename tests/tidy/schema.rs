//! The database: every table is used, every query says what it reads, and one text serves SQLite and PostgreSQL.

use super::tree::{Complaint, File, Tree, has_word};

pub fn tables_are_used(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, line, table) in tables(tree) {
        let used = tree.inside("src").any(|file| has_word(&file.text, &table));
        if !used {
            let advice = format!("nothing in src names the table `{table}`: use it or drop it");
            complaints.push(Complaint::new(&path, line, "unused table", advice));
        }
    }
    complaints
}

/// The tables that the migrations leave behind, in the order of their names.
fn tables(tree: &Tree) -> Vec<(String, usize, String)> {
    let mut tables: Vec<(String, usize, String)> = Vec::new();
    for file in migrations(tree) {
        for (line, text) in file.lines() {
            let text = text.trim().to_ascii_lowercase();
            let named =
                |start: &str| text.strip_prefix(start).map(|rest| first_name(rest, &["if not exists", "if exists"]));
            if let Some(name) = named("create table ") {
                tables.push((file.path.clone(), line, name));
            } else if let Some(name) = named("drop table ") {
                tables.retain(|(_, _, table)| *table != name);
            } else if let (Some(name), Some((_, new))) = (named("alter table "), text.split_once(" rename to ")) {
                let new = first_name(new, &[]);
                tables.iter_mut().filter(|(_, _, table)| *table == name).for_each(|table| table.2.clone_from(&new));
            }
        }
    }
    tables
}

fn first_name(text: &str, skipped: &[&str]) -> String {
    let text = text.trim_start();
    let text =
        skipped.iter().find_map(|words| text.strip_prefix(words)).unwrap_or(text).trim_start().trim_start_matches('"');
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn migrations(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.inside("migrations").filter(|file| file.path.ends_with(".sql"))
}

pub fn queries_name_their_columns(tree: &Tree) -> Vec<Complaint> {
    in_sql(tree, |sql| {
        let starred = ["select *", "select distinct *", "returning *"].iter().any(|star| sql.contains(star));
        starred.then_some(("select *", "name the columns: a new one must not travel by accident"))
    })
}

/// Types and functions that one of the two databases lacks, or gives another meaning.
const ONE_DATABASE_ONLY: &[(&str, &str)] = &[
    ("autoincrement", "ids are made by the action and stored as text"),
    ("serial", "ids are made by the action and stored as text"),
    ("bigserial", "ids are made by the action and stored as text"),
    ("timestamp", "a moment is a `bigint` of milliseconds"),
    ("timestamptz", "a moment is a `bigint` of milliseconds"),
    ("datetime", "a moment is a `bigint` of milliseconds"),
    ("integer", "`integer` is 32 bits on PostgreSQL: use `bigint`"),
    ("jsonb", "JSON is stored as text"),
    ("uuid", "ids are stored as text"),
    ("bytea", "bytes are stored as text (hex or base64)"),
    ("blob", "bytes are stored as text (hex or base64)"),
];

/// Time and chance are arguments of a query too.
const TIME_AND_CHANCE: &[&str] =
    &["current_timestamp", "now()", "datetime('now", "unixepoch(", "random()", "gen_random_uuid("];

pub fn one_text_serves_both_databases(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = in_sql(tree, |sql| {
        let made = TIME_AND_CHANCE.iter().any(|call| sql.contains(call));
        made.then_some(("time in SQL", "the database makes no moments and no chance: the action passes them in"))
    });
    for file in migrations(tree) {
        for (line, text) in file.lines() {
            let sql = sql_of(text);
            for (word, advice) in ONE_DATABASE_ONLY.iter().filter(|(word, _)| has_word(&sql, word)) {
                complaints.push(Complaint::new(&file.path, line, "one database only", format!("`{word}`: {advice}")));
            }
        }
    }
    complaints
}

/// A line of a migration in lower case and without its comment.
fn sql_of(line: &str) -> String {
    line.split("--").next().unwrap_or("").to_ascii_lowercase()
}

/// Shows every line of SQL to a judge: migrations, and the string literals of `src` that look like SQL.
fn in_sql(tree: &Tree, judge: impl Fn(&str) -> Option<(&'static str, &'static str)>) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in migrations(tree) {
        let judged = file.lines().filter_map(|(line, text)| Some((line, judge(&sql_of(text))?)));
        complaints.extend(judged.map(|(line, (rule, advice))| Complaint::new(&file.path, line, rule, advice)));
    }
    for (file, source) in tree.rust_sources().filter(|(file, _)| file.is_in("src")) {
        for literal in source.literals() {
            let squeezed = literal.text.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
            let is_sql = ["select ", "insert ", "update ", "delete ", "with "]
                .iter()
                .any(|verb| squeezed.trim_start_matches(['r', '#', '"', ' ']).starts_with(verb));
            if let Some((rule, advice)) = judge(&squeezed).filter(|_| is_sql) {
                complaints.push(Complaint::new(&file.path, literal.line, rule, advice));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_nothing_names() {
        let tree = Tree::of(&[
            (
                "migrations/1.sql",
                "create table grants (\n  id text);\ncreate table if not exists lost (id text);\ncreate table old (id text);",
            ),
            ("migrations/2.sql", "drop table old;\nalter table grants rename to consents;"),
            ("src/oauth/store.rs", "fn f() { \"select id from consents\" }"),
        ]);
        let complaints = tables_are_used(&tree);
        assert_eq!(complaints.iter().map(|one| one.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn a_query_that_takes_everything() {
        let tree = Tree::of(&[
            (
                "src/oauth/store.rs",
                "fn f() { q(\"select *\n from grants\");\n q(\"select count(*) from grants\");\n q(\"insert into a returning  *\") }",
            ),
            ("src/oauth/page.rs", "fn f() { \"Select * to see all\"; }"),
            ("migrations/1.sql", "create view v as select * from grants;"),
        ]);
        let complaints: Vec<_> =
            queries_name_their_columns(&tree).into_iter().map(|one| (one.path, one.line)).collect();
        let at = |path: &str, line| (path.to_owned(), line);
        let expected = [
            at("migrations/1.sql", 1),
            at("src/oauth/store.rs", 1),
            at("src/oauth/store.rs", 4),
            at("src/oauth/page.rs", 1),
        ];
        assert_eq!(complaints, expected);
    }

    #[test]
    fn a_word_that_one_database_lacks() {
        let migration = "create table a (\n id integer primary key autoincrement,\n at_ms bigint, -- no timestamp\n at timestamptz default current_timestamp);";
        let tree = Tree::of(&[
            ("migrations/1.sql", migration),
            ("src/a/store.rs", "fn f() { \"update a set at_ms = now()\" }"),
        ]);
        let mut lines: Vec<_> =
            one_text_serves_both_databases(&tree).into_iter().map(|one| (one.path, one.line)).collect();
        lines.sort();
        let at = |path: &str, line| (path.to_owned(), line);
        let migration = "migrations/1.sql";
        assert_eq!(
            lines,
            [at(migration, 2), at(migration, 2), at(migration, 4), at(migration, 4), at("src/a/store.rs", 1)]
        );
    }
}
