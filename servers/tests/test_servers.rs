//! Test servers are shared by the tests of one process, each with a runtime of its own.

mod support;

use servers::TestServers;
use support::{all_free, definitions, processes_in, sql};

#[tokio::test]
async fn one_test_makes_a_table() {
    let servers = TestServers::shared_postgres().await.unwrap();
    assert!(servers.rabbitmq.is_none());
    sql(&servers.postgres, "create table first_met (n int)").unwrap();
}

#[tokio::test]
async fn another_test_meets_the_same_server() {
    let servers = TestServers::shared_postgres().await.unwrap();
    let same = TestServers::shared_postgres().await.unwrap();
    assert_eq!(servers.postgres.pid(), same.postgres.pid());
    sql(&same.postgres, "create table then_met (n int)").unwrap();
}

#[tokio::test]
async fn stopping_leaves_nothing() {
    let servers = TestServers::start(&definitions()).await.unwrap();
    let folder = servers.folder().to_owned();
    let ports = servers.rabbitmq().ports();
    let ports = [servers.postgres.port(), ports.amqp, ports.management, ports.distribution, ports.epmd];
    assert!(!processes_in(&folder).is_empty());

    servers.stop().await.unwrap();
    assert!(!folder.exists() && all_free(&ports));
    // Only the sweeper may still be looking, at a folder that is gone.
    support::eventually("nothing of it is left", || processes_in(&folder).is_empty());
}
