//! The document of REST and what is there: each in the other.

mod support;

use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use support::{Stage, market, token};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Of what a path names there is nothing, but a stock.
fn filled_in(path: &str) -> String {
    path.replace("{symbol}", "ACME").replace("{id}", "01890000-0000-7000-8000-00000000000a")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_document_has_is_there_and_nothing_else_beside_it() {
    let stage = Stage::open(market).await.ready().await;
    let served = stage.get("/api/openapi.json").send().await.unwrap();
    assert_eq!(served.headers()["content-type"], "application/json");
    let document: Value = served.json().await.unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let said: BTreeSet<String> =
            item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        assert!(!path.contains(['}', '{']) || filled_in(path) != *path, "{path}");
        for method in METHODS {
            let request = stage.http.request(method.clone(), stage.url(&filled_in(path)));
            let response = request.bearer_auth(token(1, 600)).send().await.unwrap();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.text().await.unwrap();
            assert!(!body.contains("this path does not exist"), "{method} {path}: {body}");
            assert_eq!(status == 405, !said.contains(method.as_str()), "{method} {path}: {status} {body}");
            if status == 405 {
                let allowed = headers["allow"].to_str().unwrap().split(", ").map(str::to_owned).collect();
                assert_eq!(said, allowed, "{path}");
            }
        }
    }
    stage.web.stop().await.unwrap();
}

/// A page has no place in the document, nor have the doors of sockets.
const OTHERS: [&str; 3] = ["server.rs", "openapi/page.rs", "rest/resource.rs"];

#[test]
fn whatever_is_registered_is_registered_with_a_word_about_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source.clone()];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let text = std::fs::read_to_string(&entry).unwrap();
            if ["web::resource(", ".route(", "Resource::new(", "#[get(", "#[post("]
                .iter()
                .any(|way| text.contains(way))
            {
                found.insert(entry.strip_prefix(&source).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(found, OTHERS.map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_to_try_it_comes_from_our_own_files() {
    let stage = Stage::open(market).await;
    let page = stage.get("/api/docs").send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    let page = page.text().await.unwrap();
    let files: Vec<&str> =
        page.split('"').filter(|text| text.contains('.') && !text.contains(['=', ' '])).collect();
    assert_eq!(files.len(), 3, "{page}");
    for file in files {
        let answer = stage.get(file).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{file}");
    }
    assert_eq!(stage.get("/api/docs/index.html").send().await.unwrap().status(), 404);
    stage.web.stop().await.unwrap();
}
