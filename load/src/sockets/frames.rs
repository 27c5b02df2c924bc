//! As much of WebSocket (RFC 6455, 5.2) and Engine.IO as a light client needs: counting what comes,
//! saying a few words.

/// The frame that `bytes` begin with: its payload, and the length of the whole. A server's frames
/// are not masked, and ours are never fragmented.
pub fn first(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let (head, length) = match *bytes.get(1)? & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    Some((bytes.get(head..head + length)?, head + length))
}

/// A client's text frame: masked, with a mask that changes nothing.
pub fn text(said: &str) -> Vec<u8> {
    const FINAL_TEXT: u8 = 0x81;
    const MASKED: u8 = 0x80;
    let mut frame = vec![FINAL_TEXT];
    match u8::try_from(said.len()) {
        Ok(short @ ..126) => frame.push(MASKED | short),
        Ok(_) | Err(_) => {
            let length = u16::try_from(said.len()).expect("a client says nothing longer than 64 KiB");
            frame.push(MASKED | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(said.as_bytes());
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_taken_whole_or_not_at_all() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let mut frame = vec![0x81];
            match length {
                0..126 => frame.push(length as u8),
                126..65_536 => frame.extend([&[126][..], &(length as u16).to_be_bytes()].concat()),
                _ => frame.extend([&[127][..], &(length as u64).to_be_bytes()].concat()),
            }
            frame.extend(&payload);
            assert_eq!(first(&frame[..frame.len() - 1]), None, "{length}");
            let whole = frame.len();
            frame.extend(b"the next one");
            assert_eq!(first(&frame), Some((&payload[..], whole)), "{length}");
        }
    }

    #[test]
    fn what_a_client_says_is_masked() {
        assert_eq!(text("40"), [0x81, 0x82, 0, 0, 0, 0, b'4', b'0']);
        let long = text(&"x".repeat(300));
        assert_eq!((&long[..4], long.len()), (&[0x81, 0xfe, 1, 44][..], 8 + 300));
    }
}
