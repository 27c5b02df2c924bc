//! What must be true of the people in the database, looked at from outside the steps. Ids are
//! unique and roles are known because the schema says so.

use crate::{domain, store};
use chassis::{Db, Fault};
use contracts::ids::HOUSE;

/// A rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub detail: String,
}

pub async fn check(db: &Db) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for user in store::all_users(db).await? {
        if user.user_id == HOUSE {
            findings.push(Finding { rule: "the house is no user", detail: format!("{user:?}") });
        }
        if domain::check_name(&user.name) != Ok(user.name.as_str()) {
            findings.push(Finding { rule: "a name is visible text", detail: format!("{user:?}") });
        }
    }
    Ok(findings)
}
