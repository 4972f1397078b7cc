//! Posted forms: bounded, from our own pages only.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::{Browser, StatusPage, is_storable};

/// A form without fields of its own.
#[derive(serde::Deserialize)]
pub struct NoFields {}

/// No form of ours is larger than this many bytes. Logos come as multipart and have their own bound.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// A form that one of our pages sent: its `csrf` field is bound to the browser. Unknown fields are ignored, repeated ones
/// can be read as a list with [`Form::all`].
pub struct Form<T> {
    pub fields: T,
    pairs: Vec<(String, String)>,
}

impl<T> Form<T> {
    /// Every value of a repeated field, such as a group of check boxes.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why a posted form was not even looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormRefusal {
    /// It did not come from one of our pages, or from one that is too old.
    NotOurs,
    /// It came without a cookie of ours, by which we know our own pages: the browser keeps none.
    NoCookie,
    TooLarge,
    Unreadable,
}

impl FormRefusal {
    /// For a form whose token does not fit its browser.
    pub(super) fn of_stranger(browser: &Browser) -> Self {
        if browser.is_new() { Self::NoCookie } else { Self::NotOurs }
    }
}

impl IntoResponse for FormRefusal {
    fn into_response(self) -> Response {
        match self {
            Self::NotOurs => StatusPage::new(StatusCode::FORBIDDEN, "form-not-ours"),
            Self::NoCookie => StatusPage::new(StatusCode::FORBIDDEN, "form-no-cookie"),
            Self::TooLarge => StatusPage::new(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large"),
            Self::Unreadable => StatusPage::new(StatusCode::BAD_REQUEST, "form-unreadable"),
        }
        .into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = FormRefusal;

    async fn from_request(request: Request, _state: &S) -> Result<Self, FormRefusal> {
        let browser = request.extensions().get::<Browser>().cloned().ok_or(FormRefusal::NotOurs)?;
        if comes_from_elsewhere(request.headers()) {
            return Err(FormRefusal::NotOurs);
        }
        let body = to_bytes(request.into_body(), FORM_BYTES_MAX).await.map_err(|_| FormRefusal::TooLarge)?;
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
        let csrf = pairs.iter().find(|(key, _)| key == "csrf").map_or("", |(_, value)| value);
        if !browser.csrf_matches(csrf) {
            return Err(FormRefusal::of_stranger(&browser));
        }
        if !pairs.iter().all(|(key, value)| is_storable(key) && is_storable(value)) {
            return Err(FormRefusal::Unreadable);
        }
        let fields = first_of_each(&pairs).map_err(|_| FormRefusal::Unreadable)?;
        Ok(Self { fields, pairs })
    }
}

/// Browsers that send `Sec-Fetch-Site` say plainly when a form comes from another site; the token decides the rest.
pub(super) fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

fn first_of_each<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, serde_json::Error> {
    let mut fields = serde_json::Map::new();
    for (key, value) in pairs {
        fields.entry(key.clone()).or_insert_with(|| value.clone().into());
    }
    serde_json::from_value(fields.into())
}
