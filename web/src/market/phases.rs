//! What the books said about when they trade, beyond the phase that every stock has.
//!
//! Promises: what a book said last counts, whatever the list of stocks says; after something was
//! missed nothing is known until that list is there again.

use contracts::matching::{AuctionIndicated, Depth, Phase, PhaseChanged, Standing};
use contracts::schema::Moment;
use contracts::{Price, Quantity, Side, Symbol, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use utoipa::ToSchema;

/// What a book does with orders that come, as of an event of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseNow {
    pub sequence: u64,
    pub phase: Phase,
    pub detail: PhaseDetail,
}

/// Absent is what the book has not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhaseDetail {
    /// When the phase ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Moment>)]
    pub phase_until: Option<Timestamp>,
    /// What the price band is around.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auction: Option<Indication>,
}

/// What the auction would do if it ended now. Without a price nobody would trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Indication {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    pub quantity: Quantity,
    /// What would be left over at that price, and on which side.
    pub imbalance: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imbalance_side: Option<Side>,
}

#[derive(Debug, Default)]
pub struct Phases {
    said: FxHashMap<Symbol, Said>,
    /// Partitions of matching that may have said something that nobody heard.
    missed: FxHashSet<u16>,
}

#[derive(Debug, Default)]
struct Said {
    changed: Option<PhaseChanged>,
    indicated: Option<AuctionIndicated>,
}

impl Phases {
    /// What the books of a partition said may be old now, and nobody knows until `answered`.
    pub fn missed(&mut self, partition: u16, is_of_it: impl Fn(Symbol) -> bool) {
        self.missed.insert(partition);
        self.said.retain(|symbol, _| !is_of_it(*symbol));
    }

    /// A list of stocks came that is younger than what was missed.
    pub fn answered(&mut self) {
        self.missed.clear();
    }

    pub fn is_known(&self, partition: u16) -> bool {
        !self.missed.contains(&partition)
    }

    pub fn changed(&mut self, event: PhaseChanged) {
        self.said.insert(event.symbol, Said { changed: Some(event), indicated: None });
    }

    pub fn indicated(&mut self, event: AuctionIndicated) {
        self.said.entry(event.symbol).or_default().indicated = Some(event);
    }

    /// How a book stood when its depth was asked for. What it has said since is younger.
    pub fn told(&mut self, Depth { symbol, sequence, standing, .. }: &Depth) {
        let Some(Standing { phase, until, reference_price, auction }) = *standing else { return };
        let (symbol, sequence) = (*symbol, *sequence);
        let said = self.said.entry(symbol).or_default();
        if said.changed.is_some_and(|changed| changed.sequence > sequence) {
            return;
        }
        said.changed = Some(PhaseChanged { symbol, sequence, phase, until, reference_price });
        if said.indicated.is_none_or(|indicated| indicated.sequence <= sequence) {
            said.indicated = auction;
        }
    }

    /// As the book said it. Stock-data hears it from the book too, and may be behind.
    pub fn said(&self, symbol: Symbol) -> Option<Phase> {
        self.said.get(&symbol)?.changed.map(|changed| changed.phase)
    }

    pub fn detail(&self, symbol: Symbol, phase: Phase) -> PhaseDetail {
        let Some(Said { changed, indicated }) = self.said.get(&symbol) else { return PhaseDetail::default() };
        let indicated = indicated.filter(|_| phase == Phase::Auction);
        PhaseDetail {
            phase_until: changed.and_then(|changed| changed.until),
            reference_price: changed.and_then(|changed| changed.reference_price),
            auction: indicated.map(Indication::from),
        }
    }
}

impl From<AuctionIndicated> for Indication {
    fn from(event: AuctionIndicated) -> Self {
        let AuctionIndicated { price, quantity, imbalance, imbalance_side, .. } = event;
        Indication { price, quantity, imbalance, imbalance_side }
    }
}
