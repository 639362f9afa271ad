//! Classification with an enum: support tickets, with and without demonstrations, as a table.
//!
//! ```text
//! cargo run --example tickets [DEMOS] [TICKETS]
//! ```
//!
//! DEMOS is how many labelled tickets the prompt shows (16 unless said otherwise), TICKETS how many are
//! then classified (all that are left).
use sigflow::prelude::*;

#[derive(Field, Clone, Copy, PartialEq, Eq)]
#[field(rename_all = "snake_case")]
enum Category {
    Billing,
    Bug,
    Account,
    FeatureRequest,
}
const CATEGORIES: [Category; 4] = [
    Category::Billing,
    Category::Bug,
    Category::Account,
    Category::FeatureRequest,
];

signature! {
    /// Classify the support ticket.
    struct Classify<'a> {
        ticket: &'a str,
    } -> {
        /// billing: invoices, charges, refunds and payment methods; bug: something is broken, crashes or
        /// shows wrong data; account: sign-in, passwords, profile, permissions and deletion of the account;
        /// feature_request: asks for something the product cannot do yet
        category: Category,
    }
}

/// A labelled ticket of the file.
#[derive(Field)]
struct Ticket {
    text: String,
    category: Category,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lm = Lm::from_env_or_offline()?;
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<usize>());
    let shown = arguments.next().transpose()?.unwrap_or(16);
    let most = arguments.next().transpose()?.unwrap_or(usize::MAX);

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/tickets.jsonl");
    let tickets: Vec<Ticket> = std::fs::read_to_string(file)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;

    // the first of each category are the demonstrations, the rest is to be classified
    let each = shown / CATEGORIES.len();
    let mut seen = [0; CATEGORIES.len()];
    let (demos, rest): (Vec<&Ticket>, Vec<&Ticket>) = tickets.iter().partition(|ticket| {
        let count = &mut seen[ticket.category as usize];
        *count += 1;
        *count <= each
    });
    let rest = &rest[..rest.len().min(most)];
    let show = |ticket: &&Ticket| {
        Classify {
            ticket: &ticket.text,
        }
        .demo(ClassifyOutput {
            category: ticket.category,
        })
    };
    let with_demos = Predict::<Classify<'_>>::new().with_demos(demos.iter().map(show));
    let without = Predict::<Classify<'_>>::new();

    println!(
        "{:<16} {:>8} {:>10} {:>10}",
        "category",
        "tickets",
        "no demos",
        format!("{} demos", demos.len())
    );
    let mut totals = [0; 3];
    for category in CATEGORIES {
        let mut counts = [0; 3];
        for ticket in rest.iter().filter(|ticket| ticket.category == category) {
            counts[0] += 1;
            for (count, predict) in counts[1..].iter_mut().zip([&without, &with_demos]) {
                // a reply that cannot be read counts as wrong, and is told
                match predict
                    .call(Classify {
                        ticket: &ticket.text,
                    })
                    .with(&lm)
                    .await
                {
                    Ok(output) => *count += usize::from(output.category == category),
                    Err(error) if error.is_parse() => eprintln!("{error}"),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        row(&format!("{category:?}"), counts);
        totals
            .iter_mut()
            .zip(counts)
            .for_each(|(total, count)| *total += count);
    }
    row("all", totals);
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "counts of tickets are small")]
fn row(name: &str, [tickets, without, with]: [usize; 3]) {
    let percent = |right: usize| format!("{:.0} %", 100.0 * right as f64 / tickets.max(1) as f64);
    println!(
        "{name:<16} {tickets:>8} {:>10} {:>10}",
        percent(without),
        percent(with)
    );
}
