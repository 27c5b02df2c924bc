//! From hashes to numbers, which are told apart by whoever asks: a hash table whose every line is
//! one of the processor's, so that looking up costs one fetch, which can be made ahead of time.
//!
//! Nothing is left behind by what is taken out, so a table whose size stays is never hashed anew.
//!
//! **Invariant** A number is in its hash's line, or in one after it, all lines between being marked
//! as passed by it.

use super::fetch::fetch;

const PLACES: usize = 12;
/// A line is seldom full at this average.
const PLACES_USED_MAX: usize = 10;

/// 256 kB, half of many a second cache.
const FORESEEN_LINES_MIN: usize = 4 * 1024;

/// Numbers with a byte of their hashes each, 0 for no number.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line {
    tags: [u8; PLACES],
    /// How many numbers wanted to be here and are further on.
    passed: u32,
    numbers: [u32; PLACES],
}

const EMPTY: Line = Line { tags: [0; PLACES], passed: 0, numbers: [0; PLACES] };

#[derive(Debug)]
pub struct Index {
    /// As many as a power of two.
    lines: Vec<Line>,
    len: usize,
}

impl Index {
    pub fn with_capacity(numbers: usize) -> Self {
        let lines = (numbers / PLACES_USED_MAX + 1).next_power_of_two();
        Index { lines: vec![EMPTY; lines], len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The number with this hash that is the right one.
    #[inline]
    pub fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.place(hash, is_it).map(|(line, place)| self.lines[line].numbers[place])
    }

    /// Adds a number that is not there. `hashes` are those of the others, should there be no room.
    pub fn insert(&mut self, hash: u64, number: u32, hashes: impl Fn(u32) -> u64) {
        if self.len >= self.lines.len() * PLACES_USED_MAX {
            self.grow(hashes);
        }
        self.put(hash, number);
    }

    #[inline]
    fn put(&mut self, hash: u64, number: u32) {
        self.len += 1;
        let mut at = self.home(hash);
        loop {
            let line = &mut self.lines[at];
            if let Some(place) = line.first_empty() {
                (line.tags[place], line.numbers[place]) = (tag(hash), number);
                return;
            }
            line.passed += 1;
            at = self.next(at);
        }
    }

    /// What was one number is another now.
    #[inline]
    pub fn replace(&mut self, hash: u64, number: u32, by: u32) {
        if let Some((line, place)) = self.place(hash, |known| known == number) {
            self.lines[line].numbers[place] = by;
        }
    }

    pub fn remove(&mut self, hash: u64, number: u32) {
        let Some((line, place)) = self.place(hash, |known| known == number) else { return };
        self.lines[line].tags[place] = 0;
        self.len -= 1;
        let mut at = self.home(hash);
        while at != line {
            self.lines[at].passed -= 1;
            at = self.next(at);
        }
    }

    /// Whether it lies in no cache.
    #[inline]
    pub fn is_large(&self) -> bool {
        self.lines.len() >= FORESEEN_LINES_MIN
    }

    /// This hash will be asked for soon.
    #[inline]
    pub fn foresee(&self, hash: u64) {
        fetch(&self.lines, self.home(hash));
    }

    /// The number that this hash most likely stands for.
    #[inline]
    pub fn guess(&self, hash: u64) -> Option<u32> {
        let line = &self.lines[self.home(hash)];
        line.places(tag(hash)).next().map(|place| line.numbers[place])
    }

    #[inline]
    fn place(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<(usize, usize)> {
        let home = self.home(hash);
        let mut at = home;
        loop {
            let line = &self.lines[at];
            if let Some(place) = line.places(tag(hash)).find(|place| is_it(line.numbers[*place])) {
                return Some((at, place));
            }
            at = self.next(at);
            if line.passed == 0 || at == home {
                return None;
            }
        }
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.lines.len() - 1)
    }

    #[inline]
    fn next(&self, line: usize) -> usize {
        (line + 1) & (self.lines.len() - 1)
    }

    #[cold]
    fn grow(&mut self, hashes: impl Fn(u32) -> u64) {
        let mut larger = Index { lines: vec![EMPTY; self.lines.len() * 2], len: 0 };
        for line in &self.lines {
            for (_, number) in line.tags.iter().zip(line.numbers).filter(|(tag, _)| **tag != 0) {
                larger.put(hashes(number), number);
            }
        }
        *self = larger;
    }
}

impl Line {
    /// The places that have this tag, eight at a time.
    #[inline]
    fn places(&self, tag: u8) -> impl Iterator<Item = usize> + '_ {
        let [low, high] = self.words();
        let all = u64::from(tag) * EACH_BYTE;
        // The high word's upper half has no tags: it is 0, which is no tag.
        bytes(zeros(low ^ all)).chain(bytes(zeros(high ^ all)).map(|byte| byte + 8))
    }

