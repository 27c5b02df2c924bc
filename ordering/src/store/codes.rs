//! The small numbers that stand for enums in the database. The schema's comments list them.

use chassis::Fault;
use contracts::{
    Liquidity, OrderStatus, OrderType, Side, TimeInForce, accounts::Role, stock_data::InstrumentState,
};

/// An enum with a number for each variant.
pub trait Coded: Copy + Sized + 'static {
    const ALL: &'static [Self];
    const COLUMN: &'static str;

    fn code(self) -> i16;

    fn from_code(code: i16) -> Result<Self, Fault> {
        let found = Self::ALL.iter().copied().find(|variant| variant.code() == code);
        found.ok_or_else(|| Fault::new(format!("read a {}", Self::COLUMN), format!("{code} stands for none")))
    }
}

macro_rules! coded {
    ($name:ident, $column:literal, { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl Coded for $name {
            const ALL: &'static [Self] = $name::ALL;
            const COLUMN: &'static str = $column;

            fn code(self) -> i16 {
                match self { $($name::$variant => $code),+ }
            }
        }
    };
}

coded!(Side, "side", { Buy = 0, Sell = 1 });
coded!(OrderType, "order type", {
    Limit = 0, Market = 1, Stop = 2, StopLimit = 3, TrailingStop = 4, Oco = 5,
});
coded!(TimeInForce, "time in force", { Gtc = 0, Ioc = 1, Fok = 2, Day = 3, Gtd = 4 });
coded!(OrderStatus, "status", { Pending = 0, Open = 1, Closed = 2, Canceled = 3, Rejected = 4, Expired = 5 });
coded!(Liquidity, "liquidity", { Maker = 0, Taker = 1, Auction = 2 });
coded!(InstrumentState, "state", { Open = 0, Halted = 1 });
coded!(Role, "role", { Trader = 0, Admin = 1, Bot = 2 });

/// Text of ours that the database gave back.
pub fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|e: T::Err| Fault::new("read a row", e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_back_as_what_it_stands_for() {
        fn check<T: Coded + PartialEq + std::fmt::Debug>() {
            for variant in T::ALL {
                assert_eq!(T::from_code(variant.code()).unwrap(), *variant);
            }
            assert!(T::from_code(99).is_err());
        }
        check::<Side>();
        check::<OrderType>();
        check::<TimeInForce>();
        check::<OrderStatus>();
        check::<Liquidity>();
        check::<InstrumentState>();
        check::<Role>();
    }

    #[test]
    fn the_schema_knows_which_codes_are_live() {
        for status in OrderStatus::ALL {
            assert_eq!(status.is_live(), status.code() < 2, "{status}");
        }
    }
}
