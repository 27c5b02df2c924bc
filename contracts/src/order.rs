//! An order and its fills as every reader sees them: REST, Socket.IO and the services alike.

use crate::{Money, OrderId, Price, Quantity, Refusal, Symbol, Timestamp, TradeId, UserId};
use serde::{Deserialize, Serialize};

macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok($name::$variant),)+
                    _ => {
                        let got = $crate::refusal::quoted(text);
                        Err(format!("expected one of {}, got {got}", [$($text),+].join(", ")))
                    },
                }
            }
        }
    };
}
pub(crate) use wire_enum;

wire_enum!(Side { Buy = "buy", Sell = "sell" });

impl Side {
    pub const fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }
}

wire_enum!(OrderType { Limit = "limit", Market = "market" });

wire_enum!(
    /// How long what is left of an order waits for others.
    TimeInForce {
        /// Until it is canceled.
        Gtc = "gtc",
        /// Not at all: what cannot trade at once is canceled.
        Ioc = "ioc",
        /// Not at all, and it trades wholly or not.
        Fok = "fok",
    }
);

wire_enum!(OrderStatus {
    /// Recorded; not yet funded and on its way to the book.
    Pending = "pending",
    /// In the book, perhaps partly filled.
    Open = "open",
    /// Filled.
    Closed = "closed",
    Canceled = "canceled",
    /// Never reached the book.
    Rejected = "rejected",
    Expired = "expired",
});

impl OrderStatus {
    /// Whether something may still happen to the order.
    pub const fn is_live(self) -> bool {
        matches!(self, OrderStatus::Pending | OrderStatus::Open)
    }
}

wire_enum!(Liquidity {
    /// The order that rested.
    Maker = "maker",
    /// The order that came in.
    Taker = "taker",
});

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    #[serde(rename = "type")]
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    /// Rests or is canceled, but never trades as it comes in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub post_only: bool,
    pub status: OrderStatus,
    pub quantity: Quantity,
    pub filled_quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_price: Option<Price>,
    /// Why it was rejected or canceled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Refusal>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One side's view of a trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    pub trade_id: TradeId,
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    pub price: Price,
    pub quantity: Quantity,
    pub fee: Money,
    pub liquidity: Liquidity,
    pub at: Timestamp,
}
