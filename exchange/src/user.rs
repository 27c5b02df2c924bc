//! Accounts with passwords, opened and helped by whoever runs the exchange. The first admin comes into
//! being here, with a password of his own: there is none that everybody knows.

use crate::console::answer;
use anyhow::{Context, Result, bail};
use chassis::{
    ask::{AskError, Asker},
    settings::Settings,
};
use clap::Subcommand;
use contracts::accounts::{Hidden, NewUser, Question, Role, Session, User};
use contracts::topology;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;
use std::time::Duration;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// A hash, a commit, and a busy machine.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const PASSWORD_VARIABLE: &str = "EXCHANGE_PASSWORD";
/// Longer than any password that is taken.
const LINE_BYTES_MAX: u64 = 4_096;

#[derive(Subcommand)]
pub enum Command {
    /// Open an account with a login and a password
    ///
    /// The password is the first line of standard input, or EXCHANGE_PASSWORD.
    Add {
        /// What to log in with: 3 to 64 of A-Z, 0-9, '.', '_', '@', '+' and '-'
        #[arg(long)]
        login: String,
        /// What others see; the login if absent
        #[arg(long)]
        name: Option<String>,
        /// trader, admin or bot
        #[arg(long, default_value = "trader")]
        role: Role,
    },
    /// Set another password for who has forgotten it, and end the account's sessions
    ///
    /// The password is the first line of standard input, or EXCHANGE_PASSWORD.
    Password {
        #[arg(long)]
        login: String,
    },
}

/// `exchange user …`.
pub async fn run(folder: &Path, command: Command) -> Result<()> {
    let settings = Settings::load(folder)?;
    let password = password()?;
    let asker = Asker::connect(&settings, topology::ADMIN).await?;
    tokio::time::timeout(CONNECT_LIMIT, asker.connected())
        .await
        .context("The message broker does not answer: is the exchange running? See `exchange status`")?;
    match command {
        Command::Add { login, name, role } => {
            let name = name.unwrap_or_else(|| login.clone());
            let new = NewUser { login, name, password, role, address: None, by: None };
            let session: Session = asked(&asker, &Question::SignUp(new)).await?;
            let User { user_id, name, role, .. } = session.user;
            answer(format!("{name} is in: {role}, {user_id}."));
        }
        Command::Password { login } => {
            let user: User = asked(&asker, &Question::ResetPassword { login, password, by: None }).await?;
            answer(format!("{} has another password; the sessions are over.", user.name));
        }
    }
    Ok(())
}

async fn asked<T: serde::de::DeserializeOwned>(asker: &Asker, question: &Question) -> Result<T> {
    match asker.question(topology::ACCOUNTS, question, ANSWER_LIMIT).await {
        Ok(answer) => Ok(answer),
        Err(AskError::Refused(refusal)) => bail!("accounts has refused: {refusal}"),
        Err(AskError::Unavailable(reason)) => bail!("{reason} (see `exchange status`)"),
    }
}

fn password() -> Result<Hidden> {
    if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
        return Ok(Hidden::new(password));
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        let mut output = std::io::stderr();
        let _ = write!(output, "Password (seen as you type; pipe it in, or set {PASSWORD_VARIABLE}): ");
        let _ = output.flush();
    }
    let mut line = String::new();
    input.lock().take(LINE_BYTES_MAX).read_line(&mut line).context("Cannot read the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("No password: give it as the first line of standard input, or in {PASSWORD_VARIABLE}");
    }
    Ok(Hidden::new(password))
}
