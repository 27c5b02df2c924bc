//! What is said about an operation: in the words of our handlers, and the statuses follow.

use crate::problem::{Own, status_of};
use crate::rest::Items;
use actix_web::http::Method;
use contracts::Code;
use contracts::accounts::Scope;
use contracts::ordering::Page;
use contracts::schema::Moment;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{
    KnownFormat, Ref, RefOr, Required, Response, ResponseBuilder, Schema, SecurityRequirement,
};

pub const COOKIE: &str = "session";
pub const TOKEN: &str = "token";
pub const KEY: &str = "key";

const RATE_LIMITS: [(&str, &str); 3] = [
    ("RateLimit-Limit", "How many requests may come at once."),
    ("RateLimit-Remaining", "How many of them are left."),
    ("RateLimit-Reset", "Seconds until all of them are there again."),
];

const STALE: [&str; 2] = ["Age", "Cache-Status"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    People,
    Market,
    Orders,
    Portfolio,
    Admins,
    Lab,
    Operators,
}

impl Tag {
    pub const ALL: [Tag; 7] =
        [Tag::People, Tag::Market, Tag::Orders, Tag::Portfolio, Tag::Admins, Tag::Lab, Tag::Operators];

    pub const fn name(self) -> &'static str {
        match self {
            Tag::People => "People",
            Tag::Market => "Market",
            Tag::Orders => "Orders",
            Tag::Portfolio => "Portfolio",
            Tag::Admins => "Admins",
            Tag::Lab => "Failure lab",
            Tag::Operators => "Operators",
        }
    }

    pub const fn about(self) -> &'static str {
        match self {
            Tag::People => "Coming in, going out, passwords and API keys.",
            Tag::Market => "What everybody may see.",
            Tag::Orders => "My orders and what they traded.",
            Tag::Portfolio => "What I own.",
            Tag::Admins => "Stocks, people and their money, and messages that were set aside.",
            Tag::Lab => "A look inside, and faults to see it heal. In demo mode only.",
            Tag::Operators => "How the gateway itself is doing. Counted against nobody.",
        }
    }
}

/// Whom an operation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// And whoever is signed in, as such.
    Guest,
    Person,
    Reader,
    Trader,
    Admin,
}

pub struct Said {
    operation: OperationBuilder,
    who: Who,
    /// By status.
    answers: BTreeMap<u16, Response>,
    refusals: BTreeMap<u16, BTreeSet<&'static str>>,
    schemas: Vec<(String, RefOr<Schema>)>,
    parameters: Vec<String>,
    is_counted: bool,
    is_offline: bool,
}

impl Said {
    /// Most ask a service, which may not answer.
    pub fn new(id: &str, tag: Tag, summary: &str) -> Self {
        let operation = OperationBuilder::new().operation_id(Some(id)).tag(tag.name()).summary(Some(summary));
        Said {
            operation,
            who: Who::Anybody,
            answers: BTreeMap::new(),
            refusals: BTreeMap::new(),
            schemas: Vec::new(),
            parameters: Vec::new(),
            is_counted: true,
            is_offline: false,
        }
    }

    pub fn more(mut self, description: &str) -> Self {
        self.operation = self.operation.description(Some(description));
        self
    }

    pub fn of(mut self, who: Who) -> Self {
        self.who = who;
        self
    }

    /// It needs nobody else to be answered.
    pub fn offline(mut self) -> Self {
        self.is_offline = true;
        self
    }

    /// For those who watch over us.
    pub fn uncounted(mut self) -> Self {
        self.is_counted = false;
        self
    }

    /// A part of the path. What is nobody's is not found.
    pub fn path<T: ToSchema>(mut self, name: &str, about: &str) -> Self {
        let schema = self.reference::<T>();
        self.with_path(name, about, schema)
    }

    pub fn path_uuid(self, name: &str, about: &str) -> Self {
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        let uuid = ObjectBuilder::new().schema_type(Type::String).format(Some(format));
        self.with_path(name, about, uuid.into())
    }

    fn with_path(mut self, name: &str, about: &str, schema: RefOr<Schema>) -> Self {
        self.parameters.push(name.to_owned());
        let parameter = parameter(name, about, schema).parameter_in(ParameterIn::Path);
        self.operation = self.operation.parameter(parameter.required(Required::True));
        self.refuses(&[Code::NotFound])
    }

    pub fn query<T: ToSchema>(mut self, name: &str, about: &str) -> Self {
        let schema = self.reference::<T>();
        self.with_query(name, about, schema)
    }

    pub fn query_required<T: ToSchema>(mut self, name: &str, about: &str) -> Self {
        let schema = self.reference::<T>();
        let parameter = parameter(name, about, schema).parameter_in(ParameterIn::Query);
        self.operation = self.operation.parameter(parameter.required(Required::True));
        self.reads_query().refuses(&[Code::MissingField])
    }

