//! `/api/v1`: one file per resource. Each says where its answer comes from.

mod admin;
mod auth;
mod closing;
mod demo;
mod keys;
mod portfolio;
mod renewal;
mod resource;
mod stocks;
mod system;
mod terms;
mod trades;

pub mod health;
pub mod journeys;
pub mod orders;

pub use renewal::renew;
pub use resource::Resource;
pub use terms::Terms;

use crate::asking::Services;
use crate::downstream::reads::{Reads, Told};
use crate::freshness::Freshness;
use crate::lab::Lab;
use crate::market::Market;
use crate::openapi;
use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError, web};
use contracts::Partitions;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::{Arc, RwLock};
use utoipa::ToSchema;

/// A page's length when none is asked for.
const PAGE_LENGTH: u16 = 50;

/// What the handlers share.
pub struct Gateway {
    pub services: Arc<dyn Services>,
    pub reads: Reads,
    pub market: Arc<RwLock<Market>>,
    pub partitions: Partitions,
    pub terms: Terms,
    pub journeys: journeys::Journeys,
    /// In demo mode.
    pub lab: Option<Lab>,
}

impl Gateway {
    fn market(&self) -> std::sync::RwLockReadGuard<'_, Market> {
        self.market.read().expect("no panic while held")
    }
}

type Answer = Result<HttpResponse, Problem>;
type Shared = web::Data<Gateway>;

/// A list.
#[derive(Serialize, ToSchema)]
pub struct Items<T> {
    items: Vec<T>,
}

fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let body = serde_json::to_vec(body).expect("our own answers are JSON");
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body)
}

fn ok(body: &impl Serialize) -> HttpResponse {
    json(StatusCode::OK, body)
}

/// A service's answer, passed on as it is.
fn pass_on(answer: Box<RawValue>) -> HttpResponse {
    ok(&answer)
}

/// The same, or what it answered last.
fn told(Told { answer, freshness, service }: Told) -> HttpResponse {
    marked(ok(&answer), freshness, service)
}

pub const CACHE_STATUS: &str = "cache-status";

/// What may be old says so, in the words of RFC 9111 and RFC 9211: how old it is, and who does not answer.
/// The body is as ever, so a client that knows nothing of it goes on.
fn marked(mut response: HttpResponse, freshness: Freshness, source: &str) -> HttpResponse {
    let Freshness::Stale(age) = freshness else { return response };
    let seconds = age.as_secs();
    let status = format!("exchange; hit; ttl=-{seconds}; detail=\"{source} does not answer\"");
    let headers = response.headers_mut();
    headers.insert(header::AGE, seconds.into());
    let status = HeaderValue::try_from(status).expect("names of services are ASCII");
    headers.insert(HeaderName::from_static(CACHE_STATUS), status);
    response
}

/// Health and metrics, which are counted against nobody.
pub fn is_of_operators(path: &str) -> bool {
    ["/health/", "/api/v1/health/", "/metrics"].iter().any(|ours| path.starts_with(ours))
}

pub async fn no_such_path() -> HttpResponse {
    Problem::not_found("this path").error_response()
}

const V1: &str = "/api/v1";

