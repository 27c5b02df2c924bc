//! Sessions are renewed along the way, so that whoever is at work is not thrown out.

use super::Shared;
use crate::asking::ask;
use crate::session::{Session, Sessions};
use actix_web::body::BoxBody;
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, web};
use contracts::{accounts, topology};
use std::time::Duration;

/// What a request may wait for a renewal that it does not need itself.
const RENEWAL_DEADLINE: Duration = Duration::from_millis(500);
/// With less left than this any request renews, not only the one that asks who it is.
const LITTLE_LEFT_S: i64 = 5 * 60;

/// Renews the cookie's session when its time comes.
pub async fn renew(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let asks_who = request.path() == "/api/v1/auth/me";
    let sessions = request.app_data::<web::Data<Sessions>>().expect("sessions are registered").clone();
    let session = sessions.of_browser(request.headers());
    let due = session.filter(|session| is_due(session, asks_who, chrono::Utc::now().timestamp()));
    let mut response = next.call(request).await?;
    if let Some(session) = due
        && response.status().is_success()
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        let gateway = response.request().app_data::<Shared>().expect("the gateway is registered").clone();
        if let Some(cookie) = renewed(&gateway, &sessions, session).await {
            response.response_mut().add_cookie(&cookie)?;
        }
    }
    Ok(response)
}

fn is_due(session: &Session, asks_who: bool, now: i64) -> bool {
    let claims = &session.claims;
    let (left, half) = (claims.exp - now, (claims.exp - claims.iat) / 2);
    left < half && (asks_who || left < LITTLE_LEFT_S)
}

/// A session that cannot be renewed goes on until its end.
async fn renewed(gateway: &Shared, sessions: &Sessions, session: Session) -> Option<Cookie<'static>> {
    let question = accounts::Question::Renew { token: session.token };
    let fresh: accounts::Session =
        ask(&*gateway.services, topology::ACCOUNTS, &question, RENEWAL_DEADLINE).await.ok()?;
    Some(sessions.cookie(&fresh.token, fresh.expires_in_s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::{sessions, token};
    use actix_web::http::header::HeaderMap;

    #[test]
    fn a_session_is_renewed_past_half_its_life() {
        let now = chrono::Utc::now().timestamp();
        for (left, asks_who, due) in [
            (800, true, false),
            (460, true, false),
            (440, true, true),
            (440, false, false),
            (310, false, false),
            (290, false, true),
        ] {
            let token = token(1, left);
            let header = format!("__Host-session={token}").parse().unwrap();
            let headers = HeaderMap::from_iter([(header::COOKIE, header)]);
            let session = sessions().of_browser(&headers).unwrap();
            assert_eq!(is_due(&session, asks_who, now), due, "{left} s left, asks who: {asks_who}");
        }
    }
}
