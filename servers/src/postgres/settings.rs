//! What the private PostgreSQL is started with. Durability is never off.

/// The superuser's name.
pub const ADMIN: &str = "exchange_admin";

#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// Taken when the data is first made; letters and digits, since it goes into URLs.
    pub admin_password: String,
    /// The pools of six processes, and tools.
    pub max_connections: u32,
    pub shared_buffers: String,
    pub max_wal_size: String,
    /// Further server settings by name. They cannot weaken durability.
    pub extra: Vec<(String, String)>,
    /// Data that nobody will want again: made and ended without waiting for the disk.
    pub throwaway: bool,
}

impl PostgresSettings {
    pub fn new(admin_password: impl Into<String>) -> Self {
        Self {
            admin_password: admin_password.into(),
            max_connections: 200,
            shared_buffers: "256MB".to_owned(),
            max_wal_size: "2GB".to_owned(),
            extra: Vec::new(),
            throwaway: false,
        }
    }

    /// For tests: small, and gone afterwards.
    pub fn throwaway(admin_password: impl Into<String>) -> Self {
        Self {
            shared_buffers: "64MB".to_owned(),
            max_wal_size: "512MB".to_owned(),
            throwaway: true,
            ..Self::new(admin_password)
        }
    }

    /// The server's arguments. The last of several wins, so durability comes last.
    pub(super) fn arguments(&self, address: &str, port: u16) -> Vec<String> {
        let own = [
            ("max_connections", self.max_connections.to_string()),
            ("shared_buffers", self.shared_buffers.clone()),
            ("max_wal_size", self.max_wal_size.clone()),
            ("wal_compression", "on".to_owned()),
            // Short statements only: compiling one costs more than running it.
            ("jit", "off".to_owned()),
            ("log_checkpoints", "off".to_owned()),
            ("log_line_prefix", "%m [%p] %u@%d ".to_owned()),
            // A client that is gone without a word is noticed within 19 seconds.
            ("tcp_keepalives_idle", "10".to_owned()),
            ("tcp_keepalives_interval", "3".to_owned()),
            ("tcp_keepalives_count", "3".to_owned()),
        ];
        let fixed = [
            ("listen_addresses", address.to_owned()),
            ("port", port.to_string()),
            ("unix_socket_directories", String::new()),
            ("password_encryption", "scram-sha-256".to_owned()),
            ("fsync", "on".to_owned()),
            ("synchronous_commit", "on".to_owned()),
            ("full_page_writes", "on".to_owned()),
        ];
        let extra = self.extra.iter().map(|(name, value)| (name.as_str(), value.clone()));
        own.into_iter()
            .chain(extra)
            .chain(fixed)
            .flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durability_has_the_last_word() {
        let mut settings = PostgresSettings::new("secret");
        settings.extra = vec![("fsync".into(), "off".into()), ("work_mem".into(), "8MB".into())];
        let arguments = settings.arguments("127.0.0.1", 5433);
        let last = arguments.iter().rfind(|argument| argument.starts_with("fsync="));
        assert_eq!(last.map(String::as_str), Some("fsync=on"));
        assert!(arguments.contains(&"work_mem=8MB".to_owned()));
    }
}
