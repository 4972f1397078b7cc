//! The demo's story, from the page to the phone and back, over the real protocol.

use std::sync::Arc;

use async_trait::async_trait;
use grantline::app::Whatsapp;
use grantline::demo::{self, CUSTOMER_PHONE, CUSTOMER_PROFILE, OWNER_PHONE, OWNER_PROFILE, story};
use grantline::numbers;
use grantline::platform::telemetry;
use grantline_standin::{MediaHost, Phone, StandIn};
use tokio::process::Command;

use crate::running::{self, RunningClock};

/// Two phones of the stand-in.
struct TwoPhones {
    owner: Arc<Phone>,
    customer: Arc<Phone>,
}

#[async_trait]
impl story::Phones for TwoPhones {
    async fn links(&mut self, code: &str) -> anyhow::Result<()> {
        self.owner.type_code(code).await?;
        self.owner.confirm_link().await?;
        Ok(())
    }

    async fn customer_writes(&mut self, body: &str) -> anyhow::Result<()> {
        self.customer.send_text(OWNER_PHONE, body).await?;
        Ok(())
    }

    async fn customer_sees(&mut self, body: &str) -> anyhow::Result<bool> {
        Ok(self.customer.texts().iter().any(|text| text.chat == OWNER_PHONE && text.body == body && !text.outgoing))
    }
}

/// Says to this program, when it is started once more, that it is the server.
const AS_SERVER: &str = "GRANTLINE_TEST_PLAYS_THE_STORY";

/// Not a test by itself: the server of the test below, in a process of its own.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_process_of_its_own() {
    #[expect(clippy::disallowed_methods, reason = "the test below says so")]
    if std::env::var_os(AS_SERVER).is_none() {
        return;
    }
    telemetry::start_logs("debug,grantline_standin=off", false).expect("logging starts");
    let standin = StandIn::start(Arc::new(RunningClock::new())).await.expect("the stand-in starts");
    let mut phones = TwoPhones {
        owner: standin.add_phone(OWNER_PHONE, OWNER_PROFILE).expect("a phone"),
        customer: standin.add_phone(CUSTOMER_PHONE, CUSTOMER_PROFILE).expect("a phone"),
    };
    let chat_url = standin.url();
    let demo = demo::start_on(0, None, |env| {
        let connector = Arc::new(running::live(&chat_url, numbers::surroundings(env), &MediaHost::default()));
        Ok(Whatsapp { connector, sandbox: None })
    });
    let demo = demo.await.expect("the demo starts");
    let held = story::play_on(&demo, "main", story::Form::Lines, &mut phones).await;
    demo.run_until(async {}).await.expect("it stops in order");
    assert!(held.expect("it was played to its end"), "the story did not hold");
    // The link stays when the server stops.
    assert_eq!(phones.owner.devices().len(), 1);
}

#[tokio::test]
async fn the_whole_story_holds_and_its_log_has_no_code_number_or_text() {
    let program = std::env::current_exe().expect("this program");
    let played = Command::new(program)
        .args(["--exact", "story::in_a_process_of_its_own", "--nocapture"])
        .env(AS_SERVER, "yes")
        .output()
        .await
        .expect("it runs");
    let (told, log) = (String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success() && told.contains("story: 19 of 19 steps"), "{told}\n{log}");
    assert!(log.contains("live: opening a session"), "the log is kept: {log}");
    let code = told.split_once(": code ").and_then(|(_, rest)| rest.split_once(' ')).expect("the code of the story").0;
    let plain = code.replace('-', "");
    assert_eq!(plain.len(), 8, "{code}");
    for secret in [code, &plain, OWNER_PHONE, CUSTOMER_PHONE, "Your cake is ready", "I am on my way"] {
        let found: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(found.is_empty(), "{secret} is in the log: {found:#?}");
    }
}
