//! Which passwords are taken: long enough to be worth guessing at, and not among those that everybody
//! tries first. No rule asks for signs and digits: it would only move people to the next common one.

use contracts::{Code, Refusal};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

const BYTES_MIN: usize = 8;
/// A sentence. What is longer only costs us time.
const BYTES_MAX: usize = 128;
/// Fewer different characters are a pattern, not a password.
const DIFFERENT_MIN: usize = 4;

/// Common ones of eight characters and more, in small letters; shorter ones are refused anyway.
static COMMON: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt").lines().map(str::trim).filter(|line| !line.is_empty()).collect()
});

/// The password itself is in no answer.
pub fn check(field: &str, password: &str, login: &str) -> Result<(), Refusal> {
    let refuse = |rule: String| Err(Refusal::of_field(Code::InvalidValue, field, rule));
    let length = password.len();
    if !(BYTES_MIN..=BYTES_MAX).contains(&length) {
        return refuse(format!("expected {BYTES_MIN} to {BYTES_MAX} bytes, got {length}"));
    }
    let small = password.to_lowercase();
    if COMMON.contains(small.as_str()) {
        return refuse("this is one of the passwords that are tried first; choose another".into());
    }
    let mut different: Vec<char> = small.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_MIN {
        return refuse(format!("expected at least {DIFFERENT_MIN} different characters"));
    }
    let name = login.split('@').next().unwrap_or_default();
    if small == login || small.trim_end_matches(|c: char| c.is_ascii_digit()) == name {
        return refuse("expected something else than the login".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_long_common_or_the_login_is_refused() {
        for (password, taken) in [
            ("correct horse", true),
            ("pässwört", true),
            ("seven77", false),
            ("password", false),
            ("PassWord1", false),
            ("12345678", false),
            ("aaaaaaaabb", false),
            ("ann.miller", false),
            ("ann.miller@example.org", false),
            ("Ann.Miller1987", false),
        ] {
            assert_eq!(check("password", password, "ann.miller@example.org").is_ok(), taken, "{password}");
        }
        assert!(check("password", &"abcd".repeat(32), "ann").is_ok());
        let long = check("new", &"abcd".repeat(250_000), "ann").unwrap_err().to_string();
        assert_eq!(long, "new: expected 8 to 128 bytes, got 1000000 (invalid_value)");
    }

    #[test]
    fn the_list_is_in_small_letters_and_of_those_that_would_be_long_enough() {
        assert!(COMMON.len() > 300, "{}", COMMON.len());
        for common in COMMON.iter() {
            assert!(common.len() >= BYTES_MIN && *common == common.to_lowercase(), "{common}");
        }
    }

    #[test]
    fn no_refusal_repeats_the_password() {
        for password in ["hunter2", "password1", "xxxxxxxx"] {
            let refusal = check("password", password, "ann").unwrap_err().to_string();
            assert!(!refusal.contains(password), "{refusal}");
        }
    }
}
