//! WhatsApp's other hosts, in memory: media, and the page that tells which version of the web client is current.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use whatsapp_rust::http::{HttpClient, HttpRequest, HttpResponse};

/// The media host that the chat server names (`w:m`). `.invalid` never resolves: what does not come here goes nowhere.
pub(crate) const HOST: &str = "media.invalid";
/// Bytes of one upload.
const MAX_UPLOAD_BYTES: usize = 64 << 20;
/// Uploads that are kept; beyond it new ones are refused.
const MAX_UPLOADS: usize = 1_000;
/// Where the client looks for its version, and what it finds there: any version is current here.
const VERSION_PATH: &str = "/sw.js";
const VERSION_PAGE: &str = r#"self.__swData = {\"client_revision\":1000000000};"#;

/// Give this to the client as its HTTP client: what is posted under a path of `https://media.invalid` can be fetched again.
/// Clones share what they hold.
#[derive(Clone, Default)]
pub struct MediaHost {
    uploads: Arc<Mutex<HashMap<String, Vec<u8>>>>,
}

impl MediaHost {
    /// Puts something there by another way than an upload, such as a profile picture, and gives its address.
    pub fn put(&self, path: &str, body: Vec<u8>) -> String {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.insert(path.to_owned(), body);
        format!("https://{HOST}{path}")
    }

    /// What lies under a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Vec<u8>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Everything is gone, as it is some weeks later.
    pub fn forget(&self) {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn answer(&self, method: &str, path: &str, body: Option<&[u8]>) -> (u16, Vec<u8>) {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        match (method, body) {
            ("GET", _) if path == VERSION_PATH => (200, VERSION_PAGE.as_bytes().to_vec()),
            ("GET", _) => uploads.get(path).map_or((404, Vec::new()), |body| (200, body.clone())),
            ("POST", Some(body)) if body.len() > MAX_UPLOAD_BYTES => (413, Vec::new()),
            ("POST", Some(_)) if uploads.len() >= MAX_UPLOADS => (507, Vec::new()),
            ("POST", Some(body)) if !body.is_empty() => {
                uploads.insert(path.to_owned(), body.to_vec());
                let told = serde_json::json!({ "url": format!("https://{HOST}{path}"), "direct_path": path });
                (200, told.to_string().into_bytes())
            }
            _ => (404, Vec::new()),
        }
    }
}

#[async_trait]
impl HttpClient for MediaHost {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        let (status_code, body) = self.answer(&request.method, path_of(&request.url), request.body.as_deref());
        Ok(HttpResponse { status_code, body })
    }
}

/// The path of an address on any host, without its query.
pub(crate) fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("/", |at| &after_scheme[at..]);
    path.split('?').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_posted_can_be_fetched() {
        let host = MediaHost::default();
        let path = path_of("https://media.invalid/mms/image/abc?auth=x");
        assert_eq!(host.answer("GET", path, None).0, 404);
        assert_eq!(host.answer("POST", path, Some(b"sealed")).0, 200);
        assert_eq!(host.answer("GET", "/mms/image/abc", None), (200, b"sealed".to_vec()));
    }

    #[test]
    fn the_version_page_is_one_the_client_can_read() {
        let (status, page) = MediaHost::default().answer("GET", path_of("https://web.whatsapp.com/sw.js"), None);
        let page = String::from_utf8(page).expect("text");
        assert_eq!((status, wacore::version::parse_sw_js(&page)), (200, Some((2, 3000, 1_000_000_000))));
    }
}
