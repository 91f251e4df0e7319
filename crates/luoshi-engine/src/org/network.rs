//! From where administrators act: networks that the security administrator set; everywhere while none is.

use std::fmt;
use std::net::IpAddr;

use super::{OrgEvent, Organisation, Post};
use crate::refusal::refuse;
use crate::{Actor, Refusal};

/// How many networks may be set.
const MOST: usize = 100;

/// What the address of an actor reads who acts on the server itself.
const CONSOLE: &str = "console";

/// A network, or a single address: `10.1.0.0/16`, `2001:db8::/32`, `10.1.2.3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    first: IpAddr,
    /// How many leading bits an address has in common with the first.
    bits: u8,
}

impl Network {
    /// The network of words. Bits behind its length are taken as none.
    pub fn parse(words: &str) -> Option<Self> {
        let (address, bits) = match words.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (words.trim(), None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
            None => most,
        };
        (bits <= most).then(|| Self { first: first(address, bits), bits })
    }

    /// Whether an address lies in it. One of IPv4 that came over IPv6 is taken as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && first(address, self.bits) == self.first
    }
}

/// The first address of the network of an address.
fn first(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if self.first.is_ipv4() { 32 } else { 128 };
        if self.bits == whole {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}/{}", self.first, self.bits)
        }
    }
}

impl Organisation {
    /// Whether somebody in a post may act from an address: business from anywhere, administration from the
    /// networks that were set, and always on the server itself.
    pub fn admits(&self, post: &Post, address: &str) -> bool {
        post.system.is_none() || lies_in(&self.networks, address)
    }
}

fn lies_in(networks: &[Network], address: &str) -> bool {
    networks.is_empty()
        || address == CONSOLE
        || address.parse().is_ok_and(|address| networks.iter().any(|network| network.contains(address)))
}

/// That an administrator acts from where administrators may.
pub(super) fn from_inside(org: &Organisation, actor: &Actor) -> Result<(), Refusal> {
    if lies_in(&org.networks, &actor.address) {
        return Ok(());
    }
    let address = &actor.address;
    Err(refuse!(
        NotAllowed,
        "管理岗位只能在指定的网络地址办理，您现在的地址是{address}；请到指定的电脑上办理，或联系安全管理员。"
    ))
}

/// The networks of words, each one of its own.
fn read(words: &[String]) -> Result<Vec<Network>, Refusal> {
    let mut networks = Vec::new();
    for words in words {
        let Some(network) = Network::parse(words) else {
            return Err(refuse!(
                Incomplete,
                "“{words}”不是网络地址，应为 10.1.2.3、10.1.0.0/16 或 2001:db8::/32 的样子。"
            ));
        };
        networks.push(network);
    }
    networks.sort_unstable();
    networks.dedup();
    if networks.len() > MOST {
        return Err(refuse!(Incomplete, "最多设{MOST}个网络地址，请合并成网段。"));
    }
    Ok(networks)
}

/// Nobody shuts the door on themselves.
pub(super) fn not_oneself_out(actor: &Actor, words: &[String]) -> Result<(), Refusal> {
    if lies_in(&read(words)?, &actor.address) {
        return Ok(());
    }
    let address = &actor.address;
    Err(refuse!(Incomplete, "您现在的地址{address}不在其中，保存后您自己也不能办理；请把它加进去再保存。"))
}

pub(super) fn limit(org: &Organisation, words: &[String]) -> Result<Vec<OrgEvent>, Refusal> {
    let networks = read(words)?;
    if networks == org.networks {
        return Err(refuse!(WrongState, "管理岗位的网络地址没有变动，无需保存。"));
    }
    let networks = networks.iter().map(ToString::to_string).collect();
    Ok(vec![OrgEvent::AddressesLimited { networks }])
}

