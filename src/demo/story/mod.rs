//! Stories that play themselves over HTTP: each shows what the product does, and fails when it does not.

mod browser;
mod main_story;
mod page;
mod phones;
mod report;

pub use phones::Phones;
pub use report::Form;

use super::Demo;
use phones::PhonePages;
use report::Report;

/// The stories by name. The first one is told when none is named.
pub const NAMES: &[&str] = &["main"];

/// Plays a story on the simulated phones and prints it. True when every step held.
pub async fn play(demo: &Demo, name: &str, form: Form) -> anyhow::Result<bool> {
    play_on(demo, name, form, &mut PhonePages::new(&demo.url)?).await
}

/// The same on other phones.
pub async fn play_on(demo: &Demo, name: &str, form: Form, phones: &mut dyn Phones) -> anyhow::Result<bool> {
    match name {
        "main" => main_story::play(demo, phones, Report::new(form, main_story::STEPS)).await,
        _ => anyhow::bail!("there is no story {name}; there is: {}", NAMES.join(", ")),
    }
}