    #[inline]
    fn first_empty(&self) -> Option<usize> {
        let [low, high] = self.words();
        bytes(zeros(low)).chain(bytes(zeros(high | !0 << 32)).map(|byte| byte + 8)).next()
    }

    #[inline]
    fn words(&self) -> [u64; 2] {
        let (low, high) = self.tags.split_first_chunk::<8>().expect("twelve are more than eight");
        let high: [u8; 4] = high.try_into().expect("four are left");
        [u64::from_le_bytes(*low), u64::from(u32::from_le_bytes(high))]
    }
}

const EACH_BYTE: u64 = u64::MAX / 255;

/// The highest bit of each byte that is 0, and no other bit.
#[inline]
fn zeros(word: u64) -> u64 {
    let low_bits = 0x7f * EACH_BYTE;
    !(((word & low_bits) + low_bits) | word | low_bits)
}

/// Which bytes those are.
#[inline]
fn bytes(mut marks: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let byte = (marks != 0).then(|| marks.trailing_zeros() as usize / 8);
        marks &= marks.wrapping_sub(1);
        byte
    })
}

/// From other bits than the line is.
#[inline]
fn tag(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Few hashes, so that lines are full, tags are equal, and some hashes are the same.
    fn hash(number: u32) -> u64 {
        (u64::from(number % 7) << 56) | u64::from(number % 3)
    }

    proptest! {
        #[test]
        fn it_is_a_map_whatever_the_hashes(
            steps in proptest::collection::vec((0..200_u32, any::<bool>()), 1..600)
        ) {
            let (mut index, mut map) = (Index::with_capacity(0), BTreeMap::new());
            for (number, comes) in steps {
                match (comes, map.contains_key(&number)) {
                    (true, false) => index.insert(hash(number), number, |known| hash(known % 1000)),
                    // Another number in its place, as one that has left gets.
                    (true, true) => {
                        index.replace(hash(number), map[&number], number + 1000);
                    }
                    (false, _) => {
                        let known = map.get(&number).copied().unwrap_or(number);
                        index.remove(hash(number), known);
                    }
                }
                match (comes, map.contains_key(&number)) {
                    (true, is_again) => {
                        map.insert(number, if is_again { number + 1000 } else { number });
                    }
                    (false, _) => {
                        map.remove(&number);
                    }
                }
                prop_assert_eq!(index.len(), map.len());
                let found = index.find(hash(number), |known| known % 1000 == number);
                prop_assert_eq!(found, map.get(&number).copied());
            }
            for n in 0..200 {
                prop_assert_eq!(index.find(hash(n), |known| known % 1000 == n), map.get(&n).copied());
            }
            for (number, known) in map {
                index.remove(hash(number), known);
            }
            prop_assert!(index.lines.iter().all(|line| line.passed == 0 && line.tags == [0; PLACES]));
        }
    }

    #[test]
    fn what_comes_and_goes_does_not_make_it_grow() {
        let mut index = Index::with_capacity(1000);
        let lines = index.lines.len();
        let spread = |number: u32| u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for number in 0..1_000_000 {
            index.insert(spread(number), number, spread);
            if number >= 1000 {
                index.remove(spread(number - 1000), number - 1000);
            }
        }
        assert_eq!((index.lines.len(), index.len()), (lines, 1000));
    }
}
