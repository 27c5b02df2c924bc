//! What accounts says: people to all, the ends of sessions to web, answers to questions.

use crate::schema::Moment;
use crate::{Timestamp, UserId, order::wire_enum};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr};
use utoipa::ToSchema;
use uuid::Uuid;

wire_enum!(Role { Trader = "trader", Admin = "admin", Bot = "bot" });

wire_enum!(
    /// What a program may do with an API key.
    Scope { Read = "read", Trade = "trade" }
);

/// What only its owner knows: a password, or an API key. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    pub fn new(text: impl Into<String>) -> Self {
        Hidden(text.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

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

/// `accounts.0>web`: whom web must not believe any more, though their tokens are still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionsEvent {
    /// Logged out; or an API key, whose id is its session, deleted.
    SessionEnded { session_id: Uuid },
    /// Every session of the user that began by then.
    SessionsEnded(Cut),
}

/// The sessions of a user that began at this second or before it are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    pub user_id: UserId,
    pub began_by: i64,
}

/// Answers `Ended`: what was ended while tokens from before may still be around.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub sessions: Vec<Uuid>,
    pub users: Vec<Cut>,
}

/// Sent on `requests` to `accounts.0`; answered after the commit with the user as he is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountsCommand {
    /// Registers a user, or changes name and role of one. Admin only.
    RegisterUser(User),
    /// A new trader, in the name of a payment service. Nobody is changed by it. From web.
    AddUser {
        user_id: UserId,
        name: String,
    },
    /// Closes a trader's account in the name of a payment service, under an id of its own. From web, after
    /// portfolio has closed his books.
    RemoveUser {
        id: Uuid,
        user_id: UserId,
    },
    /// A user with a login. From accounts itself, which has made the hash.
    OpenAccount {
        user: User,
        login: String,
        password_hash: Hidden,
    },
    /// Another password; the user's sessions are over. From accounts itself.
    ChangePassword {
        user_id: UserId,
        password_hash: Hidden,
    },
    /// The same password, hashed by today's rules; nothing else changes. From accounts itself.
    Rehash {
        user_id: UserId,
        was: Hidden,
        password_hash: Hidden,
    },
    /// An API key. From accounts itself, which alone has seen the key's text.
    KeepKey {
        user_id: UserId,
        key: Key,
        digest: Hidden,
    },
    /// From web, in the name of the session, as are the following.
    EndSession {
        user_id: UserId,
        session_id: Uuid,
    },
    Rename {
        user_id: UserId,
        name: String,
    },
    DropKey {
        user_id: UserId,
        key_id: Uuid,
    },
    /// Nothing of the user's remains but the id, which others' trades name. Portfolio has closed his books.
    CloseAccount {
        user_id: UserId,
    },
}

impl AccountsCommand {
    pub fn user_id(&self) -> UserId {
        match self {
            AccountsCommand::RegisterUser(user) | AccountsCommand::OpenAccount { user, .. } => user.user_id,
            AccountsCommand::AddUser { user_id, .. }
            | AccountsCommand::RemoveUser { user_id, .. }
            | AccountsCommand::ChangePassword { user_id, .. }
            | AccountsCommand::Rehash { user_id, .. }
            | AccountsCommand::KeepKey { user_id, .. }
            | AccountsCommand::EndSession { user_id, .. }
            | AccountsCommand::Rename { user_id, .. }
            | AccountsCommand::DropKey { user_id, .. }
            | AccountsCommand::CloseAccount { user_id } => *user_id,
        }
    }
}

/// Asked on `accounts.questions`. What a password decides is asked here too, because any instance
/// can hash: what follows from it is a command that accounts gives itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    DemoUsers {},
    Users {
        user_ids: Vec<UserId>,
    },
    /// A page of all people, by their ids, the last one first: those whose name or login has the words in it,
    /// or whose id they are. Answered with `Member`s.
    People {
        #[serde(default)]
        search: Option<String>,
        #[serde(default)]
        cursor: Option<UserId>,
        limit: u16,
    },
    /// A session for a demo account. Refused outside demo mode.
    EnterDemo {
        user_id: UserId,
    },
    /// A fresh token for the session of one that is still good.
    Renew {
        token: String,
    },
    /// A new user with a password; answered with a session. Only an admin opens other accounts than
    /// traders'.
    SignUp(NewUser),
    /// Answered with a session. `address` is the client's: those who guess are counted by it.
    LogIn {
        login: String,
        password: Hidden,
        address: IpAddr,
    },
    /// Answered with a new session; all others are over.
    ChangePassword {
        user_id: UserId,
        old: Hidden,
        new: Hidden,
        address: IpAddr,
    },
    /// Without the old one. Admin only: whoever runs the exchange, or web in the name of one.
    ResetPassword {
        login: String,
        password: Hidden,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
    },
    /// Answered with a `Profile`.
    Profile {
        user_id: UserId,
    },
    /// Whether a payment service may remove him under this id, answered with a `Removal`.
    Removal {
        id: Uuid,
        user_id: UserId,
    },
    /// Answered with a `NewKey`.
    MakeKey {
        user_id: UserId,
        name: String,
        scopes: Vec<Scope>,
    },
    Keys {
        user_id: UserId,
    },
    /// Whose key it is, answered with a `KeyOwner`.
    UseKey {
        key: Hidden,
    },
    Ended {},
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub password: Hidden,
    pub role: Role,
    /// The client's; absent where an admin does it.
    pub address: Option<IpAddr>,
    /// The admin in whose name web asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
}

/// A user with what only he sees of himself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub user: User,
    /// Absent for those who have no password: demo accounts, and programs.
    pub login: Option<String>,
}

/// One of all people, as admins see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
    pub demo: bool,
    /// Null for those who have no password: demo accounts, programs, and who is gone.
    #[schema(required)]
    pub login: Option<String>,
    /// Null while the account is open.
    #[schema(required, value_type = Option<Moment>)]
    pub closed_at: Option<Timestamp>,
}

/// Somebody who may be removed, or whom this id has removed already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub user: User,
    pub is_done: bool,
}

/// Lets a program in, in its owner's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Key {
    pub key_id: Uuid,
    pub name: String,
    pub scopes: Vec<Scope>,
    #[schema(value_type = Moment)]
    pub made_at: Timestamp,
}

/// With its text, which nobody can tell again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    pub key: Key,
    pub text: Hidden,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyOwner {
    pub user: User,
    pub key: Key,
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
    pub sid: Uuid,
    /// When the session began; it cannot be renewed for ever.
    pub auth_time: i64,
    pub iat: i64,
    pub exp: i64,
}

/// A token is good for so long; what was ended longer ago needs no remembering but by its own service.
pub const TOKEN_LIFETIME_S: i64 = 10 * 60;
/// A working day and its night; after that one signs in again, however busy.
pub const SESSION_LIFETIME_S: i64 = 24 * 60 * 60;

pub const TOKEN_ISSUER: &str = "exchange/accounts";
pub const TOKEN_AUDIENCE: &str = "exchange/web";
