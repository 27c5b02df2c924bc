//! The exchange as a whole under test: the real program with its real servers, people who trade
//! over its doors, faults, and the invariants after each.

mod person;
mod program;
mod sights;
mod world;

mod listing;

mod callers;
mod load;
mod orders;
mod record;
mod socket;
mod watcher;

mod broker;
mod database;
mod disk;
mod killing;
mod mischief;
mod proxy;

mod collector;
pub mod invariants;
mod metrics;
mod resources;

mod binary;

pub use binary::{binary, target_folder};
pub use collector::{Collector, Seen};
pub use killing::{Paused, Unsupervised};
pub use load::Load;
pub use metrics::{Scrape, Told, documented};
pub use person::{Person, order_id};
pub use program::{Exchange, Options, send_signal};
pub use proxy::{Line, Proxy};
pub use record::{Call, Door, Outcome, Record};
pub use resources::{Resources, SERVICES};
pub use socket::Socket;
pub use watcher::Watcher;
pub use world::{BOTS, PEOPLE, STOCKS, user_id};
