//! Sessions: how they start, and how they end.

use crate::support::{Browser, Chat, each_database};
use chrono::{DateTime, Utc};
use macro_rules_attribute::apply;
use make_chat::{accounts::sessions::DbSessions, storage::Db};
use tower_sessions::{SessionStore, session::Id};

#[apply(each_database!)]
async fn a_planted_session_cookie_gets_a_new_id(chat: Chat) {
    chat.signed_up("Ada").await;
    let mut mallory = chat.signed_up("Mallory").await;
    let planted = mallory.session().unwrap().to_owned();
    let mut victim = mallory.clone();
    victim.log_in("Ada", "correct horse").await;
    assert_ne!(victim.session(), Some(planted.as_str()));
    assert!(
        victim
            .get("/account")
            .await
            .says("<strong dir=\"auto\">Ada<")
    );
    assert!(!mallory.is_logged_in().await);
}

#[apply(each_database!)]
async fn nobody_is_signed_up_without_a_session(chat: Chat) {
    let mut ada = chat.browser();
    refuse_sessions(&chat).await;
    assert_eq!(ada.sign_up("Ada", "correct horse").await.status, 500);
    assert_eq!(ada.session(), None);
    for table in ["users", "memberships"] {
        let rows = chat.count(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(rows, 0, "{table}");
    }
    accept_sessions(&chat).await;
    ada.sign_up("Ada", "correct horse").await;
    assert!(ada.is_logged_in().await);
}

#[apply(each_database!)]
async fn a_password_stays_if_the_new_session_cannot_be_saved(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let fields = [
        ("present-password", "correct horse"),
        ("new-password", "battery staple"),
    ];
    refuse_sessions(&chat).await;
    assert_eq!(ada.post("/account/password", &fields).await.status, 500);
    assert!(ada.is_logged_in().await);
    accept_sessions(&chat).await;
    let page = ada.post("/account/password", &fields).await;
    assert_eq!(page.location(), Some("/account?saved=password"));
    assert!(ada.is_logged_in().await);
    assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 1);
}

#[apply(each_database!)]
async fn signing_up_again_ends_the_previous_session(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let before = ada.clone();
    let refused = ada.sign_up("ADA", "correct horse").await;
    assert_eq!(refused.status, 422);
    assert!(ada.is_logged_in().await);
    ada.sign_up("Bob", "correct horse").await;
    assert!(ada.is_logged_in().await);
    assert!(!before.clone().is_logged_in().await);
    assert_eq!(ada.get("/api/me").await.json()["name"], "Bob");
}

/// From now on, no session can be saved.
async fn refuse_sessions(chat: &Chat) {
    chat.execute(match chat.state.db {
        Db::Sqlite { .. } => {
            "CREATE TRIGGER refuse BEFORE INSERT ON sessions
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        }
        Db::Postgres(_) => "ALTER TABLE sessions ADD CONSTRAINT refuse CHECK (false) NOT VALID",
    })
    .await;
}

/// Ends [`refuse_sessions`].
async fn accept_sessions(chat: &Chat) {
    chat.execute(match chat.state.db {
        Db::Sqlite { .. } => "DROP TRIGGER refuse",
        Db::Postgres(_) => "ALTER TABLE sessions DROP CONSTRAINT refuse",
    })
    .await;
}

#[apply(each_database!)]
async fn a_made_up_cookie_does_not_become_a_session(chat: Chat) {
    for made_up in ["AAAAAAAAAAAAAAAAAAAAAA", "'; DROP TABLE users"] {
        let mut mallory = chat.browser();
        mallory
            .cookies
            .insert(chat.cookie_name(), made_up.to_owned());
        // Clones, because the first response removes the cookie.
        assert!(!mallory.clone().is_logged_in().await);
        assert_eq!(mallory.clone().get("/").await.status, 200);
        assert_eq!(mallory.clone().get("/sign-up").await.status, 303);
        assert_eq!(mallory.clone().sign_up("", "").await.status, 422);
        mallory.get("/").await;
        assert_eq!(mallory.session(), None);
    }
    assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 0);
}

#[apply(each_database!)]
async fn scripts_and_other_sites_cannot_use_the_cookie(chat: Chat) {
    let page = chat.browser().sign_up("Ada", "correct horse").await;
    let cookie = page.header("set-cookie").unwrap();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
}

#[apply(each_database!)]
async fn behind_https_the_cookie_is_never_sent_unencrypted(chat: Chat) {
    let mut ada = Browser::new(
        chat.with(|config| {
            config.public_url = Some("https://chat.test".to_owned());
        })
        .await,
    );
    ada.origin = "https://chat.test";
    let page = ada.sign_up("Ada", "correct horse").await;
    assert!(page.header("set-cookie").unwrap().contains("; Secure"));
}

#[apply(each_database!)]
async fn an_expired_session_is_invalid_and_is_deleted(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    expire_sessions(&chat).await;
    assert!(!ada.is_logged_in().await);
    assert_eq!(ada.session(), None);
    chat.state.accounts.clean_up().await.unwrap();
    assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 0);
}

