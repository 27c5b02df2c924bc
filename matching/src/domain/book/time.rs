//! What happens because time has passed: phases begin and end, orders expire.

use super::Book;
use contracts::matching::{MatchingEvent, Phase, PhaseChanged};
use contracts::{Code, Side, Timestamp};

impl Book {
    /// When the book wants to be told the time next.
    pub fn due(&self) -> Option<Timestamp> {
        let end = self.extras.first_end().map(|(end, _)| end);
        [end, self.market.until].into_iter().flatten().min()
    }

    /// Phases first: an order of the day takes part in the auction that ends its day.
    #[inline]
    pub(super) fn advance(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        if self.extras.is_empty() && self.market.is_plain() && self.market.until.is_none() {
            // Neither hours nor a halt: only new settings could change that, and they are seen here.
            if self.market.settings == super::Settings::default() {
                return;
            }
        }
        self.change_phase(now, events);
        while let Some((_, at)) = self.extras.first_end().filter(|(end, _)| *end <= now) {
            self.take_off(at, Code::Expired, events);
            self.follow_up(now, events);
        }
    }

    fn change_phase(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let (phase, until) = self.market.by_now(now);
        if (phase, until) == (self.market.phase, self.market.until) {
            return;
        }
        let starts_to_trade = matches!(phase, Phase::Continuous | Phase::LimitState) && !self.market.trades();
        if starts_to_trade || self.market.phase == Phase::Auction {
            self.uncross(now, events);
        }
        (self.market.phase, self.market.until) = (phase, until);
        events.push(self.phase_changed());
        self.follow_up(now, events);
    }

    /// After a command: does the best of one side wait at the band's edge?
    pub(super) fn watch_edge(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let Some((lowest, highest)) = self.band_ticks() else { return };
        let is_at_edge = self.engine.best(Side::Buy).is_some_and(|bid| bid >= highest)
            || self.engine.best(Side::Sell).is_some_and(|ask| ask <= lowest);
        if self.market.at_edge(is_at_edge, now) {
            events.push(self.phase_changed());
        }
    }

    fn phase_changed(&mut self) -> MatchingEvent {
        MatchingEvent::PhaseChanged(PhaseChanged {
            symbol: self.symbol,
            sequence: self.next_sequence(),
            phase: self.market.phase,
            until: self.market.until,
            reference_price: self.market.reference(),
        })
    }
}
