use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use clap::Parser as _;
use grantline::accounts::{self, AccountError, AccountRefusal, NewPerson, SignUpError, SignUpRefusal};
use grantline::audit::{self, Filter, Place, Who};
use grantline::commands::workspace;

use super::{signs_in_again, workspace_of};
use crate::actors::PASSWORD;
use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::tokens::Tokens;

/// The program itself, with its settings in the environment.
fn grantline(database: &str, arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_grantline"))
        .args(arguments)
        .env("GRANTLINE__DATABASE__URL", database)
        .env("GRANTLINE__KEYS__MASTER", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(stdin.as_bytes()).expect("is written");
    child.wait_with_output().expect("the program ends")
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_operator_makes_lists_and_resets_accounts_and_checks_the_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = format!("sqlite://{}/grantline.sqlite", folder.path().display());
    let add =
        ["user", "add", "--email", "Ann@Example.com", "--name", "Ann", "--workspace", "Bakery", "--password-stdin"];
    let added = grantline(&database, &add, &format!("{PASSWORD}\n"));
    assert!(
        added.status.success() && told(&added).starts_with("ann@example.com has an account now: usr_"),
        "{}",
        told(&added)
    );
    let twice = grantline(&database, &add, &format!("{PASSWORD}\n"));
    assert!(!twice.status.success());
    assert_eq!(told(&twice), "grantline: there is already an account with this address; sign in instead\n");
    let listed = grantline(&database, &["user", "list"], "");
    assert!(told(&listed).starts_with("ann@example.com\tAnn\tusr_"), "{}", told(&listed));
    let reset = ["user", "reset-password", "--email", "ann@example.com", "--password-stdin"];
    let short = grantline(&database, &reset, "short\n");
    assert_eq!(told(&short), "grantline: use at least 10 characters; three words do well\n");
    assert!(grantline(&database, &reset, "another long password\n").status.success());
    let verified = grantline(&database, &["audit", "verify"], "");
    assert!(verified.status.success(), "{}", told(&verified));
    assert!(
        told(&verified).contains("ok system: 2 entries") && told(&verified).contains("ok ws_"),
        "{}",
        told(&verified)
    );
    let workspace = told(&verified).split_whitespace().find(|word| word.starts_with("ws_")).map(str::to_owned);
    let workspace = workspace.expect("a workspace").trim_end_matches(':').to_owned();
    let one = grantline(&database, &["audit", "verify", "--workspace", &workspace], "");
    assert_eq!(told(&one), format!("ok {workspace}: 1 entries\n"));
}

both_databases! {
    async fn the_operator_adds_people_where_strangers_may_not_sign_up(world: &World) {
        let closed = world.beside(|config| config.server.open_sign_up = false).await;
        let new = NewPerson { email: "ann@example.com".into(), name: "Ann".into(), password: PASSWORD.into(), ..NewPerson::default() };
        let refused = accounts::sign_up(closed.env(), &Who::operator(), new.clone()).await;
        assert!(matches!(refused, Err(SignUpError::Refused(SignUpRefusal::Closed))), "{refused:?}");
        let ann = accounts::add_person(closed.env(), &Who::operator(), new).await.expect("is added");
        assert_eq!(accounts::memberships(world.env(), &ann.id).await.expect("are read"), []);
        let log = audit::read(world.env(), audit::SYSTEM, &Filter::default(), Place::Newest).await.expect("is read");
        assert_eq!((log.entries[0].action.as_str(), log.entries[0].actor_kind.as_str()), ("person.created", "operator"));
        closed.ends().await;
    }

    async fn a_reset_signs_the_person_out_everywhere(world: &World) {
        let ann = world.person("Ann").await;
        let unknown = accounts::reset_password(world.env(), &Who::operator(), "bob@example.com", PASSWORD.into()).await;
        assert!(matches!(unknown, Err(AccountError::Refused(AccountRefusal::NoAccount))), "{unknown:?}");
        let new = "another long password";
        accounts::reset_password(world.env(), &Who::operator(), " Ann@example.com", new.into()).await.expect("is reset");
        assert_eq!(ann.browser.opens("/account").await.is(303).location(), "/sign-in");
        signs_in_again(world, &ann, new).await;
    }
}

both_databases! {
    async fn the_operator_stops_a_workspace_and_lets_it_go_on(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let id = workspace_of(&ann).await;
        let types = async |action: &str, id: &str| {
            let arguments = workspace::Arguments::try_parse_from(["workspace", action, id].iter().filter(|it| !it.is_empty()));
            arguments.expect("it is understood").perform(world.env()).await.map_err(|error| format!("{error:#}"))
        };
        assert_eq!(types("list", "").await, Ok(format!("{id}\tactive\tAnn")));
        assert_eq!(types("suspend", &id).await, Ok(format!("{id} is suspended")));
        assert_eq!(types("suspend", &id).await, Err(format!("{id}: that is so already")));
        assert_eq!(types("list", "").await, Ok(format!("{id}\tsuspended\tAnn")));
        world.passes(std::time::Duration::from_secs(1));
        shop.asks_who(&tokens.access).await.is(401);
        assert_eq!(types("resume", &id).await, Ok(format!("{id} may go on")));
        shop.asks_who(&tokens.access).await.is(200);
        let log = ann.browser.opens(&format!("/w/{id}/audit")).await.is(200).says("Suspended the workspace");
        log.says("Let the workspace go on");
        let unknown = types("resume", "ws_1").await.expect_err("unknown");
        assert!(unknown.contains("there is no such workspace"), "{unknown}");
    }
}
