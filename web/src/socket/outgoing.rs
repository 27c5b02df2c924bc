//! What goes out on one WebSocket: the library's frames and the hub's, in one order.
//!
//! Promises: frames are never torn; whatever the hub said before something that the library says
//! goes before it; what waits for a ferry goes after it; a ferry goes nowhere.

use super::connection::ferry_of;
use super::frame;
use super::outlet::{Outlet, Outlets, Taken};
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use std::task::{Context, Poll};

/// Given to the network at once: the news of a tick for somebody who is in hundreds of rooms.
const CHUNK_BYTES: usize = 64 * 1024;

pub struct Outgoing {
    outlets: Outlets,
    /// Unknown until its first ferry comes.
    outlet: Option<Arc<Outlet>>,
    /// Written by the library; ends perhaps in the middle of a frame.
    pub library: BytesMut,
    frames: Vec<Bytes>,
}

impl Outgoing {
    pub fn new(outlets: Outlets) -> Self {
        Outgoing { outlets, outlet: None, library: BytesMut::new(), frames: Vec::new() }
    }

    /// Whether the library's next bytes should wait. Not before a frame is whole, however long.
    pub fn is_full(&self) -> bool {
        self.library.len() >= CHUNK_BYTES && frame::has_first(&self.library)
    }

    /// What can go out now. To be called after everything that the library has written was put into
    /// `library`: so what the hub said before it is there to be taken before it.
    pub fn next(&mut self) -> BytesMut {
        let mut chunk = BytesMut::new();
        let mut taken = self.take_said(&mut chunk);
        while taken == Taken::All
            && chunk.len() < CHUNK_BYTES
            && let Some(frame) = frame::take_first(&mut self.library)
        {
            match ferry_of(frame.payload()) {
                Some(number) => {
                    self.land(number);
                    taken = self.take_said(&mut chunk);
                }
                None if chunk.is_empty() => chunk = frame.bytes,
                None => chunk.extend_from_slice(&frame.bytes),
            }
        }
        chunk
    }

    fn take_said(&mut self, chunk: &mut BytesMut) -> Taken {
        let Some(outlet) = &self.outlet else { return Taken::All };
        let taken = outlet.take(&mut self.frames, CHUNK_BYTES.saturating_sub(chunk.len()));
        chunk.reserve(self.frames.iter().map(Bytes::len).sum());
        self.frames.drain(..).for_each(|frame| chunk.extend_from_slice(&frame));
        taken
    }

    fn land(&mut self, number: u64) {
        if self.outlet.as_ref().is_none_or(|outlet| outlet.number != number) {
            // One that is not there any more has nobody waiting for it.
            let Some(outlet) = self.outlets.get(number) else { return };
            self.outlet = Some(outlet);
        }
        self.outlet.iter().for_each(|outlet| outlet.arrived());
    }

