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

/// `GET system`: processes, queues, streams and how far they are heard, what is parked; the last
/// faults, and the audit's verdict.
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
    use super::Fault;
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;
    use serde_json::json;
    use utoipa::openapi::schema::Type;

    fn new(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Lab, summary).refuses(&[Code::NotFound])
    }

    pub fn show() -> Said {
        let about = "Processes, queues, streams, what is parked, the last faults, and the audit's verdict.";
        new("system", "A look inside").reads_query().answers_any(200, "application/json", about, Type::Object)
    }

    pub fn break_it() -> Said {
        new("break_system", "Break something")
            .of(Who::Trader)
            .takes::<Fault>(&[
                ("kill", json!({ "fault": "kill", "process": "matching" })),
                ("pause", json!({ "fault": "pause", "process": "rabbitmq", "seconds": 5 })),
                ("malformed", json!({ "fault": "malformed" })),
                ("duplicate", json!({ "fault": "duplicate" })),
            ])
            .answers_any(
                202,
                "application/json",
                "What was done; what comes of it, the system shows.",
                Type::Object,
            )
    }

    pub fn audit() -> Said {
        new("audit_system", "Begin an audit").of(Who::Trader).takes_nothing().answers_any(
            202,
            "application/json",
            "The verdict comes with the system.",
            Type::Object,
        )
    }
}
