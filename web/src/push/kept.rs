//! What was said lately in one room, or to one user, for those who come back after a moment away.
//!
//! Promises: who says what they know of last gets every message after it, or is told that they cannot.

use super::Message;
use std::collections::VecDeque;

/// Half a minute of a public room: whoever is away for longer begins anew.
pub const KEPT_MESSAGES_MAX: usize = 300;
/// Of payloads. There may be a room for each stock and channel, and a user for each connection.
pub const KEPT_BYTES_MAX: usize = 64 * 1024;

pub struct Kept {
    entries: VecDeque<Entry>,
    bytes: usize,
    head: u64,
}

struct Entry {
    /// What one must know for this to be the next message.
    after: u64,
    message: Message<'static>,
}

impl Kept {
    /// Whoever knows `head` has missed nothing yet.
    pub fn new(head: u64) -> Self {
        Kept { entries: VecDeque::new(), bytes: 0, head }
    }

    pub fn head(&self) -> u64 {
        self.head
    }

    /// The next message, after which one knows `head`.
    pub fn add(&mut self, head: u64, message: Message<'static>) -> &Message<'static> {
        self.bytes += message.payload.get().len();
        self.entries.push_back(Entry { after: self.head, message });
        self.head = head;
        while self.entries.len() > 1
            && (self.entries.len() > KEPT_MESSAGES_MAX || self.bytes > KEPT_BYTES_MAX)
        {
            let oldest = self.entries.pop_front().expect("more than one");
            self.bytes -= oldest.message.payload.get().len();
        }
        &self.entries.back().expect("just added").message
    }

    /// Everything after `seq`, if that was ever the last and all after it is still here.
    pub fn since(&self, seq: u64) -> Option<impl Iterator<Item = &Message<'static>>> {
        let from = match seq == self.head {
            true => self.entries.len(),
            false => self.entries.iter().position(|entry| entry.after == seq)?,
        };
        Some(self.entries.iter().skip(from).map(|entry| &entry.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(kept: &Kept, seq: u64, expected: Expect) {
        let shown =
            kept.since(seq).map(|missed| missed.map(|message| message.payload.get()).collect::<Vec<_>>());
        expected.assert_eq(&format!("{shown:?}"));
    }

    #[test]
    fn what_was_missed_comes_whole_or_not_at_all() {
        let mut kept = Kept::new(7);
        check(&kept, 7, expect!["Some([])"]);
        kept.add(9, Message::new("depth", "8 to 9"));
        kept.add(10, Message::new("depth", "10"));
        check(&kept, 10, expect!["Some([])"]);
        check(&kept, 9, expect![[r#"Some(["\"10\""])"#]]);
        check(&kept, 7, expect![[r#"Some(["\"8 to 9\"", "\"10\""])"#]]);
        // Within a message, before the first, and after the last.
        check(&kept, 8, expect!["None"]);
        check(&kept, 6, expect!["None"]);
        check(&kept, 11, expect!["None"]);
    }

    #[test]
    fn no_more_is_kept_than_so_many_and_so_much() {
        let mut kept = Kept::new(0);
        for n in 1..=1_000 {
            kept.add(n, Message::new("order", "x"));
        }
        assert_eq!(kept.since(700).map(Iterator::count), Some(KEPT_MESSAGES_MAX));
        assert!(kept.since(699).is_none());
        let long = "x".repeat(KEPT_BYTES_MAX / 4);
        for n in 1_001..=1_010 {
            kept.add(n, Message::new("order", &long));
        }
        assert_eq!(kept.since(1_007).map(Iterator::count), Some(3));
        assert!(kept.since(1_006).is_none() && kept.bytes <= KEPT_BYTES_MAX);
    }
}
