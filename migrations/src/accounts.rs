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

crate::sql_migration!(
    Credentials,
    "m0004_credentials",
    "
    create table credentials (
        user_id       uuid        primary key,
        login         text        not null unique check (login = lower(login)),
        password_hash text        not null check (password_hash like '$argon2id$%')
    );
    create table api_keys (
        key_id        uuid        primary key,
        user_id       uuid        not null,
        name          text        not null,
        digest        text        not null,
        scopes        text        not null,
        made_at       timestamptz not null
    );
    create index api_keys_of on api_keys (user_id);
    create table ended_sessions (
        session_id    uuid        primary key,
        ended_at      timestamptz not null
    );
    create index ended_sessions_by_time on ended_sessions (ended_at);
    create table session_cuts (
        user_id       uuid        primary key,
        began_by      bigint      not null
    );
    create index session_cuts_by_time on session_cuts (began_by);
"
);
crate::sql_migration!(
    ClosedUsers,
    "m0005_closed_users",
    "
    create table closed_users (
        user_id       uuid        primary key,
        -- The id under which a payment service has asked for it.
        removal_id    uuid        unique,
        closed_at     timestamptz not null
    );
"
);
crate::migrator!(Credentials, ClosedUsers);
