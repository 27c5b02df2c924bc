//! The service `ordering`, alone.

fn main() -> anyhow::Result<()> {
    chassis::service::main(contracts::topology::ORDERING, ordering::run)
}
