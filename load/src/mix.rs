//! What is sent: parts of a hundred, or of any other sum.

use serde::Serialize;
use std::{fmt, str::FromStr};

/// How much of each kind of message, by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mix {
    /// Limit orders away from the market, which stay on the book.
    pub rest: u16,
    /// Limit orders in pairs that trade with each other.
    pub cross: u16,
    /// Market orders, filled by a standing quote.
    pub market: u16,
    /// Cancels of orders that rest.
    pub cancel: u16,
    /// As those that rest, and post-only.
    pub post: u16,
    /// Limit orders away from the market, immediate or cancel.
    pub ioc: u16,
    /// The same, fill or kill.
    pub fok: u16,
}

/// Mixes with a name.
pub const PRESETS: [(&str, Mix); 3] = [
    ("mixed", Mix { rest: 40, cross: 50, market: 5, cancel: 5, ..NOTHING }),
    ("trade", Mix { cross: 100, ..NOTHING }),
    ("quotes", Mix { rest: 50, cancel: 50, ..NOTHING }),
];

const NOTHING: Mix = Mix { rest: 0, cross: 0, market: 0, cancel: 0, post: 0, ioc: 0, fok: 0 };

impl Mix {
    fn parts(&self) -> [(&'static str, u16); 7] {
        let Mix { rest, cross, market, cancel, post, ioc, fok } = *self;
        [
            ("rest", rest),
            ("cross", cross),
            ("market", market),
            ("cancel", cancel),
            ("post", post),
            ("ioc", ioc),
            ("fok", fok),
        ]
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
            match kind {
                "rest" => mix.rest = weight,
                "cross" => mix.cross = weight,
                "market" => mix.market = weight,
                "cancel" => mix.cancel = weight,
                "post" => mix.post = weight,
                "ioc" => mix.ioc = weight,
                "fok" => mix.fok = weight,
                other => {
                    let kinds = NOTHING.parts().map(|(kind, _)| kind).join(", ");
                    return Err(format!("expected one of {kinds}, got {other:?}"));
                }
            }
        }
        let Mix { rest, cancel, .. } = mix;
        if mix.parts().iter().all(|(_, weight)| *weight == 0) {
            return Err("expected some message, got none".to_owned());
        }
        if cancel > rest {
            return Err(format!("only what rests can be canceled: cancel={cancel} is more than rest={rest}"));
        }
        Ok(mix)
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The four that every mix had from the first, and what else there is.
        let shown = self.parts().into_iter().enumerate().filter(|(n, (_, weight))| *n < 4 || *weight > 0);
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
        ] {
            let mix: Mix = text.parse().unwrap();
            assert_eq!(mix.to_string(), shown);
            assert_eq!(shown.parse(), Ok(mix));
        }
    }

    #[test]
    fn what_is_no_mix_is_refused_with_the_rule() {
        for (text, rule) in [
            ("fast", "expected mixed, trade, quotes, or parts such as"),
            ("rest=x", "whole number after rest="),
            ("stop=1", "expected one of rest, cross, market, cancel, post, ioc, fok, got \"stop\""),
            ("rest=0", "got none"),
            ("rest=10,cancel=11", "only what rests can be canceled"),
        ] {
            let refused = text.parse::<Mix>().unwrap_err();
            assert!(refused.contains(rule), "{text}: {refused}");
        }
    }
}