#[apply(each_database!)]
async fn every_request_renews_the_session(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    chat.execute("UPDATE sessions SET expires_at = '2999-01-01T00:00:00+00:00'")
        .await;
    let page = ada.get("/home").await;
    assert!(page.header("set-cookie").unwrap().contains("Max-Age=1800"));
    let renewed = "SELECT count(*) FROM sessions WHERE expires_at < '2999-01-01T00:00:00+00:00'";
    assert_eq!(chat.count(renewed).await, 1);
}

// A write with each request would have everyone wait for the one connection that writes.
#[apply(each_database!)]
async fn a_session_that_was_renewed_a_moment_ago_is_not_written_again(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for (minutes, is_written) in [(1, true), (29, true), (30, false), (31, true), (40, true)] {
        let stored = in_seconds(minutes * 60 + 20);
        chat.execute(&format!("UPDATE sessions SET expires_at = '{stored}'"))
            .await;
        let page = ada.get("/home").await;
        assert!(page.header("set-cookie").unwrap().contains("Max-Age=1800"));
        let untouched = format!("SELECT count(*) FROM sessions WHERE expires_at = '{stored}'");
        let is_untouched = chat.count(&untouched).await == 1;
        assert_eq!(is_untouched, !is_written, "{minutes} minutes");
        // It lasts for the 30 minutes that were promised.
        let promised = in_seconds(30 * 60 - 5);
        let lasting = format!("SELECT count(*) FROM sessions WHERE expires_at > '{promised}'");
        assert_eq!(chat.count(&lasting).await, 1, "{minutes} minutes");
    }
}

/// A time as both databases read it.
fn in_seconds(seconds: i64) -> String {
    let time = DateTime::from_timestamp(Utc::now().timestamp() + seconds, 0);
    time.unwrap().to_rfc3339()
}

#[apply(each_database!)]
async fn a_program_gets_problem_details_when_sessions_cannot_be_read(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    chat.execute("ALTER TABLE sessions RENAME TO gone").await;
    let page = ada.get("/api/people").await;
    assert_eq!(page.status, 500);
    assert_eq!(page.json()["code"], "failed");
    assert!(ada.get("/home").await.says("something went wrong"));
}

#[apply(each_database!)]
async fn a_request_that_outlasts_the_log_out_does_not_restore_the_session(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let id = ada.session().unwrap().parse().unwrap();
    let sessions = DbSessions::of(chat.state.accounts.clone());
    let loaded = sessions.load(&id).await.unwrap().unwrap();
    ada.post("/log-out", &[]).await;
    sessions.save(&loaded).await.unwrap();
    assert!(sessions.load(&id).await.unwrap().is_none());
}

#[apply(each_database!)]
async fn logging_out_everywhere_ends_all_sessions_of_this_user_only(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let mut bob = chat.signed_up("Bob").await;
    let mut elsewhere = chat.browser();
    elsewhere.log_in("Ada", "correct horse").await;
    ada.post("/log-out/everywhere", &[]).await;
    assert!(!ada.is_logged_in().await);
    assert!(!elsewhere.is_logged_in().await);
    assert!(bob.is_logged_in().await);
}

#[apply(each_database!)]
async fn a_changed_password_ends_the_sessions_elsewhere(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let before = ada.session().unwrap().to_owned();
    let mut thief = ada.clone();
    let mut elsewhere = chat.browser();
    elsewhere.log_in("Ada", "correct horse").await;
    let fields = [
        ("present-password", "correct horse"),
        ("new-password", "battery staple"),
    ];
    ada.post("/account/password", &fields).await;
    assert!(ada.is_logged_in().await);
    assert_ne!(ada.session(), Some(before.as_str()));
    assert!(!thief.is_logged_in().await);
    assert!(!elsewhere.is_logged_in().await);
}

#[apply(each_database!)]
async fn a_log_in_under_way_while_the_password_changes_is_invalid(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let sessions = DbSessions::of(chat.state.accounts.clone());
    let id = ada.session().unwrap().parse().unwrap();
    // The user that a log-in has loaded before it starts a session.
    let mut under_way = sessions.load(&id).await.unwrap().unwrap();
    let fields = [
        ("present-password", "correct horse"),
        ("new-password", "battery staple"),
    ];
    ada.post("/account/password", &fields).await;
    under_way.id = Id::default();
    sessions.create(&mut under_way).await.unwrap();
    assert!(sessions.load(&under_way.id).await.unwrap().is_none());
    assert!(ada.is_logged_in().await);
}

#[apply(each_database!)]
async fn the_database_contains_no_cookie(chat: Chat) {
    let ada = chat.signed_up("Ada").await;
    let is_there = format!(
        "SELECT count(*) FROM sessions WHERE id = '{}'",
        ada.session().unwrap()
    );
    assert_eq!(chat.count("SELECT count(*) FROM sessions").await, 1);
    assert_eq!(chat.count(&is_there).await, 0);
}

async fn expire_sessions(chat: &Chat) {
    chat.execute("UPDATE sessions SET expires_at = '2020-01-01T00:00:00+00:00'")
        .await;
}
