//! The process `portfolio`.

fn main() -> anyhow::Result<()> {
    chassis::service::main(contracts::topology::PORTFOLIO, portfolio::run)
}
