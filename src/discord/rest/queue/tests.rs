//! The line and the limits together, on a clock that stands still until it is moved.

use std::sync::Arc;

use super::*;
use crate::discord::rest::route::Route;

fn clock() -> Clock {
    Clock::stepped(DateTime::from_timestamp(1_780_000_000, 0).unwrap())
}

fn queue(clock: &Clock) -> Arc<Queue> {
    Arc::new(Queue::new(clock.clone(), Timing::default()))
}

fn post(channel: i64) -> Lane {
    Route::post("/channels/{}/messages").part(channel).lane()
}

fn read(channel: i64) -> Lane {
    Route::get("/channels/{}/messages").part(channel).lane()
}

fn left(remaining: u32, millis: u64) -> Notice {
    Notice {
        bucket: Some("abc".to_owned()),
        limit: Some(5),
        remaining: Some(remaining),
        reset_after: Some(Duration::from_millis(millis)),
        sound: true,
        ..Notice::default()
    }
}

fn free() -> Notice {
    Notice { sound: true, ..Notice::default() }
}

/// Enters with nobody else in line.
async fn enter(queue: &Queue, lane: Lane) -> Permit<'_> {
    queue.enter(lane, Urgency::Ticket).await.unwrap()
}

/// Whether a request could leave at once; it then counts as being in the air.
fn goes(queue: &Queue, lane: &Lane) -> bool {
    queue.state().limits.admit(lane, PER_SECOND, queue.clock.now()).is_ok()
}

/// Stands in line, each in a task of its own, and notes who leaves; whoever leaves is answered at once.
struct Line {
    queue: Arc<Queue>,
    left: Arc<Mutex<Vec<&'static str>>>,
}

impl Line {
    fn new(queue: &Arc<Queue>) -> Self {
        Self { queue: queue.clone(), left: Arc::default() }
    }

    async fn stand(&self, name: &'static str, lane: Lane, urgency: Urgency, answer: Notice) {
        let before = self.queue.state().last;
        let (queue, left) = (self.queue.clone(), self.left.clone());
        tokio::spawn(async move {
            if let Ok(permit) = queue.enter(lane, urgency).await {
                left.lock().unwrap().push(name);
                permit.answered(answer);
            }
        });
        while self.queue.state().last == before {
            tokio::task::yield_now().await;
        }
    }

    /// Those who left, once so many have.
    async fn left(&self, many: usize) -> Vec<&'static str> {
        while self.left.lock().unwrap().len() < many {
            tokio::task::yield_now().await;
        }
        self.left.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn one_goes_ahead_and_the_others_wait_for_what_it_learns() {
    let queue = queue(&clock());
    let scout = enter(&queue, post(1)).await;
    assert!(!goes(&queue, &post(1)));
    assert!(goes(&queue, &post(2)), "another channel is another bucket");
    scout.answered(left(4, 5_000));
    let granted = (0..10).filter(|_| goes(&queue, &post(1))).count();
    assert_eq!(granted, 4);
}

#[tokio::test]
async fn an_empty_bucket_is_waited_for_and_a_long_wait_is_handed_back() {
    let clock = clock();
    let queue = queue(&clock);
    enter(&queue, post(1)).await.answered(left(0, 5_000));
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.enter(post(1), Urgency::Ticket).await.map(drop) }
    });
    while clock.next_wake().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(clock.next_wake(), Some(clock.now() + TimeDelta::seconds(5)));
    clock.advance_to(clock.now() + TimeDelta::seconds(5));
    assert_eq!(waiting.await.unwrap(), Ok(()));

    enter(&queue, post(3)).await.answered(left(0, 600_000));
    assert_eq!(queue.enter(post(3), Urgency::Reply).await.err(), Some(Duration::from_secs(600)));
    assert!(queue.state().waiting.is_empty());
}

#[tokio::test]
async fn the_last_place_goes_to_the_most_urgent() {
    let clock = clock();
    let queue = queue(&clock);
    // One in each window.
    let one = Notice { limit: Some(1), ..left(0, 1_000) };
    enter(&queue, post(1)).await.answered(one.clone());
    let line = Line::new(&queue);
    for (name, urgency) in [
        ("archive", Urgency::Background),
        ("publish", Urgency::Publish),
        ("edit", Urgency::Edit),
        ("mild", Urgency::Announcement(3)),
        ("bad", Urgency::Announcement(0)),
        ("card", Urgency::Ticket),
        ("later card", Urgency::Ticket),
        ("reply", Urgency::Reply),
    ] {
        line.stand(name, post(1), urgency, one.clone()).await;
    }
    let mut order = Vec::new();
    for many in 1..=8 {
        clock.advance_to(clock.now() + TimeDelta::seconds(1));
        order = line.left(many).await;
        assert_eq!(order.len(), many);
    }
    assert_eq!(order, ["reply", "card", "later card", "bad", "mild", "edit", "publish", "archive"]);
}

