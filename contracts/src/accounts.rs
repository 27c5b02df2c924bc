//! What accounts says: people to all, sessions to web, answers to questions.

use crate::{UserId, order::wire_enum};
use serde::{Deserialize, Serialize};

wire_enum!(Role { Trader = "trader", Admin = "admin", Bot = "bot" });

/// Of a person: fits a line of every page.
pub const NAME_CHARACTERS_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
    /// May be entered without a password while the exchange runs in demo mode.
    pub demo: bool,
}

/// `accounts.0>*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountsEvent {
    /// Registered, or changed: the user as he is now.
    UserChanged(User),
}

/// Sent on `requests` to `accounts.0`; answered after the commit with the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountsCommand {
    /// Registers a user, or changes name and role of one. Admin only.
    RegisterUser(User),
    /// A new trader, in the name of a payment service. Nobody is changed by it. From web.
    AddUser { user_id: UserId, name: String },
}

/// Asked on `accounts.questions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    DemoUsers {},
    Users {
        user_ids: Vec<UserId>,
    },
    /// A session for a demo account. Refused outside demo mode.
    EnterDemo {
        user_id: UserId,
    },
    /// A fresh token for the session of one that is still good.
    Renew {
        token: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub token: String,
    /// How long the token is good, in seconds.
    pub expires_in_s: u64,
    pub user: User,
}

/// What a session's token says (JWT, HS256).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub name: String,
    pub role: Role,
    /// The session: renewed tokens keep it.
    pub sid: uuid::Uuid,
    /// When the session began; it cannot be renewed for ever.
    pub auth_time: i64,
    pub iat: i64,
    pub exp: i64,
}

pub const TOKEN_ISSUER: &str = "exchange/accounts";
pub const TOKEN_AUDIENCE: &str = "exchange/web";
