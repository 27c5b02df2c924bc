//! The five databases: each with a role that owns it and never logs in, and the service's role,
//! which may read and write rows but neither change the schema nor rewrite what is append-only.

use anyhow::{Context, Result, bail};
use chassis::{Db, Fault, settings::Settings};
use contracts::{Partitions, topology};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;
use tokio::net::TcpStream;

/// Longer than any statement of a step by far; past it something is wrong, and the step is retried.
const STATEMENT_TIMEOUT: &str = "5s";
/// A step waits for nobody but another instance of itself.
const LOCK_TIMEOUT: &str = "2s";
/// A transaction that nobody goes on with must not block those of others.
const IDLE_TIMEOUT: &str = "5s";

/// What was applied, by service.
pub type Applied = BTreeMap<&'static str, Vec<String>>;

/// Makes what is missing, and migrates. Idempotent.
pub async fn provision(settings: &Settings) -> Result<Applied> {
    let mut applied = Applied::new();
    for service in topology::SERVICES {
        let names = Names::of(settings, service);
        if names.by_url {
            applied.insert(service, migrate_as(service, &settings.database_url(service)?).await?);
            continue;
        }
        let admin = connect(settings, "postgres").await?;
        let password = password(settings, service)?;
        execute(&admin, &names.roles(&password)).await?;
        create(&admin, &names).await?;
        execute(&admin, &names.access()).await?;
        same_partitions(&admin, &names, settings.partitions).await?;
        let inside = connect(settings, &names.role).await?;
        execute(&inside, &names.schema_access()).await?;
        applied.insert(service, migrate_one(settings, service).await?);
        execute(&inside, &names.table_access()).await?;
    }
    Ok(applied)
}

/// Migrates databases that are there, and lets their services use what is new.
pub async fn migrate(settings: &Settings) -> Result<Applied> {
    let mut applied = Applied::new();
    for service in topology::SERVICES {
        let names = Names::of(settings, service);
        applied.insert(service, migrate_one(settings, service).await?);
        if !names.by_url && has_admin(settings) {
            execute(&connect(settings, &names.role).await?, &names.table_access()).await?;
        }
    }
    Ok(applied)
}

/// All statements but the migrations, with the names of variables in place of passwords.
pub fn sql(settings: &Settings) -> Result<String> {
    let services = topology::SERVICES.map(|service| {
        let names = Names::of(settings, service);
        let variable = format!("EXCHANGE__SECRETS__DATABASE__{}", names.key.to_uppercase());
        [
            names.roles(&variable),
            names.create(),
            names.access(),
            names.partitions(settings.partitions),
            format!("\\connect {}", names.role),
            names.schema_access(),
            "-- Here come the migrations: `exchange migrate`. Then:".to_owned(),
            names.table_access(),
            "\\connect postgres".to_owned(),
        ]
        .join("\n")
    });
    Ok(services.join("\n\n"))
}

/// `schema: 5 migrations applied`.
pub fn summary(applied: &Applied) -> String {
    match applied.values().map(Vec::len).sum() {
        0 => "schema up to date".to_owned(),
        1 => "1 migration applied".to_owned(),
        count => format!("{count} migrations applied"),
    }
}

/// Whether roles and databases can be made.
pub fn has_admin(settings: &Settings) -> bool {
    settings.secrets.database.contains_key("admin")
}

async fn migrate_one(settings: &Settings, service: &str) -> Result<Vec<String>> {
    let names = Names::of(settings, service);
    if names.by_url || !has_admin(settings) {
        return migrate_as(service, &settings.database_url(service)?).await;
    }
    let url = settings.database_admin_url(&names.role)?;
    // As the owner, so that what is made belongs to it.
    migrate_as(service, &format!("{url}?options=-c%20role%3D{}", names.owner)).await
}

async fn migrate_as(service: &str, url: &str) -> Result<Vec<String>> {
    let joiner = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{joiner}options=-c%20statement_timeout%3D0%20-c%20lock_timeout%3D0");
    match migrations::migrate(service, &url).await {
        Ok(applied) => Ok(applied),
        Err(error) if error.to_string().contains("has been applied but its file is missing") => bail!(
            "The database of {service} has another schema version: it was migrated by a newer or another \
             exchange ({error}). Use that version again, or give this one databases of its own \
             (`prefix` under [database] in exchange.toml; for private servers another folder, or \
             `exchange reset`, which deletes all data)"
        ),
        Err(error) => Err(error).with_context(|| format!("The database of {service} could not be migrated")),
    }
}

async fn connect(settings: &Settings, database: &str) -> Result<Db> {
    let url = settings.database_admin_url(database)?;
    let chassis::settings::Database { host, port, admin, .. } = &settings.database;
    // A pool only says that it took too long.
    TcpStream::connect((host.as_str(), *port)).await.with_context(|| {
        format!(
            "PostgreSQL does not answer on {host}:{port}. Check `host` and `port` under [database] in exchange.toml \
             (EXCHANGE__DATABASE__HOST, EXCHANGE__DATABASE__PORT), and whether it runs"
        )
    })?;
    Db::connect(&url).await.with_context(|| {
        format!(
            "PostgreSQL on {host}:{port} does not let the role {admin:?} into the database {database:?}. Check \
             `admin` under [database] in exchange.toml, and its password in \
             EXCHANGE__SECRETS__DATABASE__ADMIN"
        )
    })
}

