//! One file per message that accounts obeys. Each is answered with the user as he is now.

pub mod add_user;
pub mod change_password;
pub mod close_account;
pub mod drop_key;
pub mod end_session;
pub mod keep_key;
pub mod open_account;
pub mod register_user;
pub mod rehash;
pub mod remove_user;
pub mod rename;

use crate::domain::{People, Registered};
use chassis::Step;
use contracts::{
    Code, Refusal, StreamName,
    accounts::{AccountsEvent, User},
};

/// Says a user as he is now, if that is different.
fn announce(people: &mut People, user: User, to_all: &StreamName, step: &mut Step) -> Result<User, Refusal> {
    told(people.register(user)?, to_all, step)
}

/// Says who is new or changed.
fn told(registered: Registered, to_all: &StreamName, step: &mut Step) -> Result<User, Refusal> {
    match registered {
        Registered::Changed(user) => {
            step.say(to_all, &AccountsEvent::UserChanged(user.clone()));
            Ok(user)
        }
        Registered::Unchanged(user) => Ok(user),
    }
}

/// Anybody may enter a demo account: nobody may take it from the others.
fn not_demo(user: User) -> Result<User, Refusal> {
    if user.demo {
        return Err(Refusal::new(Code::NotAllowed, "a demo account is everybody's: it stays as it is"));
    }
    Ok(user)
}
