//! The SQL of accounts.

use sqlx::{QueryBuilder, query, query_as, query_scalar};

use super::model::{NewUser, Person, PersonRow, Profile, User};
use crate::ids::UserId;
use crate::storage::{Db, on_db};

/// Inserts an account. None if the name is taken. The database decides, so if two people sign up
/// at the same moment, only one of them gets the name.
pub async fn insert(db: &Db, new: &NewUser) -> Result<Option<User>, sqlx::Error> {
    on_db!(db, |pool| {
        query_as(
        "INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
         VALUES ($1, $2, $1, '', $3, $4)
         ON CONFLICT (name_key) DO NOTHING
         RETURNING id, name, name_key, display_name, about, password_hash, password_version, picture",
    )
    .bind(new.name.as_str())
    .bind(&new.name_key)
    .bind(&new.password_hash)
    .bind(new.created_at)
    .fetch_optional(pool)
    .await
    })
}

/// Whether there is any account.
pub async fn exist(db: &Db) -> Result<bool, sqlx::Error> {
    on_db!(db, |pool| query_scalar(
        "SELECT EXISTS (SELECT 1 FROM users)"
    )
    .fetch_one(pool)
    .await)
}

/// The account with this id.
pub async fn find(db: &Db, id: UserId) -> Result<Option<User>, sqlx::Error> {
    on_db!(db, |pool| query_as(
        "SELECT id, name, name_key, display_name, about, password_hash, password_version, picture
         FROM users WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(pool)
    .await)
}

/// The account whose name has this key.
pub async fn find_by_name_key(db: &Db, key: &str) -> Result<Option<User>, sqlx::Error> {
    on_db!(db, |pool| query_as(
        "SELECT id, name, name_key, display_name, about, password_hash, password_version, picture
         FROM users WHERE name_key = $1",
    )
    .bind(key)
    .fetch_optional(pool)
    .await)
}

/// The people with these ids, by name.
pub async fn find_people(db: &Db, ids: &[UserId]) -> Result<Vec<Person>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<PersonRow> = on_db!(db, |pool| {
        let mut query =
            QueryBuilder::new("SELECT id, name, display_name, picture FROM users WHERE id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        query.push(") ORDER BY name_key");
        query.build_query_as().fetch_all(pool).await?
    });
    Ok(rows.into_iter().map(Person::from).collect())
}

/// Updates a person's profile.
pub async fn update_profile(db: &Db, id: UserId, profile: &Profile) -> Result<(), sqlx::Error> {
    on_db!(db, |pool| query(
        "UPDATE users SET display_name = $2, about = $3 WHERE id = $1",
    )
    .bind(id)
    .bind(&profile.display_name)
    .bind(&profile.about)
    .execute(pool)
    .await
    .map(|_| ()))
}

/// Replaces the password, deletes all sessions, and returns the password's new version.
pub async fn update_password(db: &Db, id: UserId, hash: &str) -> Result<i64, sqlx::Error> {
    on_db!(db, |pool| {
        let mut tx = pool.begin().await?;
        let version = query_scalar(
            "UPDATE users SET password_hash = $2, password_version = password_version + 1
             WHERE id = $1 RETURNING password_version",
        )
        .bind(id)
        .bind(hash)
        .fetch_one(&mut *tx)
        .await?;
        query("DELETE FROM sessions WHERE user_id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(version)
    })
}
