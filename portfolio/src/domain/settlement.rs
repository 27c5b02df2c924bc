//! A fill settles: cash and shares change hands through the partition's clearing account.
//!
//! Each side posts for itself, so buyer and seller may live in different partitions. Both sides
//! are worked out before either is written: a fill that breaks a promise changes nothing.

use super::{Account, Books, Hold, Holding, Kind, Posting, books::no_account};
use chassis::Poison;
use contracts::{
    AmountError, Liquidity, Money, OrderId, Quantity, Side, Timestamp, UserId,
    matching::{OrderFilled, Party},
};

/// In hundredths of a percent of a fill's value, rounded down per fill.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeeRates {
    pub maker_basis_points: u32,
    pub taker_basis_points: u32,
}

impl FeeRates {
    /// What an order must be prepared for.
    pub fn worst(&self) -> u32 {
        self.maker_basis_points.max(self.taker_basis_points)
    }

    fn of(&self, liquidity: Liquidity) -> u32 {
        match liquidity {
            // Nobody took: both pay as those who rested.
            Liquidity::Maker | Liquidity::Auction => self.maker_basis_points,
            Liquidity::Taker => self.taker_basis_points,
        }
    }
}

/// One side of a fill, worked out: the rows as they will be.
struct Settled {
    order_id: OrderId,
    hold: Hold,
    account: Account,
    holding: Holding,
    posting: Posting,
    /// The exit's hold, with what its entry has bought.
    exit: Option<(OrderId, Hold)>,
}

impl Books {
    /// Settles the sides of a fill that are ours.
    pub fn settle(
        &mut self,
        fill: &OrderFilled,
        is_ours: impl Fn(UserId) -> bool,
        fees: FeeRates,
        at: Timestamp,
    ) -> Result<(), Poison> {
        if fill.maker.user_id == fill.taker.user_id {
            return Err(Poison(format!("trade {} is with oneself", fill.trade_id)));
        }
        if !fill.quantity.is_positive() || !fill.price.is_positive() {
            return Err(Poison(format!("trade {} is of nothing", fill.trade_id)));
        }
        let (maker, taker) = match fill.auction {
            None => (Liquidity::Maker, Liquidity::Taker),
            Some(_) => (Liquidity::Auction, Liquidity::Auction),
        };
        let sides = [
            (&fill.maker, fill.taker_side.opposite(), fees.of(maker)),
            (&fill.taker, fill.taker_side, fees.of(taker)),
        ];
        let settled: Vec<Settled> = sides
            .into_iter()
            .filter(|(party, ..)| is_ours(party.user_id))
            .map(|(party, side, basis_points)| self.settle_side(fill, party, side, basis_points, at))
            .collect::<Result<_, _>>()?;
        for side in settled {
            let (user, symbol) = (side.hold.user_id, side.hold.symbol);
            self.put_account(user, side.account);
            self.put_holding(user, symbol, side.holding);
            self.holds.put(side.order_id, side.hold);
            side.exit.into_iter().for_each(|(exit, hold)| self.holds.put(exit, hold));
            self.post(side.posting);
        }
        Ok(())
    }

    fn settle_side(
        &self,
        fill: &OrderFilled,
        party: &Party,
        side: Side,
        basis_points: u32,
        at: Timestamp,
    ) -> Result<Settled, Poison> {
        let broken =
            |what: &str| Poison(format!("trade {}, order {}: {what}", fill.trade_id, party.order_id));
        let overflow = |e: AmountError| broken(&e.to_string());
        let hold = self.pending(party, fill.symbol, Some(side))?;
        if !hold.allows(fill.price) {
            return Err(broken(&format!("{} is worse than {}", fill.price, hold.price)));
        }
        let rest = hold
            .filled(fill.quantity)
            .ok_or_else(|| broken(&format!("{} was filled, {} was left", fill.quantity, hold.remaining)))?;
        let account = self.accounts.get(party.user_id).ok_or_else(|| no_account(party.user_id))?;
        let holding = self.holding(party.user_id, fill.symbol);
        let value = fill.price.times(fill.quantity).map_err(overflow)?;
        let shares = Money::from_micros(fill.quantity.micros());
        let blank = Posting::blank(party.user_id, Kind::Trade, fill.trade_id.0, at);
        let posting = Posting { symbol: Some(fill.symbol), ..blank };
        let exit = self.exit_with(&hold, fill.quantity).map_err(|what| broken(&what))?;
        let (account, holding, posting) = match side {
            Side::Buy => {
                // Fees that were raised meanwhile do not raise what was agreed when the cash was held.
                let fee = value.fee(basis_points.min(hold.fee_basis_points));
                let spent = value.plus(fee).map_err(overflow)?;
                // Held at the limit, traded lower: the difference is the buyer's.
                let released = hold.held_cash().minus(rest.held_cash()).map_err(overflow)?;
                assert!(spent <= released, "a fill fits into its part of the hold");
                let cash = account.cash.minus(spent).map_err(overflow)?;
                let held = account.held.minus(released).map_err(overflow)?;
                let bought = holding.bought(fill.quantity, spent).map_err(overflow)?;
                // Never available in between.
                let kept = if exit.is_some() { fill.quantity } else { Quantity::ZERO };
                let holding = bought.set_aside(kept).map_err(overflow)?;
                (Account { cash, held, ..account }, holding, Posting { cash: -value, shares, fee, ..posting })
            }
            Side::Sell => {
                let fee = value.fee(basis_points);
                let proceeds = value.minus(fee).map_err(overflow)?;
                let cash = account.cash.plus(proceeds).map_err(overflow)?;
                let sold = holding.sold(fill.quantity, proceeds).map_err(overflow)?;
                // A last fill leaves nothing to amend: what was held for that is free, too.
                let released = hold.held_shares().minus(rest.held_shares()).map_err(overflow)?;
                let beside = released.minus(fill.quantity).map_err(overflow)?;
                let holding = sold.given_back(beside).map_err(overflow)?;
                (
                    Account { cash, ..account },
                    holding,
                    Posting { cash: value, shares: -shares, fee, ..posting },
                )
            }
        };
        Ok(Settled { order_id: party.order_id, hold: rest, account, holding, posting, exit })
    }

    /// The hold that gets what an entry has bought. Shares of an entry whose exit has ended are
    /// available like all others.
    fn exit_with(&self, entry: &Hold, bought: Quantity) -> Result<Option<(OrderId, Hold)>, String> {
        let Some(exit) = entry.exit else { return Ok(None) };
        let hold = self.holds.get(exit).ok_or_else(|| format!("its exit {exit} has no hold"))?;
        if !hold.is_pending() {
            return Ok(None);
        }
        let awaited = hold.awaited;
        let granted = hold.granted(bought);
        let hold = granted.ok_or_else(|| format!("{bought} was bought, its exit {exit} awaits {awaited}"))?;
        Ok(Some((exit, hold)))
    }
}
