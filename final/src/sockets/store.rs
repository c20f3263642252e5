//! The SQL of online users. Each process has a lease, which it renews: people count as online as
//! long as the lease of a process that they are connected to.

use std::{collections::HashSet, time::Duration};

use sqlx::{PgPool, Postgres, Transaction, query, query_scalar};

use crate::ids::UserId;

/// Renews the lease of a process. Returns true if it had none, or if another process has taken it
/// for dead: then nobody is connected to it any more, as far as the database knows.
pub async fn renew_lease(
    tx: &mut Transaction<'static, Postgres>,
    process: &str,
    lease: Duration,
) -> Result<bool, sqlx::Error> {
    query_scalar(
        "INSERT INTO processes (id, expires_at) VALUES ($1, now() + make_interval(secs => $2))
         ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
         RETURNING xmax = 0",
    )
    .bind(process)
    .bind(lease.as_secs_f64())
    .fetch_one(&mut **tx)
    .await
}

/// Deletes the processes whose lease is over, with their people. Returns whether there were any.
pub async fn delete_dead(tx: &mut Transaction<'static, Postgres>) -> Result<bool, sqlx::Error> {
    // Two processes may do this at the same time. Neither waits for the other.
    query(
        "DELETE FROM processes WHERE id IN
             (SELECT id FROM processes WHERE expires_at <= now() FOR UPDATE SKIP LOCKED)",
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() > 0)
}

/// Saves that these people are connected to a process.
pub async fn insert(
    tx: &mut Transaction<'static, Postgres>,
    process: &str,
    users: &[UserId],
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO online (process_id, user_id) SELECT $1, unnest($2::bigint[])
         ON CONFLICT DO NOTHING",
    )
    .bind(process)
    .bind(users)
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Saves that these people are not connected to a process any more.
pub async fn delete(
    tx: &mut Transaction<'static, Postgres>,
    process: &str,
    users: &[UserId],
) -> Result<(), sqlx::Error> {
    query("DELETE FROM online WHERE process_id = $1 AND user_id = ANY($2)")
        .bind(process)
        .bind(users)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// The people who are connected to other processes.
pub async fn online_elsewhere(
    pool: &PgPool,
    process: &str,
) -> Result<HashSet<UserId>, sqlx::Error> {
    let users: Vec<UserId> = query_scalar(
        "SELECT DISTINCT user_id FROM online JOIN processes ON processes.id = process_id
         WHERE process_id <> $1 AND expires_at > now()",
    )
    .bind(process)
    .fetch_all(pool)
    .await?;
    Ok(users.into_iter().collect())
}
