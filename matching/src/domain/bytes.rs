//! Bytes that are kept: fixed-width ids, whole numbers in as few bytes as they need (LEB128).
//! Reading believes nothing: whatever was not written here is an error, never a guess.

use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Damaged(pub String);

impl Damaged {
    pub fn because(reason: impl Into<String>) -> Self {
        Damaged(reason.into())
    }
}

#[derive(Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn with_capacity(bytes: usize) -> Self {
        Writer(Vec::with_capacity(bytes))
    }

    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    /// A number that is never negative, as those of a book are.
    pub fn whole(&mut self, number: i64) {
        self.number(u64::try_from(number).expect("a book has no negative numbers"));
    }

    pub fn fixed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// With its length before it.
    pub fn sized(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.fixed(bytes);
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[derive(Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    pub fn fixed(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or_else(|| Damaged::because("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        Ok(self.fixed(N)?.try_into().expect("as many as were asked for"))
    }

    pub fn byte(&mut self) -> Result<u8, Damaged> {
        Ok(self.array::<1>()?[0])
    }

    pub fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged::because("a number is too large"))
    }

    pub fn whole(&mut self) -> Result<i64, Damaged> {
        i64::try_from(self.number()?).map_err(|_| Damaged::because("a number is too large"))
    }

    pub fn uuid(&mut self) -> Result<Uuid, Damaged> {
        self.array().map(Uuid::from_bytes)
    }

    pub fn sized(&mut self) -> Result<&'a [u8], Damaged> {
        let length = self.number()?;
        self.fixed(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// How many things follow, of which each takes at least a byte: no count is believed that the
    /// bytes left cannot hold, so a damaged one reserves no memory.
    pub fn count(&mut self) -> Result<usize, Damaged> {
        match usize::try_from(self.number()?) {
            Ok(count) if count <= self.0.len() => Ok(count),
            Ok(_) | Err(_) => Err(Damaged::because("it ends too early")),
        }
    }

    pub fn end(self) -> Result<(), Damaged> {
        if self.0.is_empty() { Ok(()) } else { Err(Damaged::because("something follows its end")) }
    }
}

/// Text that must parse.
pub fn parse<T: std::str::FromStr>(bytes: &[u8]) -> Result<T, Damaged> {
    let text = std::str::from_utf8(bytes).map_err(|_| Damaged::because("a text is not UTF-8"))?;
    text.parse().map_err(|_| Damaged(format!("{text:?} is not what belongs there")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut writer = Writer::default();
            writer.number(number);
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.number(), Ok(number));
            assert_eq!(reader.end(), Ok(()));
        }
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_an_error() {
        assert!(Reader::new(&[0x80]).number().is_err());
        assert!(Reader::new(&[0xff; 11]).number().is_err());
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]).number().is_err());
        assert!(Reader::new(&[5, 1, 2]).sized().is_err());
        assert!(Reader::new(&[200, 1, 0]).count().is_err());
        assert!(Reader::new(&[0]).end().is_err());
    }
}
