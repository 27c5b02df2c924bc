//! The fills that a book gave, as four numbers.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub fills: u64,
    pub volume: u64,
    pub notional: u64,
    /// Over maker, taker, price and quantity of each fill, in their order.
    pub hash: u64,
}

impl Tally {
    #[inline(always)]
    pub fn fill(&mut self, taker: u64, maker: u64, price: u64, quantity: u64) {
        self.fills += 1;
        self.volume += quantity;
        self.notional = self.notional.wrapping_add(price.wrapping_mul(quantity));
        let fill = maker
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(taker.wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
            .wrapping_add(price.wrapping_mul(0x1656_67b1_9e37_79f9))
            .wrapping_add(quantity);
        self.hash = (self.hash.rotate_left(5) ^ fill).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
