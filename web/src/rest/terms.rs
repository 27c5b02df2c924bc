//! What trading costs and how far it may go, for all stocks alike. From the settings, which ordering and
//! portfolio have as well: what is told here is what they hold and charge.

use super::{Answer, Shared, ok};
use chassis::settings::Settings;
use serde::Serialize;
use utoipa::ToSchema;

/// In hundredths of a percent.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = MarketTerms)]
pub struct Terms {
    /// Of a fill's price × quantity, cut off after the sixth decimal: for who rested, and for both in an
    /// auction.
    maker_fee_basis_points: u32,
    /// The same for who took.
    taker_fee_basis_points: u32,
    /// How far an order without a limit may trade from the last price, or from its stop price, rounded
    /// away from it to a tick.
    market_collar_basis_points: u32,
}

impl From<&Settings> for Terms {
    fn from(Settings { fees, limits, .. }: &Settings) -> Self {
        Terms {
            maker_fee_basis_points: fees.maker_basis_points,
            taker_fee_basis_points: fees.taker_basis_points,
            market_collar_basis_points: limits.market_collar_basis_points,
        }
    }
}

/// `GET market/terms`.
pub async fn show(gateway: Shared) -> Answer {
    Ok(ok(&gateway.terms))
}

pub mod said {
    use super::Terms;
    use crate::openapi::{Said, Tag};

    pub fn show() -> Said {
        Said::new("market_terms", Tag::Market, "What trading costs")
            .more("The same for all stocks.")
            .answers::<Terms>(200, "Fees, and how far an order without a limit may trade.")
    }
}
