//! What every service's database has: heads, positions, outboxes, parked messages.

crate::sql_migration!(
    Streams,
    "m0001_streams",
    "
    -- The fence: a step is committed only by the instance that knows the last one.
    create table heads (
        partition   int    primary key,
        step        bigint not null check (step >= 0),
        writer      uuid   not null
    );
    -- How far a partition has come in each stream that it hears.
    create table positions (
        partition   int    not null,
        stream      text   not null,
        seq         bigint not null check (seq >= 0),
        primary key (partition, stream)
    );
    -- The last sequence of each stream that a partition writes.
    create table counters (
        partition   int    not null,
        stream      text   not null,
        seq         bigint not null check (seq >= 0),
        primary key (partition, stream)
    );
    create table outbox (
        stream      text        not null,
        seq         bigint      not null,
        body        bytea       not null,
        created_at  timestamptz not null,
        primary key (stream, seq)
    );
    -- Bodies are read once or twice and then deleted: compressing them would cost more than it saves.
    alter table outbox alter column body set storage external;
    -- How far each listener has come, as it reported.
    create table listeners (
        stream      text   not null,
        listener    text   not null,
        seq         bigint not null,
        primary key (stream, listener)
    );
    create table parked (
        parked_id   uuid        primary key,
        partition   int         not null,
        key         text,
        source      text        not null,
        sender      text        not null,
        stream      text,
        seq         bigint,
        said_at     timestamptz,
        body        bytea       not null,
        reason      text        not null,
        parked_at   timestamptz not null
    );
    create index parked_by_key on parked (partition, key);
    -- Messages that were in flight when the process died, and how often.
    create table attempts (
        partition   int         not null,
        digest      bytea       not null,
        attempts    int         not null,
        primary key (partition, digest)
    );
"
);

crate::sql_migration!(
    Must,
    "m0003_must",
    "
    -- A step is one statement of several parts; each part says how many rows it must touch.
    create function must(rows bigint, expected bigint, code text, otherwise text) returns void
        language plpgsql as $$
        begin
            if rows <> expected then
                raise exception using errcode = code, message = otherwise,
                    detail = rows || ' rows instead of ' || expected;
            end if;
        end $$;
"
);
