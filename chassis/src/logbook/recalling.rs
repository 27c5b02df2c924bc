//! What a partition remembers of an order, told to those who ask. Beside the steps: a question is
//! never an input, and a search never holds up a step.

use super::Logbook;
use super::picking::{self, Needles, Witness};
use crate::broker;
use crate::incoming::{Incoming, Kind};
use crate::outbox::Keeper;
use crate::rules::{Place, ReplyTo};
use crate::store::Fault;
use chrono::SubsecRound;
use contracts::journey::{Hop, MemoryCommand, Recall, Recalled};
use contracts::{Code, Refusal, Timestamp, json, refusal::Answer, topology};
use lapin::{Channel, options::BasicPublishOptions};
use rustc_hash::FxHashSet;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// Questions that wait for the one that is being answered. Who comes later may ask again.
pub(crate) const ASKED_MAX: usize = 8;
/// A year of an iceberg's fills would not fit a page either.
const HOPS_MAX: usize = 500;

/// Who wants to know, and what.
#[derive(Debug)]
pub struct Asked {
    pub(crate) recall: Result<Recall, Refusal>,
    pub(crate) to: ReplyTo,
    deadline: Option<Timestamp>,
}

/// Cheap to tell apart: no other request begins like this.
pub(crate) fn is_recall(incoming: &Incoming) -> bool {
    incoming.kind() == Kind::Request && incoming.body.starts_with(b"{\"recall\"")
}

/// The questions in a batch that somebody waits for.
pub(crate) fn asked(batch: &[Incoming]) -> Vec<Asked> {
    let questions = batch.iter().filter(|incoming| is_recall(incoming));
    questions
        .filter_map(|incoming| {
            let to = incoming.reply_to.clone()?;
            Some(Asked { recall: read(incoming), to, deadline: incoming.deadline })
        })
        .collect()
}

fn read(incoming: &Incoming) -> Result<Recall, Refusal> {
    if ![topology::WEB, topology::ADMIN].contains(&&*incoming.sender) {
        return Err(Refusal::new(Code::NotAllowed, "only web and operators may ask what is remembered"));
    }
    json::read::<MemoryCommand>(&incoming.body).map(|MemoryCommand::Recall(recall)| recall)
}

/// This process, for those who compare clocks: `matching@host:4711`.
pub fn clock(service: &str) -> String {
    let read = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let host = read.or_else(|| std::env::var("HOSTNAME").ok());
    let host = host.as_deref().map(str::trim).filter(|host| !host.is_empty()).unwrap_or("localhost");
    format!("{service}@{host}:{}", std::process::id())
}

pub(crate) struct Recaller {
    pub logbook: Logbook,
    pub place: Place,
    pub keeper: Keeper,
}

impl Recaller {
    /// Answers one after the other. At most half the time of one core: what is asked is never as
    /// urgent as what is traded.
    pub async fn run(self, mut asked: mpsc::Receiver<(Asked, Channel)>) {
        let recaller = Arc::new(self);
        while let Some((Asked { recall, to, deadline }, channel)) = asked.recv().await {
            let begun = Instant::now();
            if deadline.is_some_and(|deadline| chrono::Utc::now() > deadline) {
                continue;
            }
            let answer = match recall {
                Ok(recall) => recaller.clone().answer(recall).await,
                Err(refusal) => Answer::Refused(refusal),
            };
            reply(&channel, recaller.place.service, to, &answer).await;
            tokio::time::sleep(begun.elapsed()).await;
        }
    }

    async fn answer(self: Arc<Self>, recall: Recall) -> Answer<Recalled> {
        let (remembered, needles) = (self.logbook.remembered(), Needles::of(&recall));
        let since = remembered.since;
        let (partition, clock) = (self.place.name(), clock(self.place.service));
        let service = self.place.service;
        let searching = tokio::task::spawn_blocking(move || {
            let witness = Witness { service, partition: &partition, clock: &clock };
            (picking::pick(&witness, &needles, &remembered), needles)
        });
        let Ok((mut hops, needles)) = searching.await else {
            return Answer::Refused(Refusal::new(Code::Unavailable, "the search ended too early"));
        };
        let mut is_cut = false;
        if since > recall.from {
            match self.keeper_says(&recall, &needles, &hops).await {
                Ok((kept, is_cut_there)) => {
                    hops.extend(kept);
                    is_cut = is_cut_there;
                }
                Err(fault) => {
                    tracing::warn!(partition = %self.place.name(), error = %fault, "could not look into the outbox");
                    is_cut = true;
                }
            }
        }
        hops.sort_by_key(Hop::at);
        is_cut |= hops.len() > HOPS_MAX;
        hops.truncate(HOPS_MAX);
        hops.iter_mut().for_each(in_microseconds);
        Answer::Ok(Recalled { since: since.trunc_subsecs(6), is_cut, hops })
    }

    /// Of what memory has lost, what the outbox has. And whether it was looked through to its end.
    async fn keeper_says(
        &self,
        recall: &Recall,
        needles: &Needles,
        known: &[Hop],
    ) -> Result<(Vec<Hop>, bool), Fault> {
        let known: FxHashSet<_> =
            known.iter().filter_map(|hop| Some((hop.stream.clone()?, hop.seq?))).collect();
        let (rows, is_cut) =
            self.keeper.naming(&recall.order_id.to_string(), recall.from, recall.until).await?;
        let partition = self.place.name();
        // Whichever instance it was: its clock is not known any more.
        let service = self.place.service;
        let witness = Witness { service, partition: &partition, clock: service };
        let unknown = rows.into_iter().filter(|row| !known.contains(&(row.stream.clone(), row.seq)));
        let hops = unknown.flat_map(|row| picking::pick_kept(&witness, needles, &row.body, row.created_at));
        Ok((hops.collect(), is_cut))
    }
}

/// As everywhere on the wire.
pub fn in_microseconds(hop: &mut Hop) {
    for at in [&mut hop.received_at, &mut hop.committed_at, &mut hop.published_at, &mut hop.confirmed_at] {
        *at = at.map(|at| at.trunc_subsecs(6));
    }
}

pub(crate) async fn reply(channel: &Channel, service: &str, to: ReplyTo, answer: &Answer<Recalled>) {
    let body = serde_json::to_vec(answer).expect("our own answers are JSON");
    let mut properties = broker::transient(service, "reply");
    if let Some(id) = to.correlation_id {
        properties = properties.with_correlation_id(id.into());
    }
    let options = BasicPublishOptions::default();
    let sending =
        channel.basic_publish(to.exchange.into(), to.routing_key.into(), options, &body, properties);
    if let Err(error) = broker::within(sending).await {
        tracing::debug!(%error, "an answer was lost");
    }
}
