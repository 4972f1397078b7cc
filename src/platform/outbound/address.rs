//! Which addresses belong to the public internet, by IANA's special-purpose registries (RFC 6890).
//!
//! The standard library's own judgement (`IpAddr::is_global`) is not stable, and the crates that copy it are older than the
//! newest ranges. What one address hides in another is judged by the outer one: none of these wrappers has to be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The first address of a range, and how many leading bits all of the range share.
type RangeV4 = (Ipv4Addr, u32);
type RangeV6 = (Ipv6Addr, u32);

const NOT_PUBLIC_V4: &[RangeV4] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // RFC 791 §3.2: this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // RFC 1918: private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // RFC 6598: shared by the customers of a carrier
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // RFC 1122 §3.2.1.3: loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // RFC 3927: link-local, and the clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // RFC 1918: private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // RFC 6890 §2.1: protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // RFC 5737: documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // RFC 7526: the former relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // RFC 1918: private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // RFC 2544: benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // RFC 5737: documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // RFC 5737: documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // RFC 5771: multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // RFC 1112 §4: reserved, with the broadcast address (RFC 919)
];

/// RFC 4291 §2.4 and IANA's registry of unicast space: all that was ever given to anybody lies in here. Outside are ::, ::1,
/// IPv4-mapped and -compatible addresses, NAT64, discard-only, segment routing, unique local, link- and site-local, multicast.
const GLOBAL_UNICAST: RangeV6 = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const NOT_PUBLIC_V6: &[RangeV6] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // RFC 2928: protocol assignments, Teredo and ORCHID among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // RFC 3849: documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // RFC 3056: 6to4, which wraps any IPv4 address
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // RFC 9637: documentation
];

/// What an operator's own network may use.
const PRIVATE_V4: &[RangeV4] = &[
    (Ipv4Addr::new(10, 0, 0, 0), 8),     // RFC 1918
    (Ipv4Addr::new(100, 64, 0, 0), 10),  // RFC 6598; overlay networks of one's own use it, too
    (Ipv4Addr::new(172, 16, 0, 0), 12),  // RFC 1918
    (Ipv4Addr::new(192, 168, 0, 0), 16), // RFC 1918
];
const PRIVATE_V6: RangeV6 = (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7); // RFC 4193

/// RFC 6052 §2.1: IPv4 addresses as seen from a network that has IPv6 alone.
const NAT64: RangeV6 = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Where a cloud gives credentials to whoever asks from inside, beyond 169.254.0.0/16. Nobody's receiver lives there.
const METADATA_V4: &[RangeV4] = &[
    (Ipv4Addr::new(100, 100, 100, 200), 32), // Alibaba Cloud
    (Ipv4Addr::new(168, 63, 129, 16), 32),   // Azure; a public address by its number
];
const METADATA_V6: &[RangeV6] = &[
    (Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0, 0), 32),  // Oracle Cloud
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0), 32), // AWS
    (Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42), 128), // Scaleway
    (Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254), 128), // Google Cloud
];

/// Which addresses may be called beyond the public ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    pub private: bool,
    pub loopback: bool,
}

impl Reach {
    #[must_use]
    pub fn includes(self, address: IpAddr) -> bool {
        is_public(address) || (self.private && is_private(address)) || (self.loopback && address.is_loopback())
    }
}

/// Whether an address is one that anybody on the internet can call.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !in_any_v4(address, NOT_PUBLIC_V4) && !in_any_v4(address, METADATA_V4),
        IpAddr::V6(address) => in_v6(address, GLOBAL_UNICAST) && !in_any_v6(address, NOT_PUBLIC_V6),
    }
}

/// Whether an address may be one of the operator's own network. Never one that is good for credentials alone.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => in_any_v4(address, PRIVATE_V4) && !in_any_v4(address, METADATA_V4),
        IpAddr::V6(address) if in_v6(address, NAT64) => {
            let [.., a, b, c, d] = address.octets();
            let beyond = IpAddr::from([a, b, c, d]);
            is_public(beyond) || is_private(beyond)
        }
        IpAddr::V6(address) => in_v6(address, PRIVATE_V6) && !in_any_v6(address, METADATA_V6),
    }
}

fn in_any_v4(address: Ipv4Addr, ranges: &[RangeV4]) -> bool {
    ranges.iter().any(|(first, bits)| (address.to_bits() ^ first.to_bits()).leading_zeros() >= *bits)
}

fn in_any_v6(address: Ipv6Addr, ranges: &[RangeV6]) -> bool {
    ranges.iter().any(|range| in_v6(address, *range))
}

