//! `grantline doctor`: looks at everything that a start needs and says what is wrong.

use std::path::PathBuf;

use super::serve::settings;
use crate::platform::db::Db;
use crate::platform::mail::Post;
use crate::platform::seal::Sealer;

#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Prints one line a check. Fails when the server could not start or would not be safe.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = settings(arguments.config.as_ref())?;
    let server = &config.server;
    let keys: Vec<&str> = config.keys.master.reveal().split(',').collect();
    let mut report = Report::default();
    report
        .check("server.base_url is set", server.base_url.is_empty().then_some("set it; `grantline init` shows where"));
    report.check(
        "people reach it over https",
        (!server.is_https()).then_some("put a proxy that ends TLS before it: without https, cookies can be stolen"),
    );
    report.check("keys.master opens the seals", Sealer::new(&keys).err().map(|error| error.to_string()));
    report.check("mail can be sent", mail_problem(&config.mail));
    report.check("the database opens and is up to date", database_problem(&config.database).await);
    report.end()
}

fn mail_problem(mail: &crate::config::Mail) -> Option<String> {
    if mail.smtp_url.is_empty() {
        return Some(String::from("set mail.smtp_url: until then invitations and notices stay in the table"));
    }
    Post::from_settings(mail.smtp_url.reveal(), &mail.from).err().map(|error| format!("{error:#}"))
}

async fn database_problem(settings: &crate::platform::db::DatabaseSettings) -> Option<String> {
    match Db::open(settings).await {
        Ok(db) => {
            db.close().await;
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

#[derive(Default)]
struct Report {
    problems: usize,
}

#[expect(clippy::print_stdout, reason = "the person at the terminal reads it")]
impl Report {
    fn check(&mut self, what: &str, problem: Option<impl AsRef<str>>) {
        match problem {
            None => println!("ok       {what}"),
            Some(problem) => {
                self.problems += 1;
                println!("problem  {what}: {}", problem.as_ref());
            }
        }
    }

    fn end(self) -> anyhow::Result<()> {
        if self.problems == 0 { Ok(()) } else { anyhow::bail!("{} of the checks found a problem", self.problems) }
    }
}
