//! Division that leaves no remainder, by a number that stays: a multiplication. Two real divisions
//! would be a tenth of what a small book needs for an order.
//!
//! An odd number has an inverse among the numbers of 64 bits, and a multiple of it times that
//! inverse is the quotient. Of an even number the factors of two are shifted out before.

#[derive(Clone, Copy, Debug)]
pub struct Exact {
    shift: u32,
    inverse: i64,
}

impl Exact {
    /// By 0, which nothing is a multiple of, as by 1.
    pub fn by(divisor: i64) -> Self {
        let divisor = if divisor == 0 { 1 } else { divisor };
        let shift = divisor.trailing_zeros();
        let odd = divisor >> shift;
        // Newton: an odd number is its own inverse in the last three bits, and each round doubles them.
        let closer = |inverse: i64, _| inverse.wrapping_mul(2_i64.wrapping_sub(odd.wrapping_mul(inverse)));
        Exact { shift, inverse: (0..5).fold(odd, closer) }
    }

    /// How many times the divisor this multiple of it is.
    #[inline]
    pub fn quotient(self, multiple: i64) -> i64 {
        (multiple >> self.shift).wrapping_mul(self.inverse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_division(divisor in 1..i64::MAX, small in 1..1_000_000_i64, times in 0..i64::MAX) {
            for divisor in [divisor, small, 1 << (small % 63), 1_000_000] {
                let most = i64::MAX / divisor;
                for times in [times % most, most] {
                    prop_assert_eq!(Exact::by(divisor).quotient(divisor * times), times);
                }
            }
        }
    }
}
