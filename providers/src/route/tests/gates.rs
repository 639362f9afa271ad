//! Others that have a say in each attempt.
use super::*;

/// Lets nobody to `shut`, and holds `late` back; counts what it is told.
#[derive(Default)]
struct Porter {
    shut: Option<usize>,
    late: Option<(usize, Duration)>,
    open_from: Mutex<Option<std::time::Instant>>,
    log: Mutex<Vec<String>>,
}

impl Gate for Porter {
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        if self.shut == Some(ticket.index) {
            return Admission::Refused(Error::new(ErrorKind::CircuitOpen, "shut"));
        }
        if let Some((index, wait)) = self.late
            && index == ticket.index
        {
            let from = *self.open_from.lock().unwrap().get_or_insert(now() + wait);
            if now() < from {
                return Admission::Later(from);
            }
        }
        self.log
            .lock()
            .unwrap()
            .push(format!("in {}", ticket.route));
        Admission::Go
    }
    fn began(&self, ticket: &Ticket<'_>, _: Duration) {
        self.log
            .lock()
            .unwrap()
            .push(format!("began {}", ticket.route));
    }
    fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
        let how = match ended {
            Ended::Answered { .. } => "answered",
            Ended::Failed {
                gives_up: false, ..
            } => "failed",
            Ended::Failed { .. } => "gave up",
            Ended::Left => "left",
        };
        self.log
            .lock()
            .unwrap()
            .push(format!("{how} {}", ticket.route));
    }
}

#[tokio::test(start_paused = true)]
async fn gates_are_asked_and_told() {
    let first = Stage::new("first", [Act::Answer("no")]);
    let spare = Stage::new("spare", [fail(ErrorKind::Server), Act::Answer("Paris")]);
    let porter = Arc::new(Porter {
        shut: Some(0),
        ..Porter::default()
    });
    let lm = two(&first, &spare).gate(porter.clone()).lm();
    let (_, end) = told(&lm, question()).await;
    let attempts = end.unwrap();
    assert_eq!(routes(&attempts), ["first", "spare", "spare"]);
    assert_eq!(
        attempts[0].outcome,
        AttemptOutcome::Failed(ErrorKind::CircuitOpen)
    );
    assert_eq!(attempts[0].billed, Billed::No);
    assert_eq!(first.count(), 0);
    let log = porter.log.lock().unwrap().join(", ");
    assert_eq!(
        log,
        "in spare, failed spare, in spare, began spare, answered spare"
    );

    // who said yes hears when a later one says no
    let early = Arc::new(Porter::default());
    let lm = two(&first, &spare)
        .gate(early.clone())
        .gate(porter.clone())
        .lm();
    lm.complete(question()).await.unwrap();
    let log = early.log.lock().unwrap().join(", ");
    assert_eq!(log, "in first, left first, in spare, answered spare");

    // and when the caller goes away
    let silent = Stage::new("silent", [Act::Silent]);
    let early = Arc::new(Porter::default());
    let lm = Router::new([silent.lm()]).gate(early.clone()).lm();
    assert!(
        tokio::time::timeout(SECOND, lm.complete(question()))
            .await
            .is_err()
    );
    assert_eq!(
        early.log.lock().unwrap().join(", "),
        "in silent, left silent"
    );
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_says_later_is_waited_for_only_if_nobody_else_is_open() {
    let first = Stage::new("first", [Act::Answer("home")]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let porter = |seconds| {
        Arc::new(Porter {
            late: Some((0, SECOND * seconds)),
            ..Porter::default()
        })
    };
    let begin = now();
    let lm = two(&first, &spare).gate(porter(5)).lm();
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    assert_eq!(now(), begin);
    let lm = Router::new([first.lm()]).gate(porter(5)).lm();
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(now() - begin, SECOND * 5);
    assert_eq!(response.attempts[0].waited, SECOND * 5);
    // not for ever
    let lm = Router::new([first.lm()]).gate(porter(500)).lm();
    let error = lm.complete(question()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(SECOND * 500));
    assert!(error.is_rate_limited());
}

/// Always a little later.
struct Never(Duration);
impl Gate for Never {
    fn admit(&self, _: &Ticket<'_>) -> Admission {
        Admission::Later(now() + self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_never_opens_is_no_hang() {
    let first = Stage::new("first", [Act::Answer("home")]);
    for step in [Duration::ZERO, Duration::from_millis(1), SECOND * 7] {
        let begin = now();
        let gate = Arc::new(Never(step));
        let lm = Router::new([first.lm()]).gate(gate).lm();
        let error = lm.complete(question()).await.unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
        // as long as a call waits for any hint
        assert!(now() - begin <= SECOND * 60);
        assert!(told(&lm, question()).await.1.is_err());
    }
    assert_eq!(first.count(), 0);
}
