//! `/api/openapi.json`: what REST takes and answers, made from the very routes that are registered and the
//! very types that are read and written; and a page to try it.
//!
//! Promises: each route is in it, with its methods, and nothing else; what it lets through is refused by
//! rules only that no schema can tell.

mod order_rules;
mod page;
mod said;
pub mod tidy;

pub use order_rules::REPLACEMENT;
pub use page::pages;
pub use said::{Said, Tag, Who};

use crate::problem;
use crate::rest;
use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, HttpMethod, Info, OpenApiBuilder, PathItem, PathsBuilder, Server};

const ABOUT: &str = "Amounts are decimal **strings** with at most six decimals, ids UUIDs, times RFC 3339 in UTC. \
    Unknown fields and parameters are refused. Everything that goes wrong is told as RFC 9457 has it, with a `code` \
    that is there to be matched on.\n\n\
    **No answer in time means unknown**, never failed: a 503 comes within two seconds, with `Retry-After`. Send the \
    same thing again with the same id, and it happens once.\n\n\
    A user may ask so many times a second, an address without a session so many: each answer says how much is left.";

/// Of this program.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&document()).expect("a document is JSON");
    text.push('\n');
    text
});

/// As it is served. Names are sorted.
pub fn text() -> &'static str {
    &DOCUMENT
}

/// `GET /api/openapi.json`.
pub async fn show() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(text())
}

pub fn show_said() -> Said {
    Said::new("openapi", Tag::Operators, "This document").offline().answers_any(
        200,
        "application/json",
        "OpenAPI 3.1.",
        Type::Object,
    )
}

fn document() -> Value {
    let mut paths = PathsBuilder::new();
    let mut known = BTreeMap::new();
    for (prefix, resources) in rest::resources() {
        for resource in resources {
            let mut item = PathItem::default();
            for (method, said) in resource.said() {
                let (operation, schemas) = said.finish(method, resource.path);
                for (name, schema) in schemas {
                    let before = known.insert(name.clone(), schema.clone());
                    assert!(before.is_none_or(|before| before == schema), "two shapes are called {name}");
                }
                item.merge_operations(PathItem::new(described(method), operation));
            }
            paths = paths.path(format!("{prefix}{}", resource.path), item);
        }
    }
    let components = ComponentsBuilder::new().schemas_from_iter(known).schemas_from_iter(problem::schemas());
    let mut info = Info::new("Exchange", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.into());
    let tags = Tag::ALL.map(|tag| TagBuilder::new().name(tag.name()).description(Some(tag.about())).build());
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .tags(Some(tags))
        .paths(paths)
        .components(Some(with_security(components).build()));
    let mut document = serde_json::to_value(document.build()).expect("a document is JSON");
    document["components"]["headers"] = said::headers();
    order_rules::split(&mut document["components"]["schemas"]);
    tidy::flatten(&mut document);
    let written = tidy::written(&document);
    tidy::leave_out(&mut document, |name| !written.contains(name));
    document
}

fn described(method: &actix_web::http::Method) -> HttpMethod {
    match method.as_str() {
        "GET" => HttpMethod::Get,
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        other => unreachable!("a resource has no {other}"),
    }
}

fn with_security(components: ComponentsBuilder) -> ComponentsBuilder {
    let bearer = |format: &str, about: &str| {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
        SecurityScheme::Http(scheme.description(Some(about)).build())
    };
    let cookie = "A browser's session, as signing in sets it: HttpOnly, good for ten minutes, and renewed along \
                  the way. Over HTTPS its name is `__Host-session`. Changes need a word of which page it is: \
                  `Origin`, `Sec-Fetch-Site` or `Referer`.";
    components
        .security_scheme(
            said::COOKIE,
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description("session", cookie))),
        )
        .security_scheme(said::TOKEN, bearer("JWT", "A session's token, for programs: good for ten minutes."))
        .security_scheme(
            said::KEY,
            bearer("exk_…", "An API key with the scope that is named. It opens nothing else."),
        )
}

#[cfg(test)]
mod tests;
