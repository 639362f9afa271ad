//! `cargo xtask faults`: the wall of faults, and what the client makes of it, scored from both sides.
mod catalogue;
mod formats;
mod measured;
mod ours;
mod play;
mod rule;
mod scenario;
mod system;
#[cfg(test)]
mod tests;
mod verdict;

use measured::Outcome;
use play::{Line, Pace, play};
use scenario::{Group, Scenario};
use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};
use system::{Product, System};
use tokio::{sync::Semaphore, task::JoinSet};
use verdict::Verdict;

const USAGE: &str = "usage: cargo xtask faults [--full] [--only ID]";

/// By what times are divided unless they shall be real.
const QUICK: f64 = 5.0;

/// Runs all scenarios, or those of one name.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut factor, mut only) = (QUICK, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--full" => factor = 1.0,
            "--only" => only = Some(*rest.next().ok_or(USAGE)?),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let scenarios: Vec<Scenario> = all()
        .into_iter()
        .filter(|row| only.is_none_or(|id| row.id == id))
        .collect();
    if scenarios.is_empty() {
        let mut known: Vec<&str> = all().iter().map(|row| row.id).collect();
        known.dedup();
        return Err(format!(
            "no scenario has this name; there are {}",
            known.join(", ")
        ));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let pace = Pace {
        factor,
        least_wall: Duration::from_secs(8),
    };
    let lines = runtime.block_on(play_all(scenarios, Arc::new(Product), pace))?;
    end(&lines)
}

fn all() -> Vec<Scenario> {
    let mut all = catalogue::scenarios();
    all.extend(ours::scenarios());
    all.extend(formats::scenarios());
    all
}

/// How many of the usual scenarios run at a time: more would only measure the machine.
const AT_A_TIME: usize = 12;
/// Of those that keep the machine busy.
const BUSY_AT_A_TIME: usize = 2;

/// Many at once, each before a wall of its own.
async fn play_all(
    scenarios: Vec<Scenario>,
    system: Arc<dyn System>,
    pace: Pace,
) -> Result<Vec<Line>, String> {
    println!("{}", head(pace));
    let start = Instant::now();
    let of = |group: Group| {
        scenarios
            .iter()
            .filter(move |row| row.group() == group)
            .cloned()
    };
    let mut waiting = JoinSet::new();
    for row in of(Group::Waiting) {
        waiting.spawn(one(row, system.clone(), pace));
    }
    let mut lines = Vec::new();
    for group in [Group::Busy, Group::Usual, Group::Quiet] {
        let mut playing = JoinSet::new();
        let busy = group == Group::Busy;
        let places = Arc::new(Semaphore::new(if busy {
            BUSY_AT_A_TIME
        } else {
            AT_A_TIME
        }));
        for row in of(group) {
            let (places, playing_one) = (places.clone(), one(row, system.clone(), pace));
            playing.spawn(async move {
                let _place = places.acquire_owned().await;
                playing_one.await
            });
        }
        tell(playing, &mut lines).await?;
    }
    tell(waiting, &mut lines).await?;
    println!(
        "{} scenarios in {:.1} s",
        lines.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(lines)
}

async fn one(scenario: Scenario, system: Arc<dyn System>, pace: Pace) -> Result<Line, String> {
    let name = format!("{} ({:?}, {})", scenario.id, scenario.api, scenario.mode);
    let line = play(scenario, &*system, pace)
        .await
        .map_err(|why| format!("{name}: {why}"))?;
    println!("{}", told(&line));
    // Who watches sees it as it happens, also through a pipe.
    let _ = std::io::stdout().flush();
    Ok(line)
}

async fn tell(
    mut playing: JoinSet<Result<Line, String>>,
    lines: &mut Vec<Line>,
) -> Result<(), String> {
    while let Some(line) = playing.join_next().await {
        lines.push(line.map_err(|error| error.to_string())??);
    }
    Ok(())
}

fn head(pace: Pace) -> String {
    let times = if pace.factor > 1.0 {
        format!(
            "times of the catalogue and of the client divided by {}, of some by less",
            pace.factor
        )
    } else {
        "real times".to_owned()
    };
    format!(
        "{times}\nverdict  scenario                api          mode     wall    attempts  what the caller got"
    )
}

/// One line: the verdict, the scenario, how long it took, how often both routes were asked, what came of it.
fn told(line: &Line) -> String {
    let Line {
        scenario,
        verdict,
        why,
        seen,
    } = line;
    let got = match &seen.outcome {
        Outcome::Answer(got) => format!("the answer of {}", got.model),
        Outcome::Error(error) => format!("{:?}: {error}", error.kind()),
        Outcome::Hang => "nothing".to_owned(),
        Outcome::Left => "went away".to_owned(),
    };
    let got: String = got.chars().take(110).collect();
    let api = format!("{:?}", scenario.api).to_lowercase();
    let (primary, fallback) = (seen.primary.len(), seen.fallback.len());
    let took = seen.elapsed.as_secs_f64();
    let why = if why.is_empty() || *verdict == Verdict::Safe {
        String::new()
    } else {
        format!(" [{why}]")
    };
    format!(
        "{verdict:<8} {:<23} {api:<12} {:<6} {took:>6.2} s  {primary:>2} + {fallback:<2}    {got}{why}",
        scenario.id, scenario.mode
    )
}

/// The last line, and whether all passed.
fn end(lines: &[Line]) -> Result<(), String> {
    let count = |verdict: Verdict| lines.iter().filter(|line| line.verdict == verdict).count();
    let (pass, partial) = (count(Verdict::Pass), count(Verdict::Partial));
    let (safe, fail) = (count(Verdict::Safe), count(Verdict::Fail));
    let bad = lines.iter().filter(|line| line.verdict != Verdict::Pass);
    bad.for_each(|line| println!("{}", told(line)));
    println!("faults: {pass} pass, {partial} partial, {safe} safe, {fail} fail");
    if pass == lines.len() {
        return Ok(());
    }
    // All is said, and nothing shall stand behind the last line.
    Err(String::new())
}
