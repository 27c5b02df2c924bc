//! A span for each request over REST, in the trace that the client names (`traceparent`) or in one of
//! its own. What web asks of services meanwhile belongs to it.

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use chassis::trace::{self, Context, HEADER, Kind, Span};

/// What is asked for again and again by machines, or is a file, has no story.
fn has_story(path: &str) -> bool {
    path.strip_prefix("/api/v1/").is_some_and(|rest| !rest.starts_with("health/"))
}

/// Said twice it is as good as not said, as the standard has it.
fn named(headers: &HeaderMap) -> Option<Context> {
    let mut said = headers.get_all(HEADER);
    let text = said.next()?.to_str().ok()?;
    if said.next().is_some() { None } else { Context::parse_foreign(text) }
}

pub async fn record(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    if !has_story(request.path()) {
        return next.call(request).await;
    }
    let method = request.method().clone();
    let mut span = Span::begin(named(request.headers()), Kind::Server, || "request".to_owned());
    let response = trace::within(span.context(), next.call(request)).await?;
    let (request, status) = (response.request(), response.status());
    span.rename(|| format!("{method} {}", request.match_pattern().unwrap_or_default()));
    span.set("http.request.method", || method.as_str().to_owned().into());
    span.set("http.route", || request.match_pattern().unwrap_or_default().into());
    span.set("http.response.status_code", || i64::from(status.as_u16()).into());
    if status.is_server_error() {
        span.fail(|| status.to_string());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(values: &[&[u8]]) -> Option<String> {
        let mut request = TestRequest::default();
        for value in values {
            let value = actix_web::http::header::HeaderValue::from_bytes(value).unwrap();
            request = request.append_header((HEADER, value));
        }
        named(request.to_srv_request().headers()).map(|context| context.to_string())
    }

    #[test]
    fn a_client_names_its_trace_once_and_rightly_or_not_at_all() {
        assert_eq!(of(&[GOOD.as_bytes()]), Some(GOOD.to_owned()));
        let upper = GOOD.to_uppercase();
        let bad: [&[&[u8]]; 6] = [
            &[],
            &[b""],
            &[upper.as_bytes()],
            &[b"00-\xff"],
            &[GOOD.as_bytes(), GOOD.as_bytes()],
            &[GOOD.as_bytes(), b"nothing"],
        ];
        for values in bad {
            assert_eq!(of(values), None, "{values:?}");
        }
    }

    #[test]
    fn probes_pages_and_sockets_have_no_span() {
        for path in ["/api/v1/orders", "/api/v1/stocks/ACME/depth"] {
            assert!(has_story(path), "{path}");
        }
        for path in
            ["/api/v1/health/ready", "/health/ready", "/metrics", "/", "/index.html", "/socket.io/", "/ws"]
        {
            assert!(!has_story(path), "{path}");
        }
    }
}
