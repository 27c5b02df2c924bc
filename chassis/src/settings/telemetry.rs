//! Where spans go, and how many.

use super::{SettingsError, invalid};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// A collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. Empty: none, and nothing
    /// is recorded.
    pub otlp_endpoint: String,
    /// The share of all traces that is recorded, from 0 to 1.
    pub sampling_ratio: f64,
}

impl Telemetry {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let Telemetry { otlp_endpoint, sampling_ratio } = self;
        if !(0.0..=1.0).contains(sampling_ratio) {
            return Err(invalid("telemetry.sampling_ratio", format!("must be 0 to 1, got {sampling_ratio}")));
        }
        let is_url = || {
            let uri = otlp_endpoint.parse::<hyper::Uri>().ok()?;
            let (host, authority) = (uri.host()?, uri.authority()?.as_str());
            // The library takes anything for a port. This leaves no room for a password either.
            let named = uri.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
            let is_plain = uri.scheme_str() == Some("http") && uri.query().is_none();
            (is_plain && !host.is_empty() && named == authority).then_some(())
        };
        if !otlp_endpoint.is_empty() && is_url().is_none() {
            let rule = format!(
                "must be empty, or http:// with a host and no more than a path, got {otlp_endpoint:?}"
            );
            return Err(invalid("telemetry.otlp_endpoint", rule));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(otlp_endpoint: &str, sampling_ratio: f64) -> Result<(), String> {
        let telemetry = Telemetry { otlp_endpoint: otlp_endpoint.to_owned(), sampling_ratio };
        telemetry.check().map_err(|error| error.to_string())
    }

    #[test]
    fn an_endpoint_is_none_or_an_address_without_tls() {
        for good in
            ["", "http://127.0.0.1:4318", "http://jaeger:4318/", "http://[::1]:4318", "http://collector/otlp"]
        {
            assert_eq!(check(good, 1.0), Ok(()), "{good}");
        }
        let user = "http://me:secret@jaeger";
        for bad in [
            "https://jaeger:4318",
            "jaeger:4318",
            "http://",
            "http:///v1",
            "http://a b",
            "http://a:x",
            "http://a?b",
            user,
        ] {
            let said = check(bad, 1.0).unwrap_err();
            assert!(
                said.starts_with("settings: telemetry.otlp_endpoint must be empty, or http://"),
                "{bad}: {said}"
            );
        }
    }

    #[test]
    fn a_ratio_is_a_share() {
        assert_eq!((check("", 0.0), check("", 1.0)), (Ok(()), Ok(())));
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let expected = format!("settings: telemetry.sampling_ratio must be 0 to 1, got {bad}");
            assert_eq!(check("", bad), Err(expected));
        }
    }
}
