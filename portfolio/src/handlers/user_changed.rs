//! `UserChanged`: somebody may own things from now on.

use crate::store::Rows;
use contracts::accounts::User;

pub fn apply(rows: &mut Rows, user: &User) {
    rows.books.know(user.user_id, user.role);
}
