//! `AddUser`: a new trader, whom a payment service has brought.

use super::register_user;
use crate::domain::People;
use chassis::Step;
use contracts::{
    StreamName, UserId,
    accounts::{Role, User},
};

/// Answers the user as he is now. Asking twice changes nothing and announces nothing.
pub fn apply(people: &mut People, user_id: UserId, name: String, to_all: &StreamName, step: &mut Step) {
    let added = people.add(User { user_id, name, role: Role::Trader, demo: false });
    register_user::answer(added, to_all, step);
}
