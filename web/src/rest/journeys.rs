//! An order's journey, for its owner and for admins: put together from everybody's memory.

use super::{Answer, Gateway, Shared, ok, orders};
use crate::journey::{self, Eyes, own::Own};
use crate::problem::Problem;
use crate::session::Reader;
use crate::strict::Query;
use actix_web::web;
use contracts::accounts::Role;
use tokio::sync::Semaphore;

/// Each searches the memories of four partitions.
const AT_ONCE_MAX: usize = 4;

/// What the handlers need for it.
pub struct Journeys {
    pub own: Own,
    places: Semaphore,
}

impl Journeys {
    pub fn new(own: Own) -> Self {
        Journeys { own, places: Semaphore::new(AT_ONCE_MAX) }
    }
}

/// `GET orders/{id}/journey`: the hops that it took, in their order.
pub async fn show(gateway: Shared, Reader(session): Reader, id: web::Path<String>, query: Query) -> Answer {
    query.end()?;
    let order_id = orders::existing(&id)?;
    let eyes = match session.claims.role {
        Role::Admin => Eyes::Admin,
        Role::Trader | Role::Bot => Eyes::Owner(session.user_id()),
    };
    let Gateway { services, journeys, partitions, .. } = &**gateway;
    let busy = || Problem::unavailable("too many journeys are being put together; ask again in a moment");
    let _place = journeys.places.try_acquire().map_err(|_| busy())?;
    let journey = journey::follow(&**services, Some(&journeys.own), *partitions, order_id, eyes).await?;
    Ok(ok(&journey))
}

pub mod said {
    use crate::journey::Journey;
    use crate::openapi::{Said, Tag, Who};

    pub fn show() -> Said {
        Said::new("journey", Tag::Orders, "The hops that an order took")
            .more("From service to service, as each of them remembers it, in the order of time.")
            .of(Who::Reader)
            .path_uuid("id", "Of one of my orders; of any order, for an admin.")
            .reads_query()
            .answers::<Journey>(200, "What nobody remembers any more is named.")
    }
}
