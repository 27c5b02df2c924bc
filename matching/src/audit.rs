//! For the audit: a partition's books rebuilt from its database, and whether all ways of
//! rebuilding them lead to the same.

use crate::domain::{Book, Live, Record};
use crate::recovery::{self, Recovered, Start};
use crate::store::journal;
use chassis::{Db, Fault, Tx};
use contracts::{Price, Quantity, Side, Symbol, matching::Party};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

/// A partition's books as of one moment.
#[derive(Clone, Debug)]
pub struct Replayed {
    pub partition: u16,
    /// The last step in the journal.
    pub step_no: u64,
    /// SHA-256 of everything that the books hold.
    pub state_hash: [u8; 32],
    /// How far the partition had come in each stream that it hears.
    pub heard: Vec<(String, u64)>,
    /// The last sequence of `matching.j>*`.
    pub said: u64,
    /// By symbol.
    pub books: Vec<ReplayedBook>,
}

#[derive(Clone, Debug)]
pub struct ReplayedBook {
    pub symbol: Symbol,
    pub sequence: u64,
    /// The same state has the same bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub state_hash: [u8; 32],
    pub orders: Vec<LiveOrder>,
    pub crossed: bool,
}

/// An order that a book has, resting or waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveOrder {
    pub party: Party,
    pub symbol: Symbol,
    pub side: Side,
    pub price: Price,
    pub remaining: Quantity,
}

/// What was found: the books, unless they cannot be rebuilt, and all that is wrong.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    pub replayed: Option<Replayed>,
    pub findings: Vec<String>,
}

/// The partitions that have a journal here.
pub async fn partitions(db: &Db) -> Result<Vec<u16>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        partition: i32,
    }
    let sql = "
        select partition from journal_heads union select partition from journal
        union select partition from snapshots order by partition";
    Ok(db.all::<Row>(sql, []).await?.into_iter().map(|row| row.partition as u16).collect())
}

/// The partition's books, from the newest snapshot that is whole and the journal after it. A
/// journal that is not whole is a fault that says where.
pub async fn replay(db: &Db, partition: u16) -> Result<Replayed, Fault> {
    db.transaction(async move |tx: &Tx| {
        recovery::as_of_now(tx).await?;
        let recovered = recovery::load(tx, partition, Start::Newest).await?;
        let recovered = recovered.map_err(|damage| recovery::fault(partition, damage))?;
        replayed(tx, partition, recovered).await
    })
    .await
}

/// Rebuilds the books from the oldest kept snapshot and from the newest, as of the same moment,
/// and holds them against each other. Faults are the database's alone.
pub async fn verify(db: &Db, partition: u16) -> Result<Verified, Fault> {
    db.transaction(async move |tx: &Tx| {
        recovery::as_of_now(tx).await?;
        let mut verified = Verified::default();
        let newest = recovery::load(tx, partition, Start::Newest).await?;
        let oldest = recovery::load(tx, partition, Start::Oldest).await?;
        let state = match oldest {
            // Just after an upgrade there is nothing to hold it against.
            Ok(recovered) if recovered.replay.is_incomplete() => None,
            Ok(recovered) => Some(recovered.replay.state_hash()),
            Err(damage) => {
                verified.find(damage.0);
                None
            }
        };
        match newest {
            Ok(recovered) => {
                recovered.damaged.iter().for_each(|damage| verified.find(damage.clone()));
                let state = state.filter(|_| !recovered.replay.is_incomplete());
                let replayed = replayed(tx, partition, recovered).await?;
                verified.compare(state, replayed);
            }
            Err(damage) => verified.find(damage.0),
        }
        Ok(verified)
    })
    .await
}

/// What the books were told, step by step, as far back as the journal goes; and the first step.
pub async fn told(db: &Db, partition: u16) -> Result<(u64, Vec<Record>), Fault> {
    db.transaction(async move |tx: &Tx| {
        recovery::as_of_now(tx).await?;
        let first = journal::head(tx, partition).await?.first_step;
        let mut told = Vec::new();
        let mut step_no = first.saturating_sub(1);
        loop {
            let entries = journal::after(tx, partition, step_no).await?;
            let Some(last) = entries.last() else { return Ok((first, told)) };
            step_no = last.step_no;
            for entry in entries {
                told.push(Record::from_bytes(&entry.commands).map_err(|e| recovery::fault(partition, e))?);
            }
        }
    })
    .await
}

impl Verified {
    fn find(&mut self, finding: String) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn compare(&mut self, state: Option<[u8; 32]>, replayed: Replayed) {
        let Replayed { partition, step_no, .. } = replayed;
        if state.is_some_and(|state| state != replayed.state_hash) {
            self.find(format!(
                "matching.{partition}, step {step_no}: the oldest snapshot leads to other books than the newest"
            ));
        }
        for book in replayed.books.iter().filter(|book| book.crossed) {
            self.find(format!("matching.{partition}: the book of {} is crossed", book.symbol));
        }
        self.replayed = Some(replayed);
    }
}

async fn replayed(tx: &Tx, partition: u16, recovered: Recovered) -> Result<Replayed, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        stream: String,
        seq: i64,
    }
    let sql = "select stream, seq from positions where partition = $1 order by stream";
    let heard = tx.all::<Row>(sql, [i32::from(partition).into()]).await?;
    let said = crate::store::journal::head(tx, partition).await?.said;
    let (step_no, state_hash) = (recovered.replay.step_no(), recovered.replay.state_hash());
    Ok(Replayed {
        partition,
        step_no,
        state_hash,
        heard: heard.into_iter().map(|row| (row.stream, row.seq as u64)).collect(),
        said,
        books: recovered.replay.into_books().iter().map(ReplayedBook::of).collect(),
    })
}

impl ReplayedBook {
    fn of(book: &Book) -> Self {
        let symbol = book.symbol();
        let live = |Live { party, side, price, quantity, .. }| LiveOrder {
            party,
            symbol,
            side,
            price,
            remaining: quantity,
        };
        let bytes = book.to_bytes();
        ReplayedBook {
            symbol,
            sequence: book.sequence(),
            state_hash: Sha256::digest(&bytes).into(),
            bytes,
            orders: book.resting().chain(book.waiting()).map(live).collect(),
            crossed: book.is_crossed(),
        }
    }
}
