//! The database of matching.

crate::sql_migration!(
    First,
    "m0002_matching",
    "
    -- Every step that had commands for a book, in order and without a gap.
    create table journal (
        partition   int    not null,
        step_no     bigint not null check (step_no > 0),
        -- What the books were told, and when. The first byte is the version of the rest.
        commands    bytea  not null,
        -- SHA-256 over the digest of the step before, these commands, and what was said about them.
        digest      bytea  not null check (octet_length(digest) = 32),
        primary key (partition, step_no)
    );
    -- Mostly ids, which do not compress.
    alter table journal alter column commands set storage external;
    -- Where each partition's journal ends: without it a lost last row would go unnoticed.
    create table journal_heads (
        partition   int    primary key,
        step_no     bigint not null check (step_no > 0),
        digest      bytea  not null check (octet_length(digest) = 32)
    );
    -- All books of a partition as they were after a step.
    create table snapshots (
        partition   int         not null,
        step_no     bigint      not null check (step_no > 0),
        -- Of the content, before it was compressed.
        sha256      bytea       not null check (octet_length(sha256) = 32),
        -- gzip.
        body        bytea       not null,
        taken_at    timestamptz not null,
        primary key (partition, step_no)
    );
    alter table snapshots alter column body set storage external;
"
);

crate::sql_migration!(
    OutboxCompressed,
    "m0004_outbox_compressed",
    "
    -- Under load a step says half a megabyte: compressed, a third of it goes through the log, which
    -- costs less than it saves. A server that was built
    -- without lz4 goes on as before.
    do $$ begin
        alter table outbox alter column body set compression lz4;
        alter table outbox alter column body set storage extended;
    exception when feature_not_supported then
        raise notice 'no lz4: the outbox is not compressed';
    end $$;
"
);
crate::migrator!(OutboxCompressed);
