//! Ids that cannot be mistaken for one another, and the symbol of an instrument.

use crate::refusal::quoted;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a UUID such as 01941f29-7c00-7000-8000-000000000001, got {0}")]
pub struct IdError(String);

/// In any of a UUID's spellings; it is always written in the usual one.
pub fn parse_uuid(text: &str) -> Result<Uuid, IdError> {
    text.parse().map_err(|_| IdError(quoted(text)))
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map($name)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                $name(id)
            }
        }
    };
}

uuid_id!(
    /// A person, a program or the house.
    UserId
);
uuid_id!(
    /// Made by the client, so that an order can be sent again without being placed twice.
    OrderId
);
uuid_id!(
    /// Made by the book from its symbol and sequence: replay gives the same id again.
    TradeId
);

/// The house: receives fees. Not a person, so it never enters through accounts.
pub const HOUSE: UserId = UserId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

/// An instrument's short name: 1 to 12 of `A-Z`, `0-9`, `.`, `-`, starting with a letter or digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    // Zero-padded, so that derived order and equality are those of the text.
    bytes: [u8; Symbol::LENGTH_MAX],
}

impl Symbol {
    pub const LENGTH_MAX: usize = 12;

    pub fn as_str(&self) -> &str {
        let length = self.bytes.iter().position(|b| *b == 0).unwrap_or(Self::LENGTH_MAX);
        std::str::from_utf8(&self.bytes[..length]).expect("a symbol is ASCII")
    }

    pub(crate) fn of_ascii(given: &[u8]) -> Option<Self> {
        let valid = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        let starts_well = given.first().is_some_and(u8::is_ascii_alphanumeric);
        if !starts_well || given.len() > Self::LENGTH_MAX || !given.iter().all(|b| valid(*b)) {
            return None;
        }
        let mut bytes = [0; Self::LENGTH_MAX];
        bytes[..given.len()].copy_from_slice(given);
        Some(Symbol { bytes })
    }

    /// Its text with what fills it up, and how long the text is.
    pub(crate) fn padded(&self) -> (&[u8; Symbol::LENGTH_MAX], usize) {
        let mut number = [0; size_of::<u128>()];
        number[..Symbol::LENGTH_MAX].copy_from_slice(&self.bytes);
        let empty = u128::from_be_bytes(number).trailing_zeros() as usize / 8;
        (&self.bytes, size_of::<u128>() - empty)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a symbol is 1 to 12 characters of A-Z, 0-9, '.' and '-', starting with a letter or digit; got {0}")]
pub struct SymbolError(String);

impl FromStr for Symbol {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        Symbol::of_ascii(text.as_bytes()).ok_or_else(|| SymbolError(quoted(text)))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Symbol {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::parsed(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_keeps_its_text() {
        for text in ["A", "BRK.B", "BTC-USDC", "ABCDEFGHIJKL"] {
            let symbol = text.parse::<Symbol>().unwrap();
            assert_eq!(symbol.as_str(), text);
            let (padded, length) = symbol.padded();
            assert_eq!(&padded[..length], text.as_bytes());
        }
    }

    #[test]
    fn what_is_no_symbol_is_refused_with_the_rule() {
        for text in ["", "abc", "ABCDEFGHIJKLM", ".A", "A B", "Ä", "A\0"] {
            let error = text.parse::<Symbol>().unwrap_err().to_string();
            assert!(error.contains("1 to 12 characters"), "{error}");
        }
    }
}
