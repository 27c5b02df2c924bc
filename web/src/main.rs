//! The gateway's own program.

fn main() -> anyhow::Result<()> {
    chassis::service::main(contracts::topology::WEB, web::run)
}
