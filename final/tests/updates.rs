//! Updates: this version and the one before use one database, one after the other and at the same time.

use std::{
    env, fs,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Once,
};

use make_chat::storage::StorageError;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{
    Browser, Chat, Client, Process, Server, check_sent, each_database, program_at,
};
use macro_rules_attribute::apply;

/// The last migration from before there was a rule for what one may contain.
const LAST_WITHOUT_RULE: i64 = 8;

static SKIPPED: Once = Once::new();

/// The program of the release before, which `release-before.sh` has built. Says so if there is none.
fn release_before() -> Option<PathBuf> {
    let path = env::var_os("MAKE_CHAT_BEFORE").filter(|path| !path.is_empty());
    if path.is_none() {
        let skipped = "note: the release before is skipped: MAKE_CHAT_BEFORE is not set\n";
        // Not eprintln, which is shown only for tests that fail.
        SKIPPED.call_once(|| std::io::stderr().write_all(skipped.as_bytes()).unwrap());
    }
    path.map(PathBuf::from)
}

#[apply(each_database!)]
async fn the_release_before_and_this_one_are_one_chat_while_they_replace_each_other(chat: Chat) {
    if chat.database_url().is_none() {
        return;
    }
    let Some(program) = release_before() else {
        return;
    };
    // The release before creates the tables.
    chat.execute("DROP SCHEMA public CASCADE").await;
    chat.execute("CREATE SCHEMA public").await;
    chat.state.db.close().await;
    let start_before = || {
        let mut before = program_at(&program);
        before.args(chat.flags());
        Process::start_as(before)
    };
    let old = start_before();
    let mut ada = Person::sign_up(&chat, "Ada", &old).await;
    let mut bob = Person::sign_up(&chat, "Bob", &old).await;
    talk(&mut ada, &mut bob).await;

    // The update: this version starts, and one after the other moves to it.
    let new = Process::start(&chat.flags());
    bob.move_to(&new);
    bob.client.disconnect();
    bob.client.settle().await;
    talk(&mut ada, &mut bob).await;
    talk(&mut bob, &mut ada).await;
    let star = json!({ "channel": 1, "isFavourite": true });
    succeed(&mut bob.client, "channel:star", star).await;
    come_and_go(&chat, "Eve", &new, &old, [&mut ada, &mut bob]).await;
    come_and_go(&chat, "Joe", &old, &new, [&mut ada, &mut bob]).await;
    ada.move_to(&new);
    stop_while_writing(old, &mut ada, &mut bob).await;
    talk(&mut ada, &mut bob).await;

    // The way back: the release before starts again, on what this one has made of the database.
    let old = start_before();
    ada.move_to(&old);
    ada.client.disconnect();
    ada.client.settle().await;
    talk(&mut ada, &mut bob).await;
    talk(&mut bob, &mut ada).await;
    bob.move_to(&old);
    stop_while_writing(new, &mut bob, &mut ada).await;
    talk(&mut bob, &mut ada).await;

    let mut fresh = ada.client.fresh();
    fresh.settle().await;
    for person in [&mut ada, &mut bob] {
        person.client.settle().await;
        person.client.receive_up_to(1, fresh.known(1)).await;
        assert_eq!(person.client.shown(1), fresh.shown(1));
        check_sent(&person.client, &fresh.shown(1));
    }
    // The release before has left Bob's favourite as it was.
    let new = Process::start(&chat.flags());
    bob.move_to(&new);
    let general = bob.browser.get("/api/channels/1").await.json();
    assert_eq!(general["isFavourite"], true);
}

/// Someone with a browser and a page. The page connects to one of the servers, and can move.
struct Person {
    browser: Browser,
    client: Client,
    seat: watch::Sender<SocketAddr>,
}

impl Person {
    async fn sign_up(chat: &Chat, name: &str, server: &Process) -> Self {
        let mut browser = chat.browser();
        browser.visit(server.address);
        let page = browser.sign_up(name, "correct horse").await;
        assert_eq!(page.location(), Some("/home"), "{}", page.body);
        let seat = watch::Sender::new(server.address);
        let mut client = Client::new(name, &browser, seat.subscribe());
        client.settle().await;
        Self {
            browser,
            client,
            seat,
        }
    }

