//! Depths: the depth of every book of the partition, as of the end of the step in which it is asked.

use chassis::Source;
use contracts::matching::MatchingCommand;
use contracts::{Code, Refusal, json, topology};

/// Depth is public, but a whole partition of it is for those who pass it on.
pub fn decode(source: Source<'_>, body: &[u8]) -> Result<MatchingCommand, Refusal> {
    match source {
        Source::Request { sender: topology::WEB | topology::ADMIN } => {}
        Source::Request { .. } | Source::Orders { .. } | Source::Stream { .. } => {
            return Err(Refusal::new(Code::NotAllowed, "only web and admin ask for depths"));
        }
    }
    json::read(body)
}
