//! The process of accounts alone.

fn main() -> anyhow::Result<()> {
    chassis::service::main(contracts::topology::ACCOUNTS, accounts::run)
}
