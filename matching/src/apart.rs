//! Long work on a thread of its own, so that it holds up nobody; where there is no runtime (in the
//! simulator), at once.

use chassis::Fault;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

pub enum Apart<T> {
    UnderWay(JoinHandle<T>),
    Done(T),
}

impl<T: Send + 'static> Apart<T> {
    pub fn begin(work: impl FnOnce() -> T + Send + 'static) -> Self {
        match Handle::try_current() {
            Ok(runtime) => Apart::UnderWay(runtime.spawn_blocking(work)),
            Err(_) => Apart::Done(work()),
        }
    }

    pub fn is_finished(&self) -> bool {
        match self {
            Apart::UnderWay(task) => task.is_finished(),
            Apart::Done(_) => true,
        }
    }

    pub async fn result(self, doing: &'static str) -> Result<T, Fault> {
        match self {
            Apart::UnderWay(task) => task.await.map_err(|e| Fault::new(doing, e)),
            Apart::Done(result) => Ok(result),
        }
    }
}