    pub fn query_time(self, name: &str, about: &str) -> Self {
        self.query::<Moment>(name, about)
    }

    pub fn query_flag(self, name: &str, about: &str) -> Self {
        let flag = ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into()));
        self.with_query(name, about, flag.into())
    }

    /// From 1 to the largest that makes sense.
    pub fn query_number(self, name: &str, about: &str, otherwise: u16, max: u16) -> Self {
        let number = ObjectBuilder::new().schema_type(Type::Integer).default(Some(otherwise.into()));
        self.with_query(name, about, number.minimum(Some(1)).maximum(Some(max)).into())
    }

    pub fn query_text(self, name: &str, about: &str, pattern: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
        self.with_query(name, about, text.into())
    }

    /// Where the page before ended.
    pub fn query_cursor(self, pattern: &str) -> Self {
        self.query_text("cursor", "As the page before gave it in `next_cursor`.", pattern)
    }

    fn with_query(mut self, name: &str, about: &str, schema: RefOr<Schema>) -> Self {
        let parameter = parameter(name, about, schema).parameter_in(ParameterIn::Query);
        self.operation = self.operation.parameter(parameter.required(Required::False));
        self.reads_query()
    }

    /// What is not known in the query is refused.
    pub fn reads_query(self) -> Self {
        self.refuses(&[Code::Malformed, Code::InvalidValue, Code::UnknownField, Code::UnexpectedField])
    }

    pub fn takes<T: ToSchema>(self, examples: &[(&str, Value)]) -> Self {
        self.takes_as::<T>(&T::name(), examples)
    }

    /// Told otherwise than what else is read as this type.
    pub fn takes_as<T: ToSchema>(mut self, name: &str, examples: &[(&str, Value)]) -> Self {
        let schema = self.named::<T>(name.to_owned());
        let mut content = ContentBuilder::new().schema(Some(schema));
        for (name, value) in examples {
            let example = utoipa::openapi::example::ExampleBuilder::new().value(Some(value.clone()));
            content = content.examples_from_iter([(*name, example.build())]);
        }
        self.refuses(&[Code::Malformed, Code::MissingField, Code::UnknownField, Code::InvalidValue])
            .with_body("application/json", content.build())
    }

    pub fn takes_sheet(self, example: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let content = ContentBuilder::new().schema(Some(text)).example(Some(example.into()));
        self.refuses(&[Code::Malformed]).with_body("text/csv", content.build())
    }

    fn with_body(mut self, kind: &str, content: Content) -> Self {
        let body = RequestBodyBuilder::new().required(Some(Required::True)).content(kind, content);
        self.operation = self.operation.request_body(Some(body.build()));
        self.refuses_own(Own::BodyTooLarge).refuses_own(Own::UnsupportedMediaType)
    }

    /// One that comes all the same is refused.
    pub fn takes_nothing(self) -> Self {
        self.refuses(&[Code::Malformed])
    }

    pub fn answers<T: ToSchema>(mut self, status: u16, about: &str) -> Self {
        let schema = self.reference::<T>();
        self.answers_json(status, about, schema)
    }

    /// All of them at once.
    pub fn answers_list<T: ToSchema>(mut self, about: &str) -> Self {
        self.reference::<T>();
        let schema = self.named::<Items<T>>(format!("{}List", T::name()));
        self.answers_json(200, about, schema)
    }

    /// Some of them, and where the next ones are.
    pub fn answers_page<T: ToSchema>(mut self, about: &str) -> Self {
        self.reference::<T>();
        let schema = self.named::<Page<T>>(format!("{}Page", T::name()));
        self.answers_json(200, about, schema)
    }

    fn answers_json(mut self, status: u16, about: &str, schema: RefOr<Schema>) -> Self {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new().description(about).content("application/json", content);
        self.answers.insert(status, response.build());
        self
    }

    pub fn answers_any(mut self, status: u16, kind: &str, about: &str, of: Type) -> Self {
        let content = ContentBuilder::new().schema(Some(ObjectBuilder::new().schema_type(of))).build();
        let response = ResponseBuilder::new().description(about).content(kind, content);
        self.answers.insert(status, response.build());
        self
    }

    pub fn answers_nothing(mut self, about: &str) -> Self {
        self.answers.insert(204, Response::new(about));
        self
    }

    /// Of all good answers.
    pub fn header(mut self, name: &str, about: &str) -> Self {
        for response in self.answers.values_mut() {
            let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String).build());
            header.description = Some(about.into());
            response.headers.insert(name.to_owned(), header.into());
        }
        self
    }

    /// Where a service does not answer, what it answered last is shown, and says so.
    pub fn may_be_stale(mut self) -> Self {
        for response in self.answers.values_mut() {
            for name in STALE {
                let reference = Ref::new(format!("#/components/headers/{name}"));
                response.headers.insert(name.to_owned(), RefOr::Ref(reference));
            }
        }
        self
    }

    pub fn refuses(mut self, codes: &[Code]) -> Self {
        for code in codes {
            self.refusals.entry(status_of(*code).as_u16()).or_default().insert(code.as_str());
        }
        self
    }

    fn refuses_own(mut self, own: Own) -> Self {
        self.refusals.entry(own.status().as_u16()).or_default().insert(own.as_str());
        self
    }

    fn reference<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.named::<T>(T::name().into())
    }

    fn named<T: ToSchema>(&mut self, name: String) -> RefOr<Schema> {
        T::schemas(&mut self.schemas);
        let reference = Ref::from_schema_name(&name);
        self.schemas.push((name, T::schema()));
        reference.into()
    }

    fn secured(mut self) -> Self {
        let one = |scheme: &str, scopes: &[Scope]| {
            SecurityRequirement::new(scheme, scopes.iter().map(|scope| scope.as_str()))
        };
        let session = [one(COOKIE, &[]), one(TOKEN, &[])];
        let key = |scope| session.iter().cloned().chain([one(KEY, &[scope])]).collect::<Vec<_>>();
        let ways = match self.who {
            Who::Anybody => Vec::new(),
            Who::Guest => [SecurityRequirement::default()].into_iter().chain(session).collect(),
            Who::Person | Who::Admin => session.to_vec(),
            Who::Reader => key(Scope::Read),
            Who::Trader => key(Scope::Trade),
        };
        self.operation = self.operation.securities(Some(ways));
        match self.who {
            Who::Anybody => self,
            Who::Guest => self.refuses(&[Code::NotAllowed]),
            Who::Person | Who::Reader | Who::Trader | Who::Admin => {
                self.refuses(&[Code::NotSignedIn, Code::NotAllowed])
            }
        }
    }

    /// With what is true of every operation.
    pub fn finish(self, method: &Method, path: &str) -> (Operation, Vec<(String, RefOr<Schema>)>) {
        let named = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        assert!(named.eq(self.parameters.iter().map(String::as_str)), "{path} has other parameters");
        let mut said = self.secured().refuses_own(Own::HeadTooLarge);
        if method != Method::GET {
            said = said.refuses_own(Own::ForeignOrigin);
        }
        if said.is_counted {
            said = said.refuses(&[Code::TooManyRequests]);
        }
        if !said.is_offline {
            said = said.refuses(&[Code::Unavailable, Code::NotSent]);
        }
        let Said { mut operation, answers, refusals, schemas, is_counted, .. } = said;
        let refusals = refusals.into_iter().map(|(status, codes)| (status, refused(status, &codes)));
        let answers: BTreeMap<_, _> = refusals.chain(answers).collect();
        for (status, mut response) in answers {
            for (name, _) in RATE_LIMITS.iter().filter(|_| is_counted) {
                let header = Ref::new(format!("#/components/headers/{name}"));
                response.headers.insert((*name).to_owned(), RefOr::Ref(header));
            }
            operation = operation.response(status.to_string(), response);
        }
        (operation.build(), schemas)
    }
}

