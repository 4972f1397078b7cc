//! Time and chance, as whoever starts the stand-in gives them.

use std::sync::Arc;

use grantline_whatsapp::Surroundings;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// The only place that asks what time it is, or draws.
#[derive(Clone)]
pub(crate) struct Nature(Arc<dyn Surroundings>);

impl Nature {
    pub fn new(surroundings: Arc<dyn Surroundings>) -> Self {
        Self(surroundings)
    }

    pub fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    /// Seconds since 1970-01-01 UTC, as stanzas and protobufs have them.
    pub fn now_s(&self) -> u64 {
        u64::try_from(self.now_ms() / 1000).unwrap_or_default()
    }

    /// The same as an attribute.
    pub fn stamp(&self) -> String {
        self.now_s().to_string()
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_random(&mut bytes);
        bytes
    }

    /// libsignal draws for itself: it gets a generator that repeats whenever the surroundings do.
    pub fn rng(&self) -> StdRng {
        StdRng::from_seed(self.bytes())
    }

    /// `N` random bytes as upper-case hexadecimal digits.
    pub fn hex<const N: usize>(&self) -> String {
        self.bytes::<N>().iter().map(|byte| format!("{byte:02X}")).collect()
    }
}
