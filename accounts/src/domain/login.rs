//! Logins: what people call themselves when they come in. A short name or an e-mail address; the
//! exchange sends no mail.

use contracts::{Code, Refusal, refusal::quoted};

const CHARACTERS_MIN: usize = 3;
const CHARACTERS_MAX: usize = 64;

/// As it is kept, in small letters; or why it is none.
pub fn check(given: &str) -> Result<String, Refusal> {
    let login = plain(given);
    let is_known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@+-".contains(&b);
    if (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&login.len()) && login.bytes().all(is_known) {
        return Ok(login);
    }
    let rule = format!(
        "expected {CHARACTERS_MIN} to {CHARACTERS_MAX} of A-Z, 0-9, '.', '_', '@', '+' and '-', got {}",
        quoted(given)
    );
    Err(Refusal::of_field(Code::InvalidValue, "login", rule))
}

/// As one would look for it. What is longer than any login is nobody's.
pub fn plain(given: &str) -> String {
    given.trim().chars().take(CHARACTERS_MAX + 1).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_short_plain_and_in_small_letters() {
        for (given, kept) in [
            ("ann", Some("ann")),
            (" Ann.Lee+x@Example.org ", Some("ann.lee+x@example.org")),
            ("an", None),
            ("ann lee", None),
            ("änn", None),
            ("ann\r\nadmin", None),
            ("' or 1=1 --", None),
        ] {
            assert_eq!(check(given).ok().as_deref(), kept, "{given}");
        }
        assert!(check(&"a".repeat(64)).is_ok());
        let long = check(&"a".repeat(100_000)).unwrap_err().to_string();
        assert!(long.starts_with("login: expected 3 to 64 of") && long.len() < 300, "{long}");
    }
}
