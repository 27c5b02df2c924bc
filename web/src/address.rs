//! Where a request comes from. Proxies tell, where we were told to listen to them.
//!
//! Promises: nobody chooses his own address.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web;
use chassis::network::Network;
use std::net::{IpAddr, Ipv4Addr};

/// Those whose `X-Forwarded-For` is believed.
#[derive(Clone, Default)]
pub struct Proxies(pub Vec<Network>);

impl Proxies {
    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The last address that no proxy of ours has. What stands before it anybody may have written.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.has(peer) {
            return peer;
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
        let hops = lines.iter().flat_map(|line| line.split(',')).rev();
        let mut client = peer;
        for hop in hops {
            let Ok(address) = hop.trim().parse::<IpAddr>() else { return client };
            client = address.to_canonical();
            if !self.has(client) {
                return client;
            }
        }
        client
    }
}

/// Of who asks. Without a peer, which tests may lack, it is nobody's.
pub fn of(request: &HttpRequest) -> IpAddr {
    let proxies = request.app_data::<web::Data<Proxies>>().expect("proxies are registered");
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    proxies.client(peer, request.headers())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn only_our_own_proxies_say_where_somebody_is() {
        let proxies = Proxies(vec!["10.0.0.0/8".parse().unwrap()]);
        for (peer, forwarded, client) in [
            ("203.0.113.7", "1.2.3.4", "203.0.113.7"),
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.5", "10.0.0.5"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"),
        ] {
            let value = HeaderValue::from_str(forwarded).unwrap();
            let headers = HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-for"), value)]);
            let found = proxies.client(peer.parse().unwrap(), &headers);
            assert_eq!(found.to_string(), client, "{peer} {forwarded}");
            let unbelieved = Proxies::default().client(peer.parse().unwrap(), &headers);
            assert_eq!(unbelieved.to_string(), peer);
        }
    }
}
