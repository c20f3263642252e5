//! The database: how it is talked to.

use std::path::PathBuf;

use make_chat::{
    state::AppState,
    storage::{Db, StorageError},
};
use sqlx::query_scalar;

use crate::support::{Chat, certificates, on_each_database};

#[tokio::test]
async fn postgresql_is_talked_to_through_tls_when_the_url_says_so() {
    on_each_database(async |chat| {
        let Some(folder) = certificates_for(&chat) else {
            return;
        };
        let root = folder.join("root.crt");
        assert!(!is_encrypted(&chat.state.db).await);
        for mode in [
            "require".to_owned(),
            format!("verify-ca&sslrootcert={}", root.display()),
            format!("verify-full&sslrootcert={}", root.display()),
        ] {
            let opened = open_with(&chat, "127.0.0.1", &mode).await.unwrap();
            assert!(is_encrypted(&opened.db).await, "{mode}");
            opened.db.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_postgresql_that_cannot_prove_who_it_is_is_refused_in_words() {
    on_each_database(async |chat| {
        let Some(folder) = certificates_for(&chat) else {
            return;
        };
        let verify = |file: &str| format!("verify-full&sslrootcert={}/{file}", folder.display());
        for (host, mode, reason) in [
            ("127.0.0.1", verify("stranger.crt"), "UnknownIssuer"),
            ("127.0.0.1", "verify-full".to_owned(), "UnknownIssuer"),
            ("localhost", verify("root.crt"), "not valid for name"),
        ] {
            let refused = open_with(&chat, host, &mode).await.err().unwrap();
            assert!(matches!(refused, StorageError::Tls(_)), "{refused:?}");
            let words = refused.to_string();
            assert!(words.contains(reason) && words.contains("sslrootcert in DATABASE_URL"));
        }
        let nowhere = verify("nowhere.crt");
        let refused = open_with(&chat, "127.0.0.1", &nowhere).await.err().unwrap();
        let words = refused.to_string();
        assert!(words.contains("nowhere.crt") && words.contains("named by sslrootcert"));
    })
    .await;
}

/// None without a PostgreSQL, or with one that has other certificates.
fn certificates_for(chat: &Chat) -> Option<PathBuf> {
    chat.database_url().and(certificates())
}

/// Opens the database of this chat at this host, with this `sslmode`.
async fn open_with(chat: &Chat, host: &str, mode: &str) -> Result<AppState, StorageError> {
    let url = chat.database_url().unwrap();
    let url = url.replace("@127.0.0.1:", &format!("@{host}:"));
    let mut config = (*chat.state.config).clone();
    config.database_url = Some(url.replace("sslmode=disable", &format!("sslmode={mode}")));
    AppState::open(config).await
}

/// What PostgreSQL says about this connection.
async fn is_encrypted(db: &Db) -> bool {
    let Db::Postgres(pool) = db else {
        panic!("not a PostgreSQL")
    };
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    query_scalar(sql).fetch_one(pool).await.unwrap()
}
