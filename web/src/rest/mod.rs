//! `/api/v1`: one file per resource. Each says where its answer comes from.

mod admin;
mod auth;
mod closing;
mod demo;
mod keys;
mod portfolio;
mod renewal;
mod stocks;
mod system;
mod trades;

pub mod health;
pub mod orders;

pub use renewal::renew;

use crate::asking::Services;
use crate::downstream::reads::{Reads, Told};
use crate::freshness::Freshness;
use crate::lab::Lab;
use crate::market::Market;
use crate::problem::Problem;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, Resource, ResponseError, Route, web};
use contracts::Partitions;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::{Arc, RwLock};

/// A page's length when none is asked for.
const PAGE_LENGTH: u16 = 50;

/// What the handlers share.
pub struct Gateway {
    pub services: Arc<dyn Services>,
    pub reads: Reads,
    pub market: Arc<RwLock<Market>>,
    pub partitions: Partitions,
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
#[derive(Serialize)]
struct Items<T> {
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

const CACHE_STATUS: &str = "cache-status";

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

/// A resource that refuses other methods as a problem.
fn resource(path: &str, routes: impl IntoIterator<Item = (Method, Route)>) -> Resource {
    let mut resource = web::resource(path.to_owned());
    let mut methods = Vec::new();
    for (method, route) in routes {
        methods.push(method.to_string());
        resource = resource.route(route.method(method));
    }
    let allow = methods.join(", ");
    resource.default_service(web::to(move || {
        let allow = allow.clone();
        async move {
            let rule = format!("only {allow} here");
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", rule);
            let mut response = problem.error_response();
            response.headers_mut().insert(header::ALLOW, allow.parse().expect("methods are ASCII"));
            response
        }
    }))
}

/// Health and metrics, which are counted against nobody.
pub fn is_of_operators(path: &str) -> bool {
    ["/health/", "/api/v1/health/", "/metrics"].iter().any(|ours| path.starts_with(ours))
}

pub async fn no_such_path() -> HttpResponse {
    Problem::not_found("this path").error_response()
}

pub fn routes(config: &mut web::ServiceConfig) {
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    config.service(
        web::scope("/api/v1")
            .service(resource("/demo/users", [(get.clone(), web::to(demo::users))]))
            .service(resource("/demo/switch", [(post.clone(), web::to(demo::switch))]))
            .service(resource("/auth/signup", [(post.clone(), web::to(auth::sign_up))]))
            .service(resource("/auth/login", [(post.clone(), web::to(auth::log_in))]))
            .service(resource("/auth/logout", [(post.clone(), web::to(auth::log_out))]))
            .service(resource(
                "/auth/me",
                [
                    (get.clone(), web::to(auth::me)),
                    (patch.clone(), web::to(auth::rename)),
                    (delete.clone(), web::to(closing::close)),
                ],
            ))
            .service(resource("/auth/password", [(post.clone(), web::to(auth::change_password))]))
            .service(resource(
                "/auth/keys",
                [(get.clone(), web::to(keys::list)), (post.clone(), web::to(keys::make))],
            ))
            .service(resource("/auth/keys/{id}", [(delete.clone(), web::to(keys::delete))]))
            .service(resource("/stocks", [(get.clone(), web::to(stocks::list))]))
            .service(resource("/stocks/{symbol}", [(get.clone(), web::to(stocks::one))]))
            .service(resource("/stocks/{symbol}/depth", [(get.clone(), web::to(stocks::depth))]))
            .service(resource("/stocks/{symbol}/trades", [(get.clone(), web::to(stocks::trades))]))
            .service(resource("/stocks/{symbol}/candles", [(get.clone(), web::to(stocks::candles))]))
            .service(resource("/market/statistics", [(get.clone(), web::to(stocks::statistics))]))
            .service(resource("/admin/stocks", [(post.clone(), web::to(admin::list))]))
            .service(resource("/admin/stocks/upload", [(post.clone(), web::to(admin::upload))]))
            .service(resource("/admin/stocks/upload/undo", [(post.clone(), web::to(admin::undo))]))
            .service(resource("/admin/stocks/{symbol}", [(patch.clone(), web::to(admin::change))]))
            .service(resource("/admin/stocks/{symbol}/halt", [(post.clone(), web::to(admin::halt))]))
            .service(resource("/admin/stocks/{symbol}/resume", [(post.clone(), web::to(admin::resume))]))
            .service(resource("/portfolio", [(get.clone(), web::to(portfolio::show))]))
            .service(resource("/portfolio/ledger", [(get.clone(), web::to(portfolio::ledger))]))
            .service(resource("/portfolio/ledger.csv", [(get.clone(), web::to(portfolio::ledger_csv))]))
            .service(resource("/portfolio/deposits", [(post.clone(), web::to(portfolio::deposit))]))
            .service(resource("/portfolio/withdrawals", [(post.clone(), web::to(portfolio::withdraw))]))
            .service(resource(
                "/orders",
                [
                    (get.clone(), web::to(orders::list)),
                    (post.clone(), web::to(orders::place)),
                    (delete.clone(), web::to(orders::cancel_many)),
                ],
            ))
            .service(resource(
                "/orders/{id}",
                [
                    (get.clone(), web::to(orders::one)),
                    (patch, web::to(orders::amend)),
                    (delete, web::to(orders::cancel)),
                ],
            ))
            .service(resource("/orders/{id}/replace", [(post.clone(), web::to(orders::replace))]))
            .service(resource("/trades", [(get.clone(), web::to(trades::mine))]))
            .service(resource("/system", [(get.clone(), web::to(system::show))]))
            .service(resource("/system/faults", [(post.clone(), web::to(system::break_it))]))
            .service(resource("/system/audit", [(post.clone(), web::to(system::audit))]))
            .service(resource("/health/live", [(get.clone(), web::to(health::live))]))
            .service(resource("/health/ready", [(get.clone(), web::to(health::ready))]))
            .default_service(web::to(no_such_path)),
    );
    config.service(resource("/health/live", [(get.clone(), web::to(health::live))]));
    config.service(resource("/health/ready", [(get.clone(), web::to(health::ready))]));
    config.service(resource("/metrics", [(get, web::to(health::metrics))]));
}
