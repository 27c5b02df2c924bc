//! Closing my own account.

use super::Shared;
use super::auth::ACCOUNTS;
use crate::asking::{ANSWER_DEADLINE, ask, command, midway};
use crate::closing::{leave_the_market, within_deadline};
use crate::problem::Problem;
use crate::session::{Session, Sessions};
use crate::strict::NoBody;
use actix_web::{HttpResponse, web};
use chassis::ask::AskError;
use contracts::accounts::{AccountsCommand, Profile, Question, User};
use contracts::{Code, Refusal, UserId, topology};

/// `DELETE auth/me` → 204. Orders are canceled first; while they are on their way out it answers 503,
/// and may be asked again.
pub async fn close(
    gateway: Shared,
    sessions: web::Data<Sessions>,
    session: Session,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    within_deadline(close_account(&gateway, session.user_id())).await?;
    Ok(HttpResponse::NoContent().cookie(sessions.no_cookie()).finish())
}

/// Of whoever it is: for himself, or an admin for him.
pub async fn close_account(gateway: &Shared, user_id: UserId) -> Result<(), AskError> {
    let services = &*gateway.services;
    let question = Question::Profile { user_id };
    let profile: Profile = ask(services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    // Before any order of such an account is touched.
    if profile.login.is_none() {
        let rule = "an account without a password is not closed from here";
        return Err(AskError::Refused(Refusal::new(Code::NotAllowed, rule)));
    }
    leave_the_market(services, gateway.partitions, user_id).await?;
    let closing = AccountsCommand::CloseAccount { user_id };
    let _: User = command(services, ACCOUNTS, &closing, ANSWER_DEADLINE).await.map_err(midway)?;
    Ok(())
}

pub mod said {
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;

    pub fn close() -> Said {
        Said::new("close_account", Tag::People, "Close my account")
            .more("Cancels all live orders first. While they are on their way out it is 503: ask again.")
            .of(Who::Person)
            .takes_nothing()
            .answers_nothing("Nothing remains but the id, which others' trades name.")
            .header("Set-Cookie", "Nothing, which ends at once.")
            .refuses(&[Code::StillOwned])
    }
}
