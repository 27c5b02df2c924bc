//! How far everybody has come: streams and their listeners, steps, parked messages, databases.

use crate::databases::Databases;
use chassis::Fault;
use contracts::lab::{DatabaseStatus, StreamStatus};
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

/// Every stream that must be heard.
pub async fn arrivals(databases: &Databases, partitions: Partitions) -> Result<Vec<Arrival>, Fault> {
    let must_be_heard = |status: StreamStatus| {
        let StreamStatus { stream, listener, said, heard, lag } = status;
        Some(Arrival { stream, listener, said, heard: heard?, lag: lag? })
    };
    Ok(all(databases, partitions).await?.into_iter().filter_map(must_be_heard).collect())
}

/// Every stream. On a running exchange a lag may show too large, never too small.
pub async fn all(databases: &Databases, partitions: Partitions) -> Result<Vec<StreamStatus>, Fault> {
    // What was heard is read before what was said.
    let heard = sequences(databases, "positions").await?;
    let said = sequences(databases, "counters").await?;
    let mut all = Vec::new();
    for stream in topology::streams(partitions) {
        let name = stream.name.as_str();
        let said = said.get(&(stream.name.writer().to_owned(), name.to_owned())).copied().unwrap_or(0);
        let mut add = |listener, heard: Option<u64>| {
            let lag = heard.map(|heard| said.saturating_sub(heard));
            all.push(StreamStatus { stream: name.to_owned(), listener, said, heard, lag });
        };
        for listener in stream.listeners {
            let heard = heard.get(&(listener.clone(), name.to_owned())).copied().unwrap_or(0);
            add(listener, Some(heard));
        }
        if stream.for_web {
            add(topology::WEB.to_owned(), None);
        }
    }
    Ok(all)
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

/// How each database is.
pub async fn databases(databases: &Databases) -> Result<Vec<DatabaseStatus>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        bytes: i64,
        connections: i32,
        commits: i64,
        steps: i64,
        parked: i64,
    }
    const SQL: &str = "select pg_database_size(datname) as bytes, numbackends as connections, \
                       xact_commit as commits, (select count(*) from parked) as parked, \
                       (select coalesce(sum(step), 0)::bigint from heads) as steps \
                       from pg_stat_database where datname = current_database()";
    let mut all = Vec::new();
    for service in topology::SERVICES {
        let Some(row) = databases.of(service).one::<Row>(SQL, []).await? else { continue };
        all.push(DatabaseStatus {
            service: service.to_owned(),
            bytes: row.bytes as u64,
            connections: row.connections as u32,
            commits: row.commits as u64,
            steps: row.steps as u64,
            parked: row.parked as u64,
        });
    }
    Ok(all)
}
