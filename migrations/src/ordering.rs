//! The database of ordering.

crate::sql_migration!(
    First,
    "m0002_ordering",
    "
    select 1;
"
);
crate::migrator!(First);
