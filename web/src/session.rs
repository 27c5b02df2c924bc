//! Who asks: the session's token, from the cookie or the `Authorization` header.
//!
//! Promises: the cookie is HttpOnly, SameSite=Strict and for the whole site; whoever sends a token
//! in a header is believed by that alone.

use crate::api_keys::{self, ApiKeys};
use crate::asking::Services;
use crate::ended::Ended;
use crate::problem::Problem;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest, web};
use chassis::session;
use chassis::settings::{Secret, Settings, SettingsError};
use contracts::accounts::{Claims, KeyOwner, Scope, TOKEN_AUDIENCE, TOKEN_ISSUER};
use contracts::{Code, Refusal, UserId};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

const COOKIE: &str = "session";
/// Over HTTPS browsers take a name that begins so from the host itself only, for the whole host.
const SECURE_COOKIE: &str = "__Host-session";

/// Checks tokens and keys, and bakes cookies. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    key: Secret,
    secure_cookie: bool,
    ended: Ended,
    keys: ApiKeys,
}

/// Who is there, and by which session; by an API key, which is its own session and has no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    pub user_id: UserId,
    pub session_id: Uuid,
    pub began_at: i64,
}

impl From<&Claims> for Visitor {
    fn from(claims: &Claims) -> Self {
        Visitor { user_id: claims.sub, session_id: claims.sid, began_at: claims.auth_time }
    }
}

/// A request's good session. As an extractor: of a person, who may do everything.
#[derive(Clone, Debug)]
pub struct Session {
    pub claims: Claims,
    pub token: String,
    pub from_cookie: bool,
    /// What a program may do with its API key. Nothing here: it is a person.
    scopes: Option<Vec<Scope>>,
}

/// A person, or a program whose key may read.
pub struct Reader(pub Session);

/// A person, or a program whose key may trade.
pub struct Trader(pub Session);

impl Session {
    pub fn user_id(&self) -> UserId {
        self.claims.sub
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::from(&self.claims)
    }

    fn of_key(KeyOwner { user, key }: KeyOwner, text: &str) -> Self {
        let claims = Claims {
            iss: TOKEN_ISSUER.into(),
            aud: TOKEN_AUDIENCE.into(),
            sub: user.user_id,
            name: user.name,
            role: user.role,
            sid: key.key_id,
            auth_time: i64::MAX,
            iat: key.made_at.timestamp(),
            exp: i64::MAX,
        };
        Session { claims, token: text.to_owned(), from_cookie: false, scopes: Some(key.scopes) }
    }

    /// What this session is not enough for.
    pub fn must(&self, scope: Option<Scope>) -> Result<(), Refusal> {
        let Some(scopes) = &self.scopes else { return Ok(()) };
        match scope {
            Some(scope) if scopes.contains(&scope) => Ok(()),
            Some(scope) => {
                Err(Refusal::new(Code::NotAllowed, format!("this needs an API key with the scope {scope}")))
            }
            None => Err(Refusal::new(Code::NotAllowed, "an API key is not enough for this: log in")),
        }
    }
}

impl Sessions {
    pub fn new(
        settings: &Settings,
        ended: Ended,
        services: Arc<dyn Services>,
    ) -> Result<Self, SettingsError> {
        let (key, keys) = (settings.jwt_key()?.clone(), ApiKeys::new(services));
        Ok(Sessions { key, secure_cookie: settings.web.secure_cookie, ended, keys })
    }

    /// Whether any session can be checked.
    pub fn are_known(&self) -> bool {
        self.ended.is_known()
    }

    pub fn verify(&self, token: &str) -> Result<Claims, Refusal> {
        let claims = session::verify(token, &self.key, chrono::Utc::now())?;
        self.ended.check(&Visitor::from(&claims))?;
        Ok(claims)
    }

    /// Whose token or key it is.
    pub async fn admit(&self, token: &str) -> Result<Session, Refusal> {
        if !api_keys::is_key(token) {
            return self.of_token(token, false);
        }
        let session = Session::of_key(self.keys.owner(token).await?, token);
        self.ended.check(&session.visitor())?;
        Ok(session)
    }

    fn of_token(&self, token: &str, from_cookie: bool) -> Result<Session, Refusal> {
        Ok(Session { claims: self.verify(token)?, token: token.to_owned(), from_cookie, scopes: None })
    }

    pub async fn of(&self, headers: &HeaderMap) -> Result<Session, Refusal> {
        if let Some(token) = bearer_of(headers)? {
            return self.admit(token).await;
        }
        match self.cookie_of(headers) {
            Some(token) => self.of_token(token, true),
            None => Err(Refusal::new(Code::NotSignedIn, "sign in first")),
        }
    }

    /// The session of a browser, which needs no asking.
    pub fn of_browser(&self, headers: &HeaderMap) -> Option<Session> {
        let token = self.cookie_of(headers).filter(|_| !headers.contains_key(header::AUTHORIZATION))?;
        self.of_token(token, true).ok()
    }

