//! A message in several frames, put together again.

use actix_http::ws::Item;
use bytes::BytesMut;

#[derive(Default)]
pub struct Fragments(Option<BytesMut>);

#[derive(Debug, PartialEq, Eq)]
pub enum Assembled {
    NotYet,
    Message(BytesMut),
    /// Binary, or longer than allowed.
    Unwanted,
}

impl Fragments {
    /// The library has seen to it that they come in their order.
    pub fn add(&mut self, item: Item, bytes_max: usize) -> Assembled {
        let (more, is_last) = match item {
            Item::FirstText(first) => {
                self.0 = Some(BytesMut::new());
                (first, false)
            }
            Item::FirstBinary(_) => return Assembled::Unwanted,
            Item::Continue(more) => (more, false),
            Item::Last(last) => (last, true),
        };
        let Some(message) = &mut self.0 else { return Assembled::Unwanted };
        if message.len() + more.len() > bytes_max {
            return Assembled::Unwanted;
        }
        message.extend_from_slice(&more);
        match is_last {
            true => self.0.take().map_or(Assembled::Unwanted, Assembled::Message),
            false => Assembled::NotYet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn parts_become_one_message_and_no_longer_one_than_allowed() {
        let part = Bytes::from_static(b"abc");
        let mut fragments = Fragments::default();
        assert_eq!(fragments.add(Item::FirstText(part.clone()), 9), Assembled::NotYet);
        assert_eq!(fragments.add(Item::Continue(part.clone()), 9), Assembled::NotYet);
        assert_eq!(fragments.add(Item::Last(part.clone()), 9), Assembled::Message(b"abcabcabc"[..].into()));
        assert_eq!(fragments.add(Item::FirstText(part.clone()), 5), Assembled::NotYet);
        assert_eq!(fragments.add(Item::Last(part.clone()), 5), Assembled::Unwanted);
        assert_eq!(fragments.add(Item::FirstBinary(part), 5), Assembled::Unwanted);
    }
}
