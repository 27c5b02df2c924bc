//! Passwords as RabbitMQ's definitions file wants them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The hashing algorithm to name beside [`password_hash`]'s result.
pub const HASHING_ALGORITHM: &str = "rabbit_password_hashing_sha256";

/// Hashes a password: base64 of the salt and of SHA-256 over salt and password
/// (<https://www.rabbitmq.com/docs/passwords#computing-password-hash>).
pub fn password_hash(salt: [u8; 4], password: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(password);
    let mut bytes = salt.to_vec();
    bytes.extend_from_slice(&hash.finalize());
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_example_comes_out() {
        assert_eq!(
            password_hash([0x90, 0x8D, 0xC6, 0x0A], "test12"),
            "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
        );
    }
}
