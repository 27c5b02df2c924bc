//! A look inside the exchange, and faults to see it heal: in demo mode only, and where `exchange up`
//! runs, from whom the answers come.

use super::{Answer, Gateway, Shared, json, pass_on};
use crate::lab::Lab;
use crate::problem::Problem;
use crate::session::Trader;
use crate::strict::{Json, NoBody, Query};
use actix_web::http::StatusCode;
use contracts::lab::{Fault, Request};

impl Gateway {
    fn lab(&self) -> Result<&Lab, Problem> {
        self.lab.as_ref().ok_or_else(|| Problem::not_found("outside of a demo, the failure lab"))
    }
}

/// `GET system`: processes, databases, queues, streams and how far they are heard; the last faults,
/// and the audit's verdict.
pub async fn show(gateway: Shared, query: Query) -> Answer {
    query.end()?;
    Ok(pass_on(gateway.lab()?.ask(&Request::Status {}).await?))
}

/// `POST system/faults` → 202: it was made; what comes of it, the system shows.
pub async fn break_it(gateway: Shared, by: Trader, Json(fault): Json<Fault>) -> Answer {
    let lab = gateway.lab()?;
    let done = lab.ask(&Request::Fault(fault)).await?;
    tracing::info!(user.id = %by.0.user_id(), ?fault, "broken on purpose");
    Ok(json(StatusCode::ACCEPTED, &done))
}

/// `POST system/audit` → 202: it has begun; the verdict stands in `GET system`.
pub async fn audit(gateway: Shared, _: Trader, _: NoBody) -> Answer {
    Ok(json(StatusCode::ACCEPTED, &gateway.lab()?.ask(&Request::Audit {}).await?))
}

pub mod said {
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;
    use contracts::lab::{Fault, FaultDone, Process, System, Verdict};
    use serde_json::json;

    fn new(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Lab, summary).refuses(&[Code::NotFound])
    }

    pub fn show() -> Said {
        let about = "Processes, databases, queues, streams, the last faults, the audit's verdict.";
        new("system", "How everything is").reads_query().answers::<System>(200, about)
    }

    pub fn break_it() -> Said {
        let kill = json!({ "fault": "kill", "process": Process::Matching });
        let pause = json!({ "fault": "pause", "process": Process::RabbitMq, "seconds": 5 });
        new("break", "Break something")
            .of(Who::Trader)
            .takes::<Fault>(&[
                ("kill", kill),
                ("pause", pause),
                ("duplicate", json!({ "fault": "duplicate" })),
            ])
            .answers::<FaultDone>(202, "What was done.")
    }

    pub fn audit() -> Said {
        let about = "It has begun; the verdict comes with the system.";
        new("audit", "Have everything audited").of(Who::Trader).takes_nothing().answers::<Verdict>(202, about)
    }
}
