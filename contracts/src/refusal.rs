//! Refusals: what is answered to a well-formed request that a rule forbids.

use crate::order::wire_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

wire_enum!(
    /// Stable names of the rules; clients may match on them.
    Code {
        Malformed = "malformed",
        UnknownField = "unknown_field",
        MissingField = "missing_field",
        UnexpectedField = "unexpected_field",
        InvalidValue = "invalid_value",
        /// Each field for itself would do.
        InvalidCombination = "invalid_combination",
        NotSignedIn = "not_signed_in",
        NotAllowed = "not_allowed",
        /// Too many wrong passwords, for this account or from this address.
        TooManyAttempts = "too_many_attempts",
        TooManyRequests = "too_many_requests",
        LoginTaken = "login_taken",
        /// An account is not closed while something is in it.
        StillOwned = "still_owned",
        NotFound = "not_found",
        UnknownUser = "unknown_user",
        UnknownSymbol = "unknown_symbol",
        InstrumentHalted = "instrument_halted",
        /// The market that the instrument follows is silent.
        FeedStale = "feed_stale",
        TickSize = "tick_size",
        LotSize = "lot_size",
        OutOfRange = "out_of_range",
        NoReferencePrice = "no_reference_price",
        TooManyOpenOrders = "too_many_open_orders",
        /// The id was used before, with another body.
        IdReused = "id_reused",
        OrderNotLive = "order_not_live",
        InsufficientCash = "insufficient_cash",
        InsufficientShares = "insufficient_shares",
        /// The user asked for it.
        CanceledByUser = "canceled_by_user",
        /// The rest of the incoming order would have traded with its own user.
        SelfTrade = "self_trade",
        /// The rest of an order that does not wait found nobody within its price.
        NoLiquidity = "no_liquidity",
        /// A fill-or-kill order could not trade wholly.
        NotFillable = "not_fillable",
        /// A post-only order would have traded at once.
        WouldTrade = "would_trade",
        /// A stop's price was met already as it came in.
        WouldTrigger = "would_trigger",
        /// Its day or its time is over.
        Expired = "expired",
        /// What it was to leave again was never got.
        EntryEnded = "entry_ended",
        /// An order that does not wait came while nobody traded.
        NotTrading = "not_trading",
        OutsidePriceBand = "outside_price_band",
        /// The order is being changed already.
        AmendmentPending = "amendment_pending",
        /// Orders of this type, or in this state, cannot be changed.
        NotAmendable = "not_amendable",
        /// The user asked for less.
        AmendedByUser = "amended_by_user",
        /// The user asked for another order in its place.
        Replaced = "replaced",
        /// What it was to replace has ended before.
        ReplacedOrderGone = "replaced_order_gone",
        /// What it was to replace was filled meanwhile, by so much.
        FilledBeforeReplaced = "filled_before_replaced",
        /// What was to be taken back is other than it was left.
        ChangedSince = "changed_since",
        /// No answer, or not now: unless it says otherwise, whether it happened is unknown.
        Unavailable = "unavailable",
        /// A service that is needed for it does not answer, so it was not asked: nothing happened.
        NotSent = "not_sent",
        DeadlinePassed = "deadline_passed",
    }
);

/// Which rule said no, to which field, and why in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    pub code: Code,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A rule and a value fit. What is longer repeats what was sent, and would double its load.
const MESSAGE_CHARACTERS_MAX: usize = 400;
/// Longer than any field of ours with the fields around it.
const FIELD_CHARACTERS_MAX: usize = 80;
/// As much of a refused value as helps to find it.
const QUOTED_CHARACTERS_MAX: usize = 40;

impl Refusal {
    /// What is shown is one line of bounded length, whatever was sent.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Refusal { code, message: line(message.into(), MESSAGE_CHARACTERS_MAX), field: None }
    }

    pub fn of_field(code: Code, field: &str, message: impl Into<String>) -> Self {
        Refusal { field: Some(line(field.to_owned(), FIELD_CHARACTERS_MAX)), ..Refusal::new(code, message) }
    }
}

/// Text of somebody else's, fit for a log, a table's column and an answer: shortened, and with its
/// control characters spelt out. (PostgreSQL takes no text with a NUL.)
pub fn line(text: String, characters_max: usize) -> String {
    let fits = text.chars().nth(characters_max).is_none();
    if fits && !text.contains(char::is_control) {
        return text;
    }
    let (mut line, mut shown) = (String::new(), 0);
    for c in text.chars() {
        let spelt = if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        // As it will be shown: some characters take six.
        shown += spelt.chars().count();
        if shown > characters_max {
            line.push('…');
            break;
        }
        line.push_str(&spelt);
    }
    line
}

/// A refused value in quotes, shortened.
pub fn quoted(value: &str) -> String {
    let mut start = String::new();
    for c in value.chars() {
        start.push(c);
        // As it will be shown: some characters take ten.
        if start.escape_debug().count() > QUOTED_CHARACTERS_MAX {
            start.pop();
            start.push('…');
            break;
        }
    }
    format!("{start:?}")
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field}: {} ({})", self.message, self.code),
            None => write!(f, "{} ({})", self.message, self.code),
        }
    }
}

impl std::error::Error for Refusal {}

/// What a service answers to a question or a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    Ok(T),
    Refused(Refusal),
}

impl<T> From<Result<T, Refusal>> for Answer<T> {
    fn from(result: Result<T, Refusal>) -> Self {
        match result {
            Ok(value) => Answer::Ok(value),
            Err(refusal) => Answer::Refused(refusal),
        }
    }
}

impl<T> From<Answer<T>> for Result<T, Refusal> {
    fn from(answer: Answer<T>) -> Self {
        match answer {
            Answer::Ok(value) => Ok(value),
            Answer::Refused(refusal) => Err(refusal),
        }
    }
}
