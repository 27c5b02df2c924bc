//! How long a request's head may be, at every door: REST, Socket.IO, `/ws` and pages.
//!
//! Promises: what is longer is refused as a problem, whether it arrives at once or in pieces; the library's own
//! bound depends on how it arrives.

use crate::problem::{Own, Problem};
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

/// Four times the longest token, for its cookie, the path with a cursor, and what proxies and browsers add.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Around a header's name and value: a colon, a space and the end of the line.
const AROUND_A_HEADER: usize = 4;

fn bytes_of(request: &ServiceRequest) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let headers =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + AROUND_A_HEADER);
    request.method().as_str().len() + target + headers.sum::<usize>()
}

pub async fn limit(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let bytes = bytes_of(&request);
    if bytes <= HEAD_BYTES_MAX {
        return next.call(request).await;
    }
    let rule =
        format!("a request's line and headers have at most {HEAD_BYTES_MAX} bytes, these have {bytes}");
    let mut response = Problem::own(Own::HeadTooLarge, rule).error_response();
    // Whoever sends such a head has nothing else to say here.
    response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    Ok(request.into_response(response))
}
