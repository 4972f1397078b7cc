//! Every kind between an app and simulated phones, through the whole server.

use std::sync::Arc;

use grantline::messages::{Grants, Inbox, Sender};
use grantline_whatsapp::{Chat, Content, DownloadFailure, File, FileKind, Outgoing, SendFailure};
use serde_json::json;

use super::actors::{BOBS_PHONE, Office, Queue};
use crate::both_databases;
use crate::numbers::told::linked_within;
use crate::numbers::{DIGITS, Member, SandboxPhone};

/// The sessions of a test, in the place of its carrier.
struct Through(grantline::numbers::Sessions);

#[async_trait::async_trait]
impl Sender for Through {
    async fn send(&self, number_id: &str, message: Outgoing) -> Result<(), SendFailure> {
        self.0.send(number_id, message).await
    }

    async fn download(&self, number_id: &str, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        self.0.download(number_id, wa_id).await
    }
}

both_databases! {
    async fn a_picture_goes_out_and_a_document_comes_back(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let inbox = Arc::new(Inbox(world.env().clone()));
        let (sessions, desk) = linked_within(world, &ann, world.env().clone(), inbox).await;
        let office = Office { world, id: ann.workspace.clone(), owner: world.person("Zoe").await };
        let sender: Arc<dyn Sender> = Arc::new(Through(sessions.clone()));
        let grants: Arc<dyn Grants> = Queue::of(world).ledger;
        let workers = grantline::messages::jobs(world.env(), &sender, &grants);
        let app = office.app("gr_acme").through(sender);
        let menu = app.holds("image/png", "a picture").await;
        app.sends(&json!({ "to": format!("+{BOBS_PHONE}"), "type": "image", "image": { "media_id": menu, "caption": "The menu" } })).await.is(202);
        let poll = json!({ "question": "When?", "options": ["Now", "Later"] });
        app.sends(&json!({ "to": format!("+{BOBS_PHONE}"), "type": "poll", "poll": poll })).await.is(202);
        workers[0].run_once().await.expect("it works");

        let sandbox = world.app.sandbox.as_ref().expect("a simulated WhatsApp");
        let phone = sandbox.phone(BOBS_PHONE).expect("Bob has a phone now");
        let shown = &phone.chats[0].messages;
        assert_eq!(sandbox.file(BOBS_PHONE, &shown[0].id).as_deref(), Some(b"a picture".as_slice()));
        let page = SandboxPhone::new(&ann.person.browser, BOBS_PHONE);
        ann.starts_linking("+44 7700 900456").await;
        let chat = page.opens(&format!("/chats/{DIGITS}")).await.is(200);
        assert!(chat.words().contains("Photo The menu") && chat.words().contains("Poll When? · Now · Later"), "{chat}");
        page.opens("/chats").await.is(200).says("Poll <bdi>When?</bdi>");

        let file = File { kind: FileKind::Document, mime_type: String::from("application/pdf"), name: Some(String::from("order.pdf")), caption: None, size: 8 };
        let desks_chat = Chat::Person(DIGITS.to_owned());
        sandbox.send(BOBS_PHONE, &desks_chat, Content::File(file), b"an order".to_vec(), Some(&shown[0].id)).expect("written");
        let mut news = sessions.watch(&desk);
        let came = async {
            loop {
                let list = app.gets("/v1/messages?direction=in").await.json();
                if let Some(message) = list["data"].get(0) {
                    return message.clone();
                }
                news.changed().await.expect("the sessions are open");
            }
        };
        let order = tokio::time::timeout(std::time::Duration::from_secs(20), came).await.expect("it comes");
        assert_eq!(order["document"], json!({ "mime_type": "application/pdf", "bytes": 8, "name": "order.pdf", "caption": null }));
        let sent = app.gets("/v1/messages?direction=out&limit=2").await.json();
        assert_eq!(order["reply_to"], sent["data"][1]["id"], "it answers the picture");
        assert_eq!(order["from"], format!("+{BOBS_PHONE}"));
        let got = app.gets(&format!("/v1/messages/{}/media", order["id"].as_str().expect("an id"))).await.is(200);
        assert_eq!((got.body.as_str(), got.header("content-type")), ("an order", "application/pdf"));
        sessions.shutdown().await;
        let unlinked = app.gets(&format!("/v1/messages/{}/media", order["id"].as_str().expect("an id"))).await;
        assert_eq!(unlinked.is(409).json()["code"], "number_not_linked");
    }
}
