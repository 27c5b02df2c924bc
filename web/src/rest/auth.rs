//! Who I am, and goodbye. From the token alone.

use super::{Answer, ok};
use crate::problem::Problem;
use crate::session::{Session, Sessions};
use actix_web::{HttpResponse, web};
use contracts::UserId;
use contracts::accounts::{self, Role};
use serde::Serialize;

#[derive(Serialize)]
pub struct Person {
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
}

impl From<accounts::User> for Person {
    fn from(user: accounts::User) -> Self {
        Person { user_id: user.user_id, name: user.name, role: user.role }
    }
}

/// `GET auth/me`. The middleware renews the session along the way.
pub async fn me(session: Session) -> Answer {
    let claims = session.claims;
    Ok(ok(&Person { user_id: claims.sub, name: claims.name, role: claims.role }))
}

/// `POST auth/logout`. Whoever has no session is logged out already.
pub async fn logout(sessions: web::Data<Sessions>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::NoContent().cookie(sessions.no_cookie()).finish())
}
