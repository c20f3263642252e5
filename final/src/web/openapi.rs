//! The OpenAPI description of the JSON API.
//!
//! It is collected from the routes themselves, so none can be missing. Each route names the errors
//! of its feature; the others, which depend only on the kind of the request, are added here. Their
//! status codes, codes and sentences come from [`AppError`].

use std::{collections::BTreeMap, io, time::Duration};

use axum::{
    Json, Router,
    http::{StatusCode, header::RETRY_AFTER},
    routing::get,
};
use serde_json::json;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Header, ObjectBuilder, Ref, Response, ResponseBuilder, Schema, Type,
        example::ExampleBuilder,
        path::{Operation, ParameterIn, PathItem},
        schema::AllOfBuilder,
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::problem::{self, ProblemDetails};
use crate::{
    error::{AppError, Refusal},
    schema::whole_number,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Make Chat",
        description = "Channels, messages, files and people, as the chat's own pages use them. \
                       Sign up at `/sign-up` or log in at `/log-in` first, and send the cookie \
                       that you get with each request. A request that changes something must come \
                       from the chat's own origin, or from a program that sends no `Origin`. \
                       Errors are problem details (RFC 9457). While all connections of the server \
                       are in use, a new one gets the status 503 and a line of plain text."
    ),
    components(schemas(ProblemDetails))
)]
struct Description;

const LOG_IN: &str = "log-in";
/// Where the JSON API is. The limit of requests counts those to it.
const API: &str = "/api/";
/// A time to wait, in examples.
pub const EXAMPLE_WAIT: Duration = Duration::from_secs(5);

/// The errors of a route, each an [`AppError`] or one of its causes.
macro_rules! errors {
    ($($error:expr),* $(,)?) => {
        vec![$($crate::error::AppError::from($error)),*]
    };
}
pub(crate) use errors;

/// The format of the response to a failed request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Problem,
    Page,
}

/// Declares the session cookie of this name, which every route requires unless it says otherwise.
struct LogIn(String);

impl Modify for LogIn {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let cookie = ApiKey::Cookie(ApiKeyValue::new(self.0.as_str()));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme(LOG_IN, SecurityScheme::ApiKey(cookie));
        api.security = Some(vec![SecurityRequirement::new::<_, _, String>(LOG_IN, [])]);
    }
}

/// Adds `/api/openapi.json` to the routes.
pub fn describe<S>(routes: OpenApiRouter<S>, cookie: String) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let described = OpenApiRouter::with_openapi(Description::openapi()).merge(routes);
    let (routes, mut description) = described.split_for_parts();
    LogIn(cookie).modify(&mut description);
    routes.route(
        "/api/openapi.json",
        get(async move || Json(description.clone())),
    )
}

/// Describes how a route fails whose errors are problems: with these errors, or with those of all
/// routes of its kind.
pub fn with_problems<S>(route: UtoipaMethodRouter<S>, own: Vec<AppError>) -> UtoipaMethodRouter<S> {
    with_errors(route, own, Format::Problem)
}

/// Like [`with_problems`], for a route whose errors are pages.
pub fn with_pages<S>(route: UtoipaMethodRouter<S>, own: Vec<AppError>) -> UtoipaMethodRouter<S> {
    with_errors(route, own, Format::Page)
}

fn with_errors<S>(
    (schemas, mut paths, router): UtoipaMethodRouter<S>,
    mut errors: Vec<AppError>,
    format: Format,
) -> UtoipaMethodRouter<S> {
    for (path, item) in &mut paths.paths {
        for (is_get, operation) in operations(item) {
            errors.extend(common_errors(path, is_get, operation, format));
            for (status, errors) in by_status(&errors) {
                let response = response(status, &errors, format);
                let responses = &mut operation.responses.responses;
                responses.insert(status.as_str().to_owned(), response.into());
            }
        }
    }
    (schemas, paths, router)
}

/// The operations of a path, and whether they only read.
fn operations(path: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let methods = [
        (true, &mut path.get),
        (false, &mut path.post),
        (false, &mut path.put),
        (false, &mut path.patch),
        (false, &mut path.delete),
    ];
    methods
        .into_iter()
        .filter_map(|(is_get, operation)| Some((is_get, operation.as_mut()?)))
}

/// The errors of all routes of this kind.
fn common_errors(path: &str, is_get: bool, operation: &Operation, format: Format) -> Vec<AppError> {
    let mut errors = errors![io::Error::other("an example")];
    // A person who is not logged in is redirected instead.
    if format == Format::Problem {
        errors.push(AppError::LogInFirst);
    }
    if path.starts_with(API) {
        errors.extend(errors![Refusal::TooManyTries(EXAMPLE_WAIT)]);
    }
    if !is_get {
        let other = "https://chat.example".to_owned();
        errors.extend([AppError::CrossSite, AppError::InsecurePage(other)]);
    }
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let has = |place| parameters.iter().any(|one| one.parameter_in == place);
    if has(ParameterIn::Path) {
        errors.push(AppError::NotFound);
    }
    if has(ParameterIn::Query) {
        errors.push(AppError::BadPayload);
    }
    errors.extend(operation.request_body.iter().flat_map(|body| {
        let mut kinds = body.content.keys();
        kinds.next().map_or_else(Vec::new, |kind| body_errors(kind))
    }));
    errors
}

/// The errors of all bodies of this media type. The upload of a file has its own.
fn body_errors(media_type: &str) -> Vec<AppError> {
    match media_type {
        "application/json" => errors![AppError::BadPayload, AppError::TooLarge],
        "application/x-www-form-urlencoded" => errors![AppError::BadForm, AppError::TooLarge],
        _ => Vec::new(),
    }
}

fn by_status(errors: &[AppError]) -> BTreeMap<StatusCode, Vec<&AppError>> {
    let mut groups: BTreeMap<StatusCode, Vec<&AppError>> = BTreeMap::new();
    for error in errors {
        groups.entry(error.status()).or_default().push(error);
    }
    groups
}

/// The response to requests that fail with the same status code.
fn response(status: StatusCode, errors: &[&AppError], format: Format) -> Response {
    let sentences = errors
        .iter()
        .map(|error| format!("- `{}`: {error}", error.code()));
    let response = ResponseBuilder::new().description(sentences.collect::<Vec<_>>().join("\n"));
    let response = match format {
        Format::Problem => response.content(problem::MEDIA_TYPE, problems(errors)),
        Format::Page => response.content("text/html", page()),
    };
    if status != StatusCode::TOO_MANY_REQUESTS {
        return response.build();
    }
    let mut header = Header::new(whole_number(1..=i64::MAX).build());
    header.description = Some("how many seconds to wait".to_owned());
    response.header(RETRY_AFTER.as_str(), header).build()
}

/// Problems with these codes, and an example of each.
fn problems(errors: &[&AppError]) -> Content {
    let examples: BTreeMap<&str, ProblemDetails> = errors
        .iter()
        .rev()
        .map(|error| (error.code(), ProblemDetails::from(*error)))
        .collect();
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(examples.keys().copied()));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("ProblemDetails"))
        .item(ObjectBuilder::new().property("code", code).required("code"));
    let mut content = Content::new(Some(Schema::AllOf(schema.build())));
    content.examples = examples
        .into_iter()
        .map(|(code, problem)| {
            let example = ExampleBuilder::new().value(Some(json!(problem)));
            (code.to_owned(), example.build().into())
        })
        .collect();
    content
}

fn page() -> Content {
    Content::new(Some(ObjectBuilder::new().schema_type(Type::String).build()))
}
