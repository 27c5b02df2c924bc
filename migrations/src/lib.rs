//! The schema of the five databases: one migrator each, and what each starts with in common.

pub mod accounts;
pub mod matching;
pub mod ordering;
pub mod portfolio;
pub mod stock_data;
mod streams;

pub use sea_orm_migration::{MigratorTrait, sea_orm};

/// Applies what is missing to a service's database. Answers the names of what was applied.
pub async fn migrate(service: &str, url: &str) -> Result<Vec<String>, sea_orm::DbErr> {
    let db =
        sea_orm::Database::connect(sea_orm::ConnectOptions::new(url).max_connections(1).to_owned()).await?;
    match service {
        "accounts" => apply::<accounts::Migrator>(&db).await,
        "portfolio" => apply::<portfolio::Migrator>(&db).await,
        "stock-data" => apply::<stock_data::Migrator>(&db).await,
        "ordering" => apply::<ordering::Migrator>(&db).await,
        "matching" => apply::<matching::Migrator>(&db).await,
        other => Err(sea_orm::DbErr::Custom(format!("no service is called {other:?}"))),
    }
}

async fn apply<M: MigratorTrait>(db: &sea_orm::DatabaseConnection) -> Result<Vec<String>, sea_orm::DbErr> {
    let missing = M::get_pending_migrations(db).await?;
    M::up(db, None).await?;
    Ok(missing.iter().map(|m| m.name().to_owned()).collect())
}

/// A migration that is plain SQL.
#[macro_export]
macro_rules! sql_migration {
    ($name:ident, $title:literal, $sql:expr) => {
        pub struct $name;

        impl sea_orm_migration::MigrationName for $name {
            fn name(&self) -> &str {
                $title
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for $name {
            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::sea_orm::DbErr> {
                use sea_orm_migration::sea_orm::ConnectionTrait;
                manager.get_connection().execute_unprepared($sql).await.map(|_| ())
            }
        }
    };
}

/// A service's migrator: the streams' tables, its own first ones, and what has come since.
#[macro_export]
macro_rules! migrator {
    ($($migration:ident),*) => {
        pub struct Migrator;

        impl sea_orm_migration::MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
                vec![
                    Box::new($crate::streams::Streams),
                    Box::new(First),
                    Box::new($crate::streams::Must),
                    $(Box::new($migration)),*
                ]
            }
        }
    };
}
