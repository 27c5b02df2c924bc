//! `UserChanged`: who may trade, and who is a bot.

use crate::domain::{desk::Desk, rows::Rows};
use contracts::accounts::User;

pub fn apply(desk: &mut Desk, rows: &mut Rows, user: &User) {
    if desk.people.insert(user.user_id, user.role) != Some(user.role) {
        rows.people.insert(user.user_id);
    }
}