/// The networks of an event, which were read before they were kept.
pub(super) fn kept(networks: &[String]) -> Vec<Network> {
    networks.iter().filter_map(|words| Network::parse(words)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Administrators, Moment, Newcomer, OrgCommand, PersonId, PostId, RefusalKind, decide_org};

    #[test]
    fn an_address_lies_in_its_network_and_in_no_other() {
        let check = |network: &str, address: &str, expect: bool| {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), expect, "{network} {address}");
        };
        check("10.1.0.0/16", "10.1.0.0", true);
        check("10.1.0.0/16", "10.1.255.255", true);
        check("10.1.0.0/16", "10.2.0.0", false);
        check("10.1.2.3/16", "10.1.9.9", true);
        check("10.1.2.3", "10.1.2.3", true);
        check("10.1.2.3", "10.1.2.4", false);
        check("10.1.2.2/31", "10.1.2.3", true);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("2001:db8::/32", "2001:db8:ffff::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("::1", "::1", true);
        check("::/0", "2001:db8::1", true);
        // A server that listens on both hears IPv4 so.
        check("10.1.0.0/16", "::ffff:10.1.2.3", true);
        check("::/0", "::ffff:10.1.2.3", false);
    }

    #[test]
    fn administrators_act_from_inside_and_nobody_locks_themselves_out() {
        let newcomer = |name: &str| Newcomer { name: name.to_owned(), mobile: String::new() };
        let administrators =
            Administrators {
                system: newcomer("赵一"), security: newcomer("钱二"), audit: newcomer("孙三")
            };
        let mut org = Organisation::default();
        let mut give = |who: i64, address: &str, command: &OrgCommand| {
            let address = address.to_owned();
            let actor = Actor { person: PersonId(who), post: PostId(who), address };
            let events = decide_org(&org, &actor, command, Moment::start_of(date(2026, 1, 4)));
            events
                .map(|events| events.iter().for_each(|event| org.apply(event)))
                .map_err(|refusal| refusal.kind)
        };
        let (system, security, outside, inside) = (1, 2, "203.0.113.9", "10.1.2.3");
        give(0, "", &OrgCommand::Found { name: "云岭县".into(), kind: "county".into(), administrators })
            .unwrap();
        let limit = |networks: &[&str]| OrgCommand::LimitAddresses {
            networks: networks.iter().map(|words| (*words).to_owned()).collect(),
        };
        let add = |name: &str| OrgCommand::AddPerson { id: None, person: newcomer(name) };
        assert_eq!(give(system, outside, &add("甲")), Ok(()), "from anywhere while nothing is set");
        assert_eq!(give(system, inside, &limit(&["10.1.0.0/16"])), Err(RefusalKind::NotAllowed));
        assert_eq!(give(security, outside, &limit(&["10.1.0.0/16"])), Err(RefusalKind::Incomplete));
        assert_eq!(give(security, inside, &limit(&["10.1.0.0/99"])), Err(RefusalKind::Incomplete));
        assert_eq!(give(security, inside, &limit(&["10.1.9.9/16", "10.1.0.0/16"])), Ok(()));
        assert_eq!(give(security, inside, &limit(&["10.1.0.0/16"])), Err(RefusalKind::WrongState));
        for (address, expect) in [
            (outside, Err(RefusalKind::NotAllowed)),
            ("web", Err(RefusalKind::NotAllowed)),
            ("", Err(RefusalKind::NotAllowed)),
            (inside, Ok(())),
            ("console", Ok(())),
        ] {
            assert_eq!(give(system, address, &add("乙")), expect, "{address}");
        }
        assert_eq!(give(security, outside, &limit(&[])), Err(RefusalKind::NotAllowed));
        assert_eq!(give(0, "", &limit(&[])), Ok(()), "on the server itself");
        assert_eq!(give(system, outside, &add("丙")), Ok(()));
    }

    #[test]
    fn what_is_no_network_is_not_taken_for_one() {
        for words in
            ["", "10.1", "10.1.0.0/33", "10.1.0.0/-1", "10.1.0.0/+8", "::/129", "10.1.0.0/", "办公室"]
        {
            assert_eq!(Network::parse(words), None, "{words}");
        }
        for (words, told) in
            [(" 10.1.2.3/8 ", "10.0.0.0/8"), ("10.1.2.3/32", "10.1.2.3"), ("FE80::1/64", "fe80::/64")]
        {
            assert_eq!(Network::parse(words).unwrap().to_string(), told);
        }
    }
}
