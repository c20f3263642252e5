//! The part of S3 that uploads need: the objects of a bucket, in memory.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode, header::RANGE},
    response::{IntoResponse, Response},
    routing::{any, post},
};
use http_range_header::parse_range_header;
use tokio::{net::TcpListener, task::JoinHandle};

/// The entity tag of every part and object. No client checks it.
const TAG: [(&str, &str); 2] = [
    ("etag", "\"tag\""),
    ("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT"),
];

/// A server that speaks the protocol of S3.
pub struct S3 {
    pub address: SocketAddr,
    pub objects: Objects,
    task: JoinHandle<()>,
}

/// The objects by key, and the parts of unfinished multipart uploads by number.
#[derive(Clone, Default)]
pub struct Objects {
    pub whole: Arc<Mutex<BTreeMap<String, Bytes>>>,
    parts: Arc<Mutex<BTreeMap<usize, Bytes>>>,
}

impl S3 {
    pub async fn start() -> Self {
        let objects = Objects::default();
        let app = Router::new()
            .route("/bucket", post(delete))
            .route("/bucket/{*key}", any(serve))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(objects.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            objects,
            task: tokio::spawn(async { axum::serve(listener, app).await.unwrap() }),
        }
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    State(objects): State<Objects>,
    method: Method,
    Path(key): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signature = headers.get("authorization").map(|value| value.to_str());
    if !signature.is_some_and(|signed| signed.unwrap().contains("Credential=key/")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let part = query.get("partNumber").map(|part| part.parse().unwrap());
    match (method.as_str(), part) {
        ("PUT", Some(part)) => objects.store_part(part, body),
        ("PUT", None) => objects.store(key, body),
        ("POST", _) if query.contains_key("uploads") => xml(
            "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>",
        ),
        ("POST", _) => objects.join_parts(key),
        ("GET", _) => objects.get(&key, &headers),
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

/// Deletes objects. The client always uses the request for many objects.
async fn delete(State(objects): State<Objects>, request: String) -> Response {
    for key in request.split("<Key>").skip(1) {
        let key = key.split_once("</Key>").unwrap().0;
        objects.whole.lock().unwrap().remove(key).unwrap();
    }
    xml("<DeleteResult><Deleted><Key>it</Key></Deleted></DeleteResult>")
}

impl Objects {
    /// The keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        self.whole.lock().unwrap().keys().cloned().collect()
    }

    fn store(&self, key: String, body: Bytes) -> Response {
        self.whole.lock().unwrap().insert(key, body);
        TAG.into_response()
    }

    fn store_part(&self, part: usize, body: Bytes) -> Response {
        self.parts.lock().unwrap().insert(part, body);
        TAG.into_response()
    }

    fn join_parts(&self, key: String) -> Response {
        let parts = std::mem::take(&mut *self.parts.lock().unwrap());
        let parts: Vec<Bytes> = parts.into_values().collect();
        assert!(parts.len() > 1, "an object that came in one part");
        self.store(key, parts.concat().into());
        xml("<CompleteMultipartUploadResult><ETag>\"tag\"</ETag></CompleteMultipartUploadResult>")
    }

    fn get(&self, key: &str, headers: &HeaderMap) -> Response {
        let Some(body) = self.whole.lock().unwrap().get(key).cloned() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let Some(range) = headers.get(RANGE) else {
            return (TAG, body).into_response();
        };
        let range = parse_range_header(range.to_str().unwrap()).unwrap();
        let range = range.validate(body.len() as u64).unwrap().remove(0);
        let (first, last) = (*range.start(), *range.end());
        let place = format!("bytes {first}-{last}/{}", body.len());
        let part = body.slice(first as usize..=last as usize);
        let place = [("content-range", place)];
        (StatusCode::PARTIAL_CONTENT, TAG, place, part).into_response()
    }
}

fn xml(text: &'static str) -> Response {
    ([("content-type", "application/xml")], text).into_response()
}
