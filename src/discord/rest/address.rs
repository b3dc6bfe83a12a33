//! Where Discord is: the API's address, and the gateway's as the API gives it.
//!
//! The bot's token goes there and nowhere else. Invariant: an address that is not encrypted is only ever this
//! machine's own.

use std::net::IpAddr;

use reqwest::Url;

/// An address that the token must not be sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is no address of the kind that is needed.
    #[error("`{0}` is not an address of the form {1}HOST or {1}HOST:PORT")]
    NotOne(String, &'static str),
    /// It leads across a network in the open.
    #[error("`{0}` is not encrypted, and only this machine itself may be reached so")]
    InTheOpen(String),
}

/// The API's address: `https:`, or `http:` on this machine; no path.
pub(super) fn api(text: &str) -> Result<Url, BadAddress> {
    let url = checked(text, "https", "http", "https://")?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if bare { Ok(url) } else { Err(BadAddress::NotOne(shown(text), "https://")) }
}

/// The gateway's address: `wss:`, or `ws:` on this machine.
pub(super) fn gateway(text: &str) -> Result<Url, BadAddress> {
    checked(text, "wss", "ws", "wss://")
}

/// Where a file is kept: `https:`, or `http:` on this machine.
pub(super) fn file(text: &str) -> Result<Url, BadAddress> {
    checked(text, "https", "http", "https://")
}

/// Whether `url` leads to this machine itself.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn checked(text: &str, secure: &str, plain: &str, form: &'static str) -> Result<Url, BadAddress> {
    let wrong = || BadAddress::NotOne(shown(text), form);
    let url = Url::parse(text).map_err(|_| wrong())?;
    let named = !url.username().is_empty() || url.password().is_some();
    if named || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong());
    }
    match url.scheme() {
        scheme if scheme == secure => Ok(url),
        scheme if scheme == plain && is_loopback(&url) => Ok(url),
        scheme if scheme == plain => Err(BadAddress::InTheOpen(shown(text))),
        _ => Err(wrong()),
    }
}

/// The address without what may be somebody's name and password.
fn shown(text: &str) -> String {
    text.rsplit('@').next().unwrap_or_default().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_in_the_open() {
        for good in [
            "https://discord.com",
            "https://proxy.example:8443/",
            "http://127.0.0.1:9",
            "http://[::1]:9",
            "http://localhost",
        ] {
            assert!(api(good).is_ok(), "{good}");
        }
        for open in ["http://discord.com", "http://127.0.0.1.example.com", "http://10.0.0.1:80"] {
            assert_eq!(api(open), Err(BadAddress::InTheOpen(open.to_owned())));
        }
        for none in
            ["", "discord.com", "ftp://discord.com", "https://discord.com/api", "https://a:b@discord.com"]
        {
            assert!(matches!(api(none), Err(BadAddress::NotOne(..))), "{none}");
        }
        assert!(!api("https://me:secret@discord.com").unwrap_err().to_string().contains("secret"));
    }

    #[test]
    fn the_gateway_is_held_to_the_same() {
        assert!(gateway("wss://gateway.discord.gg").is_ok());
        assert!(gateway("ws://127.0.0.1:4000/gateway").is_ok());
        assert!(matches!(gateway("ws://gateway.discord.gg"), Err(BadAddress::InTheOpen(_))));
        assert!(matches!(gateway("https://gateway.discord.gg"), Err(BadAddress::NotOne(..))));
    }
}
