//! Who asks: the session's token, from the cookie or the `Authorization` header.
//!
//! Promises: the cookie is HttpOnly, SameSite=Strict and for the whole site; whoever sends a token
//! in a header is believed by that alone.

use crate::problem::Problem;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chassis::session;
use chassis::settings::{Secret, Settings, SettingsError};
use contracts::accounts::Claims;
use contracts::{Code, Refusal, UserId};
use std::future::{Ready, ready};

pub const COOKIE: &str = "session";

/// Checks tokens and bakes cookies. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    key: Secret,
    secure_cookie: bool,
}

/// A request's good session.
#[derive(Clone, Debug)]
pub struct Session {
    pub claims: Claims,
    pub token: String,
    pub from_cookie: bool,
}

impl Session {
    pub fn user_id(&self) -> UserId {
        self.claims.sub
    }
}

impl Sessions {
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Sessions { key: settings.jwt_key()?.clone(), secure_cookie: settings.web.secure_cookie })
    }

    pub fn verify(&self, token: &str) -> Result<Claims, Refusal> {
        session::verify(token, &self.key, chrono::Utc::now())
    }

    pub fn of(&self, request: &HttpRequest) -> Result<Session, Refusal> {
        let (token, from_cookie) = match bearer_of(request)? {
            Some(token) => (token, false),
            None => match cookies_of(request).find_map(cookie_of) {
                Some(token) => (token, true),
                None => return Err(Refusal::new(Code::NotSignedIn, "sign in first")),
            },
        };
        Ok(Session { claims: self.verify(token)?, token: token.to_owned(), from_cookie })
    }

    /// Whose request it is, if anybody's. A session that is not good is refused all the same.
    pub fn visitor(&self, request: &HttpRequest) -> Result<Option<Session>, Refusal> {
        let is_anybodys = request.headers().contains_key(header::AUTHORIZATION)
            || cookies_of(request).any(|cookies| cookie_of(cookies).is_some());
        if is_anybodys { self.of(request).map(Some) } else { Ok(None) }
    }

    pub fn cookie(&self, token: &str, good_for_s: u64) -> Cookie<'static> {
        let good_for_s = i64::try_from(good_for_s).unwrap_or(i64::MAX);
        Cookie::build(COOKIE, token.to_owned())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.secure_cookie)
            .max_age(actix_web::cookie::time::Duration::seconds(good_for_s))
            .finish()
    }

    /// Makes a browser forget the session.
    pub fn no_cookie(&self) -> Cookie<'static> {
        self.cookie("", 0)
    }
}

fn bearer_of(request: &HttpRequest) -> Result<Option<&str>, Refusal> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let rule = || Refusal::new(Code::NotSignedIn, "authorization: expected \"Bearer\" and a token");
    token.map(Some).ok_or_else(rule)
}

fn cookies_of(request: &HttpRequest) -> impl Iterator<Item = &str> {
    request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok())
}

/// The session's token in a `Cookie` header.
pub fn cookie_of(header: &str) -> Option<&str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, token)| token).find(|token| !token.is_empty())
}

impl FromRequest for Session {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sessions = request.app_data::<web::Data<Sessions>>().expect("sessions are registered");
        ready(sessions.of(request).map_err(Problem::from))
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use contracts::accounts::{Role, TOKEN_AUDIENCE, TOKEN_ISSUER};
    use uuid::Uuid;

    pub fn sessions() -> Sessions {
        Sessions { key: Secret::new("a key for tests, long enough for anyone"), secure_cookie: true }
    }

    /// A token for a user that is good for so many of its 900 seconds.
    pub fn token(user: u128, good_for_s: i64) -> String {
        let now = chrono::Utc::now().timestamp();
        let claims = Claims {
            iss: TOKEN_ISSUER.into(),
            aud: TOKEN_AUDIENCE.into(),
            sub: Uuid::from_u128(user).into(),
            name: "Ann".into(),
            role: Role::Trader,
            sid: Uuid::from_u128(8),
            auth_time: now,
            iat: now + good_for_s - 900,
            exp: now + good_for_s,
        };
        session::sign(&claims, &sessions().key)
    }

    fn who(request: TestRequest) -> Result<(u128, bool), Code> {
        let session = sessions().of(&request.to_http_request()).map_err(|refusal| refusal.code)?;
        Ok((session.user_id().0.as_u128(), session.from_cookie))
    }

    #[test]
    fn a_session_comes_from_the_header_or_the_cookie() {
        let (ann, bob) = (token(1, 600), token(2, 600));
        let with = |name, value: String| TestRequest::default().insert_header((name, value));
        assert_eq!(who(TestRequest::default()), Err(Code::NotSignedIn));
        assert_eq!(who(with("cookie", format!("a=b; session={ann}"))), Ok((1, true)));
        assert_eq!(who(with("authorization", format!("Bearer {ann}"))), Ok((1, false)));
        let both = with("cookie", format!("session={ann}"))
            .insert_header(("authorization", format!("bearer {bob}")));
        assert_eq!(who(both), Ok((2, false)));
        assert_eq!(who(with("cookie", "session=".into())), Err(Code::NotSignedIn));
        assert_eq!(who(with("authorization", format!("Basic {ann}"))), Err(Code::NotSignedIn));
        assert_eq!(who(with("cookie", format!("session={}", token(1, -60)))), Err(Code::NotSignedIn));
    }

    #[test]
    fn the_cookie_is_for_this_site_and_not_for_scripts() {
        let cookie = sessions().cookie("t", 900).to_string();
        assert_eq!(cookie, "session=t; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=900");
    }
}
