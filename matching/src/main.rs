//! The service `matching` as a process of its own.

fn main() -> anyhow::Result<()> {
    chassis::service::main(contracts::topology::MATCHING, matching::run)
}
