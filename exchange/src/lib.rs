//! The program people start: the whole exchange from one command, and what operators ask of it.
//!
//! up          servers, databases, topology, UI, six processes, first seeding, market makers; and all
//!             of it down
//! service     one of the six, or the market makers, in this process
//! provision   roles, databases and topology on servers that are not our own; migrate
//! seed        fills the exchange from files
//! halt        stops trading in a stock; resume
//! status      processes, queues, streams
//! audit       proves the invariants from the five databases
//! parked      messages that were set aside
//! load        measures the exchange under orders at a rate
//! reset       deletes what `up` made
//!
//! Promises    nothing is left running after the end, however it comes; a second start finds
//!             everything as it was; every error names the way out.

mod cli;

mod up;

mod service;

mod provision;

mod audit;
mod halting;
mod journey;
mod load;
mod parked;
mod reset;
mod status;
mod uploading;
mod user;

mod children;
mod private;
mod supervise;

mod databases;
mod streams;

mod console;
mod health;
mod home;
mod lab;
mod logs;
mod processes;
mod runtime;
mod secrets;

pub use cli::main;
