//! An order and its fills as every reader sees them: REST, Socket.IO and the services alike.

use crate::schema::Moment;
use crate::{Money, OrderId, Price, Quantity, Refusal, Symbol, Timestamp, TradeId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

        // Not derived: what stands in a macro's variable is no name to the derivation.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let texts = utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String);
                texts.enum_values(Some($name::ALL.iter().map(|one| one.as_str()))).into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
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

wire_enum!(OrderType {
    Limit = "limit",
    Market = "market",
    /// Waits for its stop price, then is a market order.
    Stop = "stop",
    /// Waits for its stop price, then is a limit order.
    StopLimit = "stop_limit",
    /// A stop whose price follows the market at a distance, never away from it.
    TrailingStop = "trailing_stop",
    /// Rests at its limit and waits for its stop price, whichever is met first.
    Oco = "oco",
});

wire_enum!(
    /// How long what is left of an order waits for others.
    TimeInForce {
        /// Until it is canceled.
        Gtc = "gtc",
        /// Until its instrument's trading hours end.
        Day = "day",
        /// Until a time that it names.
        Gtd = "gtd",
        /// Not at all: what cannot trade at once is canceled.
        Ioc = "ioc",
        /// Not at all, and it trades wholly or not.
        Fok = "fok",
    }
);

impl TimeInForce {
    /// Whether what cannot trade at once waits.
    pub const fn waits(self) -> bool {
        match self {
            TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd => true,
            TimeInForce::Ioc | TimeInForce::Fok => false,
        }
    }
}

wire_enum!(
    /// What becomes of an incoming order that would trade with one of its own user.
    #[derive(Default)]
    SelfTradePrevention {
        /// The incoming order is canceled.
        #[default]
        CancelNewest = "cancel_newest",
        /// The resting order is canceled; the incoming one goes on.
        CancelOldest = "cancel_oldest",
        CancelBoth = "cancel_both",
        /// Both shrink by the smaller; what is nothing then is canceled.
        Decrement = "decrement",
    }
);

/// What an order says beside its side, quantity and limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Terms {
    pub time_in_force: TimeInForce,
    /// Of a `gtd` order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Moment>)]
    pub expires_at: Option<Timestamp>,
    /// Rests or is canceled, but never trades as it comes in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub post_only: bool,
    /// A post-only order that would trade rests one tick away from that instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reprice: bool,
    /// Of an iceberg: how much of it others see at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_quantity: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Price>,
    /// How far a trailing stop follows the market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_amount: Option<Price>,
    /// Of an `oco` order: its limit once its stop price is met. Without one it is a market order then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_limit_price: Option<Price>,
    #[serde(default, skip_serializing_if = "SelfTradePrevention::is_usual")]
    pub self_trade_prevention: SelfTradePrevention,
    /// Of a bracket: the order that leaves again what this one has got, and at which prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_order_id: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_profit_price: Option<Price>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_loss_price: Option<Price>,
}

impl Terms {
    pub const fn of(time_in_force: TimeInForce) -> Self {
        Terms {
            time_in_force,
            expires_at: None,
            post_only: false,
            reprice: false,
            display_quantity: None,
            stop_price: None,
            trail_amount: None,
            stop_limit_price: None,
            self_trade_prevention: SelfTradePrevention::CancelNewest,
            exit_order_id: None,
            take_profit_price: None,
            stop_loss_price: None,
        }
    }
}

impl SelfTradePrevention {
    /// Whether an order has it that says nothing about it.
    pub fn is_usual(&self) -> bool {
        *self == SelfTradePrevention::default()
    }
}

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
    /// Both rested, and an auction brought them together.
    Auction = "auction",
});

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Order {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    #[serde(rename = "type")]
    pub order_type: OrderType,
    #[serde(flatten)]
    pub terms: Terms,
    pub status: OrderStatus,
    /// Less what an amendment or the prevention of a self-trade took off it.
    pub quantity: Quantity,
    pub filled_quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_price: Option<Price>,
    /// Its stop price was met.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub triggered: bool,
    /// Of a bracket's exit: the order whose fills it leaves again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_order_id: Option<OrderId>,
    /// The order in whose place it came, or was to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<OrderId>,
    /// The order that came in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<OrderId>,
    /// The last change that was asked for, until it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amendment: Option<Amendment>,
    /// What its client wrote, where it is not like that any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<Placed>,
    /// Why it was rejected or canceled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Refusal>,
    #[schema(value_type = Moment)]
    pub created_at: Timestamp,
    #[schema(value_type = Moment)]
    pub updated_at: Timestamp,
}

impl Order {
    pub fn as_placed(&self) -> Placed {
        self.placed.unwrap_or(Placed { quantity: self.quantity, limit_price: self.limit_price })
    }
}

/// What may change of an order: as it was when it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Placed {
    pub quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
}

/// A change of a resting order, under way or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Amendment {
    pub quantity: Quantity,
    pub limit_price: Price,
    /// Without one, it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refusal>,
}

/// One side's view of a trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    #[schema(value_type = Moment)]
    pub at: Timestamp,
}
