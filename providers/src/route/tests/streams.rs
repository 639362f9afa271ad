//! What a reader of a stream sees of it.
use super::*;

#[tokio::test(start_paused = true)]
async fn a_break_before_the_first_piece_is_not_seen() {
    let first = Stage::new("first", [pieces(&[], fail(ErrorKind::Server))]);
    let spare = Stage::new("spare", [pieces(&["Par", "is"], Act::Answer("!"))]);
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    // neither its head nor its empty piece
    assert_eq!(said[..3], ["<spare-2026>", "Par", "is"]);
    assert_eq!(routes(&end.unwrap()), ["first", "first", "first", "spare"]);
}

#[tokio::test(start_paused = true)]
async fn a_break_after_it_begins_anew_and_is_never_glued() {
    // by the retry rule in the same place
    let first = Stage::new(
        "first",
        [pieces(&["Lon", "d"], Act::Cut), Act::Answer("Paris")],
    );
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    assert_eq!(
        said,
        [
            "<first-2026>",
            "Lon",
            "d",
            "RESTART",
            "<first-2026>",
            "Paris",
            "END 10"
        ]
    );
    let attempts = end.unwrap();
    assert_eq!(routes(&attempts), ["first", "first"]);
    assert_eq!(
        attempts[0].outcome,
        AttemptOutcome::Failed(ErrorKind::IncompleteStream)
    );
    assert_eq!(attempts[0].billed, Billed::Unknown);

    // elsewhere at once, where it stalled
    let first = Stage::new(
        "first",
        [pieces(&["Lon"], after(10_000, timed_out(Phase::Idle)))],
    );
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    assert_eq!(
        said,
        [
            "<first-2026>",
            "Lon",
            "RESTART",
            "<spare-2026>",
            "Rome",
            "END 10"
        ]
    );
    assert_eq!(routes(&end.unwrap()), ["first", "spare"]);

    // once for each reply that was seen, and only then
    let first = Stage::new("first", [pieces(&["a"], timed_out(Phase::Idle))]);
    let second = Stage::new("second", [timed_out(Phase::FirstToken)]);
    let third = Stage::new("third", [pieces(&["b"], timed_out(Phase::Idle))]);
    let lm = Router::new([first.lm(), second.lm(), third.lm(), spare.lm()]).lm();
    let (said, _) = told(&lm, question()).await;
    let text = said.join(" ");
    assert_eq!(
        text,
        "<first-2026> a RESTART <third-2026> b RESTART <spare-2026> Rome END 10"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_seen_stays_when_nobody_else_answers() {
    let first = Stage::new("first", [pieces(&["Lon"], timed_out(Phase::Idle))]);
    let spare = Stage::new("spare", [fail(ErrorKind::BadRequest)]);
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    // no restart: what came is the error's partial reply
    assert_eq!(said, ["<first-2026>", "Lon"]);
    let error = end.unwrap_err();
    assert_eq!(
        (error.phase(), error.attempts().len()),
        (Some(Phase::Idle), 2)
    );
    assert_eq!((first.alive(), spare.alive()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn who_cannot_take_back_gets_the_error() {
    let first = Stage::new("first", [pieces(&["Lon"], fail(ErrorKind::Transport))]);
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let lm = two(&first, &spare).restart(false).lm();
    let (said, end) = told(&lm, question()).await;
    assert_eq!(said, ["<first-2026>", "Lon"]);
    assert!(end.unwrap_err().is_transport());
    assert_eq!((first.count(), spare.count()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stream_keeps_the_deadline() {
    let first = Stage::new("first", [pieces(&["Lon"], Act::Silent)]);
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let mut request = question();
    let end = now() + SECOND * 3;
    request.deadline = Some(end);
    let (said, result) = told(&two(&first, &spare).lm(), request).await;
    let error = result.unwrap_err();
    assert_eq!((error.phase(), said.len()), (Some(Phase::Deadline), 2));
    assert!(now() < end && now() + Duration::from_millis(20) > end);
    assert_eq!(error.attempts()[0].billed, Billed::Unknown);
    assert_eq!((first.alive(), spare.count()), (0, 0));
}