    /// Whose request it is, as far as that is known without asking.
    pub fn user_of(&self, headers: &HeaderMap) -> Option<UserId> {
        match bearer_of(headers).ok()? {
            Some(key) if api_keys::is_key(key) => self.keys.known(key).map(|owner| owner.user.user_id),
            Some(token) => self.verify(token).ok().map(|claims| claims.sub),
            None => self.of_browser(headers).map(|session| session.user_id()),
        }
    }

    fn cookie_name(&self) -> &'static str {
        if self.secure_cookie { SECURE_COOKIE } else { COOKIE }
    }

    /// The session's token in the `Cookie` headers.
    pub fn cookie_of<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers.get_all(header::COOKIE).find_map(|value| self.cookie_in(value.to_str().ok()?))
    }

    pub fn cookie_in<'a>(&self, header: &'a str) -> Option<&'a str> {
        let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        let ours = pairs.filter(|(name, _)| *name == self.cookie_name());
        ours.map(|(_, token)| token).find(|token| !token.is_empty())
    }

    /// Whose request it is, if anybody's. A session that is not good is refused all the same.
    pub async fn guest(&self, headers: &HeaderMap) -> Result<Option<Session>, Refusal> {
        let is_anybodys = headers.contains_key(header::AUTHORIZATION) || self.cookie_of(headers).is_some();
        if is_anybodys { self.of(headers).await.map(Some) } else { Ok(None) }
    }

    pub fn cookie(&self, token: &str, good_for_s: u64) -> Cookie<'static> {
        let good_for_s = i64::try_from(good_for_s).unwrap_or(i64::MAX);
        Cookie::build(self.cookie_name(), token.to_owned())
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

fn bearer_of(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let rule = || Refusal::new(Code::NotSignedIn, "authorization: expected \"Bearer\" and a token");
    token.map(Some).ok_or_else(rule)
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

fn extract<T: 'static>(request: &HttpRequest, scope: Option<Scope>, wrap: fn(Session) -> T) -> Extracted<T> {
    let request = request.clone();
    Box::pin(async move {
        let sessions = request.app_data::<web::Data<Sessions>>().expect("sessions are registered");
        let session = sessions.of(request.headers()).await?;
        session.must(scope)?;
        Ok(wrap(session))
    })
}

impl FromRequest for Session {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, None, |session| session)
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, Some(Scope::Read), Reader)
    }
}

impl FromRequest for Trader {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, Some(Scope::Trade), Trader)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::ended::tests::nothing_ended;
    use actix_web::test::TestRequest;
    use chassis::ask::AskError;
    use contracts::accounts::Role;
    use contracts::intake::{Body, IntakeReply};
    use serde_json::value::RawValue;
    use std::time::Duration;

    /// Asked nothing, so it says nothing.
    struct Nobody;

    #[async_trait::async_trait]
    impl Services for Nobody {
        async fn question(&self, _: &str, _: &RawValue, _: Duration) -> Result<Box<RawValue>, AskError> {
            Err(AskError::Unavailable("nobody is there".into()))
        }

        async fn command(&self, _: &str, _: &RawValue, _: Duration) -> Result<Box<RawValue>, AskError> {
            Err(AskError::Unavailable("nobody is there".into()))
        }

        async fn order(&self, _: UserId, _: &Body<'_>, _: Duration) -> Result<IntakeReply, AskError> {
            Err(AskError::Unavailable("nobody is there".into()))
        }

        fn is_connected(&self) -> bool {
            false
        }
    }

    pub fn sessions() -> Sessions {
        Sessions {
            key: Secret::new("a key for tests, long enough for anyone"),
            secure_cookie: true,
            ended: nothing_ended(),
            keys: ApiKeys::new(Arc::new(Nobody)),
        }
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

    async fn who(request: TestRequest) -> Result<(u128, bool), Code> {
        let request = request.to_http_request();
        let session = sessions().of(request.headers()).await.map_err(|refusal| refusal.code)?;
        Ok((session.user_id().0.as_u128(), session.from_cookie))
    }

    #[tokio::test]
    async fn a_session_comes_from_the_header_or_the_cookie() {
        let (ann, bob) = (token(1, 600), token(2, 600));
        let with = |name, value: String| TestRequest::default().insert_header((name, value));
        assert_eq!(who(TestRequest::default()).await, Err(Code::NotSignedIn));
        assert_eq!(who(with("cookie", format!("a=b; __Host-session={ann}"))).await, Ok((1, true)));
        assert_eq!(who(with("authorization", format!("Bearer {ann}"))).await, Ok((1, false)));
        let both = with("cookie", format!("__Host-session={ann}"))
            .insert_header(("authorization", format!("bearer {bob}")));
        assert_eq!(who(both).await, Ok((2, false)));
        assert_eq!(who(with("cookie", "__Host-session=".into())).await, Err(Code::NotSignedIn));
        assert_eq!(who(with("authorization", format!("Basic {ann}"))).await, Err(Code::NotSignedIn));
        assert_eq!(
            who(with("cookie", format!("__Host-session={}", token(1, -60)))).await,
            Err(Code::NotSignedIn)
        );
    }

    #[test]
    fn the_cookie_is_for_this_site_and_not_for_scripts() {
        let cookie = sessions().cookie("t", 900).to_string();
        assert_eq!(cookie, "__Host-session=t; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=900");
    }
}
