//! The one table at the end of a start: where everything is.

use crate::console::answer;
use crate::health::reachable;
use crate::home::Home;
use crate::runtime::Private;
use chassis::settings::Settings;
use contracts::topology;
use std::path::Path;

pub fn print(home: &Home, settings: &Settings, private: Private, makes_markets: bool) {
    let mut text = "\n  The exchange is running.\n\n".to_owned();
    for (what, at, note) in rows(home, settings, private, makes_markets) {
        text.push_str(format!("  {what:<12}{at:<66}{note}").trim_end());
        text.push('\n');
    }
    answer(text);
}

fn rows(
    home: &Home,
    settings: &Settings,
    private: Private,
    makes_markets: bool,
) -> Vec<(&'static str, String, String)> {
    let broker = &settings.broker;
    let web = match reachable(&settings.web.address).as_str() {
        "127.0.0.1" => "localhost".to_owned(),
        other => other.to_owned(),
    };
    let pages = if settings.web.ui.as_os_str().is_empty() { "no pages: the UI is not built" } else { "" };
    let watcher = if private.rabbitmq { &broker.administrator } else { topology::ADMIN };
    let market = match makes_markets {
        true => format!(
            "{} market makers, {} messages a second, seed {}",
            settings.bots.accounts.len(),
            settings.bots.orders_per_second,
            settings.bots.seed
        ),
        false => "still: nobody trades by itself".to_owned(),
    };
    let stiller = if makes_markets { "`exchange up --quiet-market` without" } else { "" };
    let mut rows = vec![
        ("Web", format!("http://{web}:{}", settings.web.port), pages.to_owned()),
        ("RabbitMQ", format!("http://{}:{}", broker.host, broker.management_port), format!("user {watcher}")),
        (
            "AMQP",
            format!("amqp://{}:{}/{}", broker.host, broker.port, broker.vhost),
            format!("user {}, for load testers", topology::LOADTEST),
        ),
    ];
    for (index, service) in topology::SERVICES.iter().enumerate() {
        let what = if index == 0 { "PostgreSQL" } else { "" };
        let url = settings.database_url(service);
        rows.push((
            what,
            url.map_or_else(|error| error.to_string(), |url| without_password(&url)),
            String::new(),
        ));
    }
    rows.push(("Market", market, stiller.to_owned()));
    for source in &settings.feeds.sources {
        let symbols: Vec<&str> =
            settings.feeds.instruments(*source).iter().map(|symbol| symbol.as_str()).collect();
        let follow = if symbols.is_empty() { "all others".to_owned() } else { symbols.join(" ") };
        rows.push(("On paper", format!("{follow}: {source}"), String::new()));
    }
    rows.push(("Passwords", short(&home.secrets()), "by section and user".to_owned()));
    rows.push(("Logs", short(&home.logs()), String::new()));
    rows.push(("Stop", format!("Ctrl-C, or `kill {}`", std::process::id()), "the data is kept".to_owned()));
    rows
}

/// `postgres://role:password@host/database` without the password.
fn without_password(url: &str) -> String {
    let parts = url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)));
    match parts {
        Some((scheme, (credentials, place))) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}

/// As seen from here.
fn short(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        assert_eq!(without_password("postgres://a:secret@h:1/d"), "postgres://a@h:1/d");
        assert_eq!(without_password("postgres://h:1/d"), "postgres://h:1/d");
    }
}
