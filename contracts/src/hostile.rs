//! Hostile input for property tests: what is almost a good message, and what is nothing like one.
//!
//! `PROPTEST_CASES` says how many of them each test draws.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// JSON values at the edges of what JSON and its readers can do.
pub const VALUES: [&str; 34] = [
    "null",
    "true",
    "[]",
    "{}",
    "[[[[[[[[]]]]]]]]",
    "0",
    "-0",
    "00",
    "-1",
    "1e400",
    "-1E+400",
    "1e-400",
    "0.1",
    "NaN",
    "Infinity",
    "65536",
    "4294967296",
    "9223372036854775808",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    r#""""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ud83e\udd16""#,
    r#""a\r\nb: c""#,
    "\"raw\u{0}nul\"",
    "\"raw\nline\"",
    r#""9223372036854.775808""#,
    r#""01890000-0000-7000-8000-00000000000a""#,
    r#""{01890000-0000-7000-8000-00000000000A}""#,
    r#""matching.0>*""#,
    r#""2026-12-31T23:59:60Z""#,
    r#""-262143-01-01T00:00:00Z""#,
];

/// Texts where an amount, an id or a name is expected.
pub const TEXTS: [&str; 42] = [
    "",
    " ",
    "0",
    "-0",
    "-1",
    "+1",
    "007.50",
    "1.",
    ".5",
    "1.2.3",
    "1,000",
    "1_000",
    "1e3",
    "1E400",
    "1e-400",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "0x10",
    "1.0000000",
    "0.0000001",
    "9223372036854.775807",
    "9223372036854.775808",
    "-9223372036854.775808",
    "99999999999999999999999999999999999999999",
    "١٢",
    "１２",
    "½",
    "1\u{0}",
    "\u{0}",
    "1\r\n",
    "\u{feff}1",
    "\u{202e}1",
    "\u{200b}",
    "Ｂ",
    "ÄÖÜ",
    "🤖",
    "acme",
    "../../etc/passwd",
    "'; drop table orders; --",
    "01890000-0000-7000-8000-00000000000a",
];

/// Any text: an extreme, an extreme many times over, or characters of all kinds.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&TEXTS[..]).prop_map(str::to_owned),
        1 => (select(&TEXTS[..]), 2..400_usize).prop_map(|(text, times)| text.repeat(times)),
        2 => proptest::collection::vec(any::<char>(), 0..40).prop_map(|text| text.into_iter().collect()),
    ]
}

/// Bytes that are no message of anybody's.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let json_like = select(&b"{}[]\":,\\u0 \n-+.eE1truefalsn\xff\x00"[..]);
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        proptest::collection::vec(json_like, 0..200),
        (select(&b"[{\"\\ \x00"[..]), 1..5_000_usize).prop_map(|(byte, times)| vec![byte; times]),
    ]
}

#[derive(Clone, Debug)]
enum Mutation {
    /// One byte becomes another.
    Byte(Index, u8),
    /// Some bytes are left out.
    Cut(Index, usize),
    /// Some bytes come twice: a field, a bracket, half a number.
    Twice(Index, usize),
    /// The message ends early.
    End(Index),
    /// A value, or a field's name, becomes another.
    Value(Index, String),
    /// Something is put in.
    Insert(Index, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let value = || {
        prop_oneof![
            2 => select(&VALUES[..]).prop_map(str::to_owned),
            1 => text().prop_map(|text| serde_json::Value::from(text).to_string()),
        ]
    };
    let length = 1..40_usize;
    prop_oneof![
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        1 => (any::<Index>(), length.clone()).prop_map(|(at, length)| Mutation::Cut(at, length)),
        1 => (any::<Index>(), length).prop_map(|(at, length)| Mutation::Twice(at, length)),
        1 => any::<Index>().prop_map(Mutation::End),
        6 => (any::<Index>(), value()).prop_map(|(at, value)| Mutation::Value(at, value)),
        1 => (any::<Index>(), value()).prop_map(|(at, value)| Mutation::Insert(at, value)),
    ]
}

impl Mutation {
    fn apply(&self, message: &mut Vec<u8>) {
        if message.is_empty() {
            return;
        }
        let length = message.len();
        match self {
            Mutation::Byte(at, byte) => *at.get_mut(message) = *byte,
            Mutation::Cut(at, bytes) => drop(message.drain(span(at.index(length), *bytes, length))),
            Mutation::Twice(at, bytes) => {
                let span = span(at.index(length), *bytes, length);
                let again = message[span.clone()].to_vec();
                message.splice(span.end..span.end, again);
            }
            Mutation::End(at) => message.truncate(at.index(length)),
            Mutation::Value(at, value) => {
                let atoms = atoms(message);
                if !atoms.is_empty() {
                    message.splice(at.get(&atoms).clone(), value.bytes());
                }
            }
            Mutation::Insert(at, value) => {
                let at = at.index(length);
                message.splice(at..at, value.bytes());
            }
        }
    }
}

fn span(start: usize, bytes: usize, length: usize) -> std::ops::Range<usize> {
    start..(start + bytes).min(length)
}

/// Where the texts, numbers and words of a message stand.
fn atoms(message: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut atoms = Vec::new();
    let mut at = 0;
    while at < message.len() {
        let rest = &message[at..];
        let length = match rest[0] {
            b'"' => rest[1..].iter().position(|b| *b == b'"').map_or(rest.len(), |end| end + 2),
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' => 0,
            _ => rest.iter().position(|b| b",]}:\"\n\r".contains(b)).unwrap_or(rest.len()),
        };
        if length > 0 {
            atoms.push(at..at + length);
        }
        at += length.max(1);
    }
    atoms
}

/// One of some good messages with up to four things wrong, or with none.
pub fn mutated(good: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let wrong = proptest::collection::vec(mutation(), 0..5);
    (select(good), wrong).prop_map(|(mut message, wrong)| {
        wrong.iter().for_each(|mutation| mutation.apply(&mut message));
        message
    })
}
