//! A PostgreSQL connection that ends in the middle of a transaction: at each statement that writes,
//! and at each commit.

use make_chat::storage::Db;
use sqlx::{PgPool, query, query_scalar, raw_sql};

use super::writer::{REQUESTS, Writer};
use crate::support::{Chat, each_database};
use macro_rules_attribute::apply;

/// More statements than any request makes.
const MAX_STATEMENTS: i64 = 50;

/// Counts statements that write and rows that are committed, and ends the connection at the one whose
/// number is in `fault`. Numbers of a sequence are not rolled back. The connection ends only when it
/// looks for signals; sleeping does that.
const TRIGGERS: &str = "
    CREATE SEQUENCE statements;
    CREATE TABLE fault (number bigint NOT NULL);
    INSERT INTO fault VALUES (0);
    CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('statements') = (SELECT number FROM fault) THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
            PERFORM pg_sleep(60);
        END IF;
        RETURN NULL;
    END $$;
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public'
              -- The server writes to the last two by itself.
              AND tablename NOT IN ('fault', '_sqlx_migrations', 'processes', 'online')
        LOOP
            EXECUTE format('CREATE TRIGGER at_statement AFTER INSERT OR UPDATE OR DELETE ON %I
                EXECUTE FUNCTION end_connection()', name);
            EXECUTE format('CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE OR DELETE
                ON %I DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION end_connection()', name);
        END LOOP;
    END $$";

#[apply(each_database!)]
async fn a_connection_that_ends_in_the_middle_of_a_request_loses_nothing(chat: Chat) {
    let Db::Postgres(pool) = &chat.state.db else {
        return;
    };
    let mut writer = Writer::new(chat.signed_up("Ada").await);
    raw_sql(TRIGGERS).execute(pool).await.unwrap();
    for request in REQUESTS {
        let mut statements = 0;
        loop {
            writer.prepare(&chat, request).await;
            fail_at(pool, statements + 1).await;
            let first = writer.make(request).await;
            let has_failed = works(pool).await > statements;
            writer.repeat(request, &first, false).await;
            if !has_failed {
                break;
            }
            statements += 1;
            assert!(statements < MAX_STATEMENTS, "{request:?} does not end");
        }
        assert!(statements > 0, "{request:?} does not write");
    }
    writer.check(&chat).await;
}

/// From now on, the connection ends that writes the `number`th statement or row.
async fn fail_at(pool: &PgPool, number: i64) {
    set_fault(pool, number).await;
    let restart = "ALTER SEQUENCE statements RESTART";
    query(restart).execute(pool).await.unwrap();
}

/// From now on, no connection ends. Returns how many statements there were.
async fn works(pool: &PgPool) -> i64 {
    set_fault(pool, 0).await;
    let count = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM statements";
    query_scalar(count).fetch_one(pool).await.unwrap()
}

async fn set_fault(pool: &PgPool, number: i64) {
    let sql = "UPDATE fault SET number = $1";
    query(sql).bind(number).execute(pool).await.unwrap();
}
