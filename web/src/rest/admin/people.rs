//! People, as admins see and help them: who is there, what they have, a new account, a new password, the end of
//! one, and money in and out. accounts and portfolio do it; who wanted it is in the audit log.

use super::{super::auth::Person, super::closing::close_account, super::portfolio::Movement, Admin};
use crate::asking::{ANSWER_DEADLINE, ask, command, portfolio_of};
use crate::closing::within_deadline;
use crate::problem::Problem;
use crate::rest::{Answer, PAGE_LENGTH, Shared, json, ok, told};
use crate::strict::{Json, NoBody, Query};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use chassis::ask::AskError;
use contracts::accounts::{Hidden, Member, NewUser, Question, Role, Session, User};
use contracts::ordering::Page;
use contracts::portfolio::{self, Moved, Portfolio, PortfolioCommand};
use contracts::schema::PersonName;
use contracts::{Code, Money, Refusal, UserId, topology};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

/// Looking somebody up is the smaller part of what is done to him.
const LOOK_DEADLINE: Duration = Duration::from_millis(500);
/// What is left of the patience of who waits for the whole.
const REST_DEADLINE: Duration = Duration::from_millis(1_300);

/// `GET admin/users?search=&cursor=&limit=`, by their ids, the last one first. From accounts' database.
pub async fn list(Admin(by): Admin, gateway: Shared, mut query: Query) -> Answer {
    let (search, cursor) = (query.take("search")?, query.take("cursor")?);
    let limit = query.take_limit("limit", PAGE_LENGTH)?;
    query.end()?;
    let question = Question::People { search, cursor, limit };
    Ok(told(gateway.reads.ask(Some(by), topology::ACCOUNTS, &question).await?))
}

#[derive(Serialize, ToSchema)]
struct MemberDetail {
    #[serde(flatten)]
    member: Member,
    /// Null for those whom portfolio has not heard of.
    #[schema(required)]
    portfolio: Option<Portfolio>,
}

