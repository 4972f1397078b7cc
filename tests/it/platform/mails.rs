use std::time::Duration;

use grantline::platform::mail::{self, Mail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::accounts::{invites, workspace_of};
use crate::both_databases;
use crate::world::World;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A mail server on this machine: its port, and the text of what it takes in. It takes nothing when `takes` is false.
async fn mail_server(takes: bool) -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(speaks_smtp(stream, sender.clone(), takes));
        }
    });
    (port, receiver)
}

/// RFC 5321, as far as one mail needs it.
async fn speaks_smtp(stream: TcpStream, taken: mpsc::UnboundedSender<String>, takes: bool) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "MAIL" if !takes => "550 not here",
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push_str(&line);
                    text.push('\n');
                }
                let _ = taken.send(text);
                "250 taken"
            }
            _ => "250 fine",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

async fn with_mail_server(world: &World, port: u16) -> World {
    let url = toml::Value::String(format!("smtp://127.0.0.1:{port}"));
    world
        .beside(|config| {
            config.mail.smtp_url = url.try_into().expect("a setting");
            config.mail.from = String::from("Harbour <no-reply@grantline.test>");
        })
        .await
}

async fn kept(world: &World) -> Vec<Mail> {
    mail::newest(&mut world.env().db.read().await.expect("a connection"), 100).await.expect("mails are listed")
}

both_databases! {
    /// The link in an invitation lets in whoever has it: once it is on its way, it is not here.
    async fn a_mail_that_was_sent_leaves_no_text(world: &World) {
        let (port, mut taken) = mail_server(true).await;
        let sending = with_mail_server(world, port).await;
        let ann = world.person("Ann").await;
        invites(&ann, &workspace_of(&ann).await, "sam@example.com", "editor").await.is(303);
        let body = kept(world).await.remove(0).body;
        assert!(body.contains("/invitations/gl_iv_"), "{body}");
        sending.works().await;
        let text = taken.recv().await.expect("a mail is taken in");
        assert!(text.contains("Ann invites you to Ann"), "{text}");
        let [mail] = &kept(world).await[..] else { panic!("one mail") };
        assert_eq!((mail.recipient.as_str(), mail.body.as_str()), ("sam@example.com", ""));
        sending.ends().await;
    }

    async fn mails_that_nobody_sends_stay_readable_for_a_week(world: &World) {
        let ann = world.person("Ann").await;
        invites(&ann, &workspace_of(&ann).await, "sam@example.com", "editor").await.is(303);
        world.works().await;
        world.passes(7 * DAY);
        world.works().await;
        assert!(kept(world).await[0].body.contains("/invitations/gl_iv_"));
        world.passes(Duration::from_millis(1));
        world.works().await;
        assert!(kept(world).await.is_empty());
    }

    async fn a_mail_that_was_given_up_goes_a_week_later(world: &World) {
        let (port, _taken) = mail_server(false).await;
        let sending = with_mail_server(world, port).await;
        let ann = world.person("Ann").await;
        invites(&ann, &workspace_of(&ann).await, "sam@example.com", "editor").await.is(303);
        for _ in 0..6 {
            world.passes(Duration::from_secs(600));
            sending.works().await;
        }
        assert_eq!(kept(world).await.len(), 1);
        world.passes(7 * DAY);
        sending.works().await;
        assert_eq!(kept(world).await.len(), 1, "the last try's lease counts, too");
        world.passes(Duration::from_secs(601));
        sending.works().await;
        assert!(kept(world).await.is_empty());
        sending.ends().await;
    }
}