/// Everything that REST has, by where its paths begin. Registered, and told, as it stands here.
pub fn resources() -> [(&'static str, Vec<Resource>); 2] {
    use admin::{parked, people};
    use health::said::below;
    let v1 = vec![
        Resource::at("/demo/users").get(demo::users, demo::said::users),
        Resource::at("/demo/switch").post(demo::switch, demo::said::switch),
        Resource::at("/demo/token").post(demo::token, demo::said::token),
        Resource::at("/auth/signup").post(auth::sign_up, auth::said::sign_up),
        Resource::at("/auth/login").post(auth::log_in, auth::said::log_in),
        Resource::at("/auth/logout").post(auth::log_out, auth::said::log_out),
        Resource::at("/auth/me")
            .get(auth::me, auth::said::me)
            .patch(auth::rename, auth::said::rename)
            .delete(closing::close, closing::said::close),
        Resource::at("/auth/password").post(auth::change_password, auth::said::change_password),
        Resource::at("/auth/keys").get(keys::list, keys::said::list).post(keys::make, keys::said::make),
        Resource::at("/auth/keys/{id}").delete(keys::delete, keys::said::delete),
        Resource::at("/stocks").get(stocks::list, stocks::said::list),
        Resource::at("/stocks/{symbol}").get(stocks::one, stocks::said::one),
        Resource::at("/stocks/{symbol}/depth").get(stocks::depth, stocks::said::depth),
        Resource::at("/stocks/{symbol}/trades").get(stocks::trades, stocks::said::trades),
        Resource::at("/stocks/{symbol}/candles").get(stocks::candles, stocks::said::candles),
        Resource::at("/market/statistics").get(stocks::statistics, stocks::said::statistics),
        Resource::at("/market/terms").get(terms::show, terms::said::show),
        Resource::at("/admin/stocks").post(admin::list, admin::said::list),
        Resource::at("/admin/stocks/upload").post(admin::upload, admin::said::upload),
        Resource::at("/admin/stocks/upload/undo").post(admin::undo, admin::said::undo),
        Resource::at("/admin/stocks/{symbol}").patch(admin::change, admin::said::change),
        Resource::at("/admin/stocks/{symbol}/halt").post(admin::halt, admin::said::halt),
        Resource::at("/admin/stocks/{symbol}/resume").post(admin::resume, admin::said::resume),
        Resource::at("/admin/users")
            .get(people::list, people::said::list)
            .post(people::add, people::said::add),
        Resource::at("/admin/users/{id}")
            .get(people::one, people::said::one)
            .delete(people::close, people::said::close),
        Resource::at("/admin/users/{id}/password").post(people::set_password, people::said::set_password),
        Resource::at("/admin/users/{id}/deposits").post(people::deposit, people::said::deposit),
        Resource::at("/admin/users/{id}/withdrawals").post(people::withdraw, people::said::withdraw),
        Resource::at("/admin/parked").get(parked::list, parked::said::list),
        Resource::at("/admin/parked/redrive").post(parked::redrive, parked::said::redrive),
        Resource::at("/portfolio").get(portfolio::show, portfolio::said::show),
        Resource::at("/portfolio/ledger").get(portfolio::ledger, portfolio::said::ledger),
        Resource::at("/portfolio/ledger.csv").get(portfolio::ledger_csv, portfolio::said::ledger_csv),
        Resource::at("/portfolio/deposits").post(portfolio::deposit, portfolio::said::deposit),
        Resource::at("/portfolio/withdrawals").post(portfolio::withdraw, portfolio::said::withdraw),
        Resource::at("/orders")
            .get(orders::list, orders::said::list)
            .post(orders::place, orders::said::place)
            .delete(orders::cancel_many, orders::said::cancel_many),
        Resource::at("/orders/{id}")
            .get(orders::one, orders::said::one)
            .patch(orders::amend, orders::said::amend)
            .delete(orders::cancel, orders::said::cancel),
        Resource::at("/orders/{id}/journey").get(journeys::show, journeys::said::show),
        Resource::at("/orders/{id}/replace").post(orders::replace, orders::said::replace),
        Resource::at("/trades").get(trades::mine, trades::said::mine),
        Resource::at("/system").get(system::show, system::said::show),
        Resource::at("/system/faults").post(system::break_it, system::said::break_it),
        Resource::at("/system/audit").post(system::audit, system::said::audit),
        Resource::at("/health/live").get(health::live, below::live),
        Resource::at("/health/ready").get(health::ready, below::ready),
    ];
    let top = vec![
        Resource::at("/health/live").get(health::live, health::said::live),
        Resource::at("/health/ready").get(health::ready, health::said::ready),
        Resource::at("/metrics").get(health::metrics, health::said::metrics),
        Resource::at("/api/openapi.json").get(openapi::show, openapi::show_said),
    ];
    [(V1, v1), ("", top)]
}

pub fn routes(config: &mut web::ServiceConfig) {
    let [(_, v1), (_, top)] = resources();
    let scope = v1.into_iter().fold(web::scope(V1), |scope, resource| scope.service(resource.served()));
    config.service(scope.default_service(web::to(no_such_path)));
    for resource in top {
        config.service(resource.served());
    }
}
