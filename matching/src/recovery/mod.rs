//! From the database back to the books: a snapshot that is whole, and the journal after it.
//!
//! **Invariant** Never a guessed book: a journal with a hole or a changed byte opens nothing.

mod chain;
pub mod content;
#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod golden_writing;
mod replay;

pub use chain::Chain;
pub use replay::{Entry, Replay};

use crate::apart::Apart;
use crate::domain::Damaged;
use crate::store::{Head, Stored, journal, snapshots};
use chassis::{Db, Fault, Tx};

const REBUILDING: &str = "rebuild books";

/// A partition as it was found.
#[derive(Debug)]
pub struct Recovered {
    pub replay: Replay,
    /// The journal has the steps after this one.
    pub pruned: u64,
    /// The steps of the snapshots that there are, newest first.
    pub snapshots: Vec<u64>,
    /// Snapshots that could not be used, with the reason.
    pub damaged: Vec<String>,
}

/// Which snapshot to start from; when it is damaged, the next in that direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Newest,
    Oldest,
}

/// The partition's books as of its last committed step.
pub async fn recover(db: &Db, partition: u16) -> Result<Recovered, Fault> {
    let recovered = db.transaction(async move |tx: &Tx| {
        as_of_now(tx).await?;
        load(tx, partition, Start::Newest).await
    });
    let recovered = recovered.await?.map_err(|damage| fault(partition, damage))?;
    for damage in &recovered.damaged {
        tracing::warn!(partition, damage, "a snapshot cannot be used; an older one is");
    }
    Ok(recovered)
}

pub fn fault(partition: u16, damage: Damaged) -> Fault {
    Fault::new(format!("recover the books of matching.{partition}"), damage)
}

/// Everything that the transaction reads is of one moment, whoever commits meanwhile.
pub async fn as_of_now(tx: &Tx) -> Result<(), Fault> {
    tx.execute("set transaction isolation level repeatable read, read only", []).await.map(|_| ())
}

pub async fn load(tx: &Tx, partition: u16, start: Start) -> Result<Result<Recovered, Damaged>, Fault> {
    let head = journal::head(tx, partition).await?;
    let steps = snapshots::steps(tx, partition).await?;
    if let Err(damage) = agree(partition, &head, &steps) {
        return Ok(Err(damage));
    }
    let (replay, damaged) = match first_whole(tx, partition, &head, &steps, start).await? {
        Ok(found) => found,
        Err(damage) => return Ok(Err(damage)),
    };
    let replay = match replay_all(tx, partition, replay, &head).await? {
        Ok(replay) => replay,
        Err(damage) => return Ok(Err(damage)),
    };
    Ok(Ok(Recovered { replay, pruned: head.first_step.saturating_sub(1), snapshots: steps, damaged }))
}

/// Whether head, journal, snapshots and stream speak of the same past.
fn agree(partition: u16, head: &Head, snapshots: &[u64]) -> Result<(), Damaged> {
    let damage = |what: String| Err(Damaged(format!("matching.{partition}: {what}")));
    let Head { step_no, last_step, said, .. } = *head;
    if last_step > step_no {
        return damage(format!("the journal goes on to step {last_step} after its head {step_no}"));
    }
    if let Some(later) = snapshots.iter().find(|snapshot| **snapshot > step_no) {
        return damage(format!("there is a snapshot of step {later} after the journal's head {step_no}"));
    }
    if step_no == 0 && said > 0 {
        return damage(format!("{said} messages were announced, but there is no journal"));
    }
    Ok(())
}

type Found = Result<(Replay, Vec<String>), Damaged>;

async fn first_whole(
    tx: &Tx,
    partition: u16,
    head: &Head,
    steps: &[u64],
    start: Start,
) -> Result<Found, Fault> {
    let mut order = steps.to_vec();
    if start == Start::Oldest {
        order.reverse();
    }
    let mut damaged = Vec::new();
    for step_no in order {
        let Some(stored) = snapshots::read(tx, partition, step_no).await? else { continue };
        match Apart::begin(move || open(partition, stored)).result(REBUILDING).await? {
            Ok(replay) => return Ok(Ok((replay, damaged))),
            Err(Damaged(reason)) => {
                damaged.push(format!("matching.{partition}, snapshot of step {step_no}: {reason}"));
            }
        }
    }
    if head.step_no == 0 || head.first_step == 1 {
        return Ok(Ok((Replay::genesis(partition), damaged)));
    }
    let begins = format!("the journal begins at step {}, and no snapshot is whole", head.first_step);
    let reasons = damaged.join("; ");
    Ok(Err(Damaged(format!("matching.{partition}: {begins} ({reasons})"))))
}

fn open(partition: u16, stored: Stored) -> Result<Replay, Damaged> {
    let step_no = stored.step_no;
    let replay = Replay::from_content(partition, &stored.content()?)?;
    if replay.step_no() == step_no { Ok(replay) } else { Err(Damaged::because("it is of another step")) }
}

async fn replay_all(
    tx: &Tx,
    partition: u16,
    mut replay: Replay,
    head: &Head,
) -> Result<Result<Replay, Damaged>, Fault> {
    while replay.step_no() < head.step_no {
        let entries = journal::after(tx, partition, replay.step_no()).await?;
        if entries.is_empty() {
            let missing = replay.step_no() + 1;
            let what = format!("matching.{partition}, step {missing}: the journal lacks it");
            return Ok(Err(Damaged(what)));
        }
        let steps = move || entries.iter().try_for_each(|entry| replay.step(entry)).map(|()| replay);
        match Apart::begin(steps).result(REBUILDING).await? {
            Ok(further) => replay = further,
            Err(damage) => return Ok(Err(damage)),
        }
    }
    if Some(replay.chain()) != Chain::of_row(&head.digest) {
        let what =
            format!("matching.{partition}, step {}: the journal's head has another digest", head.step_no);
        return Ok(Err(Damaged(what)));
    }
    Ok(Ok(replay))
}
