//! The database of matching.

crate::sql_migration!(
    First,
    "m0002_matching",
    "
    select 1;
"
);
crate::migrator!(First);