    /// The next connection and the next request go to this server.
    fn move_to(&mut self, server: &Process) {
        self.seat.send_replace(server.address);
        self.browser.visit(server.address);
    }
}

/// One person types, sends, edits and deletes, and the other one reacts and replies. Both pages show all
/// of it, and what one of them reads in a second window is read in the first one.
async fn talk(one: &mut Person, other: &mut Person) {
    let mut window = one.client.fresh_at(other.seat.subscribe());
    let (one, other) = (&mut one.client, &mut other.client);
    let before = other.count("typing:started");
    one.emit("typing:start", json!({ "channel": 1 })).await;
    while other.count("typing:started") == before {
        assert!(other.receive().await, "{} lost the connection", other.name);
    }
    for body in ["to edit", "to delete", "to react to"] {
        one.send(1, body, None).await;
    }
    one.settle().await;
    let shown = one.shown(1);
    let [edited, deleted, liked] = shown.last_chunk().unwrap();
    let edit = json!({ "message": edited["id"], "body": "edited" });
    succeed(one, "message:edit", edit).await;
    succeed(one, "message:delete", json!({ "message": deleted["id"] })).await;
    other.receive_up_to(1, one.known(1)).await;
    let react = json!({ "message": liked["id"], "emoji": "👍", "isOn": true });
    succeed(other, "message:react", react).await;
    other.send(1, "a reply", liked["id"].as_i64()).await;
    other.settle().await;
    one.receive_up_to(1, other.known(1)).await;
    assert_eq!(one.shown(1), other.shown(1));

    window.settle().await;
    assert_eq!(window.shown(1), one.shown(1));
    assert!(unread(&window) > 0);
    let number = one.shown(1).last().unwrap()["number"].clone();
    let read = json!({ "channel": 1, "number": number });
    succeed(&mut window, "channel:see", read).await;
    one.wait_for("channel:seen", |event| event["number"] == number)
        .await;
    let mut window = one.fresh();
    window.settle().await;
    assert_eq!(unread(&window), 0);
}

async fn succeed(client: &mut Client, event: &str, payload: Value) {
    let ack = client.request(event, payload).await.unwrap();
    assert!(ack["ok"].is_object(), "{event}: {ack}");
}

/// The unread messages in General, as the client learned when it connected.
fn unread(client: &Client) -> i64 {
    let is_welcome = |(name, _): &&(String, Value)| name == "socket:welcome";
    let (_, welcome) = client.events.iter().find(is_welcome).unwrap();
    welcome["channels"][0]["unread"].as_i64().unwrap()
}

/// Someone signs up and comes online at one server, and logs out at the other one. The people on both
/// learn of it.
async fn come_and_go(
    chat: &Chat,
    name: &str,
    here: &Process,
    there: &Process,
    witnesses: [&mut Person; 2],
) {
    let mut person = Person::sign_up(chat, name, here).await;
    let witnesses = witnesses.map(|person| &mut person.client);
    let mut users = Vec::new();
    for witness in witnesses {
        let is_it = |event: &Value| event["person"]["name"] == name;
        witness.wait_for("user:joined", is_it).await;
        let joined = witness.events.iter().find(|(_, event)| is_it(event));
        users.push((joined.unwrap().1["person"]["id"].clone(), witness));
    }
    person.browser.visit(there.address);
    person.browser.post("/log-out", &[]).await;
    person.client.wait_for("session:ended", |_| true).await;
    for (user, witness) in users {
        witness
            .wait_for("user:left", |event| event["user"] == user)
            .await;
    }
}

/// Stops a server while somebody there is writing, who moves to another one. Nothing is lost, and
/// nothing is there twice.
async fn stop_while_writing(server: Process, writer: &mut Person, reader: &mut Person) {
    let (writer, reader) = (&mut writer.client, &mut reader.client);
    for number in 1..=20 {
        writer.send(1, &format!("on the way {number}"), None).await;
    }
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    writer.settle().await;
    reader.receive_up_to(1, writer.known(1)).await;
    assert_eq!(reader.shown(1), writer.shown(1));
    check_sent(writer, &writer.shown(1));
}

