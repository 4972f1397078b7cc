//! `grantline demo`: the whole story, on an embedded database.

use std::path::PathBuf;

use super::serve::stop_signal;
use crate::demo::{self, story};
use crate::platform::telemetry;

#[derive(clap::Args)]
pub struct Arguments {
    /// The port on 127.0.0.1; 0 for any free one. A story that plays itself takes any free one by default
    #[arg(long)]
    port: Option<u16>,
    /// Keep the database in this folder; without it everything is gone at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Play the story over HTTP, print a line a step, and end
    #[arg(long)]
    headless: bool,
    /// Which story to play
    #[arg(long, value_name = "NAME", default_value = story::NAMES[0], requires = "headless")]
    story: String,
    /// Print the steps as JSON lines
    #[arg(long, requires = "headless")]
    json: bool,
}

const PORT: u16 = 8080;

pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    telemetry::start_logs("warn", false)?;
    telemetry::start_metrics();
    let port = arguments.port.unwrap_or(if arguments.headless { 0 } else { PORT });
    let demo = demo::start(port, arguments.data.as_deref()).await?;
    if !arguments.headless {
        #[expect(clippy::print_stdout, reason = "the person at the terminal opens it")]
        {
            println!("Grantline is ready at {}", demo.url);
        }
        return demo.run_until(stop_signal()).await;
    }
    let form = if arguments.json { story::Form::Json } else { story::Form::Lines };
    let held = story::play(&demo, &arguments.story, form).await;
    demo.run_until(async {}).await?;
    if held? { Ok(()) } else { anyhow::bail!("the story did not hold") }
}
