//! A bad line: a TCP proxy on 127.0.0.1 between a service and its server, which slows, swallows,
//! holds back and cuts, and which knows a database's COMMIT when it carries one.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What happens to what is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Clear,
    /// Each piece waits first.
    Slow(Duration),
    /// Nothing arrives in either direction and nobody is told: what was sent waits.
    BlackHole,
    /// What the server says is lost for good; what the client says arrives.
    HalfOpen,
}

pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

struct State {
    target: u16,
    line: watch::Sender<Line>,
    /// Counts the times that everything was cut.
    cuts: watch::Sender<u64>,
    /// A connection that has carried so many bytes is cut; 0: never.
    bytes_max: AtomicU64,
    /// Every how many commits one goes wrong; 0: none.
    spoil_every: AtomicU64,
    commits: AtomicU64,
    /// Commits whose answer was lost, and commits that never arrived.
    lost: [AtomicU64; 2],
    dice: Mutex<StdRng>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToServer,
    ToClient,
}

const PIECE_BYTES: usize = 16 * 1024;
/// The server has long begun with the commit by then; its client hears nothing of it.
const COMMIT_TAKES: Duration = Duration::from_millis(150);

impl Proxy {
    pub async fn start(target: u16, seed: u64) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            target,
            line: watch::Sender::new(Line::Clear),
            cuts: watch::Sender::new(0),
            bytes_max: AtomicU64::new(0),
            spoil_every: AtomicU64::new(0),
            commits: AtomicU64::new(0),
            lost: [AtomicU64::new(0), AtomicU64::new(0)],
            dice: Mutex::new(StdRng::seed_from_u64(seed)),
        });
        let accepting = state.clone();
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, accepting.clone()));
            }
        });
        Ok(Proxy { port, state, listening })
    }

    pub fn set(&self, line: Line) {
        self.state.line.send_replace(line);
    }

    /// Every connection that there is ends without a word.
    pub fn cut(&self) {
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// From now on every connection ends in the middle of something.
    pub fn cut_after(&self, bytes: Option<u64>) {
        self.state.bytes_max.store(bytes.unwrap_or(0), Ordering::Relaxed);
    }

    /// Every so many commits, one loses its answer or never arrives, as the dice say.
    pub fn spoil_commits(&self, every: Option<u64>) {
        self.state.spoil_every.store(every.unwrap_or(0), Ordering::Relaxed);
    }

    /// Commits that happened without their client knowing, and commits that did not happen.
    pub fn spoiled(&self) -> (u64, u64) {
        let [unanswered, undone] = &self.state.lost;
        (unanswered.load(Ordering::Relaxed), undone.load(Ordering::Relaxed))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.cut();
    }
}

async fn serve(client: TcpStream, state: Arc<State>) {
    if *state.line.borrow() == Line::BlackHole {
        // The kernel has greeted the client; the far end never hears of it.
        let _ = state.line.subscribe().wait_for(|line| *line != Line::BlackHole).await;
        return;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", state.target)).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut cuts = state.cuts.subscribe();
    let deaf = AtomicBool::new(false);
    // Whichever direction ends first takes the other with it.
    tokio::select! {
        () = carry(from_client, to_server, Way::ToServer, &state, &deaf) => {}
        () = carry(from_server, to_client, Way::ToClient, &state, &deaf) => {}
        _ = cuts.changed() => {}
    }
}

/// `deaf`: the client of this connection shall hear nothing any more.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Way, state: &State, deaf: &AtomicBool) {
    let mut line = state.line.subscribe();
    let mut piece = vec![0; PIECE_BYTES];
    let (mut carried, mut swallowed, mut ear) = (0, false, Ear::default());
    loop {
        let Ok(length @ 1..) = from.read(&mut piece).await else { return };
        let piece = &piece[..length];
        carried += length as u64;
        let now = *line.borrow_and_update();
        match now {
            Line::Clear => {}
            Line::Slow(by) => tokio::time::sleep(by).await,
            Line::BlackHole => {
                if line.wait_for(|line| *line != Line::BlackHole).await.is_err() {
                    return;
                }
            }
            Line::HalfOpen => swallowed |= way == Way::ToClient,
        }
        if swallowed {
            // With a hole in it, nothing that follows would make sense.
            if now != Line::HalfOpen {
                return;
            }
            continue;
        }
        let bytes_max = state.bytes_max.load(Ordering::Relaxed);
        if bytes_max > 0 && carried > bytes_max {
            let _ = to.write_all(&piece[..length / 2]).await;
            return;
        }
        if way == Way::ToServer && ear.hears_commit(piece) && state.is_to_be_spoiled() {
            deaf.store(true, Ordering::Relaxed);
            return state.spoil(piece, &mut to).await;
        }
        if way == Way::ToClient && deaf.load(Ordering::Relaxed) {
            continue;
        }
        if to.write_all(piece).await.is_err() {
            return;
        }
    }
}

/// What tells a step's one statement from all others.
const STEP: &[u8] = b"update heads set step";
/// How the client names the statements that it has prepared.
const PREPARED: &[u8] = b"sqlx_s_";

/// Knows on one connection when something is made durable: a `commit`, or a step, which is one
/// statement that is prepared once and from then on named.
#[derive(Default)]
struct Ear {
    steps: Vec<Vec<u8>>,
}

impl Ear {
    fn hears_commit(&mut self, piece: &[u8]) -> bool {
        if let Some(at) = find(piece, STEP)
            && let Some(name) = last(&piece[..at], PREPARED)
        {
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            self.steps.push([b"\0", name, b"\0"].concat());
        }
        let is_step = self.steps.iter().any(|name| find(piece, name).is_some());
        is_step || piece.windows(7).any(|word| word.eq_ignore_ascii_case(b"commit\0"))
    }
}

fn find(piece: &[u8], what: &[u8]) -> Option<usize> {
    piece.windows(what.len()).position(|window| window == what)
}

/// From the last place where it stands.
fn last<'a>(piece: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    piece.windows(what.len()).rposition(|window| window == what).map(|at| &piece[at..])
}

impl State {
    fn is_to_be_spoiled(&self) -> bool {
        let every = self.spoil_every.load(Ordering::Relaxed);
        every > 0 && self.commits.fetch_add(1, Ordering::Relaxed) % every == every - 1
    }

    async fn spoil(&self, commit: &[u8], to: &mut OwnedWriteHalf) {
        let arrives = self.dice.lock().expect("no panic while held").random::<bool>();
        if !arrives {
            self.lost[1].fetch_add(1, Ordering::Relaxed);
            return;
        }
        if to.write_all(commit).await.is_ok() {
            self.lost[0].fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(COMMIT_TAKES).await;
        }
    }
}
