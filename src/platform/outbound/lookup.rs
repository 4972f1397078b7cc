//! From a name to the addresses that may be called.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::url::is_localhost;
use super::{Failure, Reach};

/// Lookups at once; more wait their turn. The machine's resolver keeps a thread for each, and whoever owns a name decides how
/// long that takes.
const LOOKUPS_AT_ONCE: usize = 32;

/// Who knows the addresses of a name.
#[async_trait]
pub trait Lookup: Send + Sync + 'static {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's resolver, with its hosts file and its name servers.
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Looks names up and hands on only what may be called.
#[derive(Clone)]
pub(super) struct Guard {
    lookup: Arc<dyn Lookup>,
    reach: Reach,
    places: Arc<Semaphore>,
}

impl Guard {
    pub(super) fn new(lookup: Arc<dyn Lookup>, reach: Reach) -> Self {
        Self { lookup, reach, places: Arc::new(Semaphore::new(LOOKUPS_AT_ONCE)) }
    }

    /// The addresses of a host that may be called, never none: a name may have others beside them.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        // A URI writes IPv6 addresses in brackets.
        let found = match host.trim_matches(['[', ']']).parse() {
            Ok(literal) => vec![literal],
            Err(_) => self.look_up(host).await?,
        };
        if found.is_empty() {
            return Err(Failure::NotResolved);
        }
        let may_be_called =
            |address: &IpAddr| self.reach.includes(*address) && (address.is_loopback() || !is_localhost(host));
        let allowed: Vec<IpAddr> = found.into_iter().filter(may_be_called).collect();
        if allowed.is_empty() { Err(Failure::AddressRefused) } else { Ok(allowed) }
    }

    /// A lookup cannot be called back. It keeps its place until it ends, also when nobody waits for it any more.
    async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, Failure> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Failure::NotResolved)?;
        let (lookup, owned_name) = (Arc::clone(&self.lookup), name.to_owned());
        let looking = tokio::spawn(async move {
            let found = lookup.addresses(&owned_name).await;
            drop(place);
            found
        });
        let found = looking.await.unwrap_or_else(|stopped| Err(io::Error::other(stopped)));
        found.map_err(|error| {
            tracing::debug!(name, error = %error, "a name could not be looked up");
            Failure::NotResolved
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{join_all, poll_immediate};
    use tokio::sync::Notify;

    use super::*;

    /// Answers with the next of its lists; the last one stays.
    struct Answers(Vec<&'static [&'static str]>, AtomicUsize);

    #[async_trait]
    impl Lookup for Answers {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let turn = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
            Ok(self.0[turn].iter().map(|text| text.parse().expect(text)).collect())
        }
    }

    fn guard(answers: &[&'static [&'static str]], reach: Reach) -> Guard {
        Guard::new(Arc::new(Answers(answers.to_vec(), AtomicUsize::default())), reach)
    }

    fn texts(found: Result<Vec<IpAddr>, Failure>) -> Result<Vec<String>, Failure> {
        found.map(|addresses| addresses.iter().map(ToString::to_string).collect())
    }

    #[tokio::test]
    async fn a_name_that_turns_inwards_is_refused_from_then_on() {
        let guard = guard(&[&["93.184.216.34"], &["127.0.0.1"]], Reach::default());
        assert_eq!(texts(guard.addresses("app.example.com").await), Ok(vec![String::from("93.184.216.34")]));
        assert_eq!(texts(guard.addresses("app.example.com").await), Err(Failure::AddressRefused));
    }

    #[tokio::test]
    async fn only_what_may_be_called_is_handed_on() {
        let mixed = guard(&[&["10.0.0.1", "2606:4700::1111", "::ffff:127.0.0.1", "1.1.1.1"]], Reach::default());
        let found = texts(mixed.addresses("app.example.com").await);
        assert_eq!(found, Ok(vec![String::from("2606:4700::1111"), String::from("1.1.1.1")]));
        assert_eq!(texts(guard(&[&[]], Reach::default()).addresses("a.example").await), Err(Failure::NotResolved));
    }

    #[tokio::test]
    async fn a_literal_is_judged_too() {
        let guard = guard(&[&["1.1.1.1"]], Reach::default());
        for inner in ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254"] {
            assert_eq!(texts(guard.addresses(inner).await), Err(Failure::AddressRefused), "{inner}");
        }
        assert_eq!(texts(guard.addresses("[2606:4700::1111]").await), Ok(vec![String::from("2606:4700::1111")]));
    }

    #[tokio::test]
    async fn localhost_stays_on_this_machine() {
        let reach = Reach { private: true, loopback: true };
        let guard = guard(&[&["93.184.216.34", "10.0.0.1"], &["93.184.216.34", "::1"]], reach);
        assert_eq!(texts(guard.addresses("api.localhost").await), Err(Failure::AddressRefused));
        assert_eq!(texts(guard.addresses("api.localhost").await), Ok(vec![String::from("::1")]));
    }

    /// Counts who is inside at once.
    #[derive(Default)]
    struct Crowd {
        inside: AtomicUsize,
        inside_at_most: AtomicUsize,
    }

    #[async_trait]
    impl Lookup for Crowd {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
            self.inside_at_most.fetch_max(inside, Ordering::SeqCst);
            // All others have their turn meanwhile.
            tokio::task::yield_now().await;
            self.inside.fetch_sub(1, Ordering::SeqCst);
            Ok(vec![IpAddr::from([1, 1, 1, 1])])
        }
    }

    #[tokio::test]
    async fn lookups_wait_their_turn() {
        let crowd = Arc::new(Crowd::default());
        let guard = Guard::new(crowd.clone(), Reach::default());
        let found = join_all((0..100).map(|_| guard.addresses("app.example.com"))).await;
        assert!(found.iter().all(Result::is_ok));
        assert_eq!(crowd.inside_at_most.load(Ordering::SeqCst), LOOKUPS_AT_ONCE);
    }

    /// Answers when it is told to.
    struct Slow(Arc<Notify>);

    #[async_trait]
    impl Lookup for Slow {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            self.0.notified().await;
            Ok(Vec::new())
        }
    }

    #[tokio::test]
    async fn a_lookup_that_nobody_waits_for_keeps_its_place() {
        let answers = Arc::new(Notify::new());
        let guard = Guard::new(Arc::new(Slow(Arc::clone(&answers))), Reach::default());
        assert!(poll_immediate(guard.addresses("slow.example")).await.is_none());
        assert_eq!(guard.places.available_permits(), LOOKUPS_AT_ONCE - 1);
        answers.notify_one();
        let all = u32::try_from(LOOKUPS_AT_ONCE).expect("a small number");
        drop(guard.places.acquire_many(all).await.expect("it is given back when it ends"));
    }
}
