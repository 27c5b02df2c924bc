//! `/api/docs`: Swagger UI over our document, from our own files, so that the site's policy holds.

use crate::rest::no_such_path;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::{HttpResponse, web};
use std::sync::Arc;
use utoipa_swagger_ui::Config;

const PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Exchange: REST</title>\n\
<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/api/docs/swagger-ui.css\">\n</head>\n<body>\n<main id=\"document\"></main>\n\
<script src=\"/api/docs/swagger-ui-bundle.js\"></script>\n<script src=\"/api/docs/start.js\"></script>\n</body>\n</html>\n";

const START: &str = "SwaggerUIBundle({\n  url: \"/api/openapi.json\",\n  dom_id: \"#document\",\n  deepLinking: true,\n  \
displayRequestDuration: true,\n  docExpansion: \"list\",\n  defaultModelsExpandDepth: 0,\n  filter: true,\n  \
tryItOutEnabled: true,\n  validatorUrl: null,\n});\n";

/// A new program may have new ones under the same names.
const KEEP: &str = "max-age=3600";

pub fn pages(config: &mut web::ServiceConfig) {
    config.service(web::resource("/api/docs").route(web::get().to(page)));
    config.service(web::resource("/api/docs/{file}").route(web::get().to(file)));
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(PAGE)
}

async fn file(name: web::Path<String>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, KEEP));
    if name.as_str() == "start.js" {
        return response.insert_header((header::CONTENT_TYPE, "text/javascript; charset=utf-8")).body(START);
    }
    let is_ours = ["swagger-ui.css", "swagger-ui-bundle.js"].contains(&name.as_str());
    let found = is_ours.then(|| utoipa_swagger_ui::serve(&name, Arc::new(Config::default())).ok()).flatten();
    let Some(file) = found.flatten() else { return no_such_path().await };
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    response.insert_header((header::CONTENT_TYPE, file.content_type)).body(file.bytes.into_owned())
}
