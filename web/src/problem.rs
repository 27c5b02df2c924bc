//! Everything that goes wrong over REST, as RFC 9457 tells it.
//!
//! Promises: a stable `code` that clients may match on; a 503 says when to ask again, and whether the
//! outcome is unknown (`unavailable`) or nothing was sent (`not_sent`).

use crate::market::NotYet;
use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use chassis::ask::AskError;
use contracts::{Code, Refusal};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Seconds until asking again makes sense.
const RETRY_AFTER_S: u64 = 1;
/// Until wrong passwords are counted anew.
const ATTEMPTS_FORGOTTEN_S: u64 = 300;

/// The code of an answer that was a problem, for whoever logs it.
#[derive(Clone, Debug)]
pub struct Told(pub Cow<'static, str>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    field: Option<String>,
    retry_after_s: Option<u64>,
}

/// What went wrong, as RFC 9457 has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct Document<'a> {
    #[schema(examples("urn:exchange:problem:tick_size"))]
    r#type: String,
    title: String,
    status: u16,
    /// For people.
    detail: &'a str,
    /// For programs.
    #[schema(value_type = ProblemCode)]
    code: &'a str,
    /// Which field or parameter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

/// What only HTTP knows to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    ForeignOrigin,
    MethodNotAllowed,
    BodyTooLarge,
    UnsupportedMediaType,
    HeadTooLarge,
}

impl Own {
    const ALL: [Own; 5] = [
        Own::ForeignOrigin,
        Own::MethodNotAllowed,
        Own::BodyTooLarge,
        Own::UnsupportedMediaType,
        Own::HeadTooLarge,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Own::ForeignOrigin => "foreign_origin",
            Own::MethodNotAllowed => "method_not_allowed",
            Own::BodyTooLarge => "body_too_large",
            Own::UnsupportedMediaType => "unsupported_media_type",
            Own::HeadTooLarge => "head_too_large",
        }
    }

    pub const fn status(self) -> StatusCode {
        match self {
            Own::ForeignOrigin => StatusCode::FORBIDDEN,
            Own::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Own::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Own::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Own::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }
}

/// A code of ours or of the services'.
struct ProblemCode;

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let ours = Own::ALL.iter().map(|own| own.as_str());
        let all = Code::ALL.iter().map(|code| code.as_str()).chain(ours);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(all)).into()
    }
}

impl ToSchema for ProblemCode {}

/// For the document of what we answer.
pub fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(Document::name().into(), Document::schema())];
    Document::schemas(&mut schemas);
    schemas
}

impl Problem {
    pub fn own(own: Own, detail: impl Into<String>) -> Self {
        let (status, code) = (own.status(), own.as_str().into());
        Problem { status, code, detail: detail.into(), field: None, retry_after_s: None }
    }

    pub fn malformed(detail: impl Into<String>) -> Self {
        Refusal::new(Code::Malformed, detail).into()
    }

    /// One asks too often.
    pub fn too_many(seconds: u64) -> Self {
        let rule = format!("too many requests; try again in {seconds} s");
        Problem { retry_after_s: Some(seconds), ..Refusal::new(Code::TooManyRequests, rule).into() }
    }

    pub fn of_field(code: Code, field: &str, detail: impl Into<String>) -> Self {
        Refusal::of_field(code, field, detail).into()
    }

    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Refusal::new(Code::NotFound, format!("{what} does not exist")).into()
    }

    pub fn not_signed_in() -> Self {
        Refusal::new(Code::NotSignedIn, "sign in first").into()
    }

    pub fn rate_limited(detail: impl Into<String>) -> Self {
        Refusal::new(Code::TooManyRequests, detail).into()
    }

    /// Code, detail, and field, for whoever has no status line.
    pub fn words(&self) -> (&str, &str, Option<&str>) {
        (&self.code, &self.detail, self.field.as_deref())
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Refusal::new(Code::Unavailable, detail).into()
    }
}

