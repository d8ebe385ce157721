//! Chance that can be asked again: every throw follows from what it is for.

/// A sequence of numbers for one purpose (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64, purpose: &str, id: i64, day: u32) -> Self {
        let mut dice = Self { state: seed };
        for byte in purpose.bytes() {
            dice.stir(u64::from(byte));
        }
        dice.stir(id.cast_unsigned());
        dice.stir(u64::from(day));
        dice
    }

    fn stir(&mut self, value: u64) {
        self.state ^= value.wrapping_mul(0xff51_afd7_ed55_8ccd);
        self.state = self.number();
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.number() % (high - low + 1)
    }

    /// True once in `times` on average.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.number().is_multiple_of(times)
    }

    /// `value × share ÷ whole`, rounded up or down by chance so that small numbers keep their average.
    pub(crate) fn share(&mut self, value: u64, share: u64, whole: u64) -> u64 {
        let product = u128::from(value) * u128::from(share) + u128::from(self.number() % whole);
        u64::try_from(product / u128::from(whole)).unwrap_or(u64::MAX)
    }

    /// Splits a total by weights, each of which wavers by up to 15 %; the parts add up to the total.
    pub(crate) fn split<const N: usize>(&mut self, total: u64, weights: [u64; N]) -> [u64; N] {
        let wavering = weights.map(|weight| weight * self.between(850, 1150));
        let whole = wavering.iter().sum::<u64>().max(1);
        let mut parts = wavering.map(|weight| scale(total, weight, whole));
        let largest = (0..N).max_by_key(|index| wavering[*index]).unwrap_or(0);
        parts[largest] += total - parts.iter().sum::<u64>();
        parts
    }
}

/// `value × share ÷ whole`, rounded down.
pub(crate) fn scale(value: u64, share: u64, whole: u64) -> u64 {
    u64::try_from(u128::from(value) * u128::from(share) / u128::from(whole)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn throws_follow_from_their_purpose() {
        let throw = |purpose, id, day| Dice::new(7, purpose, id, day).number();
        assert_eq!(throw("a", 1, 2), throw("a", 1, 2));
        assert_ne!(throw("a", 1, 2), throw("b", 1, 2));
        assert_ne!(throw("a", 1, 2), throw("a", 2, 1));
    }

    #[test]
    fn parts_add_up_and_shares_keep_their_average() {
        let mut dice = Dice::new(7, "test", 1, 1);
        assert_eq!(dice.split(1001, [5, 3, 0, 2]).iter().sum::<u64>(), 1001);
        assert_eq!(dice.split(0, [1, 1]), [0, 0]);
        let total: u64 = (0..10_000).map(|_| dice.share(3, 1, 10)).sum();
        assert!((2_800..3_200).contains(&total), "{total}");
    }
}
