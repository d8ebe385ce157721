//! What collecting costs.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use app::model::RunId;
use nix::time::ClockId;

/// What a run's future gives. The processor time that went into it is logged where that is wanted, and measured only then:
/// asking the system before and after each step takes some percent of it.
pub(super) async fn logged<F: Future>(run: RunId, future: F) -> F::Output {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return future.await;
    }
    let (output, spent) = metered(future).await;
    tracing::debug!(%run, "processor time: {} µs", spent.as_micros());
    output
}

/// What a future gives, and the processor time that went into it, on whichever threads it ran and system calls included.
/// What it has others do, such as the sending of requests by the connection's own task, is not in it.
async fn metered<F: Future>(future: F) -> (F::Output, Duration) {
    let mut future = pin!(future);
    let mut spent = Duration::ZERO;
    let output = poll_fn(|context| {
        let before = on_this_thread();
        let polled = future.as_mut().poll(context);
        spent += on_this_thread().saturating_sub(before);
        polled
    })
    .await;
    (output, spent)
}

/// The processor time of the thread so far; nothing where the system cannot tell.
fn on_this_thread() -> Duration {
    ClockId::CLOCK_THREAD_CPUTIME_ID.now().map_or(Duration::ZERO, Duration::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_counts_and_waiting_does_not() {
        let work = async {
            let began = on_this_thread();
            while on_this_thread() - began < Duration::from_millis(20) {}
            tokio::time::sleep(Duration::from_millis(300)).await;
            7
        };
        let (output, spent) = metered(work).await;
        assert_eq!(output, 7);
        assert!(spent >= Duration::from_millis(20) && spent < Duration::from_millis(200), "{spent:?}");
    }
}
