//! How the types that are text on the wire are described to clients of REST. All others derive it.
//!
//! Promises: what a description lets through can be read, and what it forbids cannot.

use crate::accounts::{self, Hidden};
use crate::stock_data::{self, TimeOfDay};
use crate::{Money, Price, Quantity, Symbol, Total};
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Thirteen digits may be too many already.
const UNSIGNED: &str = r"^[0-9]{1,12}(\.[0-9]{1,6})?$";
const SIGNED: &str = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$";
/// Of many amounts.
const SUM: &str = r"^[0-9]{1,30}(\.[0-9]{1,6})?$";

macro_rules! text {
    ($($name:ident: $pattern:expr, $example:literal, $what:literal;)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).description(Some($what));
                text.pattern(Some($pattern)).examples([$example]).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

text! {
    Price: UNSIGNED, "187.25", "What one unit costs, in the stock's currency: a decimal with at most six decimals.";
    Quantity: UNSIGNED, "10", "How many units: a decimal with at most six decimals.";
    Money: SIGNED, "12.50", "An amount of a currency: a decimal with at most six decimals.";
    Total: SUM, "1024.5", "A sum of amounts, larger than any of them.";
    Symbol: r"^[A-Z0-9][A-Z0-9.\-]{0,11}$", "ACME", "A stock's short name.";
    TimeOfDay: r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "14:30", "A minute of the day, in UTC.";
}

impl PartialSchema for Hidden {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Password);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Hidden {
    fn name() -> Cow<'static, str> {
        "Hidden".into()
    }
}

/// A `Timestamp`, which as the alias that it is cannot be described itself.
pub struct Moment;

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        let text = ObjectBuilder::new().schema_type(Type::String).format(Some(format));
        text.description(Some("RFC 3339.")).examples(["2026-11-21T21:00:00Z"]).into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        "Moment".into()
    }
}

/// What `name::check` takes, but the space.
const VISIBLE: &str = r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]";

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident: $characters_max:expr;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                visible_text($characters_max)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

name! {
    /// Of a person, or of an API key.
    PersonName: accounts::NAME_CHARACTERS_MAX;
    StockName: stock_data::NAME_CHARACTERS_MAX;
}

fn visible_text(characters_max: usize) -> RefOr<Schema> {
    let within = characters_max - 2;
    let pattern = format!("^ *{VISIBLE}(({VISIBLE}| ){{0,{within}}}{VISIBLE})? *$");
    let about = format!("1 to {characters_max} visible characters; the spaces around them are dropped.");
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
    text.pattern(Some(pattern)).into()
}
