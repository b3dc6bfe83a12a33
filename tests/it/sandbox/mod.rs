//! The stand-in for Discord, driven through real HTTP and WebSocket.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests")]

mod bot;
mod control;
mod faults;
mod gateway;
mod interactions;
mod limits;
mod load;
mod messages;
mod permissions;
mod threads;

use serde_json::Value;
use trouble_ticket::sandbox::{Id, Options, Sandbox};

/// A bot that speaks bare HTTP.
pub(crate) struct Rest {
    pub(crate) sandbox: Sandbox,
    client: reqwest::Client,
}

/// A sandbox with the demo company, and a bare client for it.
pub(crate) async fn rest() -> Rest {
    rest_with(Options::default()).await
}

pub(crate) async fn rest_with(options: Options) -> Rest {
    Rest { sandbox: Sandbox::start(options).await.unwrap(), client: reqwest::Client::new() }
}

impl Rest {
    /// Sends a request as the bot.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> reqwest::Response {
        let url = format!("{}/api/v10{path}", self.sandbox.api());
        let request = self
            .client
            .request(method.parse().unwrap(), url)
            .header("authorization", format!("Bot {}", self.sandbox.token()));
        let request = if body.is_null() { request } else { request.json(&body) };
        request.send().await.unwrap()
    }

    /// Sends a request as the bot; gives status and body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let response = self.send(method, path, body).await;
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.call("POST", path, body).await;
        assert!((200..300).contains(&status), "{path}: {body}");
        body
    }

    /// A request that must be refused; gives status and Discord's code.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, u64) {
        let (status, body) = self.call(method, path, body).await;
        assert!(status >= 400, "{path}: {body}");
        (status, body["code"].as_u64().unwrap())
    }

    pub(crate) fn channel(&self, name: &str) -> Id {
        self.sandbox.channel(name).unwrap().id
    }
}

/// An id in an answer.
pub(crate) fn id(json: &Value) -> Id {
    json["id"].as_str().unwrap().parse().unwrap()
}
