//! `grantline openapi`: the API's description, for documentation and for clients that are made from it.

use anyhow::Context as _;

use crate::app;

pub fn run() -> anyhow::Result<()> {
    let json = app::api_document().to_pretty_json().context("the description could not be written")?;
    #[expect(clippy::print_stdout, reason = "it is what was asked for")]
    {
        println!("{json}");
    }
    Ok(())
}
