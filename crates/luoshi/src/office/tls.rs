//! What `luoshi serve` makes connections safe with.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use luoshi_web::{Authority, Tls};

use super::args::{DataArgs, TlsArgs};
use crate::clock;

/// The certificate that was given, or one of the office's own authority; none where neither is wanted.
pub(super) fn of(how: &TlsArgs, data: &DataArgs, local: SocketAddr) -> Result<Option<Tls>> {
    if let (Some(certificate), Some(key)) = (&how.tls_cert, &how.tls_key) {
        return Ok(Some(Tls::given(certificate, key)?));
    }
    if !how.tls_self {
        return Ok(None);
    }
    let names = names(local.ip(), &how.tls_name);
    let authority = Authority::open(&data.data.join("tls"), names, clock::today());
    let authority = authority.context("自己的证书用不了：请检查数据目录下的 tls 文件夹")?;
    Ok(Some(Tls::own(Arc::new(authority))?))
}

/// The plain address beside a safe one: the usual port where that is usual, else the next.
pub(super) fn beside(local: SocketAddr) -> SocketAddr {
    let port = if local.port() == 443 { 80 } else { local.port().saturating_add(1) };
    SocketAddr::new(local.ip(), port)
}

/// By what this machine is reached: names that were given, addresses of its network cards, its own name.
fn names(listen: IpAddr, given: &[String]) -> Vec<String> {
    let mut names = given.to_vec();
    let cards = if_addrs::get_if_addrs().unwrap_or_default();
    let mut addresses: Vec<IpAddr> = if listen.is_unspecified() {
        cards.iter().map(if_addrs::Interface::ip).collect()
    } else {
        vec![listen]
    };
    addresses.sort_by_key(|address| (address.is_loopback(), address.is_ipv6()));
    names.extend(addresses.iter().map(IpAddr::to_string));
    names.extend(own_name());
    names.push(String::from("localhost"));
    names.push(String::from("127.0.0.1"));
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// What this machine calls itself, where that can stand in a certificate.
fn own_name() -> Option<String> {
    let told = std::env::var_os("COMPUTERNAME").and_then(|name| name.into_string().ok());
    let name = told.or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok())?;
    let name = name.trim().to_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    (!name.is_empty() && name.bytes().all(plain)).then_some(name)
}
