//! `grantline init`: a configuration to start from.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::DEFAULTS;
use crate::platform::Random;
use crate::platform::random::SystemRandom;

/// As the defaults have it; a test holds it against them.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

#[derive(clap::Args)]
pub struct Arguments {
    /// Where to write the configuration; an existing file is left alone
    #[arg(value_name = "FILE", default_value = "grantline.toml")]
    file: PathBuf,
    /// The address at which people will reach this server, such as `https://grantline.example.com`
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

/// Writes every setting with its default and its reason, and a fresh master key.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let random: &dyn Random = &SystemRandom;
    let text = filled_in(arguments.base_url.as_deref(), &STANDARD.encode(random.bytes::<32>()));
    // Checks the address before anything is written.
    crate::config::load(Some(&text), std::iter::empty())?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let path = arguments.file.display();
    let mut file =
        options.open(&arguments.file).with_context(|| format!("{path} cannot be made; is it there already?"))?;
    file.write_all(text.as_bytes()).with_context(|| format!("{path} cannot be written"))?;
    #[expect(clippy::print_stdout, reason = "the person at the terminal reads it")]
    {
        println!("{path} holds a fresh master key: keep a copy of it in a safe place.");
        if arguments.base_url.is_none() {
            println!("Set server.base_url in it to the https address at which people will reach this server.");
        }
        println!("Then start: grantline serve --config {path}");
    }
    Ok(())
}

fn filled_in(base_url: Option<&str>, master_key: &str) -> String {
    let filled = DEFAULTS
        .replace("base_url = \"\"", &format!("base_url = \"{}\"", base_url.unwrap_or_default()))
        .replace("master = \"\"", &format!("master = \"{master_key}\""));
    match base_url.and_then(served_without_proxy) {
        Some(listen) => filled.replace(&format!("listen = \"{DEFAULT_LISTEN}\""), &format!("listen = \"{listen}\"")),
        None => filled,
    }
}

/// Where to listen for people of this machine, who need no proxy that ends TLS: at the address that they open.
fn served_without_proxy(base_url: &str) -> Option<String> {
    let address = base_url.strip_prefix("http://")?.trim_end_matches('/').parse::<SocketAddr>().ok()?;
    address.ip().is_loopback().then(|| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_configuration_has_what_serve_needs() {
        let text = filled_in(Some("https://wa.example.com"), "AAAA");
        let config = crate::config::load(Some(&text), std::iter::empty()).expect("loads");
        assert_eq!(config.server.base_url, "https://wa.example.com");
        assert_eq!(config.keys.master.reveal(), "AAAA");
    }

    #[test]
    fn who_serves_this_machine_alone_listens_where_people_look() {
        let listens = |base_url| {
            let text = filled_in(Some(base_url), "AAAA");
            crate::config::load(Some(&text), std::iter::empty()).expect("loads").server.listen.to_string()
        };
        assert_eq!(listens("http://127.0.0.1:9000"), "127.0.0.1:9000");
        assert_eq!(listens("http://[::1]:9000/"), "[::1]:9000");
        for behind_a_proxy in ["https://wa.example.com", "https://127.0.0.1:9000", "http://10.0.0.5:9000"] {
            assert_eq!(listens(behind_a_proxy), DEFAULT_LISTEN, "{behind_a_proxy}");
        }
    }
}
