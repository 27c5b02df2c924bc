//! Many instruments at once, from a sheet; and back again.

use crate::Symbol;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an upload does, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// Nothing was done: this is what it would be.
    pub dry_run: bool,
    /// Newly listed.
    pub added: Vec<Symbol>,
    pub changed: Vec<Difference>,
    /// Rows that say what is there already.
    pub unchanged: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    pub symbol: Symbol,
    pub field: String,
    pub from: String,
    pub to: String,
}

/// Of a sheet: what fits into a request, escaped.
pub const SHEET_BYTES_MAX: usize = 48 * 1024;
