//! I12: every listener has all of every stream, no number was skipped, nothing is parked.

use crate::exchange::Exchange;
use crate::twin::{number, text};
use contracts::topology;
use std::collections::BTreeMap;

pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    exchange.everything_is_heard()?;
    for (service, database) in &exchange.databases {
        let state = database.lock();
        if let Some(parked) = state.tables.rows("parked").next() {
            let reason = text(parked, "reason").unwrap_or_default();
            return Err(format!("{service}: a message is parked: {reason}"));
        }
        for counter in state.tables.rows("counters") {
            let (stream, seq) = (text(counter, "stream").expect("a name"), number(counter, "seq"));
            let kept = exchange.history.get(stream).is_some_and(|said| !said.is_empty());
            let said = exchange.history.get(stream).map_or(0, Vec::len) as i64;
            if kept && said != seq {
                return Err(format!(
                    "{stream} counts to {seq}, but only {said} messages without a gap were kept"
                ));
            }
        }
    }
    Ok(())
}

impl Exchange {
    /// Whether each listener's position is what the writer said last; if not, who lacks what.
    pub fn everything_is_heard(&self) -> Result<(), String> {
        let read = |service: &str, table: &str| -> BTreeMap<(i64, String), i64> {
            let state = self.databases[service].lock();
            let row = |row: &crate::twin::Row| {
                (
                    (number(row, "partition"), text(row, "stream").expect("a name").to_owned()),
                    number(row, "seq"),
                )
            };
            state.tables.rows(table).map(row).collect()
        };
        let partition = |name: &str| name.rsplit_once('.').and_then(|(_, n)| n.parse().ok()).unwrap_or(0_i64);
        let all = |table: &str| -> BTreeMap<&str, _> {
            topology::SERVICES.iter().map(|service| (*service, read(service, table))).collect()
        };
        let (counters, positions) = (all("counters"), all("positions"));
        for stream in topology::streams(self.partitions) {
            let name = stream.name.as_str().to_owned();
            let writer = stream.name.writer();
            let last =
                counters[topology::service_of(writer)].get(&(partition(writer), name.clone())).copied();
            let last = last.unwrap_or(0);
            for listener in &stream.listeners {
                let heard =
                    positions[topology::service_of(listener)].get(&(partition(listener), name.clone()));
                let heard = heard.copied().unwrap_or(0);
                if heard != last {
                    return Err(format!("{listener} has heard {heard} of the {last} messages of {name}"));
                }
            }
        }
        Ok(())
    }
}