/// `GET admin/users/{id}`: one, and what he has. From accounts' and portfolio's databases.
pub async fn one(_: Admin, gateway: Shared, id: web::Path<String>, query: Query) -> Answer {
    query.end()?;
    let member = existing(&gateway, &id).await?;
    let question = portfolio::Question::Portfolio { user_id: member.user_id };
    let portfolio = match ask(&*gateway.services, topology::PORTFOLIO, &question, REST_DEADLINE).await {
        Ok(portfolio) => Some(portfolio),
        Err(AskError::Refused(Refusal { code: Code::UnknownUser, .. })) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(ok(&MemberDetail { member, portfolio }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// Capitals do not matter.
    #[schema(pattern = r"^[A-Za-z0-9._@+\-]{3,64}$", examples("ann.lee"))]
    login: String,
    /// 8 to 128 bytes. None of the common ones, nor the login.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: Hidden,
    /// The login, if absent.
    #[schema(value_type = Option<PersonName>)]
    name: Option<String>,
    /// `trader`, if absent.
    role: Option<Role>,
}

/// `POST admin/users` → 201, after accounts' commit.
pub async fn add(Admin(by): Admin, gateway: Shared, query: Query, Json(new): Json<NewMember>) -> Answer {
    query.end()?;
    let NewMember { login, password, name, role } = new;
    let (name, role) = (name.unwrap_or_else(|| login.clone()), role.unwrap_or(Role::Trader));
    let question = Question::SignUp(NewUser { login, name, password, role, address: None, by: Some(by) });
    let Session { user, .. } =
        ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    let user_id = user.user_id;
    tracing::info!(target: "audit", event = "add_person", by.id = %by, user.id = %user_id, %role, "an admin has added somebody");
    let mut response = json(StatusCode::CREATED, &Person::from(user));
    let location = format!("/api/v1/admin/users/{user_id}");
    response.headers_mut().insert(header::LOCATION, location.parse().expect("an id is ASCII"));
    Ok(response)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// 8 to 128 bytes. None of the common ones, nor the login.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: Hidden,
}

/// `POST admin/users/{id}/password` → 204: another one, and all sessions of his are over.
pub async fn set_password(
    Admin(by): Admin,
    gateway: Shared,
    id: web::Path<String>,
    query: Query,
    Json(SetPassword { password }): Json<SetPassword>,
) -> Answer {
    query.end()?;
    let member = another(&gateway, by, &id).await?;
    let Some(login) = member.login else {
        return Err(Refusal::new(Code::NotAllowed, "this account has no password").into());
    };
    let question = Question::ResetPassword { login, password, by: Some(by) };
    let user: User = ask(&*gateway.services, topology::ACCOUNTS, &question, REST_DEADLINE).await?;
    tracing::info!(target: "audit", event = "set_password", by.id = %by, user.id = %user.user_id, "an admin has set a password");
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE admin/users/{id}` → 204, as he could do it himself: not while he owns anything.
pub async fn close(Admin(by): Admin, gateway: Shared, id: web::Path<String>, _: NoBody) -> Answer {
    within_deadline(async {
        let Member { user_id, closed_at, .. } = another(&gateway, by, &id).await?;
        if closed_at.is_none() {
            close_account(&gateway, user_id).await?;
            tracing::info!(target: "audit", event = "close_account", by.id = %by, user.id = %user_id, "an admin has closed an account");
        }
        Ok::<_, Problem>(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST admin/users/{id}/deposits`.
pub async fn deposit(
    Admin(by): Admin,
    gateway: Shared,
    id: web::Path<String>,
    query: Query,
    Json(movement): Json<Movement>,
) -> Answer {
    query.end()?;
    let ((id, amount), user_id) = (movement.read()?, id_of(&id)?);
    transfer(&gateway, by, PortfolioCommand::Deposit { id, user_id, amount }, (id, user_id, amount)).await
}

/// `POST admin/users/{id}/withdrawals`.
pub async fn withdraw(
    Admin(by): Admin,
    gateway: Shared,
    id: web::Path<String>,
    query: Query,
    Json(movement): Json<Movement>,
) -> Answer {
    query.end()?;
    let ((id, amount), user_id) = (movement.read()?, id_of(&id)?);
    transfer(&gateway, by, PortfolioCommand::Withdraw { id, user_id, amount }, (id, user_id, amount)).await
}

async fn transfer(
    gateway: &Shared,
    by: UserId,
    moving: PortfolioCommand,
    (id, user_id, amount): (Uuid, UserId, Money),
) -> Answer {
    let event = if matches!(moving, PortfolioCommand::Deposit { .. }) { "deposit" } else { "withdraw" };
    let partition = portfolio_of(user_id, gateway.partitions);
    let moved: Moved = command(&*gateway.services, &partition, &moving, ANSWER_DEADLINE).await?;
    tracing::info!(target: "audit", event, by.id = %by, user.id = %user_id, %id, %amount, "an admin has moved cash");
    Ok(ok(&moved))
}

/// What is no id is nobody's.
fn id_of(id: &str) -> Result<UserId, Problem> {
    id.parse().map_err(|_| nobody())
}

fn nobody() -> Problem {
    Problem::not_found("this person")
}

async fn existing(gateway: &Shared, id: &str) -> Result<Member, Problem> {
    let search = Some(id_of(id)?.to_string());
    let question = Question::People { search, cursor: None, limit: 1 };
    let found: Page<Member> = ask(&*gateway.services, topology::ACCOUNTS, &question, LOOK_DEADLINE).await?;
    found.items.into_iter().next().ok_or_else(nobody)
}

/// Not the admin himself: so there is always one left, and a stolen session takes no account over.
async fn another(gateway: &Shared, by: UserId, id: &str) -> Result<Member, Problem> {
    let member = existing(gateway, id).await?;
    if member.user_id == by {
        let rule = "admins do this to others; your own account has a page of its own";
        return Err(Refusal::new(Code::NotAllowed, rule).into());
    }
    Ok(member)
}

pub mod said {
    use super::{Member, MemberDetail, Moved, Movement, NewMember, Person, SetPassword};
    use crate::openapi::{Said, Tag, Who};
    use crate::rest::PAGE_LENGTH;
    use crate::rest::portfolio::said::movement;
    use contracts::Code;
    use contracts::UserId;
    use contracts::ordering::PAGE_LENGTH_MAX;
    use serde_json::json;

    fn new(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Admins, summary).of(Who::Admin)
    }

    fn of_one(id: &str, summary: &str) -> Said {
        new(id, summary).path_uuid("id", "Of a person.")
    }

    pub fn list() -> Said {
        new("people", "All people")
            .more("By their ids, the last one first.")
            .query_text("search", "In the name or the login; or an id.", r"^[^\u0000]{0,64}$")
            .query::<UserId>("cursor", "As the page before gave it in `next_cursor`.")
            .query_number("limit", "How many.", PAGE_LENGTH, PAGE_LENGTH_MAX)
            .answers_page::<Member>("A page.")
            .may_be_stale()
    }

    pub fn one() -> Said {
        of_one("person", "A person, and what he has")
            .reads_query()
            .answers::<MemberDetail>(200, "With the portfolio at its last prices.")
    }

    pub fn add() -> Said {
        let given = json!({ "login": "ann.lee", "password": "correct horse battery", "name": "Ann Lee" });
        new("add_person", "Open an account for somebody")
            .reads_query()
            .takes::<NewMember>(&[("a trader", given)])
            .answers::<Person>(201, "Who can log in from now on.")
            .header("Location", "Where the person is.")
            .refuses(&[Code::LoginTaken, Code::TooManyAttempts])
    }

    pub fn set_password() -> Said {
        of_one("set_password", "Set another password for who has forgotten it")
            .more("Not one's own. All sessions of the person are over.")
            .reads_query()
            .takes::<SetPassword>(&[("a password", json!({ "password": "correct horse battery" }))])
            .answers_nothing("After the commit.")
            .refuses(&[Code::TooManyAttempts])
    }

    pub fn close() -> Said {
        of_one("close_person", "Close the account of somebody who has a login")
            .more("Not one's own. Cancels all live orders first; while they are on their way out it is 503: ask again.")
            .takes_nothing()
            .answers_nothing("Nothing remains but the id, which others' trades name.")
            .refuses(&[Code::StillOwned])
    }

    fn moving(id: &str, summary: &str) -> Said {
        of_one(id, summary)
            .more("The same `id` with the same content moves money once, and is answered as the first time.")
            .reads_query()
            .takes::<Movement>(&movement())
            .answers::<Moved>(200, "After the commit.")
            .refuses(&[Code::IdReused, Code::OutOfRange, Code::UnknownUser])
    }

    pub fn deposit() -> Said {
        moving("deposit_to_person", "Pay cash into somebody's account")
    }

    pub fn withdraw() -> Said {
        moving("withdraw_from_person", "Take cash out of somebody's account")
            .refuses(&[Code::InsufficientCash])
    }
}
