//! Trade ids: UUIDv7 in shape, made from the command's time, the symbol and the sequence alone, so
//! that a replay makes the same ones.

use contracts::{Symbol, Timestamp, TradeId};
use uuid::Uuid;

/// The part of a book's trade ids that stays the same (FNV-1a).
pub fn seed(symbol: Symbol) -> u64 {
    symbol
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

pub fn trade_id(seed: u64, sequence: u64, at: Timestamp) -> TradeId {
    // A clock before 1970 gives 0: ids need no more of the time than that they sort roughly by it.
    let ms = u64::try_from(at.timestamp_millis()).unwrap_or(0) & 0xffff_ffff_ffff;
    let low = mix(seed.wrapping_add(mix(sequence)));
    let high = mix(low ^ seed) & 0x0fff;
    let version_7 = (ms << 16) | 0x7000 | high;
    let variant = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    TradeId(Uuid::from_u64_pair(version_7, variant))
}

/// The finaliser of splitmix64: one to one, so that a book's sequences never collide here.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
