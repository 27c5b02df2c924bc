//! Sends what is missing or different, kind after kind, and reports every row.

use crate::{
    Exchange, Kind, Patience, Progress, Report,
    domain::Standing,
    survey::{IN_FLIGHT_MAX, Item, Message},
};
use chassis::ask::AskError;
use contracts::{Code, OrderStatus, Refusal, intake::NewOrder};
use futures::{StreamExt, stream};
use std::sync::atomic::{AtomicUsize, Ordering};

enum Outcome {
    /// The row stands as it wants to.
    Done,
    Refused(String),
    NotSent,
}

/// Stops after the first kind of rows that did not go through: what comes after needs it. A row
/// that can never become what it wants stops all of it before anything is sent.
pub async fn apply(
    exchange: &impl Exchange,
    items: Vec<Item>,
    patience: &Patience,
    progress: Option<&Progress>,
) -> Report {
    if items.iter().any(|item| matches!(item.standing, Standing::Conflicts(_))) {
        return of_conflicts(&items);
    }
    let mut report = Report::default();
    for kind in Kind::ALL {
        let rows: Vec<&Item> = items.iter().filter(|item| item.kind == kind).collect();
        if !report.failures.is_empty() {
            rows.iter().for_each(|item| report.count_not_sent(item));
            continue;
        }
        let done = &AtomicUsize::new(0);
        let total = rows.len();
        let work: Vec<_> = rows
            .into_iter()
            .map(|item| async move {
                let outcome = bring_about(exchange, item, patience).await;
                if let Some(progress) = progress {
                    progress(kind, done.fetch_add(1, Ordering::Relaxed) + 1, total);
                }
                (item, outcome)
            })
            .collect();
        let outcomes: Vec<_> = stream::iter(work).buffer_unordered(IN_FLIGHT_MAX).collect().await;
        for (item, outcome) in outcomes {
            match outcome {
                Outcome::Done => report.count_done(item),
                Outcome::Refused(reason) => report.count_refused(item, reason),
                Outcome::NotSent => report.count_not_sent(item),
            }
        }
        report.failures.sort();
    }
    report
}

async fn bring_about(exchange: &impl Exchange, item: &Item, patience: &Patience) -> Outcome {
    if patience.is_over() {
        return Outcome::NotSent;
    }
    let result = match (&item.standing, &item.message) {
        (Standing::Conflicts(_), _) => unreachable!("nothing is sent when something conflicts"),
        // Their content cannot be asked for. Sent again they move nothing, and a deposit that now
        // says something else is refused.
        (_, Message::Deposit(user_id, deposit)) => patience.ask(|| exchange.deposit(*user_id, deposit)).await,
        (Standing::Same, Message::Register(_) | Message::List(_) | Message::Place(_)) => Ok(()),
        (Standing::Missing | Standing::Differs(_), Message::Register(user)) => {
            patience.ask(|| exchange.register(user)).await
        }
        (Standing::Missing | Standing::Differs(_), Message::List(instrument)) => {
            patience.ask(|| exchange.list(instrument)).await
        }
        (Standing::Missing | Standing::Differs(_), Message::Place(order)) => {
            match patience.ask(|| exchange.place(order)).await {
                Ok(()) => patience.ask(|| on_the_book(exchange, order)).await,
                Err(error) => Err(error),
            }
        }
    };
    match result {
        Ok(()) => Outcome::Done,
        Err(AskError::Refused(refusal)) => Outcome::Refused(format!("refused: {refusal}")),
        Err(AskError::Unavailable(reason)) => Outcome::Refused(format!("given up: {reason}")),
    }
}

/// An order that was taken may still be refused for its funds: it has arrived when it is no
/// longer pending.
async fn on_the_book(exchange: &impl Exchange, order: &NewOrder) -> Result<(), AskError> {
    let Some(order) = exchange.order(order.user_id, order.order_id).await? else {
        return Err(AskError::Unavailable("the order was taken, but cannot be found".into()));
    };
    match order.status {
        OrderStatus::Pending => {
            Err(AskError::Unavailable("the order was taken, but is still pending".into()))
        }
        OrderStatus::Open | OrderStatus::Closed | OrderStatus::Canceled | OrderStatus::Expired => Ok(()),
        OrderStatus::Rejected => {
            let reason = Refusal::new(Code::OrderNotLive, "rejected without a reason");
            Err(AskError::Refused(order.reason.unwrap_or(reason)))
        }
    }
}

fn of_conflicts(items: &[Item]) -> Report {
    let mut report = Report::default();
    for item in items {
        match &item.standing {
            Standing::Conflicts(reason) => report.count_refused(item, reason.clone()),
            Standing::Missing | Standing::Same | Standing::Differs(_) => report.count_not_sent(item),
        }
    }
    report
}
