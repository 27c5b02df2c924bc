//! Streams between services: one writer, one gapless sequence, a batch of events a message.

use crate::{Symbol, Timestamp, UserId, topology};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Into how many parts each kind of work is split. Fixed when the exchange is provisioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partitions {
    /// Of ordering and portfolio, split by user.
    pub users: u16,
    /// Of matching, split by symbol.
    pub symbols: u16,
}

impl Partitions {
    /// A queue per partition, and streams between all pairs: past this RabbitMQ feels it.
    pub const MAX: u16 = 64;

    pub fn of_user(&self, user: UserId) -> u16 {
        // The low half of a UUIDv7 is random; multiplying spreads even hand-made ids.
        spread(user.0.as_u128() as u64 ^ (user.0.as_u128() >> 64) as u64, self.users)
    }

    pub fn of_symbol(&self, symbol: Symbol) -> u16 {
        let hash = symbol.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        spread(hash, self.symbols)
    }
}

fn is_partition(name: &str) -> bool {
    let Some((service, number)) = name.rsplit_once('.') else { return false };
    let number = number.parse().ok().filter(|n: &u16| *n < Partitions::MAX && n.to_string() == number);
    topology::SERVICES.contains(&service) && number.is_some()
}

fn spread(hash: u64, parts: u16) -> u16 {
    let mixed = u128::from(hash.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    ((mixed * u128::from(parts)) >> 64) as u16
}

/// A stream's name says its two ends: `portfolio.2>matching.5`. `matching.5>*` is heard by all
/// who care; `ordering.0>web` by whichever web instances are up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamName(String);

impl StreamName {
    pub fn between(writer: &str, listener: &str) -> Self {
        StreamName(format!("{writer}>{listener}"))
    }

    pub fn to_all(writer: &str) -> Self {
        Self::between(writer, "*")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names two ends as some topology could have them. What it says is a key in databases
    /// and in memories: there are only so many such names.
    pub fn is_well_formed(&self) -> bool {
        let Some((writer, listener)) = self.0.split_once('>') else { return false };
        is_partition(writer) && (["*", topology::WEB].contains(&listener) || is_partition(listener))
    }

    /// The partition that writes it: `portfolio.2`.
    pub fn writer(&self) -> &str {
        self.0.split_once('>').map_or(self.0.as_str(), |(writer, _)| writer)
    }
}

impl From<&str> for StreamName {
    fn from(name: &str) -> Self {
        StreamName(name.to_owned())
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One message of a stream: all that one step of its writer had to say there.
/// A batch without events is a heartbeat: it repeats the last sequence, so that a listener who
/// missed the tail finds out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch<E> {
    pub stream: StreamName,
    pub seq: u64,
    /// When the writer's step happened, by the writer's clock.
    pub at: Timestamp,
    pub events: Vec<E>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_and_users_spread_over_all_partitions() {
        let partitions = Partitions { users: 8, symbols: 8 };
        let mut by_symbol = [0; 8];
        let mut by_user = [0; 8];
        for n in 0..8000_u128 {
            let symbol: Symbol = format!("S{n}").parse().unwrap();
            by_symbol[usize::from(partitions.of_symbol(symbol))] += 1;
            by_user[usize::from(partitions.of_user(UserId(uuid::Uuid::from_u128(n))))] += 1;
        }
        assert!(by_symbol.iter().all(|n| (800..1200).contains(n)), "{by_symbol:?}");
        assert!(by_user.iter().all(|n| (800..1200).contains(n)), "{by_user:?}");
    }
}
