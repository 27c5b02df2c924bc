//! The UI's files, as they lie in the built folder.
//!
//! Promises: nothing outside the folder; a page for every path that a page may have; what carries
//! its content's hash in its name is kept by browsers, everything else is asked for again.

use crate::problem::{Own, Problem};
use crate::rest::no_such_path;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The folder, or nothing.
#[derive(Clone)]
pub struct Ui(Option<PathBuf>);

/// Vite names these files by their content.
const HASHED: &str = "/assets/";
const KEEP: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Stock exchange</title>\
<h1>The exchange runs; its pages are not built</h1>\
<p>Install <a href=\"https://nodejs.org\">Node.js</a>, then run <code>npm ci &amp;&amp; npm run build</code> in \
<code>web/ui</code>, or start the exchange again: it builds them itself.</p>\
<p>Meanwhile the <code>/api/v1</code> and <code>/socket.io</code> interfaces work.</p></html>";

impl Ui {
    pub fn new(folder: &Path) -> Self {
        Ui((!folder.as_os_str().is_empty()).then(|| folder.to_owned()))
    }

    /// The file for a path; the page for a path that is none of a file's, or to which a browser goes: a
    /// stock's symbol may have a dot.
    fn find(&self, path: &str, is_visit: bool) -> Option<PathBuf> {
        let root = self.0.as_ref()?.canonicalize().ok()?;
        let is_file = |path: &PathBuf| path.starts_with(&root) && path.is_file();
        // A link may lead out of the folder: what counts is where it ends.
        let file = relative(path).and_then(|path| root.join(path).canonicalize().ok()).filter(is_file);
        let looks_like_a_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let is_page = !looks_like_a_file || is_visit && !path.starts_with(HASHED);
        file.or_else(|| is_page.then(|| root.join("index.html")).filter(is_file))
    }
}

/// Plain names only: what would need decoding, goes up or is hidden is no file of ours.
fn relative(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
    let named = path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    (path.bytes().all(plain) && named).then_some(path)
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

pub async fn serve(request: HttpRequest, ui: web::Data<Ui>) -> HttpResponse {
    let path = request.path().to_owned();
    if ["/api", "/socket.io", "/health"].iter().any(|ours| path.starts_with(ours)) {
        return no_such_path().await;
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let rule = "only GET here";
        return Problem::own(Own::MethodNotAllowed, rule).error_response();
    }
    let is_built = ui.find("/", true).is_some();
    let accepts = request.headers().get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok());
    let is_visit = accepts.is_some_and(|kinds| kinds.contains("text/html"));
    let (folder, wanted) = (ui.clone(), path.clone());
    let found = web::block(move || folder.find(&wanted, is_visit).and_then(|file| read(&file).ok())).await;
    match found {
        Ok(Some(file)) => send(&request, &path, file),
        _ if !is_built => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(NOT_BUILT),
        _ => no_such_path().await,
    }
}

struct File {
    content: Vec<u8>,
    content_type: &'static str,
    /// Changes whenever the file does.
    tag: String,
}

fn read(path: &Path) -> std::io::Result<File> {
    let about = std::fs::metadata(path)?;
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let tag = format!("\"{:x}-{:x}\"", changed.as_micros(), about.len());
    Ok(File { content: std::fs::read(path)?, content_type: content_type(path), tag })
}

fn send(request: &HttpRequest, path: &str, File { content, content_type, tag }: File) -> HttpResponse {
    let keep = if path.starts_with(HASHED) { KEEP } else { ASK_AGAIN };
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let unchanged =
        known.is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::CACHE_CONTROL, keep)).insert_header((header::ETAG, tag));
    if unchanged {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, content_type)).body(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let folder = std::env::temp_dir().join(format!("ui-{}", uuid::Uuid::now_v7()));
        let ui = folder.join("dist");
        std::fs::create_dir_all(ui.join("assets")).unwrap();
        for (file, content) in [("secret.txt", "s"), ("dist/index.html", "i"), ("dist/assets/a-1.js", "a")] {
            std::fs::write(folder.join(file), content).unwrap();
        }
        std::fs::write(ui.join(".hidden"), "h").unwrap();
        std::os::unix::fs::symlink(folder.join("secret.txt"), ui.join("link.txt")).unwrap();
        let site = Ui::new(&ui);
        let found = |path: &str, is_visit| {
            site.find(path, is_visit).map(|file| std::fs::read_to_string(file).unwrap())
        };
        for (path, expected) in [
            ("/", Some("i")),
            ("/index.html", Some("i")),
            ("/assets/a-1.js", Some("a")),
            ("/assets/b.js", None),
            ("/stocks/ACME", Some("i")),
            ("/.hidden", None),
            ("/link.txt", None),
            ("/../secret.txt", None),
            ("/assets/../../secret.txt", None),
            ("/%2e%2e/secret.txt", None),
            ("//secret.txt", None),
            ("/..%2fsecret.txt", None),
        ] {
            assert_eq!(found(path, false).as_deref(), expected, "{path}");
            // Whoever goes there by a browser sees a page that says so.
            let expected = expected.or((!path.starts_with(HASHED)).then_some("i"));
            assert_eq!(found(path, true).as_deref(), expected, "{path}, visited");
        }
        assert_eq!(found("/trade/BRK.B", true).as_deref(), Some("i"));
        assert!(Ui::new(Path::new("")).find("/", true).is_none());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
