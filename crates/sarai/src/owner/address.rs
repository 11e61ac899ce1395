//! Where the owner listens, and under which names it is reached there.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use sarai_core::language::Language;
use sarai_server::ServeError;

use crate::trouble::Trouble;

/// How many ports after the wanted one are tried.
const PORTS_TRIED: u16 = 10;

/// Returns the addresses to try, the wanted one first.
pub(super) fn ports_from(wanted: SocketAddr) -> Vec<SocketAddr> {
    if wanted.port() == 0 {
        return vec![wanted];
    }
    let ports = (0..PORTS_TRIED).filter_map(|offset| wanted.port().checked_add(offset));
    ports.map(|port| SocketAddr::new(wanted.ip(), port)).collect()
}

/// Returns the address to call from this machine: one that means every network cannot be called.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Returns the name under which a browser asks for `address`.
pub(super) fn host_of(address: SocketAddr) -> String {
    match reachable(address).ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Says why nothing can be listened to; another port is advised only where the port is the trouble.
pub(super) fn cannot_listen(
    error: &ServeError,
    listen: Option<SocketAddr>,
    language: Language,
) -> Trouble {
    let mut trouble = Trouble::of(error, language);
    let ServeError::NoAddress(refused) = error else { return trouble };
    let port = listen.map_or(0, |address| address.port());
    let of_port =
        |kind: ErrorKind| matches!(kind, ErrorKind::AddrInUse | ErrorKind::PermissionDenied);
    let hint = if refused.iter().any(|(_, error)| of_port(error.kind())) {
        let other = if port < 1024 { 8080 } else { port.saturating_add(20) };
        match language {
            Language::Spanish => {
                format!("elige otro puerto, por ejemplo `sarai serve --port {other}`")
            }
            Language::English => {
                format!("choose another port, such as `sarai serve --port {other}`")
            }
        }
    } else {
        let hint = language.pick(
            "la dirección tiene que ser de esta máquina: cambia `--address` o `server.address`",
            "the address must be one of this machine: change `--address` or `server.address`",
        );
        hint.to_owned()
    };
    trouble.explanation.hint = Some(hint);
    trouble
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::net::SocketAddr;
    use std::path::PathBuf;

    use sarai_core::language::Language;
    use sarai_server::ServeError;

    use super::{cannot_listen, host_of, ports_from, reachable};

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_ports_are_tried_and_zero_means_any() {
        let ports =
            |text: &str| ports_from(address(text)).iter().map(SocketAddr::port).collect::<Vec<_>>();
        assert_eq!(ports("127.0.0.1:8080"), (8080..8090).collect::<Vec<_>>());
        assert_eq!(ports("127.0.0.1:0"), [0]);
        assert_eq!(ports("127.0.0.1:65535"), [65535]);
    }

    #[test]
    fn the_address_shown_can_be_called_under_its_own_name() {
        for (bound, shown, host) in [
            ("192.168.1.7:80", "192.168.1.7:80", "192.168.1.7"),
            ("0.0.0.0:80", "127.0.0.1:80", "127.0.0.1"),
            ("[::]:80", "[::1]:80", "[::1]"),
            ("[fd00::7]:80", "[fd00::7]:80", "[fd00::7]"),
        ] {
            assert_eq!(reachable(address(bound)), address(shown));
            assert_eq!(host_of(address(bound)), host);
        }
    }

    #[test]
    fn another_port_is_advised_only_where_the_port_is_the_trouble() {
        let hint = |error: &ServeError| {
            let trouble = cannot_listen(error, Some(address("10.0.0.1:8080")), Language::English);
            trouble.explanation.hint.unwrap_or_default()
        };
        let refused = |kind: ErrorKind| {
            ServeError::NoAddress(vec![(address("10.0.0.1:8080"), Error::from(kind))])
        };
        assert!(hint(&refused(ErrorKind::AddrInUse)).contains("--port 8100"));
        assert!(hint(&refused(ErrorKind::AddrNotAvailable)).contains("`server.address`"));
        let socket = ServeError::Socket {
            path: PathBuf::from("sarai.sock"),
            source: Error::from(ErrorKind::PermissionDenied),
        };
        assert!(hint(&socket).contains("permissions"), "{}", hint(&socket));
    }
}
