//! A path with its methods: who handles each, and what is said about it. Nothing is registered without a
//! word, and nothing said that is not there.

use crate::openapi::Said;
use crate::problem::{Own, Problem};
use actix_web::http::{Method, header};
use actix_web::{FromRequest, Handler, Responder, ResponseError, Route, web};

pub struct Resource {
    pub path: &'static str,
    endpoints: Vec<Endpoint>,
}

struct Endpoint {
    method: Method,
    route: Route,
    said: fn() -> Said,
}

impl Resource {
    pub fn at(path: &'static str) -> Self {
        Resource { path, endpoints: Vec::new() }
    }

    pub fn get<F, A>(self, handler: F, said: fn() -> Said) -> Self
    where
        F: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.on(Method::GET, web::to(handler), said)
    }

    pub fn post<F, A>(self, handler: F, said: fn() -> Said) -> Self
    where
        F: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.on(Method::POST, web::to(handler), said)
    }

    pub fn patch<F, A>(self, handler: F, said: fn() -> Said) -> Self
    where
        F: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.on(Method::PATCH, web::to(handler), said)
    }

    pub fn delete<F, A>(self, handler: F, said: fn() -> Said) -> Self
    where
        F: Handler<A, Output: Responder + 'static>,
        A: FromRequest + 'static,
    {
        self.on(Method::DELETE, web::to(handler), said)
    }

    fn on(mut self, method: Method, route: Route, said: fn() -> Said) -> Self {
        self.endpoints.push(Endpoint { method, route, said });
        self
    }

    pub fn said(&self) -> impl Iterator<Item = (&Method, Said)> {
        self.endpoints.iter().map(|endpoint| (&endpoint.method, (endpoint.said)()))
    }

    /// It refuses other methods as a problem.
    pub fn served(self) -> actix_web::Resource {
        let methods: Vec<_> = self.endpoints.iter().map(|endpoint| endpoint.method.to_string()).collect();
        let mut resource = web::resource(self.path);
        for Endpoint { method, route, .. } in self.endpoints {
            resource = resource.route(route.method(method));
        }
        let allow = methods.join(", ");
        resource.default_service(web::to(move || {
            let allow = allow.clone();
            async move {
                let mut response =
                    Problem::own(Own::MethodNotAllowed, format!("only {allow} here")).error_response();
                response.headers_mut().insert(header::ALLOW, allow.parse().expect("methods are ASCII"));
                response
            }
        }))
    }
}
