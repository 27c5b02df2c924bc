//! The database of stock-data.

crate::sql_migration!(
    First,
    "m0002_stock_data",
    "
    select 1;
"
);
crate::migrator!(First);
