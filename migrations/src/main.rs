//! `migrations SERVICE URL`: applies what is missing to one database.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(service), Some(url)) = (arguments.next(), arguments.next()) else {
        return Err("usage: migrations SERVICE URL".into());
    };
    for name in migrations::migrate(&service, &url).await? {
        println!("{service}: {name}");
    }
    Ok(())
}
