//! Which pages may call: our own, and those of the allowed origins. Programs, which send no origin,
//! may too, without a cookie: it is cookies that a page could abuse.

use crate::plain;
use crate::problem::{Own, Problem};
use crate::session::Sessions;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
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

/// `http://localhost:3000/stocks/ACME` → `http://localhost:3000`
fn origin_of(url: &str) -> Option<&str> {
    let authority = url.find("://")? + 3;
    let end = url[authority..].find('/').map_or(url.len(), |at| authority + at);
    Some(&url[..end])
}

impl AllowedOrigins {
    fn lists(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
    }

    /// Whether a page that is none of ours makes this request, or may do. `has_cookie` is whether it
    /// comes with a session that a browser adds by itself.
    pub fn is_foreign(&self, headers: &HeaderMap, has_cookie: bool) -> bool {
        let host = text(headers, header::HOST).unwrap_or_default();
        let is_ours = |origin: &str| is_host(origin, host) || self.lists(origin);
        if let Some(origin) = text(headers, header::ORIGIN) {
            return !is_ours(origin);
        }
        // Sent by browsers even where they send no origin, but over HTTPS and to localhost only.
        if let Some(site) = text(headers, HeaderName::from_static("sec-fetch-site")) {
            return !["same-origin", "none"].contains(&site);
        }
        // Our own pages always say where they are.
        let page = text(headers, header::REFERER).and_then(origin_of);
        page.map_or(has_cookie, |origin| !is_ours(origin))
    }
}

fn foreign() -> Problem {
    Problem::own(Own::ForeignOrigin, "pages of this origin may not do that")
}

/// Refuses foreign pages: always at the doors of sockets, elsewhere where something would change. Answers
/// the browsers' questions about allowed origins.
pub async fn guard(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let allowed = request.app_data::<web::Data<AllowedOrigins>>().expect("origins are registered").clone();
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let socket = request.path().starts_with("/socket.io") || request.path() == plain::PATH;
    let sessions = request.app_data::<web::Data<Sessions>>().expect("sessions are registered");
    let has_cookie = !request.headers().contains_key(header::AUTHORIZATION)
        && sessions.cookie_of(request.headers()).is_some();
    if (changes || socket) && allowed.is_foreign(request.headers(), has_cookie) {
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
        // Whether what is shown may be old.
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "age, cache-status"),
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
            assert_eq!(allowed.is_foreign(&headers, false), foreign, "{host} {origin} {site}");
            // A cookie makes nothing better, and needs a witness.
            let without_witness = origin.is_empty() && site.is_empty();
            let foreign = foreign || without_witness;
            assert_eq!(allowed.is_foreign(&headers, true), foreign, "{host} {origin} {site}, a cookie");
        }
    }

    #[test]
    fn a_page_over_plain_http_is_known_by_where_it_says_it_is() {
        let allowed = AllowedOrigins(vec!["https://desk.example".into()]);
        for (page, foreign) in [
            ("http://exchange.lan:3000/stocks/ACME", false),
            ("http://exchange.lan:3000", false),
            ("https://desk.example/", false),
            ("https://evil.example/http://exchange.lan:3000/", true),
            ("http://exchange.lan:3000.evil.example/", true),
            ("nonsense", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("exchange.lan:3000"));
            headers.insert(header::REFERER, HeaderValue::from_static(page));
            assert_eq!(allowed.is_foreign(&headers, true), foreign, "{page}");
        }
    }
}
