//! The digest chain of a partition's journal: each step's digest covers the one before it, the
//! commands, and every word that was said about them.

use sha2::{Digest, Sha256};

/// Before the first step.
const GENESIS: [u8; 32] = [0; 32];

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Chain(pub [u8; 32]);

impl Chain {
    pub const GENESIS: Chain = Chain(GENESIS);

    pub fn of_row(digest: &[u8]) -> Option<Self> {
        digest.try_into().ok().map(Chain)
    }

    /// `events` are JSON texts, in the order in which they were said.
    pub fn next<'a>(self, commands: &[u8], events: impl IntoIterator<Item = &'a [u8]>) -> Chain {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update((commands.len() as u64).to_le_bytes());
        hash.update(commands);
        events.into_iter().for_each(|event| hash.update(event));
        Chain(hash.finalize().into())
    }
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
