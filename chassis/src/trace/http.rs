//! One POST to the collector: a connection for each, without TLS, with an end to its time and to what
//! is read of the answer.

use async_trait::async_trait;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::Handle;

/// It says how much it took, or what it does not like.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const PORT: u16 = 80;

/// Sends on its runtime, whoever asks it to: the exporter's thread has none.
#[derive(Debug)]
pub struct Http {
    runtime: Handle,
    limit: Duration,
}

impl Http {
    pub fn on_this_runtime(limit: Duration) -> Self {
        Http { runtime: Handle::current(), limit }
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sending = tokio::time::timeout;
        let limit = self.limit;
        self.runtime.spawn(async move { sending(limit, send(request)).await? }).await?
    }
}

async fn send(mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let authority = request.uri().authority().ok_or("the endpoint names no host")?.clone();
    let path = request.uri().path_and_query().ok_or("the endpoint has no path")?.as_str().parse()?;
    *request.uri_mut() = path;
    request.headers_mut().insert(HOST, HeaderValue::from_str(authority.as_str())?);
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(PORT))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let (parts, body) = sender.send_request(request.map(Full::new)).await?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await?.to_bytes();
        Ok(Response::from_parts(parts, body))
    };
    tokio::pin!(answer);
    // The connection works while we wait, and ends with us.
    tokio::select! {
        answer = &mut answer => answer,
        ended = connection => {
            ended?;
            answer.await
        }
    }
}
