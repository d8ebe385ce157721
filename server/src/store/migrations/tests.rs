use sqlx::migrate::Migration;

use super::*;

#[sqlx::test(migrations = false)]
async fn an_empty_database_is_migrated_once(pool: PgPool) {
    let refused = check(&pool).await.unwrap_err();
    assert!(refused.to_string().ends_with("run `channelscope migrate`."), "{refused}");
    let count = MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration()).count();
    assert_eq!(migrate(&pool).await.unwrap(), Applied { from: None, to: program_version(), count });
    let again = Applied { from: Some(program_version()), to: program_version(), count: 0 };
    assert_eq!(migrate(&pool).await.unwrap(), again);
    check(&pool).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn several_processes_may_start_at_once(pool: PgPool) {
    let tasks = (0..4).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move { migrate(&pool).await })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap().unwrap();
    }
    check(&pool).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn a_database_of_a_newer_program_is_refused(pool: PgPool) {
    let newest = MIGRATOR.iter().next_back().unwrap().clone();
    let later = Migration { version: 29990101000000, ..newest };
    let sql = sqlx::SqlStr::from_static("create table from_the_future ()");
    let later = Migration { sql, ..later };
    let mut migrations: Vec<Migration> = MIGRATOR.iter().cloned().collect();
    migrations.push(Migration { migration_type: sqlx::migrate::MigrationType::ReversibleUp, ..later });
    Migrator::with_migrations(migrations).run(&pool).await.unwrap();
    for refused in [migrate(&pool).await.unwrap_err(), check(&pool).await.unwrap_err()] {
        assert_eq!(
            refused.to_string(),
            format!(
                "This database was made by a newer Channelscope (migration 29990101000000; this program knows up to \
                 {}); update the program or restore a backup.",
                program_version()
            )
        );
    }
}

#[sqlx::test(migrations = false)]
async fn what_goes_up_comes_down(pool: PgPool) {
    migrate(&pool).await.unwrap();
    MIGRATOR.undo(&pool, 0).await.unwrap();
    let left = sqlx::query_scalar!(
        r#"select count(*) as "count!" from pg_class
           where relnamespace in (select oid from pg_namespace where nspname in ('public', 'reporting'))
             and relname not like '\_sqlx%'"#
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(left, 0);
    migrate(&pool).await.unwrap();
}
