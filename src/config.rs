//! Settings: `config.default.toml` lies under the operator's file, which lies under the environment.

use anyhow::{Context as _, bail};
use serde::Deserialize;
use toml::{Table, Value};

use crate::platform::db::DatabaseSettings;
use crate::platform::outbound::OutboundSettings;

pub const DEFAULTS: &str = include_str!("../config.default.toml");
const ENVIRONMENT_PREFIX: &str = "GRANTLINE__";

/// Longer than a webhook endpoint may fail.
const KEPT_DAYS_MIN: i64 = 7;

/// A setting that must not be printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// Every setting. What each is for, and its default, stands in `config.default.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: DatabaseSettings,
    pub keys: Keys,
    pub accounts: Accounts,
    pub oauth: OAuth,
    pub numbers: Numbers,
    pub messages: Messages,
    pub events: Events,
    pub api: Api,
    pub mail: Mail,
    pub outbound: OutboundSettings,
    pub logs: Logs,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub base_url: String,
    pub listen: String,
    pub behind_proxy: bool,
    pub header_timeout_s: u64,
    pub connections_max: usize,
    pub request_timeout_s: u64,
    pub shutdown_timeout_s: u64,
    pub metrics_token: Secret,
    pub product_name: String,
    pub privacy_url: String,
    pub terms_url: String,
    pub support_url: String,
    pub open_sign_up: bool,
}

impl Server {
    /// Whether people reach us over https, so that cookies can be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether nobody but this machine reaches the base URL: then nothing travels that TLS would protect.
    #[must_use]
    pub fn is_for_this_machine(&self) -> bool {
        let url = url::Url::parse(&self.base_url);
        match url.as_ref().ok().and_then(url::Url::host) {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }

    /// The host and port of the base URL, as people see it in the address bar.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, host)| host)
    }

    /// An address of ours: `url("/oauth/token")`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub master: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    pub session_idle_s: i64,
    pub session_lifetime_s: i64,
    pub invitation_lifetime_s: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuth {
    pub request_lifetime_s: i64,
    pub code_lifetime_s: i64,
    pub access_token_lifetime_s: i64,
    pub refresh_idle_s: i64,
    pub refresh_lifetime_s: i64,
    pub grant_cache_ms: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    pub connector: String,
    pub link_attempts_per_hour: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    pub queue_lifetime_s: i64,
    pub queued_per_number: i64,
    pub media_bytes_max: i64,
    pub media_kept_days: i64,
    pub media_total_bytes_max: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    pub kept_days: i64,
    pub attempts_kept_days: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub calls_per_minute: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp_url: Secret,
    pub from: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    pub filter: String,
    pub json: bool,
}

/// Puts the layers on top of each other. `environment` is the process's; only names with our prefix count.
pub fn load(file: Option<&str>, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<Config> {
    let mut settings: Table = DEFAULTS.parse().context("config.default.toml")?;
    if let Some(file) = file {
        let own: Table = file.parse().context("the configuration file is not TOML")?;
        lay_over(&mut settings, own, "")?;
    }
    for (name, value) in environment {
        if let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) {
            set_from_environment(&mut settings, path, &value)
                .with_context(|| format!("environment variable {name}"))?;
        }
    }
    let mut config: Config = settings.try_into().context("a setting has the wrong kind of value")?;
    config.server.base_url = checked_base_url(&config.server.base_url)?;
    if config.events.kept_days < KEPT_DAYS_MIN {
        bail!(
            "events.kept_days must be at least {KEPT_DAYS_MIN}: what a webhook endpoint has yet to be told must be there"
        );
    }
    Ok(config)
}

fn lay_over(below: &mut Table, above: Table, path: &str) -> anyhow::Result<()> {
    for (key, value) in above {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (below.get_mut(&key), value) {
            (None, _) => bail!("there is no setting {path}; config.default.toml lists them all"),
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above, &path)?,
            (Some(place), value) if place.same_type(&value) => *place = value,
            (Some(place), _) => bail!("{path} must be a {}", place.type_str()),
        }
    }
    Ok(())
}

fn set_from_environment(settings: &mut Table, path: &str, text: &str) -> anyhow::Result<()> {
    let path = path.to_lowercase();
    let (section, key) = path.split_once("__").context("must name a section and a key: GRANTLINE__SECTION__KEY")?;
    let place = settings
        .get_mut(section)
        .and_then(Value::as_table_mut)
        .and_then(|section| section.get_mut(key))
        .with_context(|| format!("there is no setting {section}.{key}; config.default.toml lists them all"))?;
    *place = match place {
        Value::Integer(_) => Value::Integer(text.parse().context("must be a whole number")?),
        Value::Boolean(_) => Value::Boolean(text.parse().context("must be true or false")?),
        _ => Value::String(text.to_owned()),
    };
    Ok(())
}

/// Empty is allowed here: `doctor` and `init` run without one, `serve` refuses.
fn checked_base_url(text: &str) -> anyhow::Result<String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = url::Url::parse(text).context("server.base_url is not a URL")?;
    let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let names_nobody = url.username().is_empty() && url.password().is_none();
    if !plain || !names_nobody || !matches!(url.scheme(), "http" | "https") {
        bail!("server.base_url must be scheme, host and port only, such as https://grantline.example.com");
    }
    // As browsers write it: what is https begins with `https://`, and comparing texts compares origins.
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_with(file: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(Some(file), environment)
    }

    #[test]
    fn the_environment_lies_over_the_file_which_lies_over_the_defaults() {
        let file = "[oauth]\ncode_lifetime_s = 50\nrequest_lifetime_s = 900";
        let config =
            load_with(file, &[("GRANTLINE__OAUTH__CODE_LIFETIME_S", "30"), ("PATH", "ignored")]).expect("loads");
        assert_eq!(config.oauth.code_lifetime_s, 30);
        assert_eq!(config.oauth.request_lifetime_s, 900);
        assert_eq!(config.oauth.access_token_lifetime_s, 3600);
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = load_with("[oauth]\ncode_lifetim_s = 1", &[]).expect_err("unknown key");
        assert!(format!("{error:#}").contains("oauth.code_lifetim_s"), "{error:#}");
        let error = load_with("", &[("GRANTLINE__OAUTH__X", "1")]).expect_err("unknown variable");
        assert!(format!("{error:#}").contains("GRANTLINE__OAUTH__X"), "{error:#}");
        let error = load_with("[oauth]\ncode_lifetime_s = \"1\"", &[]).expect_err("wrong kind");
        assert!(format!("{error:#}").contains("must be a integer"), "{error:#}");
    }

    #[test]
    fn events_are_kept_for_longer_than_they_are_tried() {
        let error = load_with("[events]\nkept_days = 6", &[]).expect_err("too short");
        assert!(error.to_string().starts_with("events.kept_days must be at least 7"), "{error:#}");
        assert!(load_with("[events]\nkept_days = 7", &[]).is_ok());
    }

    #[test]
    fn the_base_url_is_an_origin() {
        for (written, origin) in [
            ("https://wa.example.com/", "https://wa.example.com"),
            ("HTTPS://WA.Example.com:443", "https://wa.example.com"),
            ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
        ] {
            let config = load_with(&format!("[server]\nbase_url = \"{written}\""), &[]).expect("loads");
            assert_eq!(config.server.base_url, origin);
            assert!(config.server.is_https());
        }
        for bad in ["wa.example.com", "https://wa.example.com/path", "ftp://x", "https://user@x", "https://:x@host"] {
            assert!(load_with(&format!("[server]\nbase_url = \"{bad}\""), &[]).is_err(), "{bad}");
        }
    }
}
