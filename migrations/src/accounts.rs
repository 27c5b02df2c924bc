//! The database of accounts.

crate::sql_migration!(
    First,
    "m0002_accounts",
    "
    create table users (
        user_id     uuid    primary key,
        name        text    not null check (name <> ''),
        role        text    not null check (role in ('trader', 'admin', 'bot')),
        demo        boolean not null
    );
    create index demo_users on users (name collate \"C\", user_id) where demo;
"
);
crate::migrator!();
