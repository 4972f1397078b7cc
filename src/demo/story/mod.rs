//! Stories that play themselves over HTTP: each shows what the product does, and fails when it does not.

mod browser;
mod main_story;
mod page;
mod report;

pub use report::Form;

use super::Demo;
use report::Report;

/// The stories by name. The first one is told when none is named.
pub const NAMES: &[&str] = &["main"];

/// Plays a story and prints it. True when every step held.
pub async fn play(demo: &Demo, name: &str, form: Form) -> anyhow::Result<bool> {
    match name {
        "main" => main_story::play(demo, Report::new(form, main_story::STEPS)).await,
        _ => anyhow::bail!("there is no story {name}; there is: {}", NAMES.join(", ")),
    }
}