    /// Ready when the hub has something for `next` to take.
    pub fn poll_said(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.outlet.as_ref().map_or(Poll::Pending, |outlet| outlet.poll_ready(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::Lost;
    use crate::socket::MAX_BUFFER_SIZE;
    use proptest::prelude::*;
    use serde_json::value::to_raw_value;
    use std::collections::VecDeque;

    fn event(name: &str, payload: &impl serde::Serialize) -> Bytes {
        frame::of_event(name, &to_raw_value(payload).unwrap())
    }

    /// The hub, the library with its buffer, the pipe, and the network, each with its own pace.
    struct Stage {
        outlets: Outlets,
        outlet: Arc<Outlet>,
        outgoing: Outgoing,
        library: VecDeque<Bytes>,
        pipe: VecDeque<u8>,
        network: BytesMut,
        said: u32,
    }

    #[derive(Clone, Debug)]
    enum Act {
        HubSays {
            length: usize,
        },
        /// An acknowledgement, and the ferry behind it.
        LibraryAnswers,
        LibraryPings,
        LibraryWrites {
            packets: usize,
        },
        PipeBrings {
            bytes: usize,
        },
        NetworkTakes,
    }

    impl Stage {
        fn new() -> Self {
            let outlets = Outlets::default();
            let mut stage = Stage {
                outlet: outlets.add(),
                outgoing: Outgoing::new(outlets.clone()),
                outlets,
                library: VecDeque::new(),
                pipe: VecDeque::new(),
                network: BytesMut::new(),
                said: 0,
            };
            stage.ferry();
            stage
        }

        fn ferry(&mut self) {
            let ferry = event("ferry", &self.outlet.number);
            let library = &mut self.library;
            let send = || {
                library.push_back(ferry);
                Ok(())
            };
            self.outlet.ferry(send).unwrap();
        }

        fn act(&mut self, act: Act) {
            match act {
                Act::HubSays { length } => {
                    self.said += 1;
                    self.outlet.push(&event("said", &(self.said, "x".repeat(length)))).unwrap();
                }
                Act::LibraryAnswers => {
                    self.said += 1;
                    self.library.push_back(event("said", &(self.said, "")));
                    self.ferry();
                }
                Act::LibraryPings => self.library.push_back(Bytes::from_static(b"\x81\x012")),
                Act::LibraryWrites { packets } => {
                    let packets = packets.min(self.library.len());
                    self.pipe.extend(self.library.drain(..packets).flatten());
                }
                Act::PipeBrings { bytes } => {
                    let bytes = bytes.min(self.pipe.len());
                    self.outgoing.library.extend(self.pipe.drain(..bytes));
                    self.network.extend(self.outgoing.next());
                }
                Act::NetworkTakes => self.network.extend(self.outgoing.next()),
            }
        }

        /// Everything that is still under way.
        fn finish(&mut self) {
            self.act(Act::LibraryWrites { packets: usize::MAX });
            self.act(Act::PipeBrings { bytes: usize::MAX });
            loop {
                let before = self.network.len();
                self.act(Act::NetworkTakes);
                if self.network.len() == before {
                    return;
                }
            }
        }

        /// The numbers of what was said, as they came; the rest must be pings.
        fn arrived(&mut self) -> Vec<u32> {
            let mut arrived = Vec::new();
            while let Some(frame) = frame::take_first(&mut self.network) {
                if frame.payload() != b"2" {
                    let (_, (number, _)): (String, (u32, String)) =
                        serde_json::from_slice(&frame.payload()[2..]).unwrap();
                    arrived.push(number);
                }
            }
            assert!(self.network.is_empty(), "half a frame is left");
            arrived
        }
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0..30_000usize).prop_map(|length| Act::HubSays { length }),
            Just(Act::LibraryAnswers),
            Just(Act::LibraryPings),
            (0..4usize).prop_map(|packets| Act::LibraryWrites { packets }),
            (0..60usize).prop_map(|bytes| Act::PipeBrings { bytes }),
            Just(Act::NetworkTakes),
        ]
    }

    proptest! {
        #[test]
        fn what_is_said_arrives_in_its_order_whichever_way_it_goes(
            acts in prop::collection::vec(act(), 0..60),
        ) {
            let mut stage = Stage::new();
            acts.into_iter().for_each(|act| stage.act(act));
            stage.finish();
            prop_assert_eq!(stage.arrived(), (1..=stage.said).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_ferry_of_nobody_is_swallowed() {
        let mut stage = Stage::new();
        let number = stage.outlet.number;
        stage.outlet = stage.outlets.add();
        assert!(stage.outlets.get(number).is_none());
        stage.act(Act::HubSays { length: 1 });
        stage.finish();
        assert!(stage.arrived().is_empty());
    }

    #[test]
    fn no_more_than_so_many_wait_and_what_follows_a_lost_ferry_does_not_arrive() {
        let mut stage = Stage::new();
        stage.finish();
        let frame = event("said", &(1, ""));
        (0..MAX_BUFFER_SIZE).for_each(|_| stage.outlet.push(&frame).unwrap());
        assert_eq!(stage.outlet.push(&frame), Err(Lost::Full));
        stage.finish();
        stage.outlet.push(&frame).unwrap();
        assert_eq!(stage.outlet.ferry(|| Err(Lost::Full)), Err(Lost::Full));
        assert_eq!(stage.outlet.push(&frame), Err(Lost::Full));
    }
}
