//! scratch
use servers::*;
#[tokio::test]
async fn x() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("rabbitmq");
    let file = parent.path().join("definitions.json");
    std::fs::write(&file, r#"{"vhosts":[{"name":"/"}],"queues":[{"name":"q","vhost":"/","durable":true,"auto_delete":false,"arguments":{"x-queue-type":"quorum"}}]}"#).unwrap();
    let lease = ports::free(4).unwrap();
    let &[amqp, management, distribution, epmd] = lease.ports() else { unreachable!() };
    let ports = RabbitPorts { amqp, management, distribution, epmd, prometheus: None };
    let source = RabbitSource::Installed(find::rabbitmq().unwrap());
    let t = std::time::Instant::now();
    let r = RabbitMq::start(source, &folder, ports, RabbitSettings::new(&file)).await;
    println!("{:?} {:?}", t.elapsed(), r.as_ref().err());
    let mut r = r.unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3));
    println!("ended {}", r.has_ended());
    println!("{}", std::process::Command::new("sh").arg("-c").arg(format!("cat /proc/{}/status | egrep 'RSS|Threads'", r.pid().unwrap())).output().map(|o| String::from_utf8(o.stdout).unwrap()).unwrap());
    let t = std::time::Instant::now();
    println!("AT {:?}", std::process::Command::new("date").arg("+%T.%N").output()); r.stop().await.unwrap();
    println!("stop {:?}", t.elapsed());
    let t = std::time::Instant::now();
    r.start_again().await.unwrap();
    println!("start {:?}", t.elapsed());
    println!("{}", std::fs::read_to_string(r.log()).unwrap().lines().map(|l| format!("{}\n", &l[..l.len().min(200)])).collect::<String>());
}
