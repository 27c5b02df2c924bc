//! The process of stock-data alone.

fn main() -> anyhow::Result<()> {
    chassis::service::main(contracts::topology::STOCK_DATA, stock_data::run)
}