#[tokio::test]
async fn nobody_waits_for_a_bucket_that_is_not_theirs() {
    let clock = clock();
    let queue = queue(&clock);
    enter(&queue, post(1)).await.answered(left(0, 5_000));
    let line = Line::new(&queue);
    line.stand("card", post(1), Urgency::Ticket, free()).await;
    line.stand("archive", read(2), Urgency::Background, free()).await;
    assert_eq!(line.left(1).await, ["archive"]);
}

#[tokio::test]
async fn reading_leaves_room_in_every_second_and_is_not_forgotten() {
    let clock = clock();
    let queue = queue(&clock);
    // As many as may read at once are in the air.
    for channel in 0..30 {
        queue.enter(read(channel), Urgency::Background).await.map(std::mem::forget).unwrap();
    }
    let line = Line::new(&queue);
    line.stand("archive", read(99), Urgency::Background, free()).await;
    line.stand("card", post(1), Urgency::Ticket, free()).await;
    line.stand("edit", post(2), Urgency::Edit, free()).await;
    assert_eq!(line.left(2).await, ["card", "edit"], "reading does not stand in the way");
    // The next that comes to the line finds it before itself.
    clock.advance_to(clock.now() + PASSED_OVER);
    drop(enter(&queue, post(3)).await);
    assert_eq!(line.left(3).await, ["card", "edit", "archive"]);
}

#[tokio::test]
async fn who_gives_up_holds_nobody_up() {
    let queue = queue(&clock());
    let scout = enter(&queue, post(1)).await;
    let line = Line::new(&queue);
    let given_up = tokio::spawn({
        let queue = queue.clone();
        async move { queue.enter(post(1), Urgency::Reply).await.map(drop) }
    });
    while queue.state().waiting.is_empty() {
        tokio::task::yield_now().await;
    }
    line.stand("card", post(1), Urgency::Ticket, free()).await;
    given_up.abort();
    let _ = given_up.await;
    scout.answered(left(1, 5_000));
    assert_eq!(line.left(1).await, ["card"]);
}

#[tokio::test]
async fn answers_that_overtake_each_other_do_not_fill_a_bucket() {
    let clock = clock();
    let queue = queue(&clock);
    enter(&queue, post(1)).await.answered(left(4, 5_000));
    let (first, second) = (enter(&queue, post(1)).await, enter(&queue, post(1)).await);
    second.answered(left(2, 4_900));
    first.answered(left(3, 4_950));
    let late = enter(&queue, post(1)).await;
    assert_eq!((0..9).filter(|_| goes(&queue, &post(1))).count(), 1);
    // An answer of the window before comes when the next is under way, and empties nothing.
    clock.advance_to(clock.now() + TimeDelta::seconds(5));
    enter(&queue, post(1)).await.answered(left(4, 5_000));
    late.answered(left(0, 1));
    assert_eq!((0..9).filter(|_| goes(&queue, &post(1))).count(), 3, "one is still in the air");
}

#[tokio::test]
async fn a_global_refusal_stops_everything_but_replies() {
    let clock = clock();
    let queue = queue(&clock);
    let wait = Some(Some(Duration::from_secs(3)));
    enter(&queue, post(1)).await.answered(Notice { refused: wait, global: true, ..left(3, 100) });
    assert!(!goes(&queue, &post(2)));
    assert!(goes(&queue, &Route::patch("/webhooks/{}/{}/messages/@original").part(1).part("t").lane()));
    clock.advance_to(clock.now() + TimeDelta::seconds(3));
    assert!(goes(&queue, &post(2)));
}

#[tokio::test]
async fn a_refusal_holds_its_own_channel_only() {
    let clock = clock();
    let queue = queue(&clock);
    enter(&queue, post(1)).await.answered(Notice { refused: Some(None), ..Notice::default() });
    assert!(!goes(&queue, &post(1)));
    assert!(goes(&queue, &post(2)));
    clock.advance_to(clock.now() + TimeDelta::seconds(1));
    assert!(goes(&queue, &post(1)));
}

#[tokio::test]
async fn without_limits_nobody_waits_and_without_an_answer_one_tries() {
    let queue = queue(&clock());
    enter(&queue, post(1)).await.answered(free());
    assert!((0..20).all(|_| goes(&queue, &post(1))));
    drop(enter(&queue, post(2)).await);
    assert!(goes(&queue, &post(2)));
    assert!(!goes(&queue, &post(2)));
}

#[tokio::test]
async fn no_second_sees_more_than_discord_takes() {
    let clock = clock();
    let queue = queue(&clock);
    let mut on_the_way = Vec::new();
    for channel in 0..PER_SECOND {
        on_the_way.push(enter(&queue, post(i64::try_from(channel).unwrap())).await);
    }
    assert!(!goes(&queue, &post(1_000)));
    clock.advance_to(clock.now() + TimeDelta::seconds(5));
    assert!(!goes(&queue, &post(1_000)), "what is not answered may be counted any moment");
    on_the_way.clear();
    clock.advance_to(clock.now() + TimeDelta::milliseconds(999));
    assert!(!goes(&queue, &post(1_000)));
    clock.advance_to(clock.now() + TimeDelta::milliseconds(1));
    assert!(goes(&queue, &post(1_000)));
}
