//! A line of text with room to spare, so that its pieces are moved in sizes that are known beforehand.

use crate::Symbol;
use crate::amount::SCALE;
use uuid::Uuid;

/// A trade with its five ids, a dozen names and six numbers of twenty digits has 700, and the last
/// piece may be put with some bytes that do not count.
const LINE_BYTES: usize = 1024;
/// Of the longest number.
const DIGITS_MAX: usize = 20;

const PAIRS: [[u8; 2]; 100] = pairs();
const HEX: [[u8; 2]; 256] = hex();
/// Where each byte of an id goes.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

#[derive(Clone, Debug)]
pub struct Line {
    bytes: [u8; LINE_BYTES],
    length: usize,
}

impl Default for Line {
    fn default() -> Self {
        Line { bytes: [0; LINE_BYTES], length: 0 }
    }
}

impl Line {
    pub fn clear(&mut self) {
        self.length = 0;
    }

    pub fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    #[inline]
    pub fn put<const N: usize>(&mut self, text: &[u8; N]) {
        *self.next() = *text;
        self.length += N;
    }

    #[inline]
    pub fn text(&mut self, text: &str) {
        self.bytes[self.length..self.length + text.len()].copy_from_slice(text.as_bytes());
        self.length += text.len();
    }

    #[inline]
    pub fn symbol(&mut self, symbol: Symbol) {
        let (padded, length) = symbol.padded();
        *self.next() = *padded;
        self.length += length;
    }

    #[inline]
    pub fn id(&mut self, id: Uuid) {
        let text: &mut [u8; 36] = self.next();
        for (place, byte) in PLACES.into_iter().zip(id.as_bytes()) {
            [text[place], text[place + 1]] = HEX[usize::from(*byte)];
        }
        [text[8], text[13], text[18], text[23]] = [b'-'; 4];
        self.length += 36;
    }

    #[inline]
    pub fn number(&mut self, number: u64) {
        let count = number.checked_ilog10().unwrap_or(0) as usize + 1;
        let digits: &mut [u8; DIGITS_MAX] = self.next();
        let (mut at, mut rest) = (count, number);
        while at >= 2 {
            at -= 2;
            [digits[at], digits[at + 1]] = PAIRS[(rest % 100) as usize];
            rest /= 100;
        }
        if at == 1 {
            digits[0] = b'0' + rest as u8;
        }
        self.length += count;
    }

    /// Of so many millionths.
    #[inline]
    pub fn decimal(&mut self, micros: i64) {
        const PER_ONE: u64 = SCALE.unsigned_abs();
        if micros < 0 {
            self.put(b"-");
        }
        let micros = micros.unsigned_abs();
        self.number(micros / PER_ONE);
        let fraction = micros % PER_ONE;
        if fraction == 0 {
            return;
        }
        let pair = |number: u64| PAIRS[(number % 100) as usize];
        let ([a, b], [c, d], [e, f]) = (pair(fraction / 10_000), pair(fraction / 100), pair(fraction));
        self.put(&[b'.', a, b, c, d, e, f]);
        while self.bytes[self.length - 1] == b'0' {
            self.length -= 1;
        }
    }

    /// The next so many bytes.
    #[inline]
    fn next<const N: usize>(&mut self) -> &mut [u8; N] {
        self.bytes[self.length..].first_chunk_mut().expect("a line is longer than any event")
    }
}

const fn pairs() -> [[u8; 2]; 100] {
    let mut pairs = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + n as u8 / 10, b'0' + n as u8 % 10];
        n += 1;
    }
    pairs
}

const fn hex() -> [[u8; 2]; 256] {
    let digits = b"0123456789abcdef";
    let mut hex = [[0; 2]; 256];
    let mut n = 0;
    while n < 256 {
        hex[n] = [digits[n / 16], digits[n % 16]];
        n += 1;
    }
    hex
}
