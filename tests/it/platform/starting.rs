use std::net::TcpListener;
use std::process::{Command, Output};

fn grantline(arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_grantline"))
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .expect("the program runs");
    assert!(!status.success(), "it started");
    format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr))
}

const BASE_URL: (&str, &str) = ("GRANTLINE__SERVER__BASE_URL", "https://grantline.test");
const KEY: (&str, &str) = ("GRANTLINE__KEYS__MASTER", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

#[test]
fn a_server_does_not_start_without_its_address_or_its_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("grantline.sqlite");
    let url = format!("sqlite://{}", file.display());
    let database = ("GRANTLINE__DATABASE__URL", url.as_str());
    let told = grantline(&["serve"], &[database, KEY]);
    assert!(told.starts_with("grantline: server.base_url is not set"), "{told}");
    let told = grantline(&["serve"], &[database, BASE_URL]);
    assert!(told.starts_with("grantline: keys.master is not set"), "{told}");
    assert!(!file.exists(), "it made a database before it refused");
}

#[test]
fn a_port_that_is_taken_is_named_with_what_to_do() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let told = grantline(&["demo", "--port", &port], &[]);
    assert!(told.contains(&format!("port {port} is taken; choose another with --port")), "{told}");
    let listen = format!("127.0.0.1:{port}");
    let told = grantline(&["serve"], &[("GRANTLINE__SERVER__LISTEN", &listen), BASE_URL, KEY]);
    assert!(told.contains(&format!("server.listen = {listen} cannot be listened on")), "{told}");
}
