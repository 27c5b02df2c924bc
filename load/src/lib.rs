//! Measures an exchange from outside, as its users see it: orders at a rate that does not wait, and
//! how long until each is answered and pushed.
//!
//! Sends       place_order, replace_order, cancel_order, amend_order, cancel_orders over AMQP or REST, for bots and stocks of its own
//! Says        RegisterUser, ListInstrument, Deposit, DepositShares, to make these
//! Hears       replies, confirmations, private Socket.IO events
//! Promises    the schedule waits for nobody, and latency counts from it; the same seed sends the same
//!             orders; a message that nobody answered, an outcome that was not planned, a finding of the
//!             audit, or a generator that came late is a failure, never a remark.

pub mod matching;
pub mod sockets;

mod run;

mod ramp;
mod recovery;

mod bots;
mod funds;
mod mix;
mod plan;
mod prices;
mod schedule;

mod prepare;
mod sweep;

mod amqp;
mod bodies;
mod clock;
mod ears;
mod rest;
mod tally;

mod ceiling;
mod processes;
mod report;
mod watch;
mod wire;

pub use ceiling::broker as broker_ceiling;
pub use mix::{Mix, PRESETS};
pub use prepare::Tell;
pub use processes::measure as measure_processes;
pub use ramp::{Ramp, Step, ramp};
pub use recovery::{Recovery, recovery};
pub use report::{Ceiling, Machine, Report, compare, page, table};
pub use run::{By, Options, measure};
pub use schedule::Shape;
pub use watch::{Exchange, Lag};
