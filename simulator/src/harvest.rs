//! What was committed, taken down as it happens: later it may be pruned.

use crate::coverage::Coverage;
use crate::exchange::Exchange;
use crate::twin::{bytes, number, part, text};
use contracts::topology;

impl Exchange {
    /// Takes down what was committed since: no stream ever takes back what it said.
    pub fn harvest(&mut self) {
        for (service, database) in &self.databases {
            let state = database.lock();
            if !state.is_free() || self.harvested.get(service) == Some(&state.commits) {
                continue;
            }
            self.harvested.insert(service, state.commits);
            for counter in state.tables.rows("counters") {
                let stream = text(counter, "stream").expect("a name");
                if !self.history.contains_key(stream) {
                    self.history.insert(stream.to_owned(), Vec::new());
                }
                let said = self.history.get_mut(stream).expect("just made");
                let (first, last) = (part(&counter["stream"]), number(counter, "seq"));
                if last < said.len() as i64 {
                    self.broken =
                        Some(format!("{stream} had said {} messages, and counts to {last} now", said.len()));
                }
                for seq in said.len() as i64 + 1..=last {
                    let Some(row) = state.tables.get("outbox", &vec![first.clone(), part(&seq.into())])
                    else {
                        break;
                    };
                    let body = bytes(row, "body");
                    cover_events(&mut self.coverage, service, body);
                    said.push(body.to_owned());
                }
            }
            if *service == topology::MATCHING {
                for head in state.tables.rows("journal_heads") {
                    let (partition, last) = (number(head, "partition"), number(head, "step_no"));
                    let kept = self.journal.entry(partition as u16).or_default();
                    for step in kept.len() as i64 + 1..=last {
                        let key = vec![part(&head["partition"]), part(&step.into())];
                        let row = state.tables.get("journal", &key);
                        kept.push(row.map(|row| bytes(row, "commands").to_owned()).unwrap_or_default());
                    }
                }
                if state.tables.rows("snapshots").next().is_some() {
                    self.coverage.note("snapshot: taken");
                }
            }
        }
    }

    pub fn cover(&mut self, incoming: &chassis::incoming::Incoming) {
        if incoming.redelivered {
            self.coverage.note("redelivered");
        }
        if incoming.exchange == topology::CONTROL_EXCHANGE {
            let said = |kind: &[u8]| incoming.body.starts_with(kind);
            let kind = if said(b"{\"replay\"") {
                "control: replay"
            } else if said(b"{\"wake\"") {
                "control: wake"
            } else {
                "control: position"
            };
            self.coverage.note(kind);
        } else if incoming.body.ends_with(b"\"events\":[]}") {
            self.coverage.note("heartbeat");
        }
    }
}

fn cover_events(coverage: &mut Coverage, service: &str, body: &[u8]) {
    let message: serde_json::Value = serde_json::from_slice(body).expect("a message is JSON");
    for event in message["events"].as_array().expect("events are a list") {
        let (kind, inner) =
            event.as_object().and_then(|event| event.iter().next()).expect("an event has a name");
        coverage.note(&format!("message {service}>{kind}"));
        if kind == "order_left_book" {
            coverage.note(&format!("left the book: {}", inner["reason"].as_str().unwrap_or("?")));
        }
    }
}