fn parameter(name: &str, about: &str, schema: RefOr<Schema>) -> ParameterBuilder {
    ParameterBuilder::new().name(name).description(Some(about)).schema(Some(schema))
}

fn refused(status: u16, codes: &BTreeSet<&str>) -> Response {
    let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(codes.join(", "));
    let mut response = response.content("application/problem+json", content).build();
    let header = match status {
        401 => "WWW-Authenticate",
        429 | 503 => "Retry-After",
        _ => return response,
    };
    let reference = Ref::new(format!("#/components/headers/{header}"));
    response.headers.insert(header.to_owned(), RefOr::Ref(reference));
    response
}

/// Those that many answers have.
pub fn headers() -> Value {
    let number = json!({ "type": "integer", "minimum": 0 });
    let limits = RATE_LIMITS.map(|(name, about)| (name, json!({ "description": about, "schema": number })));
    let mut headers: serde_json::Map<_, _> =
        limits.into_iter().map(|(name, header)| (name.to_owned(), header)).collect();
    let about = "Seconds until asking again makes sense.";
    headers.insert("Retry-After".into(), json!({ "description": about, "schema": number }));
    let about = "Of a stale answer: how many seconds ago it was so.";
    headers.insert("Age".into(), json!({ "description": about, "schema": number }));
    let about = "Of a stale answer: who does not answer.";
    headers.insert("Cache-Status".into(), json!({ "description": about, "schema": { "type": "string" } }));
    let about = "How to show who one is.";
    headers
        .insert("WWW-Authenticate".into(), json!({ "description": about, "schema": { "const": "Bearer" } }));
    headers.into()
}
