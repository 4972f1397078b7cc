use std::io;
use std::sync::{Arc, Mutex};

use grantline_whatsapp::SendFailure;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, Queue, bob, text};
use crate::both_databases;

const SECRET: &str = "meet me at the harbour";

/// Keeps every line that is logged.
#[derive(Clone, Default)]
pub struct Logs(pub Arc<Mutex<Vec<u8>>>);

impl io::Write for Logs {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics while it holds this").extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Logs {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

both_databases! {
    async fn the_words_of_a_message_are_in_no_log_and_no_audit_entry(world: &World) {
        let logs = Logs::default();
        let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(logs.clone()).finish();
        let _listening = tracing::subscriber::set_default(everything);

        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        app.sends_once("key", &text(Some(&desk), SECRET)).await.is(202);
        app.sends_once("key", &text(Some(&desk), "something else")).await.is(422);
        app.sends(&text(Some("num_0"), SECRET)).await.is(404);
        queue.carrier.refuses(&desk, &[SendFailure::Network, SendFailure::Refused]);
        queue.works().await;
        world.passes(std::time::Duration::from_secs(5));
        queue.works().await;
        let media = app.hands_in("image/png", "?name=meet%20me%20at%20the%20harbour", SECRET).await.is(201).json()["id"].clone();
        let said = [
            ("document", json!({ "media_id": media, "caption": SECRET })),
            ("location", json!({ "latitude": 54.3, "longitude": 10.1, "name": SECRET })),
            ("contacts", json!([{ "name": SECRET, "phones": [format!("+{BOBS_PHONE}")] }])),
            ("poll", json!({ "question": SECRET, "options": [SECRET, "or not"] })),
        ];
        for (kind, said) in said {
            let mut asked = json!({ "to": format!("+{BOBS_PHONE}"), "type": kind });
            asked[kind] = said;
            app.sends(&asked).await.is(202);
        }
        queue.works().await;
        let taken = queue.carrier.taken.lock().expect("whole").clone();
        for (index, (_, sent)) in taken.into_iter().enumerate() {
            office.receives_from(&desk, &format!("wa-x{index}"), bob(), sent.content, None).await;
        }
        app.gets("/v1/messages/msg_0/media").await.is(404);
        office.receives(&desk, "wa-1", SECRET).await;
        let (changer, _queue, sent) = super::changing::sent(&office, &desk).await;
        changer.edits(&sent, SECRET).await.is(200);
        let edited = grantline::numbers::MessageTold::Edited {
            message: grantline_whatsapp::MessageRef::Ours(sent),
            body: format!("{SECRET}, please"),
            at: world.env().now(),
        };
        office.hears(&desk, edited).await;
        app.gets("/v1/messages").await.is(200).says(SECRET);
        office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200).says(SECRET);

        let logged = String::from_utf8_lossy(&logs.0.lock().expect("whole")).into_owned();
        assert!(logged.contains("a message waits"), "the log is listened to");
        let audit = office.audit().await;
        assert_eq!(audit.len(), 7);
        for kept in audit.iter().chain([&logged]) {
            assert!(!kept.contains(SECRET), "{kept}");
            assert!(!kept.contains(BOBS_PHONE), "{kept}");
        }
    }
}
