//! Bugs to plant, so that it is known that the simulator would find them.
//!
//! They live in the simulated broker, database and loop around the steps, never in the exchange.

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Plant {
    /// Deliveries are acknowledged when they are taken up.
    AckBeforeCommit,
    /// `heads` is not compared before it is set: a stale instance commits.
    NoFence,
    /// Outgoing messages are numbered like a database sequence: a rollback gives no number back.
    SequencesOutliveRollback,
    /// Messages are given back one by one (`nack` with requeue), and go behind what waits already.
    RequeuedAtTheBack,
    /// Positions are saved apart from the step's transaction.
    PositionsOutsideTheTransaction,
    /// An outbox row goes as soon as the broker has confirmed it.
    PrunedBeforeHeard,
    /// After a failed commit the partition goes on with what it has in memory.
    NoRereadAfterAFault,
    /// Nobody repeats the last sequence of a quiet stream.
    NoHeartbeats,
    /// The last sequence is not repeated while this instance has not sent it itself; but who has
    /// committed it may have ended, or was never told. The exchange once had this bug.
    WaitsForWhatItNeverSends,
    /// The database answers a commit before it is on disk (`synchronous_commit = off`).
    CommitsNotFlushed,
}
