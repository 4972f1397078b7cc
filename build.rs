//! A migration that is new is no change of a file that the compiler has read before.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