async fn execute(db: &Db, sql: &str) -> Result<(), Fault> {
    db.execute_alone(sql).await
}

async fn create(admin: &Db, names: &Names) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "only whether there is a row matters")]
        one: i32,
    }
    let sql = "select 1 as one from pg_database where datname = $1";
    if admin.one::<Row>(sql, [names.role.clone().into()]).await?.is_none() {
        execute(admin, &names.create()).await?;
    }
    Ok(())
}

/// Who owns a row is computed from the numbers of partitions: other numbers would lose it.
async fn same_partitions(admin: &Db, names: &Names, partitions: Partitions) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Row {
        note: Option<String>,
    }
    let sql = "select shobj_description(oid, 'pg_database') as note from pg_database where datname = $1";
    let row: Option<Row> = admin.one(sql, [names.role.clone().into()]).await?;
    let wanted = note(partitions);
    match row.and_then(|row| row.note) {
        Some(note) if note == wanted => Ok(()),
        Some(note) if note.starts_with(NOTE) => bail!(
            "The database {} was provisioned for other partitions ({note}), and its rows are spread over these. Set \
             the same numbers under [partitions], or start with empty databases",
            names.role
        ),
        Some(_) | None => Ok(execute(admin, &names.partitions(partitions)).await?),
    }
}

const NOTE: &str = "exchange: partitions";

fn note(partitions: Partitions) -> String {
    format!("{NOTE}.users = {}, partitions.symbols = {}", partitions.users, partitions.symbols)
}

fn password(settings: &Settings, service: &str) -> Result<String> {
    // Tells about a missing or a bad one; good ones need no quoting.
    settings.database_url(service)?;
    let secret = settings.secrets.database.get(&service.replace('-', "_"));
    Ok(secret.context("a database password is missing")?.reveal().to_owned())
}

/// Which tables are only ever added to, by service.
fn append_only(service: &str) -> &'static [&'static str] {
    match service {
        topology::PORTFOLIO => &["postings", "movements"],
        topology::ORDERING => &["fills"],
        topology::STOCK_DATA => &["trades"],
        _ => &[],
    }
}

struct Names {
    service: &'static str,
    key: String,
    /// The service's role, and its database.
    role: String,
    owner: String,
    /// Made by somebody else.
    by_url: bool,
}

impl Names {
    fn of(settings: &Settings, service: &str) -> Self {
        let service = topology::SERVICES.into_iter().find(|known| *known == service).expect("is a service");
        let key = service.replace('-', "_");
        let role = format!("{}{key}", settings.database.prefix);
        let urls = &settings.database.urls;
        let by_url = urls.contains_key(&key) || urls.contains_key(service);
        Names { service, key, owner: format!("{role}_owner"), role, by_url }
    }

    fn roles(&self, password: &str) -> String {
        let Names { role, owner, .. } = self;
        format!(
            "do $$ begin
                if not exists (select from pg_roles where rolname = '{owner}') then create role \"{owner}\" nologin; end if;
                if not exists (select from pg_roles where rolname = '{role}') then create role \"{role}\"; end if;
            end $$;
            grant \"{owner}\" to current_user;
            alter role \"{role}\" with login password '{password}';
            alter role \"{role}\" set statement_timeout = '{STATEMENT_TIMEOUT}';
            alter role \"{role}\" set lock_timeout = '{LOCK_TIMEOUT}';
            alter role \"{role}\" set idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}';"
        )
    }

    fn create(&self) -> String {
        format!("create database \"{}\" owner \"{}\";", self.role, self.owner)
    }

    fn access(&self) -> String {
        let Names { role, .. } = self;
        format!(
            "revoke all on database \"{role}\" from public;\ngrant connect on database \"{role}\" to \"{role}\";"
        )
    }

    fn partitions(&self, partitions: Partitions) -> String {
        format!("comment on database \"{}\" is '{}';", self.role, note(partitions))
    }

    fn schema_access(&self) -> String {
        let Names { role, owner, .. } = self;
        format!(
            "revoke all on schema public from public;
            grant usage, create on schema public to \"{owner}\";
            grant usage on schema public to \"{role}\";"
        )
    }

    fn table_access(&self) -> String {
        let Names { role, owner, .. } = self;
        let mut sql = format!(
            "set role \"{owner}\";
            grant select, insert, update, delete on all tables in schema public to \"{role}\";
            grant usage on all sequences in schema public to \"{role}\";
            revoke insert, update, delete on seaql_migrations from \"{role}\";"
        );
        for table in append_only(self.service) {
            sql.push_str(&format!("\nrevoke update, delete on \"{table}\" from \"{role}\";"));
        }
        sql + "\nreset role;"
    }
}
