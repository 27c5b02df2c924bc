//! Bodies and queries, read strictly: JSON only, bounded, nothing unknown, and a refusal that names
//! the field, the value and the rule.

use crate::problem::{Own, Problem};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use bytes::BytesMut;
use contracts::stock_data::SHEET_BYTES_MAX;
use contracts::{Code, Timestamp, json, ordering::PAGE_LENGTH_MAX, refusal::quoted};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::str::FromStr;

pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_of_kind(request, "application/json");
        let payload = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            if !is_json {
                return Err(unsupported("application/json"));
            }
            json::read(&read_body(payload, BODY_BYTES_MAX).await?).map(Json).map_err(Problem::from)
        })
    }
}

fn unsupported(expected: &str) -> Problem {
    let rule = format!("expected content-type {expected}");
    Problem::own(Own::UnsupportedMediaType, rule)
}

async fn read_body(
    mut payload: Result<web::Payload, actix_web::Error>,
    bytes_max: usize,
) -> Result<BytesMut, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.as_mut().map_err(|_| broken_off())?.next().await {
        body.extend_from_slice(&chunk.map_err(|_| broken_off())?);
        if body.len() > bytes_max {
            let rule = format!("a body may have {bytes_max} bytes");
            return Err(Problem::own(Own::BodyTooLarge, rule));
        }
    }
    Ok(body)
}

/// A sheet: CSV, as text.
pub struct Sheet(pub String);

impl FromRequest for Sheet {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_sheet = is_of_kind(request, "text/csv");
        let payload = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            if !is_sheet {
                return Err(unsupported("text/csv"));
            }
            let body = read_body(payload, SHEET_BYTES_MAX).await?;
            let text = String::from_utf8(body.into()).map(Sheet);
            text.map_err(|_| Problem::malformed("expected UTF-8"))
        })
    }
}

/// A request without a body. One that comes all the same would be thought to say something.
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let headers = request.headers();
        let length = headers.get(header::CONTENT_LENGTH).map(|length| length.as_bytes());
        let has_body =
            length.is_some_and(|length| length != b"0") || headers.contains_key(header::TRANSFER_ENCODING);
        ready(match has_body {
            true => Err(Problem::malformed("expected no body here")),
            false => Ok(NoBody),
        })
    }
}

fn broken_off() -> Problem {
    Problem::malformed("the body broke off")
}

fn is_of_kind(request: &HttpRequest, expected: &str) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected))
}

/// Reads a field's text.
pub fn parse<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|rule| Problem::of_field(Code::InvalidValue, field, format!("{rule}")))
}

/// What stands behind the `?`. Each field is taken once; what nobody took is refused.
pub struct Query(BTreeMap<String, String>);

impl FromRequest for Query {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Query::read(request.query_string()))
    }
}

impl Query {
    fn read(text: &str) -> Result<Self, Problem> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|e| Problem::of_field(Code::Malformed, "query", e.to_string()))?;
        let mut fields = BTreeMap::new();
        for (field, value) in pairs.into_inner() {
            if fields.insert(field.clone(), value).is_some() {
                return Err(Problem::of_field(Code::UnexpectedField, &field, "given more than once"));
            }
        }
        Ok(Query(fields))
    }

    pub fn take<T: FromStr<Err: Display>>(&mut self, field: &str) -> Result<Option<T>, Problem> {
        self.0.remove(field).map(|text| parse(field, &text)).transpose()
    }

    /// A page's length, or depth's levels: 1 to 200.
    pub fn take_limit(&mut self, field: &str, otherwise: u16) -> Result<u16, Problem> {
        self.take_number(field, otherwise, PAGE_LENGTH_MAX)
    }

    /// A number from 1 to the largest that makes sense.
    pub fn take_number(&mut self, field: &str, otherwise: u16, max: u16) -> Result<u16, Problem> {
        let Some(text) = self.0.remove(field) else { return Ok(otherwise) };
        let number = text.parse().ok().filter(|number| (1..=max).contains(number));
        let rule = || format!("expected a whole number from 1 to {max}, got {}", quoted(&text));
        number.ok_or_else(|| Problem::of_field(Code::InvalidValue, field, rule()))
    }

    pub fn take_time(&mut self, field: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.0.remove(field) else { return Ok(None) };
        let time = chrono::DateTime::parse_from_rfc3339(&text).map(|time| Some(time.to_utc()));
        let rule = || format!("expected a time such as 2026-11-23T14:35:00Z, got {}", quoted(&text));
        time.map_err(|_| Problem::of_field(Code::InvalidValue, field, rule()))
    }

    pub fn take_flag(&mut self, field: &str) -> Result<bool, Problem> {
        match self.0.remove(field).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                let rule = format!("expected true or false, got {}", quoted(other));
                Err(Problem::of_field(Code::InvalidValue, field, rule))
            }
        }
    }

    pub fn required<T>(field: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| Problem::of_field(Code::MissingField, field, "this parameter is required"))
    }

    /// Nothing else was given.
    pub fn end(self) -> Result<(), Problem> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(field) => {
                Err(Problem::of_field(Code::UnknownField, &field, "no such parameter is known here"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(query: &str) -> Result<u16, String> {
        let read = || {
            let mut query = Query::read(query)?;
            let limit = query.take_limit("limit", 50)?;
            query.end().map(|()| limit)
        };
        read().map_err(|problem: Problem| problem.to_string())
    }

    #[test]
    fn a_query_is_read_strictly() {
        assert_eq!(limit(""), Ok(50));
        assert_eq!(limit("limit=200"), Ok(200));
        for value in ["0", "201", "-1", "1e2", "", "99999999999"] {
            let rule = format!("expected a whole number from 1 to 200, got {value:?} (invalid_value)");
            assert_eq!(limit(&format!("limit={value}")), Err(rule));
        }
        assert_eq!(limit("limit=1&limit=2"), Err("given more than once (unexpected_field)".into()));
        assert_eq!(limit("page=2"), Err("no such parameter is known here (unknown_field)".into()));
    }
}
