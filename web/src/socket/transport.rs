//! Hands `/socket.io/` from actix to socketioxide's service, on the runtime that has its tasks.

use super::MAX_PAYLOAD;
use super::door::Door;
use super::outlet::Outlets;
use super::websocket;
use crate::problem::Problem;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response};
use socketioxide::service::SocketIoService;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::io::DuplexStream;
use tokio::runtime::Handle;
use tower::Service;

pub type SocketIoServer = SocketIoService<NotOurs>;

/// Answers what is not for `/socket.io`: actix sends nothing of the kind.
#[derive(Clone)]
pub struct NotOurs;

impl Service<Request<Full<Bytes>>> for NotOurs {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
        let mut response = Response::new(Full::default());
        *response.status_mut() = hyper::StatusCode::NOT_FOUND;
        ready(Ok(response))
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Transport {
    service: SocketIoServer,
    runtime: Handle,
    door: Arc<Door>,
    pub(super) outlets: Outlets,
}

impl Transport {
    /// Its tasks run on the current runtime.
    pub fn new(service: SocketIoServer, outlets: Outlets) -> Self {
        Transport { service, runtime: Handle::current(), door: Arc::default(), outlets }
    }

    /// A polling request.
    async fn call(&self, request: Request<Full<Bytes>>) -> Option<Response<Bytes>> {
        let mut service = self.service.clone();
        let answer = self.runtime.spawn(async move {
            let Ok(response) = Service::<Request<Full<Bytes>>>::call(&mut service, request).await;
            let (parts, body) = response.into_parts();
            let body = match body.collect().await {
                Ok(body) => body.to_bytes(),
                Err(never) => match never {},
            };
            Response::from_parts(parts, body)
        });
        answer.await.ok()
    }

    /// A WebSocket that has been agreed on: from now on it is what comes and goes through `stream`.
    pub(super) fn accept(&self, stream: DuplexStream, request: Request<()>) -> Result<(), String> {
        let _its_tasks_run_there = self.runtime.enter();
        let mut service = self.service.clone();
        let accepted = Service::<(DuplexStream, Request<()>)>::call(&mut service, (stream, request));
        accepted.into_inner().map_err(|error| error.to_string())
    }
}

pub async fn serve(
    request: HttpRequest,
    payload: web::Payload,
    transport: web::Data<Transport>,
) -> HttpResponse {
    if websocket::is_wanted(&request) {
        return websocket::serve(request, payload, &transport);
    }
    let begins = !request.query_string().split('&').any(|pair| pair.starts_with("sid="));
    if begins && !transport.door.admits(Instant::now()) {
        return Problem::unavailable("too many sessions are begun; try again in a moment").error_response();
    }
    let Some(body) = read(payload).await else {
        return HttpResponse::PayloadTooLarge().force_close().finish();
    };
    let Some(request) = translate(&request, Full::new(body)) else {
        return HttpResponse::BadRequest().finish();
    };
    let Some(response) = transport.call(request).await else {
        return HttpResponse::InternalServerError().finish();
    };
    let status =
        actix_web::http::StatusCode::from_u16(response.status().as_u16()).expect("a status is a status");
    let mut answer = HttpResponse::build(status);
    for (name, value) in response.headers() {
        // Actix counts the body itself.
        if name != hyper::header::CONTENT_LENGTH {
            answer.append_header((name.as_str(), value.as_bytes()));
        }
    }
    answer.insert_header(("cache-control", "no-store"));
    answer.body(response.into_body())
}

/// The body, unless it is too long.
async fn read(mut payload: web::Payload) -> Option<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        body.extend_from_slice(&chunk.ok()?);
        if body.len() as u64 > MAX_PAYLOAD {
            return None;
        }
    }
    Some(body.freeze())
}

/// Actix and hyper have each their own types for the same things.
pub(super) fn translate<B>(request: &HttpRequest, body: B) -> Option<Request<B>> {
    let mut translated = Request::builder().method(request.method().as_str()).uri(request.uri().to_string());
    for (name, value) in request.headers() {
        translated = translated.header(name.as_str(), value.as_bytes());
    }
    translated.body(body).ok()
}
