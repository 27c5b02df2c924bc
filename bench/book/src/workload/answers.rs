//! What every correct price–time book answers to the whole of each workload. A book that answers
//! anything else is wrong, not fast.

use crate::tally::Tally;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    pub tally: Tally,
    /// A hash over each symbol's best prices at the end.
    pub state: u64,
    /// How many orders rest at the end.
    pub live: u64,
}

impl Answers {
    /// `best` is each symbol's best bid and ask; 0 for none.
    pub fn new(tally: Tally, best: impl Iterator<Item = (u64, u64)>, live: usize) -> Self {
        let fold = |hash: u64, price: u64| (hash.rotate_left(7) ^ price).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let state = best.fold(0, |hash, (bid, ask)| fold(fold(hash, bid), ask));
        Answers { tally, state, live: live as u64 }
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answers { tally: Tally { fills, volume, notional, hash }, state, live } = self;
        write!(
            f,
            "fills={fills} volume={volume} notional={notional} hash={hash:016x} state={state:016x} live={live}"
        )
    }
}

/// Of the whole workload; of one that was cut short, nothing is written down.
pub fn expected(name: &str) -> Answers {
    let (tally, state, live) = match name {
        "s1" => {
            ((771_810, 194_344_259, 19_430_822_306_972, 0xa016_04b3_dc8e_9206), 0x728e_76ff_f18e_11e2, 10_494)
        }
        "s100" => (
            (749_526, 189_976_394, 18_998_050_602_208, 0x8c55_85e2_8ebe_b965),
            0x89c5_7b2d_1da8_91da,
            104_723,
        ),
        "d1m" => (
            (381_336, 95_941_121, 9_603_451_061_137, 0xded7_d647_c0b8_b665),
            0x88c7_ff82_07ae_cc42,
            1_049_997,
        ),
        "g1" => {
            ((395_468, 99_270_025, 9_913_910_529_186, 0x7cc1_0327_63ad_86cc), 0xf6d3_2e29_659c_60f6, 402_850)
        }
        _ => panic!("{name} is no workload"),
    };
    let (fills, volume, notional, hash) = tally;
    Answers { tally: Tally { fills, volume, notional, hash }, state, live }
}
