//! What happened in a stock: how many orders came, and what their trades add up to.

use contracts::Total;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    pub orders: u64,
    pub trades: u64,
    pub volume: Total,
    pub turnover: Total,
}

impl std::ops::AddAssign for Activity {
    fn add_assign(&mut self, other: Self) {
        self.orders += other.orders;
        self.trades += other.trades;
        self.volume += other.volume;
        self.turnover += other.turnover;
    }
}
