//! Support tickets take different ways through a program, and are answered.
//!
//! ```text
//! cargo run --example router ["TICKET"]
//! ```
mod support;

use sigflow::{Recorder, Scope, prelude::*};

#[derive(Field, Clone, Copy, PartialEq)]
#[field(rename_all = "snake_case")]
enum Category {
    Billing,
    Bug,
    Account,
    FeatureRequest,
}

signature! {
    /// Classify the support ticket.
    struct Classify<'a> { ticket: &'a str } -> {
        /// billing: invoices, charges, refunds and payment methods; bug: something is broken, crashes or
        /// shows wrong data; account: sign-in, passwords, profile and permissions; feature_request: asks
        /// for something the product cannot do yet
        category: Category,
    }

    /// Judge how the customer feels.
    struct JudgeMood<'a> { ticket: &'a str } -> {
        /// whether the customer is angry or in a hurry: urgent, now, again, unacceptable, immediately
        upset: bool,
    }

    /// Take the facts that the accountant needs out of the ticket.
    struct FindInvoice<'a> { ticket: &'a str } -> { invoice_number: Option<u32>, amount: Option<f64> }

    /// Write the steps that show the fault.
    struct WriteSteps<'a> { ticket: &'a str } -> { steps: Vec<String> }

    /// Name the part of the product that is at fault.
    struct FindPart<'a> { ticket: &'a str } -> { part: String }

    /// Answer the customer, politely and in two sentences.
    struct Reply<'a> { ticket: &'a str, notes: &'a str, upset: bool } -> { reply: String }
}

#[program]
async fn route(ticket: &str) -> Result<(Category, String, String)> {
    let class = Classify { ticket }.predict().await?;
    let mood = JudgeMood { ticket }.predict().await?;
    let notes = match class.category {
        Category::Billing => {
            let invoice = FindInvoice { ticket }.predict().await?;
            format!(
                "invoice {:?}, amount {:?}",
                invoice.invoice_number, invoice.amount
            )
        }
        Category::Bug => {
            let written = WriteSteps { ticket }.predict().await?;
            let culprit = FindPart { ticket }.predict().await?;
            format!("{}: {}", culprit.part, written.steps.join("; "))
        }
        Category::Account => "identity is checked first".to_owned(),
        Category::FeatureRequest => "goes to the list of wishes".to_owned(),
    };
    let answer = Reply {
        ticket,
        notes: &notes,
        upset: mood.upset,
    }
    .predict()
    .await?;
    Ok((class.category, notes, answer.reply))
}

const TICKETS: [&str; 3] = [
    "Invoice number: 20418
Amount: 59.90
The invoice charges me twice, please refund one of the charges. This is urgent!",
    "The report crashes and shows wrong data. Since the update the export is broken.
1. Open the report. 2. Press the button for the export. 3. Nothing happens.",
    "Please add a view for two months. The calendar cannot do that yet.",
];

#[tokio::main]
async fn main() -> Result<()> {
    let lm = support::model()?;
    let given = std::env::args().nth(1);
    let tickets: Vec<&str> = given
        .as_deref()
        .map_or_else(|| TICKETS.to_vec(), |ticket| vec![ticket]);

    println!("{}", Route::MERMAID);

    let program = Route::new().with(&lm);
    for ticket in tickets {
        let recorder = Recorder::new();
        let scope = Scope::current().with_trace(&recorder);
        let (category, notes, reply) = scope.enter(program.call(ticket)).await?;
        println!("{ticket}\n-> {category:?} ({notes})\n-> {reply}");
        println!("{}", recorder.trace().gantt());
    }
    Ok(())
}
