//! The one table at the end of a start: where everything is.

use crate::health::reachable;
use crate::home::Home;
use crate::runtime::Private;
use chassis::settings::Settings;
use contracts::topology;
use std::io::Write;
use std::path::Path;

pub fn print(home: &Home, settings: &Settings, private: Private) {
    let mut text = "\n  The exchange is running.\n\n".to_owned();
    for (what, at, note) in rows(home, settings, private) {
        text.push_str(format!("  {what:<12}{at:<46}{note}").trim_end());
        text.push('\n');
    }
    // Whoever closed our output does not want the table.
    let _ = writeln!(std::io::stdout(), "{text}");
    let _ = std::io::stdout().flush();
}

fn rows(home: &Home, settings: &Settings, private: Private) -> Vec<(String, String, String)> {
    let broker = &settings.broker;
    let secrets = short(&home.secrets());
    let web = match reachable(&settings.web.address).as_str() {
        "127.0.0.1" => "localhost".to_owned(),
        other => other.to_owned(),
    };
    let mut rows = vec![("Web", format!("http://{web}:{}", settings.web.port), String::new())];
    if settings.web.ui.as_os_str().is_empty() {
        rows.push(("", String::new(), "no pages: the UI is not built".to_owned()));
    }
    let password = |section: &str, key: &str| format!("password: {key} under [secrets.{section}] in {secrets}");
    let user = |user: &str| format!("user {user}, {}", password("broker", user));
    let watcher = if private.rabbitmq { &broker.administrator } else { topology::ADMIN };
    rows.push(("RabbitMQ", format!("http://{}:{}", broker.host, broker.management_port), user(watcher)));
    let amqp = format!("amqp://{}:{}/{}", broker.host, broker.port, broker.vhost);
    rows.push(("AMQP", amqp, user(topology::LOADTEST)));
    for (index, service) in topology::SERVICES.iter().enumerate() {
        let what = if index == 0 { "PostgreSQL" } else { "" };
        let url = settings.database_url(service).map_or_else(|error| error.to_string(), |url| without_password(&url));
        rows.push((what, url, password("database", &service.replace('-', "_"))));
    }
    rows.push(("Logs", short(&home.logs()), String::new()));
    rows.push(("Stop", "Ctrl-C".to_owned(), format!("or `kill {}`; the data is kept", std::process::id())));
    rows.into_iter().map(|(what, at, note)| (what.to_owned(), at, note)).collect()
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
