//! Reads an HTTP request: query, JSON or multipart body, files.
//!
//! It must not know any route. Keeps: what cannot be read is refused as Discord refuses it.

use std::collections::HashMap;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use serde_json::Value;

use crate::sandbox::check::draft::Upload;
use crate::sandbox::error::Refusal;

/// Larger requests are refused.
const MAX_BODY: usize = 25 * 1024 * 1024;

/// A request that was read.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// The path below `/api/v10`.
    pub(crate) path: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
    pub(crate) files: Vec<Upload>,
}

impl Incoming {
    pub(crate) async fn read(request: Request) -> Result<Self, Refusal> {
        let uri = request.uri();
        let mut incoming = Self {
            method: request.method().to_string(),
            path: below_version(uri.path()).to_owned(),
            query: query(uri.query().unwrap_or_default()),
            authorization: text(request.headers(), header::AUTHORIZATION),
            ..Self::default()
        };
        let kind = text(request.headers(), header::CONTENT_TYPE).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            incoming.read_parts(request).await?;
            return Ok(incoming);
        }
        let too_large = |_| Refusal::new(413, 40005, "Request entity too large");
        let body = axum::body::to_bytes(request.into_body(), MAX_BODY).await.map_err(too_large)?;
        if !body.is_empty() {
            incoming.body = serde_json::from_slice(&body).map_err(|_| invalid_json())?;
        }
        Ok(incoming)
    }

    async fn read_parts(&mut self, request: Request) -> Result<(), Refusal> {
        let mut request = request;
        request.extensions_mut().insert(axum::extract::DefaultBodyLimit::max(MAX_BODY));
        let broken = || Refusal::new(400, 50035, "Invalid Form Body");
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let kind = part.content_type().map(str::to_owned);
            let bytes =
                part.bytes().await.map_err(|_| Refusal::new(413, 40005, "Request entity too large"))?;
            if name == "payload_json" {
                self.body = serde_json::from_slice(&bytes).map_err(|_| invalid_json())?;
            } else if let Some(file_name) = file_name {
                let mut file = Upload::new(file_name, bytes);
                // Octets say nothing; the name says more.
                if let Some(kind) = kind.filter(|kind| kind != "application/octet-stream") {
                    file.content_type = kind;
                }
                let slot = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
                file.slot = slot.and_then(|slot| slot.parse().ok());
                self.files.push(file);
            }
        }
        Ok(())
    }
}

fn invalid_json() -> Refusal {
    Refusal::new(400, 50109, "The request body contains invalid JSON.")
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The path without `/api/v10`.
fn below_version(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/api") else { return path };
    let versioned = rest.strip_prefix("/v").and_then(|rest| rest.split_once('/'));
    match versioned {
        Some((version, _)) if version.bytes().all(|digit| digit.is_ascii_digit()) => {
            &rest[version.len() + 2..]
        }
        _ => rest,
    }
}

fn query(text: &str) -> HashMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// Percent-encoded text as it was.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_are_read_as_clients_write_them() {
        assert_eq!(below_version("/api/v10/users/@me"), "/users/@me");
        assert_eq!(below_version("/api/gateway"), "/gateway");
        assert_eq!(decode("%F0%9F%94%A5"), "🔥");
        assert_eq!(query("limit=5&query=a+b%26")["query"], "a b&");
    }
}