fn in_v6(address: Ipv6Addr, (first, bits): RangeV6) -> bool {
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Written down a second time, as the registries write them: a slip in the tables above shows here.
    const SPECIAL: &str = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 \
        192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 \
        255.255.255.255/32 168.63.129.16/32 ::/128 ::1/128 ::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 \
        100:0:0:1::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8";

    fn address(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    /// The first and the last address of a range, as numbers, and whether they are IPv6.
    fn ends(range: &str) -> (u128, u128, bool) {
        let (first, bits) = range.split_once('/').expect("a range");
        let bits: u32 = bits.parse().expect("a number of bits");
        match address(first) {
            IpAddr::V4(first) => {
                let rest = u32::MAX.checked_shr(bits).unwrap_or(0);
                (first.to_bits().into(), (first.to_bits() | rest).into(), false)
            }
            IpAddr::V6(first) => (first.to_bits(), first.to_bits() | u128::MAX.checked_shr(bits).unwrap_or(0), true),
        }
    }

    fn numbered(number: u128, is_v6: bool) -> IpAddr {
        match u32::try_from(number) {
            Ok(number) if !is_v6 => Ipv4Addr::from_bits(number).into(),
            _ => Ipv6Addr::from_bits(number).into(),
        }
    }

    /// An IPv4 address in every IPv6 wrapper that there is.
    fn wrapped(inner: Ipv4Addr) -> [Ipv6Addr; 6] {
        let bits = u128::from(inner.to_bits());
        let after = |prefix: &str, shift: u32| {
            Ipv6Addr::from_bits(prefix.parse::<Ipv6Addr>().expect(prefix).to_bits() | bits << shift)
        };
        let teredo =
            Ipv6Addr::from_bits(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0).to_bits() | u128::from(!inner.to_bits()));
        [
            inner.to_ipv6_mapped(),
            inner.to_ipv6_compatible(),
            after("64:ff9b::", 0),
            after("64:ff9b:1::", 0),
            after("2002::", 80),
            teredo,
        ]
    }

    #[test]
    fn the_edges_of_every_special_range_are_not_public() {
        for range in SPECIAL.split(' ') {
            let (first, last, is_v6) = ends(range);
            for number in [first, last] {
                let address = numbered(number, is_v6);
                assert!(!is_public(address), "{address} of {range}");
            }
        }
    }

    #[test]
    fn what_lies_between_the_ranges_is_public() {
        let texts = "1.1.1.1 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 \
            169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 \
            198.17.255.255 198.20.0.0 223.255.255.255 2001:200:: 2001:4860:4860::8888 2001:db7:ffff:: 2001:db9:: \
            2003:: 2606:4700::1111 2a00:1450:4001:: 3ffe:ffff:: 3fff:1000::";
        for text in texts.split(' ') {
            assert!(is_public(address(text)), "{text}");
        }
    }

    #[test]
    fn what_an_operator_allows_is_reached_and_no_more() {
        let nothing = Reach::default();
        let private = Reach { private: true, loopback: false };
        let loopback = Reach { private: false, loopback: true };
        let texts = "10.0.0.1 172.31.0.1 192.168.1.1 100.64.0.1 fd12:3456::1 64:ff9b::a00:1 64:ff9b::808:808";
        for text in texts.split(' ') {
            let reached = [nothing, private, loopback].map(|reach| reach.includes(address(text)));
            assert_eq!(reached, [false, true, false], "{text}");
        }
        for text in ["127.0.0.1", "127.255.0.9", "::1"] {
            let reached = [nothing, private, loopback].map(|reach| reach.includes(address(text)));
            assert_eq!(reached, [false, false, true], "{text}");
        }
    }

    #[test]
    fn metadata_is_out_of_reach_whatever_is_allowed() {
        let all = Reach { private: true, loopback: true };
        let texts = "169.254.169.254 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fd00:ec2::23 \
            fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42 fe80::a9fe:a9fe ::ffff:169.254.169.254 \
            64:ff9b::169.254.169.254 64:ff9b::168.63.129.16 64:ff9b::127.0.0.1 0.0.0.0 :: 255.255.255.255 \
            224.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:a00:1:: ff02::1";
        for text in texts.split(' ') {
            assert!(!all.includes(address(text)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_inside_a_special_range_is_public(range in prop::sample::select(SPECIAL.split(' ').collect::<Vec<_>>()), offset: u128) {
            let (first, last, is_v6) = ends(range);
            let size = (last - first).saturating_add(1);
            let inside = numbered(first + offset % size, is_v6);
            prop_assert!(!is_public(inside), "{} of {}", inside, range);
        }

        #[test]
        fn no_wrapper_makes_an_address_public(inner: u32) {
            for outer in wrapped(Ipv4Addr::from_bits(inner)) {
                prop_assert!(!is_public(outer.into()), "{}", outer);
            }
        }
    }
}
