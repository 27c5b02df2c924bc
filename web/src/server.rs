//! The one listener: REST, Socket.IO and pages on one port.

use crate::address::Proxies;
use crate::audit::{self, Audit};
use crate::head;
use crate::limits::{self, Limits};
use crate::openapi;
use crate::origin::{self, AllowedOrigins};
use crate::plain;
use crate::rest::{self, Gateway};
use crate::session::Sessions;
use crate::socket::{self, STALL_MAX, Transport};
use crate::traces;
use crate::ui::{self, Ui};
use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Compress, DefaultHeaders, Next, from_fn};
use actix_web::{App, Error, HttpServer, web};
use anyhow::Context;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::time::Instant;

/// Each answers some ten thousand requests a second; the rest of the machine is the services'.
const WORKERS: usize = 2;
const CONNECTIONS_WAITING_MAX: i32 = 1_024;
/// Of one worker. Sockets stay, so it is they that are limited; a busy one was seen to hold some 150
/// kilobytes.
const CONNECTIONS_MAX: usize = 5_000;
const SHUTDOWN_TIMEOUT_S: u64 = 5;

/// Everything that a request may need.
#[derive(Clone)]
pub struct Site {
    pub gateway: web::Data<Gateway>,
    pub sessions: web::Data<Sessions>,
    pub origins: web::Data<AllowedOrigins>,
    pub transport: web::Data<Transport>,
    pub door: web::Data<plain::Door>,
    pub ui: web::Data<Ui>,
    pub proxies: web::Data<Proxies>,
    pub limits: web::Data<Limits>,
    pub audit: web::Data<Audit>,
    /// A proxy before us speaks HTTPS with browsers.
    pub https: bool,
}

/// Takes the port.
pub fn listen(address: &str, port: u16) -> anyhow::Result<TcpListener> {
    let resolved: Option<SocketAddr> = (address, port).to_socket_addrs().ok().and_then(|mut all| all.next());
    let resolved =
        resolved.with_context(|| format!("web.address: {address:?} is no address of this machine"))?;
    let try_listen = || {
        let socket = Socket::new(Domain::for_address(resolved), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        // Connections inherit it: one that acknowledges nothing for so long is ended by the system,
        // also when all that is left to do is to wait for it.
        #[cfg(target_os = "linux")]
        socket.set_tcp_user_timeout(Some(STALL_MAX))?;
        socket.bind(&resolved.into())?;
        socket.listen(CONNECTIONS_WAITING_MAX)?;
        std::io::Result::Ok(TcpListener::from(socket))
    };
    try_listen().with_context(|| {
        format!(
            "cannot listen on {resolved}; end what uses the port, or set web.port \
             (EXCHANGE__WEB__PORT) to a free one"
        )
    })
}

/// Starts on a thread of its own, because actix has its own runtime.
pub fn start(
    site: Site,
    listener: TcpListener,
) -> anyhow::Result<(ServerHandle, std::thread::JoinHandle<()>)> {
    let (started, handle) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("web".into()).spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = match server(site, listener) {
                Ok(server) => server,
                Err(error) => return drop(started.send(Err(error))),
            };
            let _ = started.send(Ok(server.handle()));
            if let Err(error) = server.await {
                tracing::error!(%error, "the web server failed");
            }
        });
    })?;
    let handle = handle.recv().context("the web server's thread ended")?.context("start the web server")?;
    Ok((handle, thread))
}

fn server(site: Site, listener: TcpListener) -> std::io::Result<Server> {
    let app = move || {
        App::new()
            .app_data(site.gateway.clone())
            .app_data(site.sessions.clone())
            .app_data(site.origins.clone())
            .app_data(site.transport.clone())
            .app_data(site.door.clone())
            .app_data(site.ui.clone())
            .app_data(site.proxies.clone())
            .app_data(site.limits.clone())
            .app_data(site.audit.clone())
            .wrap(from_fn(rest::renew))
            .wrap(from_fn(origin::guard))
            .wrap(from_fn(head::limit))
            .wrap(from_fn(limits::limit))
            .wrap(from_fn(audit::keep))
            .wrap(security_headers(site.https))
            .wrap(from_fn(measure))
            .wrap(from_fn(traces::record))
            .configure(routes)
    };
    let server = HttpServer::new(app)
        .workers(WORKERS)
        .max_connections(CONNECTIONS_MAX)
        .tcp_nodelay(true)
        // Signals are the program's to hear.
        .disable_signals()
        .shutdown_timeout(SHUTDOWN_TIMEOUT_S)
        .listen(listener)?;
    Ok(server.run())
}

pub fn routes(config: &mut web::ServiceConfig) {
    rest::routes(config);
    openapi::pages(config);
    config.service(web::resource(["/socket.io/", "/socket.io"]).to(socket::serve));
    config.service(web::resource(plain::PATH).to(plain::serve));
    config.service(web::scope("").wrap(Compress::default()).default_service(web::to(ui::serve)));
}

/// Half a year. Not for subdomains, which may be others'.
const HTTPS_ONLY: &str = "max-age=15768000";

pub fn security_headers(https: bool) -> DefaultHeaders {
    let policy = "default-src 'self'; connect-src 'self'; img-src 'self' data:; object-src 'none'; \
                  base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let headers = DefaultHeaders::new();
    let headers = if https { headers.add(("strict-transport-security", HTTPS_ONLY)) } else { headers };
    headers
        .add(("content-security-policy", policy))
        .add(("x-content-type-options", "nosniff"))
        .add(("x-frame-options", "DENY"))
        .add(("referrer-policy", "same-origin"))
        .add(("cross-origin-resource-policy", "same-origin"))
        .add(("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"))
        .add(("cross-origin-opener-policy", "same-origin"))
}

/// Clients may make methods up, and each would be counted by itself for ever.
fn measured(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// What counts sockets is there before the first one is.
pub fn begin_to_measure() {
    metrics::gauge!("web_sockets").set(0.0);
    for name in ["web_sockets_dropped_total", "web_sockets_stalled_total"] {
        metrics::counter!(name).increment(0);
    }
}

/// Counts requests by route, and how long they took. A socket's time is its life: not measured.
async fn measure(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (began, method) = (Instant::now(), measured(request.method()));
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "other".into());
    let status = response.status().as_u16().to_string();
    let labels = [("method", method.to_owned()), ("route", route), ("status", status)];
    metrics::counter!("web_requests_total", &labels).increment(1);
    let path = response.request().path();
    if !path.starts_with("/socket.io") && path != plain::PATH {
        metrics::histogram!("web_request_seconds", &labels).record(began.elapsed());
    }
    Ok(response)
}
