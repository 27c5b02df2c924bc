//! What may be called a name, of a person or an instrument: text that everybody sees as it is.

use crate::{Code, Refusal, refusal::quoted};

/// The name without the spaces around it, or why it is none.
pub fn check(given: &str, characters_max: usize) -> Result<&str, Refusal> {
    let name = given.trim();
    let length = name.chars().count();
    let what = if !(1..=characters_max).contains(&length) {
        format!("{length} of them")
    } else if let Some(hidden) = name.chars().find(|c| !is_visible(*c)) {
        format!("with {}", hidden.escape_unicode())
    } else {
        return Ok(name);
    };
    let rule = format!("expected 1 to {characters_max} visible characters, got {} ({what})", quoted(given));
    Err(Refusal::of_field(Code::InvalidValue, "name", rule))
}

/// A space is visible between letters; other white space, and what has no width or turns the text
/// around it, would let one name pass for another.
fn is_visible(c: char) -> bool {
    let formatting = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c == ' ' || !(c.is_whitespace() || c.is_control() || formatting)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 64;

    #[test]
    fn names_of_all_the_world_are_kept_without_the_spaces_around_them() {
        for name in ["Ann", "Zoë O'Brien-Åkesson", "山田 太郎", "محمد", "x", "Bot 7 🤖"] {
            assert_eq!(check(&format!(" \t{name}\n "), MAX), Ok(name));
        }
        assert!(check(&"ä".repeat(MAX), MAX).is_ok());
    }

    #[test]
    fn a_refused_name_is_shown_with_the_rule() {
        let rule = "name: expected 1 to 64 visible characters, got";
        for (given, shown) in [
            ("", r#""" (0 of them)"#),
            ("  \n", r#""  \n" (0 of them)"#),
            ("Ann\r\nBob", r#""Ann\r\nBob" (with \u{d})"#),
            ("Ann\0", r#""Ann\0" (with \u{0})"#),
            ("Ann\u{202e}nnA", r#""Ann\u{202e}nnA" (with \u{202e})"#),
            ("\u{200b}", r#""\u{200b}" (with \u{200b})"#),
            ("Ann\u{a0}Lee", r#""Ann\u{a0}Lee" (with \u{a0})"#),
        ] {
            let refusal = check(given, MAX).unwrap_err().to_string();
            assert_eq!(refusal, format!("{rule} {shown} (invalid_value)"));
        }
        let long = check(&"x".repeat(5000), MAX).unwrap_err().to_string();
        assert!(long.contains("(5000 of them)") && long.len() < 200, "{long}");
    }
}
