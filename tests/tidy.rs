//! The house rules. Reads text, runs nothing; every complaint says where, which rule, and what to do instead.
//!
//! What the rules are is in the tables of [`house`]; each rule stands in a file of its own beside the bad snippets that
//! prove it complains. Rules grow with the tree: a room or folder that does not exist yet is no fault.

mod tidy {
    pub mod arrows;
    pub mod dead;
    pub mod habits;
    pub mod house;
    pub mod layers;
    pub mod pages;
    pub mod rust;
    pub mod schema;
    pub mod settings;
    pub mod sizes;
    pub mod tree;
    pub mod words;
}

use tidy::tree::{Complaint, Tree};
use tidy::{arrows, dead, habits, layers, pages, schema, settings, sizes, words};

/// Every rule of the house.
const RULES: &[fn(&Tree) -> Vec<Complaint>] = &[
    sizes::files_are_short,
    sizes::functions_are_short,
    layers::each_file_keeps_to_its_layer,
    arrows::rooms_use_only_the_rooms_below,
    arrows::the_inside_of_a_room_is_private,
    arrows::every_folder_of_src_is_declared,
    dead::rust_files_are_reached,
    dead::templates_are_used,
    dead::static_files_are_named,
    habits::unfinished_work_has_an_issue,
    habits::lints_are_expected_not_allowed,
    habits::failures_are_answered,
    habits::tests_run_and_never_wait,
    habits::the_tree_knows_no_machine,
    habits::the_danger_stays_in_the_standin,
    pages::templates_escape,
    pages::templates_hold_no_script_and_no_style,
    pages::words_come_from_locales,
    schema::tables_are_used,
    schema::queries_name_their_columns,
    schema::one_text_serves_both_databases,
    settings::every_setting_is_read,
    words::every_word_exists,
    words::every_word_is_used,
];

#[test]
fn the_tree_keeps_the_house_rules() {
    let tree = Tree::of_this_repository();
    let mut complaints: Vec<Complaint> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    complaints.sort();
    complaints.dedup();
    let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} house rules are broken:\n\n{}\n", lines.len(), lines.join("\n"));
}
