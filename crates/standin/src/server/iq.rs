//! What a linked device asks the server.

use std::sync::Arc;

use anyhow::Result;
use wacore_binary::Node;

use super::connection::Conn;
use super::login::DeviceSession;
use super::state::Server;
use crate::media;
use crate::phone::{Phone, Picture};
use crate::wire::{attr, child, el, list, need_jid, result};

impl Server {
    pub(super) async fn on_device_iq(
        self: &Arc<Self>,
        conn: &Conn,
        session: &DeviceSession,
        iq: &Node,
        xmlns: &str,
    ) -> Result<()> {
        let DeviceSession { phone, device, .. } = session;
        let is_set = attr(iq, "type").as_deref() == Some("set");
        let answer = match (xmlns, is_set) {
            ("encrypt", false) if child(iq, "key").is_some() => self.key_bundles(iq).await?,
            ("encrypt", false) if child(iq, "count").is_some() => {
                let count = phone.with_device(*device, |device| device.pre_keys.len()).unwrap_or_default();
                result(iq, [el("count").attr("value", count.to_string()).build()])
            }
            ("encrypt", false) if child(iq, "digest").is_some() => super::keys::digest(phone, *device, iq)?,
            ("encrypt", true) => {
                super::keys::store(phone, *device, iq)?;
                if session.is_first {
                    self.share_app_state_key(phone, *device);
                }
                result(iq, [])
            }
            ("passive", _) => {
                conn.send(result(iq, []));
                phone.with_device(*device, |device| device.begin(conn));
                if self.settings().tells_name {
                    self.tell_name(conn, phone);
                }
                if !session.is_first {
                    self.share_app_state_key(phone, *device);
                }
                return Ok(());
            }
            ("usync", _) => self.usync(iq).await?,
            ("w:sync:app:state", _) => app_state(iq),
            ("md", true) if child(iq, "remove-companion-device").is_some() => {
                // The client closes the connection itself.
                phone.forget_device(*device);
                result(iq, [])
            }
            ("w:profile:picture", false) => self.picture(iq)?,
            ("w:m", _) => media_hosts(iq),
            ("w:g2", false) => self.groups(phone, iq)?,
            ("blocklist", _) => result(iq, [el("list").build()]),
            ("privacy", _) => result(iq, [el("privacy").build()]),
            ("w" | "abt", _) => result(iq, [el("props").build()]),
            _ => result(iq, []),
        };
        conn.send(answer);
        Ok(())
    }

    /// `notification from=<own address> type=account_sync id t pushname`: see [`crate::Settings::tells_name`].
    pub(crate) fn tell_name(&self, conn: &Conn, phone: &Phone) {
        let notification = self.notification("account_sync").attr("from", phone.pn(0));
        conn.send(notification.attr("pushname", phone.name()).build());
    }

    /// See [`crate::Settings::shares_app_state_key`].
    fn share_app_state_key(&self, phone: &Arc<Phone>, device: u16) {
        if self.settings().shares_app_state_key {
            let phone = Arc::clone(phone);
            tokio::spawn(async move {
                if let Err(error) = phone.share_app_state_key(device).await {
                    tracing::warn!(device, "standin: the app-state key cannot be shared: {error:#}");
                }
            });
        }
    }

    /// `iq type=get xmlns=w:profile:picture target > picture type query` is answered by `picture id url direct_path`, or by
    /// `picture > error code=404`.
    fn picture(&self, iq: &Node) -> Result<Node> {
        let phone = self.phone_of(&need_jid(iq, "target")?);
        let picture = match phone.and_then(|phone| phone.picture()) {
            Some(Picture { id, url }) => {
                let path = media::path_of(&url).to_owned();
                el("picture").attr("id", id).attr("type", "image").attr("direct_path", path).attr("url", url)
            }
            None => {
                let error = el("error").attr("code", "404").attr("text", "item-not-found").build();
                el("picture").children([error])
            }
        };
        Ok(result(iq, [picture.build()]))
    }
}

/// Where to upload to and download from.
fn media_hosts(iq: &Node) -> Node {
    let host = el("host").attr("hostname", media::HOST).attr("type", "primary");
    let hosts = el("media_conn")
        .attr("auth", "stand-in")
        .attr("ttl", "300")
        .attr("auth_ttl", "300")
        .attr("max_buckets", "12")
        .children([host.children([el("upload").build(), el("download").build()]).build()]);
    result(iq, [hosts.build()])
}

/// Every collection is at the version that the device has: nothing to sync.
fn app_state(iq: &Node) -> Node {
    let collections = list(iq, "sync").iter().map(|collection| {
        el("collection")
            .attr("name", attr(collection, "name").unwrap_or_default())
            .attr("version", attr(collection, "version").unwrap_or_else(|| "0".to_owned()))
            .build()
    });
    result(iq, [el("sync").children(collections.collect::<Vec<_>>()).build()])
}
