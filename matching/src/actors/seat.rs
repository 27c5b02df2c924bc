//! Where a book works: with an actor on an arbiter; in the simulator, which has no threads, here.

use super::book_actor::{BookActor, Work};
use super::waiting::Waiting;
use actix::Addr;
use chassis::Fault;
use contracts::Symbol;

pub enum Seat {
    Arbiter(Addr<BookActor>, Waiting),
    #[cfg(feature = "simulation")]
    Here(std::sync::Arc<std::sync::Mutex<BookActor>>),
}

impl Seat {
    pub fn ask<M>(
        &self,
        symbol: Symbol,
        message: M,
    ) -> impl Future<Output = Result<M::Result, Fault>> + Send + use<M>
    where
        M: Work + Send + 'static,
        M::Result: Send,
    {
        enum Asked<R, A> {
            Arbiter(R),
            #[cfg_attr(
                not(feature = "simulation"),
                expect(dead_code, reason = "only the simulator has books here")
            )]
            Here(A),
        }
        let asked = match self {
            Seat::Arbiter(actor, waiting) => Asked::Arbiter(actor.send(waiting.holding(message))),
            #[cfg(feature = "simulation")]
            Seat::Here(actor) => Asked::Here(message.work(&mut actor.lock().expect("no panic while held"))),
        };
        async move {
            match asked {
                Asked::Arbiter(request) => {
                    request.await.map_err(|e| Fault::new(format!("ask the book of {symbol}"), e))
                }
                Asked::Here(answer) => Ok(answer),
            }
        }
    }
}
