use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::{join, join_all};
use grantline::platform::jobs::Progress;

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, Queue, body_of};
use super::changing::{Changer, Wire};
use crate::both_databases;

both_databases! {
    async fn a_change_and_a_hand_over_at_once_never_both_win(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let mut numbers = vec![office.number(ANNS_PHONE, "linked").await];
        numbers.push(office.number("447700900222", "linked").await);
        numbers.push(office.number("447700900333", "linked").await);
        let (queue, wire) = (Queue::of(world), Arc::new(Wire::default()));
        let changer = Changer::of(office.app("gr_acme"), &wire);
        let mut ids = Vec::new();
        for _ in 0..12 {
            for number in &numbers {
                ids.push(changer.app.texts(number, "old").await);
            }
        }
        let work = queue.workers[..3].iter().map(|worker| async {
            while worker.run_once().await.expect("it works") == Progress::More {}
        });
        // From the end of the queue and from its beginning, so that they meet the workers.
        let change = ids.iter().rev().enumerate().map(|(index, id)| {
            let changer = changer.clone();
            async move {
                let answer = if index % 2 == 0 { changer.edits(id, "new").await } else { changer.deletes(id).await };
                (id.clone(), index % 2 == 0, answer.status.as_u16())
            }
        });
        let (_, answers) = join(join_all(work), join_all(change)).await;
        queue.works().await;

        let taken: HashMap<String, String> =
            queue.carrier.taken.lock().expect("whole").iter().map(|(_, text)| (text.id.clone(), body_of(text))).collect();
        assert_eq!(queue.carrier.tries(), taken.len(), "none was handed over twice");
        let done = wire.done();
        let mut here = 0;
        for (id, is_edit, status) in answers {
            let left_with = taken.get(&id).map(String::as_str);
            let by_wire = done.iter().any(|what| what.starts_with(&format!("{BOBS_PHONE}: ")) && what.contains(&id));
            let expected = match (is_edit, status, by_wire) {
                (true, 200, false) => Some("new"),
                (false, 204, false) => None,
                (true, 200, true) | (false, 204, true) | (_, 409, false) => Some("old"),
                other => panic!("{other:?}"),
            };
            assert_eq!(left_with, expected, "{id} {is_edit} {status} {by_wire}");
            here += usize::from(!by_wire && status != 409);
            let state = changer.app.state_of(&id).await;
            assert_eq!(state, if left_with.is_some() { "sent" } else { "failed deleted" });
        }
        assert!(here > 0, "some were changed before they left");
        let waiting = changer.app.gets("/v1/messages?state=queued").await.is(200).json();
        assert_eq!(waiting["data"].as_array().map(Vec::len), Some(0));
    }
}