#[apply(each_database!)]
async fn a_program_uses_the_schema_of_the_next_version_only_if_that_has_just_added(chat: Chat) {
    chat.execute(
        "INSERT INTO _sqlx_migrations
             (version, description, installed_on, success, checksum, execution_time)
             SELECT 9998, 'add pins', installed_on, success, checksum, execution_time
             FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
    chat.reopen().await.unwrap().db.close().await;
    for sql in [
        // Adding is its first word, and not just how it begins.
        "UPDATE _sqlx_migrations SET description = 'address' WHERE version = 9998",
        // The version after the next one.
        "INSERT INTO _sqlx_migrations
             (version, description, installed_on, success, checksum, execution_time)
             SELECT 9999, 'add pins', installed_on, success, checksum, execution_time
             FROM _sqlx_migrations WHERE version = 1",
        "UPDATE _sqlx_migrations SET description = 'add pins' WHERE version = 9998",
    ] {
        chat.execute(sql).await;
        let refused = chat.reopen().await.err().unwrap();
        assert!(matches!(refused, StorageError::TooNew { .. }), "{refused}");
        assert!(refused.to_string().contains("start a newer Make Chat"));
    }
}

#[apply(each_database!)]
async fn a_server_gets_on_with_columns_that_the_next_version_adds(chat: Chat) {
    let (mut server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let mut browser = chat.browser();
    browser.log_in("Ada", "correct horse").await;
    browser.visit(server.process.address);
    use_everything(&mut browser, &mut ada, &mut bob).await;
    let tables = match chat.database_url() {
        None => {
            "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'
             AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations'"
        }
        Some(_) => {
            "SELECT string_agg(tablename, ',') FROM pg_tables
             WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations'"
        }
    };
    for table in chat.text(tables).await.split(',') {
        let sql = format!("ALTER TABLE {table} ADD COLUMN later INTEGER NOT NULL DEFAULT 1");
        chat.execute(sql.leak()).await;
    }
    // Each prepared statement of the server is from before.
    use_everything(&mut browser, &mut ada, &mut bob).await;
    server = server.stop_and_restart().await;
    browser.visit(server.process.address);
    for client in [&mut ada, &mut bob] {
        client.settle().await;
    }
    use_everything(&mut browser, &mut ada, &mut bob).await;
}

/// Reads and writes rows of all tables.
async fn use_everything(browser: &mut Browser, ada: &mut Client, bob: &mut Client) {
    let file = browser.uploaded(b"bytes").await["id"].clone();
    let id = file.as_str().unwrap();
    let name = &id[..8];
    assert_eq!(browser.get(&format!("/files/{id}")).await.status, 200);
    let send = json!({ "channel": 1, "clientId": id, "body": "with a file", "files": [file] });
    succeed(ada, "message:send", send).await;
    bob.receive_up_to(1, ada.known(1)).await;
    let message = bob.shown(1).last().unwrap()["id"].clone();
    let react = json!({ "message": message, "emoji": "👍", "isOn": true });
    succeed(bob, "message:react", react).await;
    bob.send(1, "a reply", message.as_i64()).await;
    bob.settle().await;
    ada.receive_up_to(1, bob.known(1)).await;
    succeed(ada, "message:delete", json!({ "message": message })).await;
    succeed(ada, "channel:create", json!({ "name": name })).await;
    for is_favourite in [true, false] {
        let star = json!({ "channel": 1, "isFavourite": is_favourite });
        succeed(ada, "channel:star", star).await;
    }
    let profile = [("display-name", "Ada"), ("about", id)];
    let page = browser.post("/account/profile", &profile).await;
    assert!(page.status < 400, "{}", page.body);
    let page = browser.log_in("Ada", "correct horse").await;
    assert_eq!(page.location(), Some("/home"), "{}", page.body);
    let mut fresh = bob.fresh();
    fresh.settle().await;
    bob.receive_up_to(1, fresh.known(1)).await;
    assert_eq!(bob.shown(1), fresh.shown(1));
}

#[test]
fn a_migration_whose_name_begins_with_add_only_adds() {
    for kind in ["postgres", "sqlite"] {
        for (version, name, sql) in migrations(kind) {
            if version <= LAST_WITHOUT_RULE || !name.starts_with("add_") {
                continue;
            }
            for statement in statements(&sql) {
                assert!(only_adds(&statement), "{kind}/{version:04}: {statement}");
            }
        }
    }
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let names = |kind| migrations(kind).map(|(version, name, _)| (version, name));
    assert!(names("postgres").eq(names("sqlite")));
}

#[test]
fn other_changes_are_told_from_additions() {
    let good = "CREATE TABLE pins (id BIGINT REFERENCES users (id) ON DELETE CASCADE); -- a; b
                CREATE INDEX pins_by_user\n ON pins (id);
                ALTER TABLE users ADD COLUMN pins BIGINT NOT NULL DEFAULT 0;
                alter table users add column pin text;";
    let found = statements(good);
    assert_eq!(found.len(), 4);
    for statement in found {
        assert!(only_adds(&statement), "{statement}");
    }
    for bad in [
        "DROP TABLE users",
        "DELETE FROM sessions",
        "UPDATE users SET name = ''",
        "ALTER TABLE users DROP COLUMN about",
        "ALTER TABLE users RENAME COLUMN about TO bio",
        "ALTER TABLE users ADD COLUMN pin TEXT, DROP COLUMN about",
        "ALTER TABLE users ADD COLUMN pin TEXT NOT NULL",
        "ALTER TABLE users ADD COLUMN pin TEXT UNIQUE",
        "ALTER TABLE users ADD CHECK (about <> '')",
        "CREATE UNIQUE INDEX users_by_about ON users (about)",
        "CREATE TRIGGER t AFTER DELETE ON users BEGIN SELECT 1",
        // The version before could no longer delete people.
        "CREATE TABLE pins (user_id BIGINT REFERENCES users (id))",
    ] {
        let [statement] = &statements(bad)[..] else {
            panic!("{bad}");
        };
        assert!(!only_adds(statement), "{bad}");
    }
}

/// The version, name and SQL of each migration, in their order.
fn migrations(kind: &str) -> impl Iterator<Item = (i64, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = fs::read_dir(folder.join(kind)).unwrap();
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| {
        let file = path.file_stem().unwrap().to_str().unwrap();
        let (version, name) = file.split_once('_').unwrap();
        let sql = fs::read_to_string(&path).unwrap();
        (version.parse().unwrap(), name.to_owned(), sql)
    })
}

/// The statements of a migration in capital letters, without comments and with single spaces.
fn statements(sql: &str) -> Vec<String> {
    let code = sql.lines().map(|line| line.split("--").next().unwrap());
    let code = code.collect::<Vec<_>>().join(" ").to_uppercase();
    let statements = code.split(';').map(|statement| {
        let words: Vec<&str> = statement.split_whitespace().collect();
        words.join(" ")
    });
    statements
        .filter(|statement| !statement.is_empty())
        .collect()
}

/// Whether the version before gets on with what a statement has changed. It inserts rows without the new
/// columns, knows no new condition, and deletes rows to which a new table refers.
fn only_adds(statement: &str) -> bool {
    let count = |words| statement.matches(words).count();
    let has = |words| count(words) > 0;
    let is_new = statement.starts_with("CREATE TABLE ") || statement.starts_with("CREATE INDEX ");
    let is_column = statement.starts_with("ALTER TABLE ")
        && has(" ADD COLUMN ")
        && ![
            " UNIQUE",
            " CHECK",
            " DROP ",
            " RENAME ",
            " ALTER ",
            " PRIMARY ",
        ]
        .iter()
        .any(|words| has(words))
        && (has(" DEFAULT ") || !has(" NOT NULL"));
    let lets_go = count(" ON DELETE CASCADE") + count(" ON DELETE SET NULL");
    (is_new || is_column) && count(" REFERENCES ") == lets_go
}
