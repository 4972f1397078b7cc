use std::path::Path;
use std::process::{Command, Output};

use grantline::on;

use crate::both_databases;
use crate::oauth::surroundings::{changes, count};

fn doctor(database: &str, more: &[(&str, &str)]) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_grantline"))
        .arg("doctor")
        .env("GRANTLINE__SERVER__BASE_URL", "https://grantline.test")
        .env("GRANTLINE__DATABASE__URL", database)
        .env("GRANTLINE__KEYS__MASTER", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        .envs(more.iter().copied())
        .output()
        .expect("the program runs");
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().expect("a name"), std::fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

#[test]
fn a_database_that_is_not_there_is_a_note_and_is_not_made() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}/grantline.sqlite", folder.path().display());
    let (well, told) = doctor(&url, &[]);
    assert!(well, "{told}");
    assert!(told.contains("note     the database opens and is up to date: there is no file yet"), "{told}");
    assert!(told.contains("note     mail can be sent: mail.smtp_url is not set"), "{told}");
    assert_eq!(files(folder.path()), []);
    let (well, told) = doctor(&format!("sqlite://{}/no/grantline.sqlite", folder.path().display()), &[]);
    assert!(!well && told.contains("problem  the database opens"), "{told}");
    let (well, told) = doctor(&url, &[("GRANTLINE__MAIL__SMTP_URL", "smtp://mail.example.com")]);
    assert!(!well && told.contains("problem  mail can be sent"), "no sender: {told}");
    let (well, told) = doctor(&url, &[("GRANTLINE__SERVER__BASE_URL", "http://grantline.test")]);
    assert!(!well && told.contains("problem  people reach it over https"), "{told}");
    let (well, told) = doctor(&url, &[("GRANTLINE__SERVER__BASE_URL", "http://127.0.0.1:8080")]);
    assert!(
        well && told.contains("note     people reach it over https: server.base_url is for this machine"),
        "{told}"
    );
}

#[test]
fn a_file_that_nobody_has_open_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}/grantline.sqlite", folder.path().display());
    let made = Command::new(env!("CARGO_BIN_EXE_grantline"))
        .args(["user", "list"])
        .env("GRANTLINE__DATABASE__URL", &url)
        .env("GRANTLINE__KEYS__MASTER", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        .output()
        .expect("the program runs");
    assert!(made.status.success(), "{made:?}");
    let before = files(folder.path());
    let (well, told) = doctor(&url, &[]);
    assert!(well && told.contains("ok       the database opens and is up to date"), "{told}");
    assert!(files(folder.path()) == before, "something has changed");
}

both_databases! {
    async fn a_doctor_looks_at_a_database_and_does_not_treat_it(world: &World) {
        let url = world.env().config.database.url.reveal().to_owned();
        let (well, told) = doctor(&url, &[]);
        assert!(well && told.contains("ok       the database opens and is up to date"), "{told}");
        let applied = "select count(*) from _sqlx_migrations";
        let all = count(world, applied).await;
        changes(world, |tx| Box::pin(async move {
            let last = "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)";
            on!(tx, connection => sqlx::query(last).execute(connection).await.map(drop))
        })).await;
        let (well, told) = doctor(&url, &[]);
        assert!(well && told.contains("1 change of its tables waits for the next start"), "{told}");
        assert_eq!(count(world, applied).await, all - 1);
        changes(world, |tx| Box::pin(async move {
            on!(tx, connection => sqlx::query("update _sqlx_migrations set version = 9999 where version = 1")
                .execute(connection).await.map(drop))
        })).await;
        let (well, told) = doctor(&url, &[]);
        assert!(!well && told.contains("change 9999 of its tables is unknown here"), "{told}");
    }
}
