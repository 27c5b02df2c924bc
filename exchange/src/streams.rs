//! How far everybody has come: streams and their listeners, steps, parked messages.

use crate::databases::Databases;
use chassis::Fault;
use contracts::{Partitions, topology};
use sea_orm::FromQueryResult;
use serde::Serialize;
use std::collections::BTreeMap;

/// A stream on its way to one of its listeners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrival {
    pub stream: String,
    pub listener: String,
    /// The last that was said, and the last that was heard and committed.
    pub said: u64,
    pub heard: u64,
    /// Messages of the stream that are still to be heard.
    pub lag: u64,
}

#[derive(FromQueryResult)]
struct Seq {
    partition: i32,
    stream: String,
    seq: i64,
}

/// Every stream that must be heard. On a running exchange a lag may show too large, never too small.
pub async fn arrivals(databases: &Databases, partitions: Partitions) -> Result<Vec<Arrival>, Fault> {
    // What was heard is read before what was said.
    let heard = sequences(databases, "positions").await?;
    let said = sequences(databases, "counters").await?;
    let mut arrivals = Vec::new();
    for stream in topology::streams(partitions) {
        let name = stream.name.as_str();
        let said = said.get(&(stream.name.writer().to_owned(), name.to_owned())).copied().unwrap_or(0);
        for listener in stream.listeners {
            let heard = heard.get(&(listener.clone(), name.to_owned())).copied().unwrap_or(0);
            let lag = said.saturating_sub(heard);
            arrivals.push(Arrival { stream: name.to_owned(), listener, said, heard, lag });
        }
    }
    Ok(arrivals)
}

/// By partition and stream.
async fn sequences(databases: &Databases, table: &str) -> Result<BTreeMap<(String, String), u64>, Fault> {
    let mut sequences = BTreeMap::new();
    for service in topology::SERVICES {
        let sql = format!("select partition, stream, seq from {table}");
        for row in databases.of(service).all::<Seq>(&sql, []).await? {
            let partition = topology::partition_name(service, row.partition as u16);
            sequences.insert((partition, row.stream), row.seq as u64);
        }
    }
    Ok(sequences)
}

/// How many steps each partition has made. The same twice: nothing has happened in between.
pub async fn steps(databases: &Databases) -> Result<BTreeMap<String, u64>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        partition: i32,
        step: i64,
    }
    let mut steps = BTreeMap::new();
    for service in topology::SERVICES {
        for row in databases.of(service).all::<Row>("select partition, step from heads", []).await? {
            steps.insert(topology::partition_name(service, row.partition as u16), row.step as u64);
        }
    }
    Ok(steps)
}

/// How many messages each service has parked.
pub async fn parked(databases: &Databases) -> Result<BTreeMap<&'static str, u64>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        count: i64,
    }
    let mut parked = BTreeMap::new();
    for service in topology::SERVICES {
        let row = databases.of(service).one::<Row>("select count(*) as count from parked", []).await?;
        parked.insert(service, row.map_or(0, |row| row.count as u64));
    }
    Ok(parked)
}
