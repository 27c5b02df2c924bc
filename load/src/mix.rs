//! What is sent: parts of a hundred, or of any other sum.

use serde::Serialize;
use std::{fmt, str::FromStr};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident),+ $(,)?) => {
        /// How much of each kind of message, by weight.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct Mix {
            $($(#[$doc])* pub $kind: u16),+
        }

        const NOTHING: Mix = Mix { $($kind: 0),+ };

        /// How many kinds there are.
        const KINDS: usize = [$(stringify!($kind)),+].len();

        impl Mix {
            fn parts(&self) -> [(&'static str, u16); KINDS] {
                [$((stringify!($kind), self.$kind)),+]
            }

            fn part(&mut self, kind: &str) -> Option<&mut u16> {
                match kind {
                    $(stringify!($kind) => Some(&mut self.$kind),)+
                    _ => None,
                }
            }
        }
    };
}

kinds!(
    /// Limit orders away from the market, which stay on the book.
    rest,
    /// Limit orders in pairs that trade with each other.
    cross,
    /// Market orders, filled by a standing quote.
    market,
    /// Cancels of orders that rest.
    cancel,
    /// As those that rest, and post-only.
    post,
    /// Limit orders away from the market, immediate or cancel.
    ioc,
    /// The same, fill or kill.
    fok,
    /// As those that rest, good till a time within the run.
    gtd,
    /// Post-only orders that would trade, and rest a tick away from that instead.
    reprice,
    /// Changes of orders that rest.
    amend,
    /// Other orders in the place of those that rest.
    replace,
    /// Pairs that trade with each other, one of which shows a part of itself.
    iceberg,
    /// Stop orders, each with the market order that triggers it.
    stop,
    stop_limit,
    /// Trailing stops, each with the two market orders that it follows and that trigger it.
    trailing,
    /// Orders that rest and wait for a stop price, each with the market order that triggers it.
    oco,
    /// Market orders with an exit, each with the market order that triggers that.
    bracket,
    /// Orders that meet those of their own user, with every way to prevent that.
    stp,
    /// Orders that rest, and the message that cancels all of them.
    cancel_all,
);

/// Mixes with a name.
pub const PRESETS: [(&str, Mix); 4] = [
    ("mixed", Mix { rest: 40, cross: 50, market: 5, cancel: 5, ..NOTHING }),
    ("trade", Mix { cross: 100, ..NOTHING }),
    ("quotes", Mix { rest: 50, cancel: 50, ..NOTHING }),
    ("all", ALL),
];

/// Something of everything.
const ALL: Mix = Mix {
    rest: 20,
    cross: 21,
    market: 4,
    cancel: 4,
    post: 4,
    ioc: 2,
    fok: 2,
    gtd: 4,
    reprice: 4,
    amend: 6,
    replace: 3,
    iceberg: 6,
    stop: 3,
    stop_limit: 3,
    trailing: 3,
    oco: 3,
    bracket: 3,
    stp: 3,
    cancel_all: 2,
};

/// Shown even where there is none of them: the four that every mix had from the first.
const ALWAYS_SHOWN: usize = 4;

impl Mix {
    fn check(&self) -> Result<(), String> {
        if self.parts().iter().all(|(_, weight)| *weight == 0) {
            return Err("expected some message, got none".to_owned());
        }
        let Mix { rest, cancel, amend, replace, .. } = *self;
        if [cancel, amend, replace].map(u32::from).iter().sum::<u32>() > u32::from(rest) {
            return Err(format!(
                "only what rests can be canceled, amended or replaced, and once: cancel={cancel}, amend={amend} and replace={replace} are more than rest={rest}"
            ));
        }
        Ok(())
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, mix)) = PRESETS.iter().find(|(name, _)| *name == text) {
            return Ok(*mix);
        }
        let mut mix = NOTHING;
        for part in text.split(',') {
            let Some((kind, weight)) = part.split_once('=') else {
                let names = PRESETS.map(|(name, _)| name).join(", ");
                return Err(format!("expected {names}, or parts such as rest=40,cross=60; got {part:?}"));
            };
            let weight = weight
                .parse()
                .map_err(|_| format!("expected a whole number after {kind}=, got {weight:?}"))?;
            let Some(part) = mix.part(kind) else {
                let kinds = NOTHING.parts().map(|(kind, _)| kind).join(", ");
                return Err(format!("expected one of {kinds}, got {kind:?}"));
            };
            *part = weight;
        }
        mix.check()?;
        Ok(mix)
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts().into_iter().enumerate();
        let shown = parts.filter(|(n, (_, weight))| *n < ALWAYS_SHOWN || *weight > 0);
        let shown: Vec<_> = shown.map(|(_, (kind, weight))| format!("{kind}={weight}")).collect();
        f.write_str(&shown.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_and_parts_are_read_and_read_back() {
        for (text, shown) in [
            ("mixed", "rest=40,cross=50,market=5,cancel=5"),
            ("trade", "rest=0,cross=100,market=0,cancel=0"),
            ("cross=3,rest=2", "rest=2,cross=3,market=0,cancel=0"),
            ("fok=1,post=2", "rest=0,cross=0,market=0,cancel=0,post=2,fok=1"),
            ("cancel_all=1,stop_limit=2", "rest=0,cross=0,market=0,cancel=0,stop_limit=2,cancel_all=1"),
            (
                "all",
                "rest=20,cross=21,market=4,cancel=4,post=4,ioc=2,fok=2,gtd=4,reprice=4,amend=6,replace=3,iceberg=6,stop=3,stop_limit=3,trailing=3,oco=3,bracket=3,stp=3,cancel_all=2",
            ),
        ] {
            let mix: Mix = text.parse().unwrap();
            assert_eq!(mix.to_string(), shown);
            assert_eq!(shown.parse(), Ok(mix));
        }
    }

    #[test]
    fn the_mix_of_everything_has_everything_in_parts_of_a_hundred() {
        assert!(ALL.parts().iter().all(|(_, weight)| *weight > 0));
        assert_eq!(ALL.parts().iter().map(|(_, weight)| weight).sum::<u16>(), 100);
    }

    #[test]
    fn what_is_no_mix_is_refused_with_the_rule() {
        for (text, rule) in [
            ("fast", "expected mixed, trade, quotes, all, or parts such as"),
            ("rest=x", "whole number after rest="),
            (
                "halt=1",
                "expected one of rest, cross, market, cancel, post, ioc, fok, gtd, reprice, amend, replace, iceberg, stop, stop_limit, trailing, oco, bracket, stp, cancel_all, got \"halt\"",
            ),
            ("rest=0", "got none"),
            ("rest=10,cancel=11", "only what rests can be canceled"),
            ("rest=2,cancel=1,amend=1,replace=1", "are more than rest=2"),
            ("rest=10,cancel=5,amend=6", "cancel=5, amend=6 and replace=0 are more than rest=10"),
            ("amend=1", "only what rests can be canceled, amended or replaced"),
        ] {
            let refused = text.parse::<Mix>().unwrap_err();
            assert!(refused.contains(rule), "{text}: {refused}");
        }
    }
}
