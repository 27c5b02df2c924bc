//! The header `traceparent`, version 00 of W3C's Trace Context: which trace a message belongs to, which
//! span it was said in, and whether that is recorded.

use super::export;
use rand::RngExt;
use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};

pub const HEADER: &str = "traceparent";

/// `00-` 32 digits `-` 16 digits `-` 2 digits.
const LENGTH: usize = 55;
/// A later version may go on after what we know of it; not without end.
const LENGTH_MAX: usize = 512;
const SAMPLED: u8 = 1;

/// Cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    trace_id: NonZeroU128,
    span_id: NonZeroU64,
    sampled: bool,
}

impl Context {
    /// Reads a header as strictly as the standard has it. Anything else is no context.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if !(LENGTH..=LENGTH_MAX).contains(&bytes.len()) || [2, 35, 52].iter().any(|at| bytes[*at] != b'-') {
            return None;
        }
        let version = digits(&bytes[..2])?;
        let ends = match version {
            0 => bytes.len() == LENGTH,
            0xff => false,
            // What it adds comes after another dash.
            _ => bytes.get(LENGTH).is_none_or(|next| *next == b'-'),
        };
        let flags = digits(&bytes[53..LENGTH])? as u8;
        Some(Context {
            trace_id: NonZeroU128::new(digits(&bytes[3..35])?)?,
            span_id: NonZeroU64::new(digits(&bytes[36..52])? as u64)?,
            sampled: flags & SAMPLED != 0,
        })
        .filter(|_| ends)
    }

    /// As `parse`, from somebody who is not of the exchange: he may name his trace, but where we record
    /// any, how many is ours to say.
    pub fn parse_foreign(text: &str) -> Option<Self> {
        let mut context = Self::parse(text)?;
        if let Some(exporter) = export::exporter() {
            context.sampled &= exporter.samples(context.trace_id.get());
        }
        Some(context)
    }

    /// The beginning of a trace.
    pub fn begin() -> Self {
        let trace_id = NonZeroU128::new(rand::rng().random()).unwrap_or(NonZeroU128::MIN);
        let sampled = export::exporter().is_some_and(|exporter| exporter.samples(trace_id.get()));
        Context { trace_id, span_id: new_span_id(), sampled }
    }

    /// Another span of the same trace.
    pub fn child(self) -> Self {
        Context { span_id: new_span_id(), ..self }
    }

    /// The same, recorded if one of these is.
    pub(super) fn sampled_with(self, others: &[Context]) -> Self {
        Context { sampled: self.sampled || others.iter().any(|other| other.sampled), ..self }
    }

    pub fn is_of_the_trace_of(self, other: Context) -> bool {
        self.trace_id == other.trace_id
    }

    pub fn is_sampled(self) -> bool {
        self.sampled
    }

    pub(super) fn trace_id(self) -> u128 {
        self.trace_id.get()
    }

    pub(super) fn span_id(self) -> u64 {
        self.span_id.get()
    }
}

fn new_span_id() -> NonZeroU64 {
    NonZeroU64::new(rand::rng().random()).unwrap_or(NonZeroU64::MIN)
}

/// Lower-case hexadecimal digits; at most 32 of them.
fn digits(text: &[u8]) -> Option<u128> {
    text.iter().try_fold(0, |number, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

/// As it stands in the header.
impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = if self.sampled { SAMPLED } else { 0 };
        write!(f, "00-{:032x}-{:016x}-{flags:02x}", self.trace_id, self.span_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn a_header_is_read_as_the_standard_has_it() {
        let good = format!("00-{TRACE}-{SPAN}-01");
        let read = |text: &str| Context::parse(text).map(|context| context.to_string());
        assert_eq!(read(&good), Some(good.clone()));
        let unsampled = format!("00-{TRACE}-{SPAN}-00");
        for (flags, expected) in [("00", &unsampled), ("fe", &unsampled), ("03", &good), ("ff", &good)] {
            assert_eq!(read(&format!("00-{TRACE}-{SPAN}-{flags}")).as_ref(), Some(expected), "flags {flags}");
        }
        // A later version, with and without what it adds.
        assert_eq!(read(&format!("cc-{TRACE}-{SPAN}-01")), Some(good.clone()));
        assert_eq!(read(&format!("cc-{TRACE}-{SPAN}-01-what-it-adds")), Some(good));
    }

    #[test]
    fn what_is_no_header_is_none() {
        let (zeros, upper) = ("0".repeat(32), TRACE.to_uppercase());
        for bad in [
            String::new(),
            "00".into(),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{upper}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-0A"),
            format!("00-{TRACE}-{SPAN}-0"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}-01 "),
            format!(" 00-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-01\n"),
            format!("00_{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}_{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}_01"),
            format!("0-{TRACE}-{SPAN}-011"),
            format!("0g-{TRACE}-{SPAN}-01"),
            format!("00-{}+-{SPAN}-01", &TRACE[1..]),
            format!("00-{}é-{SPAN}-01", &TRACE[2..]),
            format!("cc-{TRACE}-{SPAN}-01.more"),
            format!("cc-{TRACE}-{SPAN}-01-{}", "x".repeat(LENGTH_MAX)),
            format!("00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01"),
        ] {
            assert_eq!(Context::parse(&bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_child_is_of_the_same_trace_and_another_span() {
        let parent = Context::parse(&format!("00-{TRACE}-{SPAN}-01")).unwrap();
        let child = parent.child();
        assert!(child.is_of_the_trace_of(parent) && child.is_sampled());
        assert_ne!(child.span_id, parent.span_id);
        assert!(!Context::begin().is_of_the_trace_of(Context::begin()));
    }

    #[test]
    fn nothing_is_recorded_where_no_collector_is_configured() {
        assert!(!Context::begin().is_sampled());
        // Somebody else may record his.
        assert!(Context::parse_foreign(&format!("00-{TRACE}-{SPAN}-01")).unwrap().is_sampled());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_is_none(text in any::<String>()) {
            if let Some(context) = Context::parse(&text) {
                prop_assert_eq!(Context::parse(&context.to_string()), Some(context));
            }
        }

        #[test]
        fn nearly_right_text_is_read_or_is_none(text in "[0c][0cf]-[0-9a-g]{31,33}-[0-9a-f]{15,17}-[0-9a-f]{1,3}(-.{0,9})?") {
            if let Some(context) = Context::parse(&text) {
                prop_assert_eq!(&context.to_string()[3..52], &text[3..52]);
            }
        }

        #[test]
        fn what_is_written_is_read_back(trace in 1..=u128::MAX, span in 1..=u64::MAX, flags in any::<u8>()) {
            let context = Context::parse(&format!("00-{trace:032x}-{span:016x}-{flags:02x}")).unwrap();
            prop_assert_eq!((context.trace_id(), context.span_id()), (trace, span));
            prop_assert_eq!(context.is_sampled(), flags & 1 == 1);
        }
    }
}
