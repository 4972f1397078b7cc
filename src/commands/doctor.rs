//! `grantline doctor`: looks at everything that a start needs and says what is wrong. It changes nothing.

use std::path::PathBuf;

use super::serve::settings;
use crate::platform::db::{DatabaseSettings, Db, Standing};
use crate::platform::mail::Post;
use crate::platform::seal::Sealer;

#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Prints one line a check: `ok`, `note` or `problem`. Fails when the server could not start or would not be safe.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = settings(arguments.config.as_ref())?;
    let server = &config.server;
    let keys: Vec<&str> = config.keys.master.reveal().split(',').collect();
    let mut report = Report::default();
    report.check(
        "server.base_url is set",
        Finding::unless(!server.base_url.is_empty(), "set it; `grantline init` shows where"),
    );
    report.check("people reach it over https", https(server));
    let sealer = Sealer::new(&keys).err().map(|error| error.to_string());
    report.check("keys.master opens the seals", sealer.map_or(Finding::Fine, Finding::Problem));
    report.check("mail can be sent", mail(&config.mail));
    report.check("the database opens and is up to date", database(&config.database).await);
    report.end()
}

/// What looking at one thing came to.
enum Finding {
    Fine,
    /// A start would go well; somebody may want to know.
    Note(String),
    /// The server could not start, or would not be safe.
    Problem(String),
}

impl Finding {
    fn unless(fine: bool, problem: &str) -> Self {
        if fine { Self::Fine } else { Self::Problem(problem.to_owned()) }
    }
}

fn https(server: &crate::config::Server) -> Finding {
    if server.is_for_this_machine() {
        return Finding::Note(String::from("server.base_url is for this machine alone; others need an https address"));
    }
    Finding::unless(server.is_https(), "put a proxy that ends TLS before it: without https, cookies can be stolen")
}

fn mail(mail: &crate::config::Mail) -> Finding {
    if mail.smtp_url.is_empty() {
        let note =
            "mail.smtp_url is not set: invitations and notices are not sent, and stay readable in the table for a week";
        return Finding::Note(note.to_owned());
    }
    let post = Post::from_settings(mail.smtp_url.reveal(), &mail.from);
    post.err().map_or(Finding::Fine, |error| Finding::Problem(format!("{error:#}")))
}

async fn database(settings: &DatabaseSettings) -> Finding {
    match Db::look(settings).await {
        Ok(Standing::Current) => Finding::Fine,
        Ok(Standing::Absent) => Finding::Note(String::from("there is no file yet; the first start makes it")),
        Ok(Standing::Behind(1)) => Finding::Note(String::from("1 change of its tables waits for the next start")),
        Ok(Standing::Behind(count)) => Finding::Note(format!("{count} changes of its tables wait for the next start")),
        Err(error) => Finding::Problem(error.to_string()),
    }
}

#[derive(Default)]
struct Report {
    problems: usize,
}

#[expect(clippy::print_stdout, reason = "the person at the terminal reads it")]
impl Report {
    fn check(&mut self, what: &str, finding: Finding) {
        match finding {
            Finding::Fine => println!("ok       {what}"),
            Finding::Note(note) => println!("note     {what}: {note}"),
            Finding::Problem(problem) => {
                self.problems += 1;
                println!("problem  {what}: {problem}");
            }
        }
    }

    fn end(self) -> anyhow::Result<()> {
        if self.problems == 0 { Ok(()) } else { anyhow::bail!("{} of the checks found a problem", self.problems) }
    }
}
