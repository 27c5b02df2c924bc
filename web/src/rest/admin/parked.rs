//! Messages that the services have set aside: to read, and to have taken up again. Each service answers for its
//! own; who does not is named, and the others' are shown.

use super::Admin;
use crate::asking::{Services, ask, command};
use crate::problem::Problem;
use crate::rest::{Answer, Shared, ok};
use crate::strict::{Json, Query};
use chassis::ask::AskError;
use contracts::control::{Inspection, Operate, PARKED_LISTED_MAX, Parked, ParkedList};
use contracts::ids::parse_uuid;
use contracts::{Code, topology};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

/// Before, and after: within an answer's time with what lies between.
const LOOK_DEADLINE: Duration = Duration::from_millis(450);
/// One step, which many messages behind one key may make long.
const REDRIVE_DEADLINE: Duration = Duration::from_millis(900);

/// What all services have set aside.
#[derive(Default, Serialize, ToSchema)]
pub struct ParkedMessages {
    /// Of all that is parked, as far as it is known.
    total: u64,
    /// Oldest first, 100 at most.
    items: Vec<Parked>,
    /// Which services' messages are not told here, and why.
    missing: Vec<String>,
}

/// `GET admin/parked`. From the services' databases.
pub async fn list(_: Admin, gateway: Shared, query: Query) -> Answer {
    query.end()?;
    Ok(ok(&look(&*gateway.services, vec![]).await))
}

/// Those with these ids, or the oldest.
async fn look(services: &dyn Services, ids: Vec<Uuid>) -> ParkedMessages {
    let question = Inspection::Parked { ids };
    let asked = topology::SERVICES.map(|service| ask(services, service, &question, LOOK_DEADLINE));
    let mut all = ParkedMessages::default();
    for (service, answer) in topology::SERVICES.iter().zip(join_all(asked).await) {
        match answer {
            Ok(ParkedList { total, items }) => {
                all.total += total;
                all.items.extend(items);
            }
            Err(error) => all.missing.push(missing(service, error)),
        }
    }
    all.items.sort_by_key(|message| message.parked_id);
    all.items.truncate(PARKED_LISTED_MAX);
    all
}

fn missing(name: &str, error: AskError) -> String {
    match error {
        AskError::Refused(refusal) => format!("{name}: {}", refusal.message),
        AskError::Unavailable(_) => format!("{name}: gave no answer in time"),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redrive {
    /// Of parked messages.
    #[schema(value_type = Vec<Uuid>, min_items = 1, max_items = 100)]
    ids: Vec<String>,
}

impl Redrive {
    fn read(&self) -> Result<BTreeSet<Uuid>, Problem> {
        let refused = |rule: String| Problem::of_field(Code::InvalidValue, "ids", rule);
        if !(1..=PARKED_LISTED_MAX).contains(&self.ids.len()) {
            let given = self.ids.len();
            return Err(refused(format!("expected 1 to {PARKED_LISTED_MAX} ids, got {given}")));
        }
        self.ids.iter().map(|id| parse_uuid(id).map_err(|rule| refused(rule.to_string()))).collect()
    }
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub struct Redriven {
    /// With those that waited behind the same keys.
    taken_up: u32,
    /// Of those that were named: they cannot be taken still, or wait behind such a one.
    still_parked: Vec<Uuid>,
    /// Who has not answered: of its messages it is not known.
    missing: Vec<String>,
}

/// `POST admin/parked/redrive` → 200, after the partitions' commits. Twice is as good as once.
pub async fn redrive(Admin(by): Admin, gateway: Shared, query: Query, Json(wish): Json<Redrive>) -> Answer {
    query.end()?;
    let (ids, services) = (wish.read()?, &*gateway.services);
    let found = look(services, ids.iter().copied().collect()).await;
    let mut by_partition: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for message in &found.items {
        by_partition.entry(&message.partition).or_default().push(message.parked_id);
    }
    let unknown = ids.iter().filter(|id| found.items.iter().all(|message| message.parked_id != **id));
    let unknown: Vec<String> = unknown.map(Uuid::to_string).collect();
    if !unknown.is_empty() {
        return Err(not_there(&unknown, &found.missing));
    }
    let commands = by_partition.iter().map(async |(partition, ids)| {
        let redrive = Operate::Redrive { ids: ids.clone() };
        (*partition, command::<u32>(services, partition, &redrive, REDRIVE_DEADLINE).await)
    });
    let (mut taken_up, mut silent) = (0, Vec::new());
    for (partition, answer) in join_all(commands).await {
        match answer {
            Ok(count) => taken_up += count,
            Err(error) => silent.push(missing(partition, error)),
        }
    }
    let left = look(services, ids.iter().copied().collect()).await;
    silent.extend(left.missing);
    tracing::info!(target: "audit", event = "redrive", by.id = %by, ?ids, taken_up, still_parked = left.items.len(), "an admin has had parked messages taken up");
    let still_parked = left.items.iter().map(|message| message.parked_id).collect();
    Ok(ok(&Redriven { taken_up, still_parked, missing: silent }))
}

/// Whoever is not heard may have it.
fn not_there(unknown: &[String], missing: &[String]) -> Problem {
    let ids = unknown.join(", ");
    if missing.is_empty() {
        let rule = format!("no parked message has the id {ids}; one that was taken up is parked no longer");
        return Problem::of_field(Code::NotFound, "ids", rule);
    }
    Problem::unavailable(format!("whether {ids} is parked is not known: {}", missing.join(", ")))
}

pub mod said {
    use super::{ParkedMessages, Redrive, Redriven};
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;
    use serde_json::json;

    pub fn list() -> Said {
        Said::new("parked", Tag::Admins, "Messages that were set aside")
            .more(
                "Because they could not be taken, or wait behind such a one. The 100 oldest of all services.",
            )
            .of(Who::Admin)
            .reads_query()
            .answers::<ParkedMessages>(200, "Which services have not answered is named.")
    }

    pub fn redrive() -> Said {
        let ids = json!({ "ids": ["01980a5e-6f3b-7c1d-9a52-3f1f0f6f7a30"] });
        Said::new("redrive", Tag::Admins, "Have parked messages taken up again")
            .more("And with them all that wait behind the same keys. Twice is as good as once.")
            .of(Who::Admin)
            .reads_query()
            .takes::<Redrive>(&[("one", ids)])
            .answers::<Redriven>(200, "After the partitions' commits.")
            .refuses(&[Code::NotFound])
    }
}