/// The one table of what a refusal is in HTTP's terms.
pub fn status_of(code: Code) -> StatusCode {
    match code {
        Code::Malformed
        | Code::UnknownField
        | Code::MissingField
        | Code::UnexpectedField
        | Code::InvalidValue
        | Code::InvalidCombination => StatusCode::BAD_REQUEST,
        Code::NotSignedIn => StatusCode::UNAUTHORIZED,
        Code::NotAllowed => StatusCode::FORBIDDEN,
        Code::TooManyAttempts | Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::IdReused
        | Code::OrderNotLive
        | Code::AmendmentPending
        | Code::NotAmendable
        | Code::LoginTaken
        | Code::StillOwned
        | Code::ChangedSince
        | Code::ReplacedOrderGone => StatusCode::CONFLICT,
        Code::UnknownUser
        | Code::UnknownSymbol
        | Code::InstrumentHalted
        | Code::FeedStale
        | Code::TickSize
        | Code::LotSize
        | Code::OutOfRange
        | Code::NoReferencePrice
        | Code::TooManyOpenOrders
        | Code::InsufficientCash
        | Code::InsufficientShares
        | Code::CanceledByUser
        | Code::SelfTrade
        | Code::NoLiquidity
        | Code::NotFillable
        | Code::WouldTrade
        | Code::WouldTrigger
        | Code::Expired
        | Code::EntryEnded
        | Code::NotTrading
        | Code::OutsidePriceBand
        | Code::AmendedByUser
        | Code::Replaced
        | Code::FilledBeforeReplaced => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Unavailable | Code::NotSent | Code::DeadlinePassed => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Where asking again may do better.
fn retry_after_s(code: Code) -> Option<u64> {
    if code == Code::TooManyAttempts {
        return Some(ATTEMPTS_FORGOTTEN_S);
    }
    let for_now = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
    for_now.contains(&status_of(code)).then_some(RETRY_AFTER_S)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem {
            status: status_of(refusal.code),
            code: refusal.code.as_str().into(),
            detail: refusal.message,
            field: refusal.field,
            retry_after_s: retry_after_s(refusal.code),
        }
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Refused(refusal) => refusal.into(),
            // No answer is no failure: what was asked may have happened.
            AskError::Unavailable(why) => {
                Problem::unavailable(format!("{why}; ask again, with the same id if it has one"))
            }
        }
    }
}

impl From<NotYet> for Problem {
    fn from(not_yet: NotYet) -> Self {
        Problem::unavailable(not_yet.to_string())
    }
}

/// `insufficient_cash` → `Insufficient cash`.
fn title_of(code: &str) -> String {
    let mut words = code.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.detail, self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after_s {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let document = Document {
            r#type: format!("urn:exchange:problem:{}", self.code),
            title: title_of(&self.code),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: &self.code,
            field: self.field.as_deref(),
        };
        let mut response = response.body(serde_json::to_vec(&document).expect("our own documents are JSON"));
        response.extensions_mut().insert(Told(self.code.clone()));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::to_bytes;
    use expect_test::{Expect, expect};

    async fn check(problem: Problem, expected: Expect) {
        let response = problem.error_response();
        let mut shown = response.status().to_string();
        for (name, value) in response.headers() {
            shown += &format!("\n{name}: {}", value.to_str().unwrap());
        }
        let body = to_bytes(response.into_body()).await.unwrap();
        shown += &format!("\n{}", String::from_utf8_lossy(&body));
        let mut lines: Vec<_> = shown.lines().collect();
        lines[1..].sort_unstable();
        expected.assert_eq(&lines.join("\n"));
    }

    #[actix_web::test]
    async fn a_refusal_becomes_a_document() {
        let refusal = Refusal::of_field(Code::TickSize, "limit_price", "must be a multiple of 0.01");
        check(
            refusal.into(),
            expect![[r#"
                422 Unprocessable Entity
                cache-control: no-store
                content-type: application/problem+json
                {"type":"urn:exchange:problem:tick_size","title":"Tick size","status":422,"detail":"must be a multiple of 0.01","code":"tick_size","field":"limit_price"}"#]],
        )
        .await;
    }

    #[actix_web::test]
    async fn no_answer_means_unknown_and_says_when_to_ask_again() {
        check(
            AskError::Unavailable("no answer from ordering.0 within 1800 ms".into()).into(),
            expect![[r#"
                503 Service Unavailable
                cache-control: no-store
                content-type: application/problem+json
                retry-after: 1
                {"type":"urn:exchange:problem:unavailable","title":"Unavailable","status":503,"detail":"no answer from ordering.0 within 1800 ms; ask again, with the same id if it has one","code":"unavailable"}"#]],
        )
        .await;
    }

    #[test]
    fn every_code_has_its_status() {
        let statuses: Vec<String> =
            Code::ALL.iter().map(|code| format!("{} {code}", status_of(*code).as_u16())).collect();
        expect![[r#"
            400 malformed
            400 unknown_field
            400 missing_field
            400 unexpected_field
            400 invalid_value
            400 invalid_combination
            401 not_signed_in
            403 not_allowed
            429 too_many_attempts
            429 too_many_requests
            409 login_taken
            409 still_owned
            404 not_found
            422 unknown_user
            422 unknown_symbol
            422 instrument_halted
            422 feed_stale
            422 tick_size
            422 lot_size
            422 out_of_range
            422 no_reference_price
            422 too_many_open_orders
            409 id_reused
            409 order_not_live
            422 insufficient_cash
            422 insufficient_shares
            422 canceled_by_user
            422 self_trade
            422 no_liquidity
            422 not_fillable
            422 would_trade
            422 would_trigger
            422 expired
            422 entry_ended
            422 not_trading
            422 outside_price_band
            409 amendment_pending
            409 not_amendable
            422 amended_by_user
            422 replaced
            409 replaced_order_gone
            422 filled_before_replaced
            409 changed_since
            503 unavailable
            503 not_sent
            503 deadline_passed"#]]
        .assert_eq(&statuses.join("\n"));
    }
}
