//! The JSON API: the same rules as over the socket.

use std::collections::HashSet;

use crate::support::{Browser, Chat, each_database, enter, say, start};
use macro_rules_attribute::apply;
use serde_json::{Value, json};

#[apply(each_database!)]
async fn a_program_can_do_what_a_page_does(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let made = ada
        .fetch("POST", "/api/channels", &json!({ "name": "Recipes" }))
        .await;
    assert_eq!((made.status, &made.json()["id"]), (201, &json!(2)));
    let new = json!({ "clientId": "a1", "body": "soup?" });
    let sent = ada.fetch("POST", "/api/channels/2/messages", &new).await;
    assert_eq!((sent.status, &sent.json()["number"]), (201, &json!(1)));
    let again = ada.fetch("POST", "/api/channels/2/messages", &new).await;
    assert_eq!(again.json()["id"], sent.json()["id"]);
    let edited = ada
        .fetch("PATCH", "/api/messages/1", &json!({ "body": "soup!" }))
        .await;
    assert_eq!(edited.json()["body"], "soup!");
    let liked = ada
        .fetch("PUT", "/api/messages/1/reactions/+1", &Value::Null)
        .await;
    assert_eq!(liked.json()["reactions"][0]["emoji"], "👍");
    let unliked = ada
        .fetch("DELETE", "/api/messages/1/reactions/+1", &Value::Null)
        .await;
    assert_eq!(unliked.json().get("reactions"), None);
    let place = json!({ "clientId": "a2", "latitude": 48.2, "longitude": 16.37 });
    let here = ada
        .fetch("POST", "/api/channels/1/locations", &place)
        .await
        .json();
    assert_eq!(here["place"]["latitude"], 48.2);
    let nowhere = json!({ "clientId": "a3", "latitude": 98.2, "longitude": 16.37 });
    let refused = ada
        .fetch("POST", "/api/channels/1/locations", &nowhere)
        .await;
    assert_eq!(refused.json()["code"], "location-out-of-range");
    let changes = ada.get("/api/channels/2/changes?after=1").await.json();
    assert_eq!(
        (&changes["seq"], &changes["messages"][0]["seq"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(ada.get("/api/messages/1").await.json()["body"], "soup!");
    assert_eq!(
        ada.fetch("DELETE", "/api/messages/1", &Value::Null)
            .await
            .json()["isDeleted"],
        true
    );
    let gone = ada
        .fetch("DELETE", "/api/channels/2/subscription", &Value::Null)
        .await;
    assert_eq!(gone.status, 204);
    let back = ada
        .fetch("PUT", "/api/channels/2/subscription", &Value::Null)
        .await;
    assert_eq!(back.json()["seen"], 5);
    assert_eq!(ada.get("/api/me").await.json()["name"], "Ada");
}

#[apply(each_database!)]
async fn a_connected_page_receives_what_a_program_does(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let mut bob = chat.signed_up("Bob").await;
    let new = json!({ "clientId": "b1", "body": "from a script" });
    bob.fetch("POST", "/api/channels/1/messages", &new).await;
    let heard = room.wait_for("Ada", "message:created").await;
    assert_eq!(heard["message"]["body"], "from a script");
}

#[apply(each_database!)]
async fn an_online_user_with_several_windows_is_listed_once(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    let mut ada = chat.browser();
    ada.log_in("Ada", "correct horse").await;
    enter(&mut room, "Ada's phone", &ada).await;
    chat.signed_up("Cem").await;
    assert_eq!(names(&ada.get("/api/people").await.json()), ["Ada", "Bob"]);
    room.disconnect("Bob").await;
    room.wait_for("Ada", "user:left").await;
    assert_eq!(names(&ada.get("/api/people").await.json()), ["Ada"]);
}

#[apply(each_database!)]
async fn people_are_found_by_any_part_of_their_names(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let fields = [("display-name", "Émile % Zola"), ("about", "")];
    chat.signed_up("Bob")
        .await
        .post("/account/profile", &fields)
        .await;
    chat.signed_up("Cada_").await;
    for (typed, found) in [
        ("", vec!["Ada", "Bob", "Cada_"]),
        ("%20", vec!["Ada", "Bob", "Cada_"]),
        ("ADA", vec!["Ada", "Cada_"]),
        ("bo", vec!["Bob"]),
        ("%C3%A9MILE", vec!["Bob"]),
        ("zola", vec!["Bob"]),
        ("%25", vec!["Bob"]),
        ("_", vec!["Cada_"]),
        ("%5C", vec![]),
        ("%00", vec![]),
        ("nobody", vec![]),
    ] {
        let response = ada.get(&format!("/api/people?query={typed}")).await;
        assert_eq!(response.status, 200, "{typed}");
        assert_eq!(names(&response.json()), found, "{typed}");
    }
    // A display name from before the migration that added the key.
    chat.execute("UPDATE users SET display_key = NULL").await;
    let found = ada.get("/api/people?query=ZOLA").await.json();
    assert_eq!(names(&found), ["Bob"]);
}

fn names(people: &Value) -> Vec<&str> {
    let people = people.as_array().unwrap().iter();
    people
        .map(|person| person["name"].as_str().unwrap())
        .collect()
}

#[apply(each_database!)]
async fn everyone_who_is_logged_in_can_read_a_profile(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let fields = [("display-name", "Ada L."), ("about", "engines")];
    ada.post("/account/profile", &fields).await;
    let profile = chat.signed_up("Bob").await.get("/api/users/1").await.json();
    assert_eq!(profile["person"]["displayName"], "Ada L.");
    assert_eq!(profile["about"], "engines");
    assert_eq!(ada.get("/api/users/99").await.status, 404);
}

#[apply(each_database!)]
async fn every_route_requires_a_log_in_and_responds_with_a_problem(chat: Chat) {
    let mut stranger = chat.browser();
    let routes = routes(&mut stranger).await;
    assert!(routes.len() > 15);
    for (method, path) in routes {
        let page = stranger.fetch(&method, &path, &json!({})).await;
        assert_eq!(page.status, 401, "{method} {path}");
        assert_eq!(
            page.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(page.json()["code"], "log-in-first");
        assert_eq!(page.json()["status"], 401);
    }
}

#[apply(each_database!)]
async fn a_browser_that_opens_a_file_gets_a_page_instead_of_a_problem(chat: Chat) {
    let mut stranger = chat.browser();
    let mut ada = chat.signed_up("Ada").await;
    for accepted in ["text/html,application/xhtml+xml,*/*;q=0.8", "text/html"] {
        for browser in [&mut stranger, &mut ada] {
            browser.headers = vec![("accept", accepted.to_owned())];
        }
        for path in ["/files/1", "/files/1/thumbnail", "/files/%FF"] {
            assert_eq!(stranger.get(path).await.location(), Some("/"));
            let page = ada.get(path).await;
            let kind = page.header("content-type").unwrap();
            assert_eq!((page.status, kind), (404, "text/html; charset=utf-8"));
        }
    }
    for accepted in ["*/*", "image/avif,image/webp,*/*;q=0.8"] {
        ada.headers = vec![("accept", accepted.to_owned())];
        for path in ["/files/1", "/files/1/thumbnail", "/files/%FF"] {
            let page = ada.get(path).await;
            assert_eq!(
                (page.status, &page.json()["code"]),
                (404, &json!("not-found"))
            );
        }
    }
}

#[apply(each_database!)]
async fn every_route_that_changes_something_refuses_other_sites(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let routes = routes(&mut ada).await;
    ada.origin = "https://evil.example";
    for (method, path) in routes.iter().filter(|(method, _)| method != "GET") {
        let page = ada.fetch(method, path, &json!({})).await;
        assert_eq!(page.status, 403, "{method} {path}");
        assert_eq!(page.json()["code"], "cross-site", "{method} {path}");
    }
}

#[apply(each_database!)]
async fn an_unknown_route_is_a_problem(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for (method, path, status) in [
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/channels", 405),
        ("GET", "/files", 405),
        ("GET", "/files/1/nothing", 404),
    ] {
        let page = ada.fetch(method, path, &json!({})).await;
        assert_eq!(page.status, status, "{method} {path}");
        let kind = page.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{method} {path}");
        assert_eq!(page.json()["status"], status);
    }
    let page = ada.get("/nothing").await;
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
}

#[apply(each_database!)]
async fn a_direct_message_of_others_looks_like_a_missing_channel(chat: Chat) {
    let mut room = start(&chat, ["Ada", "Bob"]).await;
    room.request("Ada", "direct:open", json!({ "user": 2 }))
        .await;
    say(&mut room, "Ada", 2, "psst").await;
    let mut eve = chat.signed_up("Eve").await;
    let body = json!({ "clientId": "guess", "body": "x", "latitude": 0, "longitude": 0 });
    for (method, path) in routes(&mut eve).await {
        let concerns = |name: &str| path.contains(&format!("/{name}/1"));
        if !concerns("channels") && !concerns("messages") {
            continue;
        }
        // Channel 2 and message 1 exist, 99 does not.
        let real = path.replace("channels/1", "channels/2");
        let none = real
            .replace("channels/2", "channels/99")
            .replace("messages/1", "messages/99");
        let real = eve.fetch(&method, &real, &body).await;
        let none = eve.fetch(&method, &none, &body).await;
        assert_eq!(real.status, 404, "{method} {path}");
        assert_eq!(real.body, none.body, "{method} {path}");
    }
}

#[apply(each_database!)]
async fn input_that_cannot_be_read_is_a_problem_with_a_sentence(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let long = "x".repeat(20_000);
    for (method, path, body, status, code) in [
        ("POST", "/api/channels", json!({}), 400, "bad-payload"),
        ("POST", "/api/channels", json!(["tea"]), 400, "bad-payload"),
        (
            "POST",
            "/api/channels",
            json!({ "name": "general" }),
            422,
            "channel-exists",
        ),
        (
            "POST",
            "/api/channels",
            json!({ "name": long }),
            413,
            "too-large",
        ),
        (
            "POST",
            "/api/directs",
            json!({ "user": "1" }),
            400,
            "bad-payload",
        ),
        ("GET", "/api/channels/x", Value::Null, 404, "not-found"),
        (
            "GET",
            "/api/channels/9999999999999999999",
            Value::Null,
            404,
            "not-found",
        ),
        (
            "GET",
            "/api/channels/1/changes",
            Value::Null,
            400,
            "bad-payload",
        ),
        (
            "GET",
            "/api/channels/1/messages?before=x",
            Value::Null,
            400,
            "bad-payload",
        ),
        (
            "PUT",
            "/api/messages/1/reactions/nothing",
            Value::Null,
            422,
            "emoji-unknown",
        ),
    ] {
        let page = ada.fetch(method, path, &body).await;
        assert_eq!(page.status, status, "{method} {path}: {}", page.body);
        assert_eq!(page.json()["code"], code, "{method} {path}");
        assert!(page.json()["detail"].as_str().unwrap().contains(' '));
    }
}

#[apply(each_database!)]
async fn all_emoji_can_be_listed(chat: Chat) {
    let all = chat.signed_up("Ada").await.get("/api/emoji").await.json();
    let tada = all
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["shortcode"] == "tada");
    assert_eq!(tada.unwrap()["emoji"], "🎉");
    assert_eq!(tada.unwrap()["group"], "Activities");
}

#[apply(each_database!)]
async fn the_description_has_every_route_with_its_errors(chat: Chat) {
    let description = chat.browser().get("/api/openapi.json").await.json();
    let paths = description["paths"].as_object().unwrap();
    for path in ["/files", "/files/{id}", "/api/channels/{channel}/locations"] {
        assert!(paths.contains_key(path), "{path}");
    }
    let mut ids = HashSet::new();
    for (path, method, operation) in operations(&description) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{id}");
        if !requires_log_in(operation) {
            continue;
        }
        let unauthorized = codes(operation, 401);
        assert_eq!(unauthorized, ["log-in-first"], "{method} {path}");
        let forbidden = codes(operation, 403);
        let changes = method != "get";
        assert_eq!(
            forbidden.contains(&"cross-site"),
            changes,
            "{method} {path}"
        );
    }
    let create = &description["paths"]["/api/channels"]["post"];
    assert_eq!(
        codes(create, 422),
        [
            "channel-exists",
            "name-empty",
            "name-invisible",
            "name-mixed",
            "name-too-long"
        ]
    );
    let scheme = &description["components"]["securitySchemes"]["log-in"];
    assert_eq!(scheme["name"], chat.cookie_name());
}

#[apply(each_database!)]
async fn a_limit_in_the_description_is_the_one_that_is_checked(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let description = ada.get("/api/openapi.json").await.json();
    let limit =
        |schema: &str, keyword: &str| description["components"]["schemas"][schema][keyword].clone();
    let chars = |schema: &str| limit(schema, "maxLength").as_u64().unwrap() as usize;
    let files = limit("FileIds", "maxItems").as_u64().unwrap() as usize;
    let north = limit("Latitude", "maximum").as_f64().unwrap();
    let west = limit("Longitude", "minimum").as_f64().unwrap();
    let message = |id: &str, body: &str, files: &[String]| json!({ "clientId": id, "body": body, "files": files });
    let place = |id, latitude, longitude| json!({ "clientId": id, "latitude": latitude, "longitude": longitude });
    let ids = |count: usize| {
        (0..count)
            .map(|id| format!("{id:032x}"))
            .collect::<Vec<_>>()
    };
    let (channels, messages, places) = (
        "/api/channels",
        "/api/channels/1/messages",
        "/api/channels/1/locations",
    );
    for (path, body, expected) in [
        (
            channels,
            json!({ "name": "é".repeat(chars("Name")) }),
            "201",
        ),
        (
            channels,
            json!({ "name": "e".repeat(chars("Name") + 1) }),
            "name-too-long",
        ),
        (
            messages,
            message("a", &"é".repeat(chars("MessageText")), &[]),
            "201",
        ),
        (
            messages,
            message("b", &"e".repeat(chars("MessageText") + 1), &[]),
            "message-too-long",
        ),
        (
            messages,
            message(&"c".repeat(chars("ClientId")), "x", &[]),
            "201",
        ),
        (
            messages,
            message(&"c".repeat(chars("ClientId") + 1), "x", &[]),
            "bad-payload",
        ),
        (messages, message("", "x", &[]), "bad-payload"),
        (messages, message("d", "x", &ids(files)), "upload-refused"),
        (
            messages,
            message("e", "x", &ids(files + 1)),
            "too-many-files",
        ),
        (places, place("f", north, west), "201"),
        (
            places,
            place("g", north.next_up(), west),
            "location-out-of-range",
        ),
        (
            places,
            place("h", north, west.next_down()),
            "location-out-of-range",
        ),
    ] {
        let page = ada.fetch("POST", path, &body).await;
        let code = page.json()["code"].as_str().map(str::to_owned);
        let outcome = code.unwrap_or_else(|| page.status.to_string());
        assert_eq!(outcome, expected, "{path} {body}");
    }
}

#[apply(each_database!)]
async fn the_description_has_each_parameter_in_its_path_or_its_query(chat: Chat) {
    let description = chat.browser().get("/api/openapi.json").await.json();
    let mut query = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                let is_in_path = path.contains(&format!("{{{name}}}"));
                assert_eq!(parameter["in"] == "path", is_in_path, "{name} of {path}");
                if parameter["in"] == "query" {
                    query.push((name, parameter["required"].as_bool().unwrap()));
                }
            }
        }
    }
    assert_eq!(
        query,
        [
            ("query", false),
            ("after", true),
            ("after", false),
            ("before", false),
            ("after", false),
            ("query", false)
        ]
    );
}

/// The methods and paths in the description of the API that require a log-in, with 1 for each
/// parameter.
async fn routes(browser: &mut Browser) -> Vec<(String, String)> {
    let description = browser.get("/api/openapi.json").await.json();
    let routes = operations(&description)
        .filter(|(_, _, operation)| requires_log_in(operation))
        .map(|(path, method, _)| {
            let path = ["{channel}", "{message}", "{user}", "{number}", "{id}"]
                .iter()
                .fold(path.to_owned(), |path, name| path.replace(name, "1"));
            let path = path
                .replace("{emoji}", "+1")
                .replace("/changes", "/changes?after=0");
            (method.to_uppercase(), path)
        });
    routes.collect()
}

/// The operations in the description, each with its path and method.
fn operations(description: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods
            .iter()
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn requires_log_in(operation: &Value) -> bool {
    operation.get("security").is_none()
}

/// The codes of the problems that an operation may respond with.
fn codes(operation: &Value, status: u16) -> Vec<&str> {
    let content = &operation["responses"][status.to_string()]["content"];
    let code = &content["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"];
    let codes = code["enum"].as_array().into_iter().flatten();
    codes.map(|code| code.as_str().unwrap()).collect()
}
