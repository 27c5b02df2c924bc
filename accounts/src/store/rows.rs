//! Everything that a step may touch.

use super::{closings, credentials, keys, save, sessions, users};
use crate::domain::{Closings, Credentials, Endings, Keys, People};
use chassis::{Db, Fault, Writes};
use contracts::{UserId, accounts::AccountsCommand};
use uuid::Uuid;

pub struct Rows {
    pub people: People,
    pub credentials: Credentials,
    pub keys: Keys,
    pub endings: Endings,
    pub closings: Closings,
}

impl Rows {
    /// One query per table, and none for a table that nobody asks for.
    pub async fn read(db: &Db, commands: &[AccountsCommand]) -> Result<Self, Fault> {
        let people = People::known(users(db, commands.iter().map(AccountsCommand::user_id)).await?);
        let (mut with_password, mut logins) = (Vec::new(), Vec::new());
        let (mut with_keys, mut ending): (Vec<UserId>, _) = (Vec::new(), Vec::new());
        let mut cutting: Vec<Uuid> = Vec::new();
        let (mut closing, mut removals): (Vec<UserId>, Vec<Uuid>) = (Vec::new(), Vec::new());
        for command in commands {
            if let AccountsCommand::RemoveUser { id, .. } = command {
                removals.push(*id);
            }
            match command {
                AccountsCommand::RegisterUser(_)
                | AccountsCommand::AddUser { .. }
                | AccountsCommand::Rename { .. } => {}
                AccountsCommand::OpenAccount { user, login, .. } => {
                    with_password.push(user.user_id);
                    logins.push(login.clone());
                }
                AccountsCommand::ChangePassword { user_id, .. } => {
                    with_password.push(*user_id);
                    cutting.push(user_id.0);
                }
                AccountsCommand::Rehash { user_id, .. } => with_password.push(*user_id),
                AccountsCommand::KeepKey { user_id, .. } => with_keys.push(*user_id),
                AccountsCommand::DropKey { user_id, key_id } => {
                    with_keys.push(*user_id);
                    ending.push(*key_id);
                }
                AccountsCommand::EndSession { session_id, .. } => ending.push(*session_id),
                AccountsCommand::CloseAccount { user_id } | AccountsCommand::RemoveUser { user_id, .. } => {
                    with_password.push(*user_id);
                    with_keys.push(*user_id);
                    closing.push(*user_id);
                    cutting.push(user_id.0);
                }
            }
        }
        let mut rows = Rows {
            people,
            credentials: Credentials::default(),
            keys: Keys::default(),
            endings: Endings::default(),
            closings: Closings::default(),
        };
        if !with_password.is_empty() {
            rows.credentials = Credentials::known(credentials::read(db, &with_password, logins).await?);
        }
        if !with_keys.is_empty() {
            rows.keys = Keys::known(keys::of_users(db, &with_keys).await?);
        }
        if !ending.is_empty() || !cutting.is_empty() {
            let ended = if ending.is_empty() { vec![] } else { sessions::ended(db, ending).await? };
            let cuts = if cutting.is_empty() { vec![] } else { sessions::cuts(db, cutting).await? };
            rows.endings = Endings::known(ended, cuts);
        }
        if !closing.is_empty() {
            rows.closings = Closings::known(closings::read(db, &closing, &removals).await?);
        }
        Ok(rows)
    }

    pub fn write(self, writes: &mut Writes) {
        save(self.people.changed(), writes);
        credentials::save(&self.credentials, writes);
        keys::save(&self.keys, writes);
        sessions::save(&self.endings, writes);
        closings::save(&self.closings, writes);
    }
}
