//! Sorting tickets, by descriptions and by demonstrations.
use super::*;

// with its lines broken as in a doc comment
const CATEGORIES: &str =
    "billing: invoices, charges, refunds and payment methods; bug: something is broken, crashes or
shows wrong data; account: sign-in, passwords, profile, permissions and deletion of the account;
feature_request: asks for something the product cannot do yet";

/// The share of tickets with the right category when the first `each` of each category are shown.
fn accuracy(each: usize) -> Option<f64> {
    let tickets = shared("../examples/data/tickets.jsonl")?;
    let note = "must be one of: billing; bug; account; feature_request";
    let system = system(&[("category", CATEGORIES, note)])
        .replace("`text`", "`ticket`")
        .replace("text", "ticket");
    let (mut demos, mut asked): (Vec<[String; 2]>, Vec<(String, String)>) =
        (Vec::new(), Vec::new());
    for line in tickets.lines() {
        let ticket: Value = serde_json::from_str(line).expect("JSON");
        let (text, category) = (ticket["text"].as_str()?, ticket["category"].as_str()?);
        let text = format!("[[ ## ticket ## ]]\n{text}");
        let label = format!("[[ ## category ## ]]\n{category}\n\n[[ ## completed ## ]]\n");
        if demos.iter().filter(|[_, known]| *known == label).count() < each {
            demos.push([text, label]);
        } else {
            asked.push((text, label));
        }
    }
    assert_eq!(demos.len() + asked.len(), 200);
    let mut right = 0;
    for (ticket, label) in &asked {
        let last = format!(
            "{ticket}\n\nRespond with the corresponding output fields, starting with the field `[[ ## category ## ]]` \
             (must be formatted as a valid Python Category), and then ending with the marker for `[[ ## completed ## ]]`."
        );
        let mut turns: Vec<(Role, &str)> = demos
            .iter()
            .flat_map(|[text, label]| [(User, text.as_str()), (Model, label.as_str())])
            .collect();
        turns.push((User, &last));
        right += u32::from(answer(&system, &turns, None).trim() == label.trim());
    }
    Some(f64::from(right) / f64::from(u32::try_from(asked.len()).ok()?))
}

#[test]
fn tickets_are_sorted_by_description_and_better_by_demonstration() {
    let (Some(without), Some(with)) = (accuracy(0), accuracy(4)) else {
        return;
    };
    eprintln!("without demos {without:.3}, with 16 demos {with:.3}");
    assert!(without >= 0.6, "{without}");
    assert!(with >= 0.85, "{with}");
}
