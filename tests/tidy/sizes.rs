//! A file fits in one head, a function on one screen.

use super::house::{FILE_LINES, FUNCTION_LINES};
use super::tree::{Complaint, File, Tree};

const FOLDERS: &[&str] =
    &["src", "crates", "tests", "templates", "static", "scripts", "e2e", "clients", "bench", ".ci"];

pub fn files_are_short(tree: &Tree) -> Vec<Complaint> {
    let counted = |file: &&File| FOLDERS.iter().any(|folder| file.is_in(folder)) && !is_made_by_a_tool(file);
    let too_long = |file: &File| {
        let lines = file.text.lines().count();
        (lines > FILE_LINES).then(|| {
            let advice =
                format!("{lines} lines, at most {FILE_LINES}: make it a folder of the same name, one part a file");
            Complaint::new(&file.path, lines, "file length", advice)
        })
    };
    tree.files.iter().filter(counted).filter_map(too_long).collect()
}

fn is_made_by_a_tool(file: &File) -> bool {
    file.ends_with_any(&["package-lock.json", "Cargo.lock", ".snap", ".svg"])
}

pub fn functions_are_short(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in &tree.files {
        if let Some(Err(error)) = &file.rust {
            complaints.push(Complaint::new(&file.path, 1, "not Rust", error));
        }
        for function in file.source().iter().flat_map(|source| &source.functions) {
            let lines = function.last_line - function.first_line + 1;
            if lines > FUNCTION_LINES {
                let advice =
                    format!("`{}` has {lines} lines, at most {FUNCTION_LINES}: give its steps names", function.name);
                complaints.push(Complaint::new(&file.path, function.first_line, "function length", advice));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_501_lines_is_too_long() {
        let (fits, not) = ("//\n".repeat(500), "//\n".repeat(501));
        let tree = Tree::of(&[
            ("src/a.rs", &fits),
            ("static/b.css", &not),
            ("docs/c.md", &not),
            ("e2e/package-lock.json", &not),
        ]);
        let complaints = files_are_short(&tree);
        assert_eq!(complaints.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["static/b.css"]);
    }

    #[test]
    fn a_function_of_61_lines_is_too_long() {
        let function =
            |lines: usize| format!("struct S;\nimpl S {{\n/// Why.\nfn f() {{\n{}}}\n}}\n", "//\n".repeat(lines - 2));
        assert_eq!(functions_are_short(&Tree::of(&[("src/a.rs", &function(60))])), []);
        let complaints = functions_are_short(&Tree::of(&[("src/a.rs", &function(61))]));
        assert_eq!((complaints.len(), complaints[0].line), (1, 4));
    }

    #[test]
    fn what_is_not_rust_is_said() {
        assert_eq!(functions_are_short(&Tree::of(&[("src/a.rs", "fn f( {}")]))[0].rule, "not Rust");
    }
}
