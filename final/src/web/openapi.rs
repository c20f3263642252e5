//! The OpenAPI description of the JSON API.

use axum::{Json, Router, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Ref, ResponseBuilder,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use super::problem::{self, ProblemDetails};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Make Chat",
        description = "Channels, messages, files and people, as the chat's own pages use them. \
                       Log in with a form at `/log-in` first, and send its cookie with each \
                       request. A request that changes something must come from the chat's own \
                       origin. Errors are problem details (RFC 9457)."
    ),
    components(schemas(ProblemDetails))
)]
struct Description;

const LOG_IN: &str = "log-in";

/// Declares the session cookie of this name, which every route requires.
struct LogIn(String);

impl Modify for LogIn {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let cookie = ApiKey::Cookie(ApiKeyValue::new(self.0.as_str()));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme(LOG_IN, SecurityScheme::ApiKey(cookie));
        api.security = Some(vec![SecurityRequirement::new::<_, _, String>(LOG_IN, [])]);
    }
}

/// Declares the response of a failed request: any route may fail, for example when nobody is
/// logged in, or when requests come too often.
fn add_problem(operation: &mut Operation) {
    let schema = Ref::from_schema_name("ProblemDetails");
    let problem = ResponseBuilder::new()
        .description("what went wrong")
        .content(problem::MEDIA_TYPE, Content::new(Some(schema)));
    let responses = &mut operation.responses.responses;
    responses.insert("default".to_owned(), problem.build().into());
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [
        &mut path.get,
        &mut path.post,
        &mut path.put,
        &mut path.patch,
        &mut path.delete,
    ];
    methods.into_iter().flatten()
}

/// Adds `/api/openapi.json` to the routes of the API. Its description is collected from the routes
/// themselves, so none can be missing.
pub fn describe<S>(routes: OpenApiRouter<S>, cookie: String) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let described = OpenApiRouter::with_openapi(Description::openapi()).merge(routes);
    let (routes, mut description) = described.split_for_parts();
    LogIn(cookie).modify(&mut description);
    let paths = description.paths.paths.values_mut();
    paths.flat_map(operations).for_each(add_problem);
    routes.route(
        "/api/openapi.json",
        get(async move || Json(description.clone())),
    )
}
