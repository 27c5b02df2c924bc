//! What must be true of the people in the database, looked at from outside the steps. Ids are
//! unique and roles are known because the schema says so.

use crate::store::Person;
use chassis::audit::{Cursor, Finding};
use chassis::{Db, Fault, Tx};
use contracts::accounts::{NAME_CHARACTERS_MAX, User};
use contracts::{ids::HOUSE, name, topology::ACCOUNTS};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// So many say enough.
const FINDINGS_MAX: usize = 1_000;

pub async fn check(db: &Db) -> Result<Vec<Finding>, Fault> {
    db.transaction(async |tx: &Tx| {
        let (mut findings, mut people) = (Vec::new(), Cursor::<Person>::open(tx).await?);
        while let Some(Person(user)) = people.next().await? {
            findings.extend(broken_by(&user));
            if findings.len() >= FINDINGS_MAX {
                break;
            }
        }
        let back: Vec<Back> = tx.all(CLOSED_LETS_IN, []).await?;
        findings.extend(back.into_iter().map(|back| {
            Finding::new(ACCOUNTS, "a closed account lets nobody in", format!("user {}", back.user_id))
        }));
        Ok(findings)
    })
    .await
}

/// Somebody who was gone.
#[derive(FromQueryResult)]
struct Back {
    user_id: Uuid,
}

const CLOSED_LETS_IN: &str = "
    select user_id from closed_users
    where exists (select from credentials where credentials.user_id = closed_users.user_id)
       or exists (select from api_keys where api_keys.user_id = closed_users.user_id)
    limit 1000";

fn broken_by(user: &User) -> impl Iterator<Item = Finding> {
    let is_house = user.user_id == HOUSE;
    let is_hidden = name::check(&user.name, NAME_CHARACTERS_MAX) != Ok(user.name.as_str());
    let rules = [(is_house, "the house is no user"), (is_hidden, "a name is visible text")];
    let broken = rules.into_iter().filter(|(broken, _)| *broken);
    broken.map(move |(_, rule)| Finding::new(ACCOUNTS, rule, format!("{user:?}")))
}
