use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use grantline::audit::Who;
use grantline::numbers::{self, LinkRequest, MessageSink, MessageTold, Number, Sessions};
use grantline::platform::Env;
use grantline_whatsapp::{Connector, Content, Outgoing, SendFailure};

use super::{DIGITS, Link, Member, PHONE, SandboxPhone};
use crate::both_databases;
use crate::world::World;

/// Listens to news about messages and remembers them.
#[derive(Default)]
pub struct Recorder(Mutex<Vec<(String, MessageTold)>>);

#[async_trait]
impl MessageSink for Recorder {
    async fn told(&self, number: &Number, told: MessageTold) -> anyhow::Result<()> {
        self.0.lock().expect("no test panics while it holds this").push((number.phone.clone(), told));
        Ok(())
    }
}

impl Recorder {
    pub fn all(&self) -> Vec<(String, MessageTold)> {
        self.0.lock().expect("no test panics while it holds this").clone()
    }
}

/// Sessions whose news are recorded, and a number that is linked through them: its id.
async fn linked(world: &World, ann: &Member<'_>, recorder: &Arc<Recorder>) -> (Sessions, String) {
    linked_within(world, ann, world.env().clone(), recorder.clone()).await
}

/// The same in surroundings of one's own.
pub async fn linked_within(
    world: &World,
    ann: &Member<'_>,
    env: Env,
    inbox: Arc<dyn MessageSink>,
) -> (Sessions, String) {
    let connector: Arc<dyn Connector> = world.app.sandbox.clone().expect("a simulated WhatsApp");
    let sessions = Sessions::start(env, connector, inbox);
    let link = starts_linking(&sessions, ann).await;
    let phone = SandboxPhone::new(&ann.person.browser, DIGITS);
    phone.types(&link.code().await).await.is(303);
    phone.presses_link().await.is(303);
    let mut news = sessions.watch(&link.number);
    while link.attempt().await.state.is_open() {
        news.changed().await.expect("the sessions are open");
    }
    (sessions, link.number)
}

/// Starts to link [`PHONE`] through sessions of one's own.
pub async fn starts_linking<'m, 'w>(sessions: &Sessions, ann: &'m Member<'w>) -> Link<'m, 'w> {
    let mut tx = ann.world.env().db.read().await.expect("a connection");
    let person_id: String =
        grantline::on!(&mut tx, connection => sqlx::query_scalar("select id from person where email = $1")
        .bind(&ann.person.email).fetch_one(connection).await)
        .expect("a person");
    drop(tx);
    let workspace_id = ann.workspace.clone();
    let phone = PHONE.to_owned();
    let request = LinkRequest { workspace_id, person_id, phone, country: None, name: String::new() };
    let attempt = numbers::start_link(sessions, &Who::system(), request).await.expect("started");
    Link::of(ann, attempt).await
}

async fn until_told(sessions: &Sessions, number: &str, recorder: &Recorder, count: usize) {
    let mut news = sessions.watch(number);
    let seen = async {
        while recorder.all().len() < count {
            news.changed().await.expect("the sessions are open");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect("it happens");
}

both_databases! {
    async fn receipts_and_answers_are_told_in_their_order(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let recorder = Arc::new(Recorder::default());
        let (sessions, number) = linked(world, &ann, &recorder).await;
        let text = Outgoing::text("msg_1", "447700900777", "Your cake is ready.");
        sessions.send(&number, text).await.expect("taken");
        ann.starts_linking("+44 7700 900777").await;
        let customer = SandboxPhone::new(&ann.person.browser, "447700900777");
        customer.opens(&format!("/chats/{DIGITS}")).await.is(200).says("Your cake is ready.");
        customer.reads(DIGITS).await.is(303);
        customer.writes(DIGITS, "Lovely!").await.is(303);
        until_told(&sessions, &number, &recorder, 3).await;
        let at = world.env().now();
        let told: Vec<MessageTold> = recorder.all().into_iter().map(|(phone, told)| {
            assert_eq!(phone, DIGITS);
            told
        }).collect();
        assert_eq!(told[..2], [
            MessageTold::Delivered { id: "msg_1".into(), at },
            MessageTold::Read { id: "msg_1".into(), at },
        ]);
        let MessageTold::Received { from, content: Content::Text(body), .. } = &told[2] else { panic!("{told:?}") };
        assert_eq!((from.as_str(), body.as_str()), ("447700900777", "Lovely!"));
        sessions.shutdown().await;
    }

    async fn a_text_that_is_refused_afterwards_is_told(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let recorder = Arc::new(Recorder::default());
        let (sessions, number) = linked(world, &ann, &recorder).await;
        let text = Outgoing::text("msg_1", "447700900004", "Hello");
        sessions.send(&number, text).await.expect("taken");
        until_told(&sessions, &number, &recorder, 1).await;
        let failed = MessageTold::Failed { id: "msg_1".into(), reason: SendFailure::Refused };
        assert_eq!(recorder.all(), [(DIGITS.to_owned(), failed)]);
        sessions.shutdown().await;
    }

    async fn a_number_that_is_not_linked_sends_nothing(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let text = Outgoing::text("msg_1", "447700900777", "Hello");
        let sent = world.app.sessions.send(&link.number, text.clone()).await;
        assert_eq!(sent, Err(SendFailure::NotLinked));
        link.posts("cancel").await.is(303);
        assert_eq!(world.app.sessions.send(&link.number, text).await, Err(SendFailure::NotLinked));
    }
}
