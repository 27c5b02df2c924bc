//! Coming in, going out, and who I am. Passwords are accounts' to judge.

use super::{Answer, Shared, ok};
use crate::address;
use crate::asking::{ANSWER_DEADLINE, ask, command};
use crate::problem::Problem;
use crate::session::{Session, Sessions};
use crate::strict::Json;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use contracts::accounts::{self, AccountsCommand, Hidden, NewUser, Question, Role, User};
use contracts::schema::PersonName;
use contracts::{UserId, topology};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// Two things in one answer share its time.
const RENAME_DEADLINE: Duration = Duration::from_millis(1_200);
const RENEWAL_DEADLINE: Duration = Duration::from_millis(600);

#[derive(Serialize, ToSchema)]
pub struct Person {
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        Person { user_id: user.user_id, name: user.name, role: user.role }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Entered {
    #[serde(flatten)]
    person: Person,
    /// For programs, which have no cookies to be kept from scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    expires_in_s: u64,
}

impl Entered {
    pub fn with_token(accounts::Session { token, expires_in_s, user }: accounts::Session) -> Self {
        Entered { person: user.into(), token: Some(token), expires_in_s }
    }
}

/// Somebody is in: by cookie, and by token where no page asks.
pub fn entered(
    request: &HttpRequest,
    sessions: &Sessions,
    session: accounts::Session,
    status: StatusCode,
) -> HttpResponse {
    let cookie = sessions.cookie(&session.token, session.expires_in_s);
    let of_a_page =
        request.headers().contains_key(header::ORIGIN) || request.headers().contains_key("sec-fetch-site");
    let mut entered = Entered::with_token(session);
    entered.token = entered.token.filter(|_| !of_a_page);
    let mut response = super::json(status, &entered);
    response.add_cookie(&cookie).expect("a token is a cookie's value");
    response
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// Capitals do not matter.
    #[schema(pattern = r"^[A-Za-z0-9._@+\-]{3,64}$", examples("ann.lee"))]
    login: String,
    /// 8 to 128 bytes. None of the common ones, nor the login.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: Hidden,
    /// The login, if absent.
    #[schema(value_type = Option<PersonName>)]
    name: Option<String>,
}

/// `POST auth/signup` → 201, signed in.
pub async fn sign_up(
    request: HttpRequest,
    gateway: Shared,
    sessions: web::Data<Sessions>,
    Json(SignUp { login, password, name }): Json<SignUp>,
) -> Answer {
    let name = name.unwrap_or_else(|| login.clone());
    let address = Some(address::of(&request));
    let role = Role::Trader;
    let question = Question::SignUp(NewUser { login, name, password, role, address, by: None });
    let session = ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    Ok(entered(&request, &sessions, session, StatusCode::CREATED))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    login: String,
    password: Hidden,
}

/// `POST auth/login`.
pub async fn log_in(
    request: HttpRequest,
    gateway: Shared,
    sessions: web::Data<Sessions>,
    Json(LogIn { login, password }): Json<LogIn>,
) -> Answer {
    let question = Question::LogIn { login, password, address: address::of(&request) };
    let session = ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    Ok(entered(&request, &sessions, session, StatusCode::OK))
}

/// `POST auth/logout`. Whoever has no session is logged out already. While accounts cannot be told, the
/// cookie stays, so that one can try again.
pub async fn log_out(
    request: HttpRequest,
    gateway: Shared,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse, Problem> {
    if let Ok(session) = sessions.of(request.headers()).await {
        session.must(None)?;
        let (user_id, session_id) = (session.user_id(), session.claims.sid);
        let ending = AccountsCommand::EndSession { user_id, session_id };
        let _: User = command(&*gateway.services, ACCOUNTS, &ending, ANSWER_DEADLINE).await?;
    }
    Ok(HttpResponse::NoContent().cookie(sessions.no_cookie()).finish())
}

/// The one partition of accounts.
pub const ACCOUNTS: &str = "accounts.0";

/// `GET auth/me`, from the token alone. The middleware renews the session along the way.
pub async fn me(crate::session::Reader(session): crate::session::Reader) -> Answer {
    let claims = session.claims;
    Ok(ok(&Person { user_id: claims.sub, name: claims.name, role: claims.role }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Rename)]
pub struct Change {
    #[schema(value_type = PersonName)]
    name: String,
}

/// `PATCH auth/me`. The next token has the new name; a browser gets it at once.
pub async fn rename(
    gateway: Shared,
    sessions: web::Data<Sessions>,
    session: Session,
    Json(Change { name }): Json<Change>,
) -> Answer {
    let services = &*gateway.services;
    let renaming = AccountsCommand::Rename { user_id: session.user_id(), name };
    let user: User = command(services, ACCOUNTS, &renaming, RENAME_DEADLINE).await?;
    let mut response = ok(&Person::from(user));
    if session.from_cookie {
        let question = Question::Renew { token: session.token };
        let renewed: Result<accounts::Session, _> =
            ask(services, topology::ACCOUNTS, &question, RENEWAL_DEADLINE).await;
        // Without an answer the name comes with the next renewal.
        if let Ok(renewed) = renewed {
            let cookie = sessions.cookie(&renewed.token, renewed.expires_in_s);
            response.add_cookie(&cookie).expect("a token is a cookie's value");
        }
    }
    Ok(response)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    old: Hidden,
    /// 8 to 128 bytes. None of the common ones, nor the login.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    new: Hidden,
}

/// `POST auth/password`: every session of mine is over, and a new one begins.
pub async fn change_password(
    request: HttpRequest,
    gateway: Shared,
    sessions: web::Data<Sessions>,
    session: Session,
    Json(NewPassword { old, new }): Json<NewPassword>,
) -> Answer {
    let (user_id, address) = (session.user_id(), address::of(&request));
    let question = Question::ChangePassword { user_id, old, new, address };
    let session = ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    Ok(entered(&request, &sessions, session, StatusCode::OK))
}

pub mod said {
    use super::{Change, Entered, LogIn, NewPassword, Person, SignUp};
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;
    use serde_json::json;

    const COOKIE: &str = "The session, for browsers.";

    pub fn sign_up() -> Said {
        Said::new("sign_up", Tag::People, "Open an account and sign in")
            .more("The account is a trader's, and empty.")
            .takes::<SignUp>(&[("a trader", json!({ "login": "ann.lee", "password": "a sentence of mine" }))])
            .answers::<Entered>(201, "Signed in. Pages get no `token`.")
            .header("Set-Cookie", COOKIE)
            .refuses(&[Code::LoginTaken, Code::TooManyAttempts])
    }

    pub fn log_in() -> Said {
        Said::new("log_in", Tag::People, "Sign in with a password")
            .more("An unknown login and a wrong password are answered the same.")
            .takes::<LogIn>(&[("a trader", json!({ "login": "ann.lee", "password": "a sentence of mine" }))])
            .answers::<Entered>(200, "Signed in. Pages get no `token`.")
            .header("Set-Cookie", COOKIE)
            .refuses(&[Code::NotSignedIn, Code::TooManyAttempts])
    }

    pub fn log_out() -> Said {
        Said::new("log_out", Tag::People, "Sign out")
            .more("Whoever has no session is signed out already.")
            .of(Who::Guest)
            .answers_nothing("The session is over.")
            .header("Set-Cookie", "Nothing, which ends at once.")
    }

    pub fn me() -> Said {
        Said::new("me", Tag::People, "Who I am, as the session says it")
            .of(Who::Reader)
            .answers::<Person>(200, "Me.")
    }

    pub fn rename() -> Said {
        Said::new("rename", Tag::People, "Call me something else")
            .more("The next token has the new name; a browser gets it at once.")
            .of(Who::Person)
            .takes::<Change>(&[("a name", json!({ "name": "Ann" }))])
            .answers::<Person>(200, "Me, as I am now.")
    }

    pub fn change_password() -> Said {
        Said::new("change_password", Tag::People, "Change my password")
            .more("**Every** session of the account is over, and a new one begins. API keys stay.")
            .of(Who::Person)
            .takes::<NewPassword>(&[(
                "another",
                json!({ "old": "a sentence of mine", "new": "another sentence" }),
            )])
            .answers::<Entered>(200, "Signed in anew.")
            .header("Set-Cookie", COOKIE)
            .refuses(&[Code::TooManyAttempts])
    }
}
