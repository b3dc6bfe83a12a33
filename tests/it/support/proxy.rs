//! A way to a PostgreSQL that can be cut: before or after a COMMIT gets through, altogether, or so that nothing moves any
//! more and nobody is told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Nobody gets through, and every connection ends.
    Closed,
    /// Connections stand, and nothing moves.
    Frozen,
}

/// What happens to the next COMMIT of a transaction that wrote an event: its connection ends before it arrived, or when
/// the server has done it and the answer is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub arrives: bool,
    /// How the way is from then on.
    pub then: Way,
}

#[derive(Clone)]
pub struct Proxy {
    url: String,
    way: watch::Sender<Way>,
    cut: Arc<Mutex<Option<Cut>>>,
}

impl Proxy {
    /// A way to the server in `url`.
    pub async fn to(url: &str) -> Self {
        let (head, rest) = url.split_once('@').expect("an address with a user");
        let (server, database) = rest.split_once('/').expect("an address with a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        // Statements are sent in full each time, so that the way sees what a transaction does.
        let here = listener.local_addr().expect("an address");
        let url = format!("{head}@{here}/{database}?statement-cache-capacity=0");
        let proxy = Self { url, way: watch::Sender::new(Way::Open), cut: Arc::default() };
        let (server, accepting) = (server.to_owned(), proxy.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().carry(client, server.clone()));
            }
        });
        proxy
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Sets the trap for the next commit.
    pub fn cut_commit(&self, cut: Cut) {
        *self.cut.lock().unwrap() = Some(cut);
    }

    async fn carry(self, mut client: TcpStream, server: String) {
        let (mut closed, mut way) = (self.way.subscribe(), self.way.subscribe());
        if !moves(&mut way).await {
            return;
        }
        let mut server = TcpStream::connect(server).await.expect("the server");
        let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
        let mut writes = false;
        loop {
            tokio::select! {
                biased;
                () = ends(&mut closed) => return,
                read = client.read(&mut asked) => {
                    let Ok(count @ 1..) = read else { return };
                    let said = &asked[..count];
                    writes = (writes && !holds(said, b"BEGIN")) || holds(said, b"INTO events");
                    let commits = writes && holds(said, b"COMMIT\0");
                    let cut = if commits { self.cut.lock().unwrap().take() } else { None };
                    if let Some(cut) = cut {
                        if cut.arrives {
                            server.write_all(said).await.expect("to be heard");
                            let _ = server.read(&mut answered).await;
                        }
                        self.set(cut.then);
                        return;
                    }
                    if !moves(&mut way).await || server.write_all(said).await.is_err() {
                        return;
                    }
                }
                read = server.read(&mut answered) => {
                    let Ok(count @ 1..) = read else { return };
                    if !moves(&mut way).await || client.write_all(&answered[..count]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Waits while nothing moves; says whether anything does then.
async fn moves(way: &mut watch::Receiver<Way>) -> bool {
    way.wait_for(|way| *way != Way::Frozen).await.is_ok_and(|way| *way == Way::Open)
}

async fn ends(way: &mut watch::Receiver<Way>) {
    let _ = way.wait_for(|way| *way == Way::Closed).await;
}

fn holds(said: &[u8], needle: &[u8]) -> bool {
    said.windows(needle.len()).any(|window| window == needle)
}
