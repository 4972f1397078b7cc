//! The workers of the queue.

use std::sync::Arc;

use super::queue::Queue;
use super::{Grants, Sender};
use crate::platform::Env;
use crate::platform::jobs::Job;

pub const JOB: &str = "messages";

/// So many numbers can be slow at once before others wait for them.
const WORKERS: usize = 8;

/// How often a worker looks without being rung for: pauses that are over, and what other machines took in.
const EVERY_S: i64 = 5;

/// The workers: each job hands over what waits in one lane.
#[must_use]
pub fn jobs(env: &Env, sender: &Arc<dyn Sender>, grants: &Arc<dyn Grants>) -> Vec<Job> {
    let queue = Queue { env: env.clone(), sender: Arc::clone(sender), grants: Arc::clone(grants) };
    let worker = |_| {
        let queue = queue.clone();
        Job::new(JOB, EVERY_S, move || {
            let queue = queue.clone();
            async move { queue.work(|| queue.env.bell.ring(JOB)).await }
        })
    };
    (0..WORKERS).map(worker).collect()
}
