//! Where the workloads' chance comes from.

/// splitmix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.draw() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// The distance from the mean of something nearly normal: the sum of four 16-bit numbers.
    pub fn distance(&mut self, sigma: u32) -> u32 {
        let drawn = self.draw();
        let sum = (drawn & 0xffff) + ((drawn >> 16) & 0xffff) + ((drawn >> 32) & 0xffff) + (drawn >> 48);
        (sum.abs_diff(131_070) * u64::from(sigma) / 37_837) as u32
    }
}
