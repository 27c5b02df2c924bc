//! Snapshots: the newest, and two older ones in case it cannot be read.

use crate::domain::Damaged;
use chassis::{Fault, Tx, Writes};
use contracts::Timestamp;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};

pub const SNAPSHOTS_KEPT: usize = 3;

/// A snapshot as a row holds it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The step after which the books were so.
    pub step_no: u64,
    /// Of the content, before it was compressed.
    sha256: Vec<u8>,
    /// The content, gzip.
    body: Vec<u8>,
}

impl Stored {
    /// Compresses: tens of milliseconds for large books.
    pub fn of(step_no: u64, content: &[u8]) -> Self {
        let mut gzip = GzEncoder::new(Vec::with_capacity(content.len()), Compression::fast());
        gzip.write_all(content).expect("a vector takes all");
        let body = gzip.finish().expect("a vector takes all");
        Stored { step_no, sha256: Sha256::digest(content).to_vec(), body }
    }

    /// The content, if it is what was stored.
    pub fn content(&self) -> Result<Vec<u8>, Damaged> {
        let mut content = Vec::new();
        let read = GzDecoder::new(&*self.body).read_to_end(&mut content);
        read.map_err(|e| Damaged(format!("it cannot be decompressed: {e}")))?;
        match *Sha256::digest(&content) == *self.sha256 {
            true => Ok(content),
            false => Err(Damaged::because("its checksum is wrong")),
        }
    }
}

/// The steps of the snapshots that there are, newest first.
pub async fn steps(tx: &Tx, partition: u16) -> Result<Vec<u64>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        step_no: i64,
    }
    let sql = "select step_no from snapshots where partition = $1 order by step_no desc";
    let rows = tx.all::<Row>(sql, [i32::from(partition).into()]).await?;
    Ok(rows.into_iter().map(|row| row.step_no as u64).collect())
}

pub async fn read(tx: &Tx, partition: u16, step_no: u64) -> Result<Option<Stored>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        sha256: Vec<u8>,
        body: Vec<u8>,
    }
    let sql = "select sha256, body from snapshots where partition = $1 and step_no = $2";
    let rows = tx.all::<Row>(sql, [i32::from(partition).into(), (step_no as i64).into()]).await?;
    Ok(rows.into_iter().next().map(|Row { sha256, body }| Stored { step_no, sha256, body }))
}

/// Adds a snapshot, and removes those before the oldest that is kept.
pub fn save(partition: u16, snapshot: Stored, oldest_kept: u64, now: Timestamp, writes: &mut Writes) {
    let insert = "
        insert into snapshots (partition, step_no, sha256, body, taken_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing";
    let Stored { step_no, sha256, body } = snapshot;
    let partition_column = i32::from(partition);
    writes.add(
        insert,
        [partition_column.into(), (step_no as i64).into(), sha256.into(), body.into(), now.into()],
    );
    let delete = "delete from snapshots where partition = $1 and step_no < $2";
    writes.add(delete, [partition_column.into(), (oldest_kept as i64).into()]);
}
