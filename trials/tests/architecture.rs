//! Dependencies run one way: contracts ← servers ← chassis ← the services, web, seed, load ← exchange ← trials.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SERVICES: [&str; 5] = ["accounts", "portfolio", "stock-data", "ordering", "matching"];

/// What each crate may stand on, of ours.
fn allowed(name: &str) -> Vec<&'static str> {
    match name {
        "contracts" | "migrations" => vec![],
        "servers" => vec!["contracts"],
        "chassis" => vec!["contracts", "servers"],
        "web" | "seed" => vec!["contracts", "chassis"],
        "bots" | "feeds" => vec!["contracts", "chassis"],
        // The gateway is measured by itself, fed by the load kit.
        "load" => vec!["contracts", "chassis", "web"],
        service if SERVICES.contains(&service) => vec!["contracts", "chassis", "migrations"],
        "exchange" => [
            &["contracts", "chassis", "servers", "migrations", "web", "seed", "load", "bots", "feeds"][..],
            &SERVICES,
        ]
        .concat(),
        // Holds the books against the obvious one.
        "trials" => vec!["contracts", "chassis", "servers", "migrations", "matching", "exchange"],
        // Runs the cores of all services, without servers.
        "simulator" => [&["contracts", "chassis"][..], &SERVICES].concat(),
        other => panic!("{other} is new: decide here what it may stand on"),
    }
}

#[test]
fn dependencies_run_one_way() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let names: Vec<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    for package in &metadata.packages {
        let ours = package
            .dependencies
            .iter()
            .filter(|d| d.kind == DependencyKind::Normal && names.contains(&d.name));
        for dependency in ours {
            assert!(
                allowed(&package.name).contains(&dependency.name.as_str()),
                "{} must not depend on {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn contracts_does_no_io() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let contracts = metadata.packages.iter().find(|package| package.name == "contracts").unwrap();
    for banned in ["lapin", "sea-orm", "actix", "actix-web", "tokio"] {
        assert!(!contracts.dependencies.iter().any(|d| d.name == banned), "contracts uses {banned}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let files = walkdir::WalkDir::new(root().join(folder)).into_iter().filter_map(Result::ok);
    let rust = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "rs"));
    rust.map(|file| (file.path().to_owned(), std::fs::read_to_string(file.path()).unwrap())).collect()
}

#[test]
fn domains_are_pure() {
    for service in SERVICES.iter().chain(&["bots"]) {
        for (path, text) in sources(&format!("{service}/src/domain")) {
            for banned in [
                "async fn",
                "sea_orm",
                "lapin",
                "actix",
                "tokio",
                "Utc::now",
                "SystemTime",
                "Instant::now",
                "std::fs",
            ] {
                assert!(!text.contains(banned), "{}: {banned}", path.display());
            }
        }
    }
}

#[test]
fn only_stores_talk_sql_and_only_the_chassis_talks_amqp() {
    for service in SERVICES {
        for (path, text) in sources(&format!("{service}/src")) {
            assert!(!text.contains("lapin"), "{}: AMQP is the chassis's", path.display());
            let may_query =
                ["/store", "/audit", "/queries"].iter().any(|part| path.to_string_lossy().contains(part));
            assert!(may_query || !text.contains("from_sql"), "{}: SQL belongs in store/", path.display());
        }
    }
    for (path, text) in sources("web/src").into_iter().chain(sources("seed/src")) {
        for banned in ["sea_orm", "lapin"] {
            assert!(!text.contains(banned), "{}: {banned}", path.display());
        }
    }
}

/// Where a test stands in a metric's place, and metrics are floats to their library.
const GAUGES: &str = "matching/src/actors/waiting.rs";

#[test]
fn money_is_never_a_float() {
    for service in ["contracts", "portfolio", "ordering", "matching", "stock-data", "seed", "feeds"] {
        let files = sources(&format!("{service}/src")).into_iter();
        for (path, text) in files.filter(|(path, _)| !path.ends_with(GAUGES)) {
            for banned in ["f64", "f32"] {
                let found =
                    text.lines().any(|line| line.contains(banned) && !line.trim_start().starts_with("//"));
                assert!(!found, "{}: {banned}", path.display());
            }
        }
    }
}

/// `docs/mistakes.md` names a crate and then its tests, for each mistake that others shipped.
#[test]
fn every_mistake_of_others_has_its_tests() {
    let table = std::fs::read_to_string(root().join("docs/mistakes.md")).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| mistake"));
    let mut crates = BTreeMap::<&str, String>::new();
    let mut looked = 0;
    for row in rows {
        let who = row.trim_end_matches(" |").rsplit_once("| ").expect("two columns").1;
        for of_crate in who.split("; ") {
            let (name, tests) = of_crate.split_once(' ').expect("a crate and its tests");
            let text = crates
                .entry(name)
                .or_insert_with(|| sources(name).into_values().collect::<Vec<_>>().concat());
            for test in tests.split(", ") {
                let test = test.trim_matches('`');
                assert!(text.contains(&format!("fn {test}(")), "{name} has no test {test}: {row}");
                looked += 1;
            }
        }
    }
    assert!(looked > 50, "the table has {looked} tests");
}
