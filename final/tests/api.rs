//! The JSON API: the same rules as over the socket.

use crate::support::{Browser, enter, on_each_database, say, start};
use serde_json::{Value, json};

#[tokio::test]
async fn a_program_can_do_what_a_page_does() {
    on_each_database(async |chat| {
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
    })
    .await;
}

#[tokio::test]
async fn a_connected_page_receives_what_a_program_does() {
    on_each_database(async |chat| {
        let mut room = start(&chat, ["Ada"]).await;
        let mut bob = chat.signed_up("Bob").await;
        let new = json!({ "clientId": "b1", "body": "from a script" });
        bob.fetch("POST", "/api/channels/1/messages", &new).await;
        let heard = room.wait_for("Ada", "message:created").await;
        assert_eq!(heard["message"]["body"], "from a script");
    })
    .await;
}

#[tokio::test]
async fn an_online_user_with_several_windows_is_listed_once() {
    on_each_database(async |chat| {
        let mut room = start(&chat, ["Ada", "Bob"]).await;
        let mut ada = chat.browser();
        ada.log_in("Ada", "correct horse").await;
        enter(&mut room, "Ada's phone", &ada).await;
        chat.signed_up("Cem").await;
        assert_eq!(names(&ada.get("/api/people").await.json()), ["Ada", "Bob"]);
        room.disconnect("Bob").await;
        room.wait_for("Ada", "user:left").await;
        assert_eq!(names(&ada.get("/api/people").await.json()), ["Ada"]);
    })
    .await;
}

fn names(people: &Value) -> Vec<&str> {
    let people = people.as_array().unwrap().iter();
    people
        .map(|person| person["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn everyone_who_is_logged_in_can_read_a_profile() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        let fields = [("display-name", "Ada L."), ("about", "engines")];
        ada.post("/account/profile", &fields).await;
        let profile = chat.signed_up("Bob").await.get("/api/users/1").await.json();
        assert_eq!(profile["person"]["displayName"], "Ada L.");
        assert_eq!(profile["about"], "engines");
        assert_eq!(ada.get("/api/users/99").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn every_route_requires_a_log_in_and_responds_with_a_problem() {
    on_each_database(async |chat| {
        let mut stranger = chat.browser();
        let routes = routes(&mut stranger).await;
        assert!(routes.len() > 15);
        for (method, path) in routes {
            // People open these in a browser, which is redirected to the log-in form.
            if path.starts_with("/files/") {
                assert_eq!(stranger.get(&path).await.location(), Some("/"));
                continue;
            }
            let page = stranger.fetch(&method, &path, &json!({})).await;
            assert_eq!(page.status, 401, "{method} {path}");
            assert_eq!(
                page.header("content-type"),
                Some("application/problem+json")
            );
            assert_eq!(page.json()["code"], "log-in-first");
            assert_eq!(page.json()["status"], 401);
        }
    })
    .await;
}

#[tokio::test]
async fn every_route_that_changes_something_refuses_other_sites() {
    on_each_database(async |chat| {
        let mut ada = chat.signed_up("Ada").await;
        let routes = routes(&mut ada).await;
        ada.origin = "https://evil.example";
        for (method, path) in routes.iter().filter(|(method, _)| method != "GET") {
            let page = ada.fetch(method, path, &json!({})).await;
            assert_eq!(page.status, 403, "{method} {path}");
            assert_eq!(page.json()["code"], "cross-site", "{method} {path}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_route_is_a_problem() {
    on_each_database(async |chat| {
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
    })
    .await;
}

#[tokio::test]
async fn a_direct_message_of_others_looks_like_a_missing_channel() {
    on_each_database(async |chat| {
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
    })
    .await;
}

#[tokio::test]
async fn input_that_cannot_be_read_is_a_problem_with_a_sentence() {
    on_each_database(async |chat| {
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
    })
    .await;
}

#[tokio::test]
async fn all_emoji_can_be_listed() {
    on_each_database(async |chat| {
        let all = chat.signed_up("Ada").await.get("/api/emoji").await.json();
        let tada = all
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["shortcode"] == "tada");
        assert_eq!(tada.unwrap()["emoji"], "🎉");
        assert_eq!(tada.unwrap()["group"], "Activities");
    })
    .await;
}

#[tokio::test]
async fn the_description_has_every_route_with_its_errors() {
    on_each_database(async |chat| {
        let description = chat.browser().get("/api/openapi.json").await.json();
        let paths = description["paths"].as_object().unwrap();
        for path in ["/files", "/files/{id}", "/api/channels/{channel}/locations"] {
            assert!(paths.contains_key(path), "{path}");
        }
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().unwrap() {
                let problem = &operation["responses"]["default"]["content"];
                let schema = &problem["application/problem+json"]["schema"]["$ref"];
                assert_eq!(
                    schema, "#/components/schemas/ProblemDetails",
                    "{method} {path}"
                );
            }
        }
        let scheme = &description["components"]["securitySchemes"]["log-in"];
        assert_eq!(scheme["name"], chat.cookie_name());
    })
    .await;
}

#[tokio::test]
async fn the_description_has_each_parameter_in_its_path_or_its_query() {
    on_each_database(async |chat| {
        let description = chat.browser().get("/api/openapi.json").await.json();
        let mut query = Vec::new();
        for (path, methods) in description["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let name = parameter["name"].as_str().unwrap();
                    let is_in_path = path.contains(&format!("{{{name}}}"));
                    let expected = if is_in_path { "path" } else { "query" };
                    assert_eq!(parameter["in"], expected, "{name} of {path}");
                    if !is_in_path {
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
                ("before", false),
                ("after", false)
            ]
        );
    })
    .await;
}

/// The methods and paths in the description of the API, with 1 for each parameter.
async fn routes(browser: &mut Browser) -> Vec<(String, String)> {
    let description = browser.get("/api/openapi.json").await.json();
    let paths = description["paths"].as_object().unwrap();
    let routes = paths.iter().flat_map(|(path, methods)| {
        let path = ["{channel}", "{message}", "{user}", "{number}"]
            .iter()
            .fold(path.clone(), |path, name| path.replace(name, "1"));
        let path = path
            .replace("{emoji}", "+1")
            .replace("/changes", "/changes?after=0");
        methods
            .as_object()
            .unwrap()
            .keys()
            .map(move |method| (method.to_uppercase(), path.clone()))
            .collect::<Vec<_>>()
    });
    routes.collect()
}
