//! Which pages may call: our own, and those of the allowed origins. Programs, which send no origin,
//! may too: they have no cookies that a page could abuse.

use crate::plain;
use crate::problem::Problem;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError, web};

/// Origins other than our own.
#[derive(Clone, Default)]
pub struct AllowedOrigins(pub Vec<String>);

/// Browsers may ask before every call, or once in ten minutes.
const PREFLIGHT_GOOD_FOR_S: &str = "600";

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// `http://localhost:80` and `localhost` are the same place.
fn is_host(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare =
        |authority: &str| authority.strip_suffix(default_port).unwrap_or(authority).to_ascii_lowercase();
    bare(authority) == bare(host)
}

impl AllowedOrigins {
    fn lists(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
    }

    /// Whether a page that is none of ours makes this request.
    pub fn is_foreign(&self, headers: &HeaderMap) -> bool {
        let host = text(headers, header::HOST).unwrap_or_default();
        match text(headers, header::ORIGIN) {
            Some(origin) => !is_host(origin, host) && !self.lists(origin),
            // Sent by browsers even where they send no origin.
            None => text(headers, header::HeaderName::from_static("sec-fetch-site"))
                .is_some_and(|site| !["same-origin", "none"].contains(&site)),
        }
    }
}

fn foreign() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "pages of this origin may not do that")
}

/// Refuses foreign pages: always on `/socket.io/` and `/ws`, elsewhere where something would change. Answers
/// the browsers' questions about allowed origins.
pub async fn guard(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let allowed = request.app_data::<web::Data<AllowedOrigins>>().expect("origins are registered").clone();
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let socket = request.path().starts_with("/socket.io") || request.path() == plain::PATH;
    if (changes || socket) && allowed.is_foreign(request.headers()) {
        return Ok(request.into_response(foreign().error_response()));
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin = origin.filter(|origin| origin.to_str().is_ok_and(|origin| allowed.lists(origin)));
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if preflight => request.into_response(HttpResponse::NoContent().finish()),
        _ => next.call(request).await?,
    };
    if let Some(origin) = origin {
        share_with(origin, response.headers_mut());
    }
    Ok(response)
}

fn share_with(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_GOOD_FOR_S),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ours_when_its_origin_is_our_host() {
        let allowed = AllowedOrigins(vec!["https://desk.example".into()]);
        for (host, origin, site, foreign) in [
            ("localhost:3000", "http://localhost:3000", "", false),
            ("localhost:3000", "", "", false),
            ("localhost:3000", "", "same-origin", false),
            ("localhost:3000", "", "none", false),
            ("localhost:3000", "", "cross-site", true),
            ("localhost:3000", "", "same-site", true),
            ("localhost:3000", "http://localhost:3001", "same-site", true),
            ("localhost:3000", "https://evil.example", "", true),
            ("localhost:3000", "http://localhost:3000.evil.example", "", true),
            ("localhost:3000", "null", "", true),
            ("localhost:3000", "file://", "", true),
            ("x.example", "https://x.example:443", "", false),
            ("X.example", "https://x.example", "", false),
            ("localhost:3000", "https://desk.example", "cross-site", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if !origin.is_empty() {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            if !site.is_empty() {
                headers.insert(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static(site));
            }
            assert_eq!(allowed.is_foreign(&headers), foreign, "{host} {origin} {site}");
        }
    }
}
