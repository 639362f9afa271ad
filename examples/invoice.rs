//! Extraction of a nested struct from documents.
//!
//! ```text
//! cargo run --example invoice [FILE …]
//! ```
use sigflow::prelude::*;
use std::path::PathBuf;

/// A line of an invoice.
#[derive(Field)]
struct Item {
    /// what was sold
    item: String,
    #[field(ge = 0)]
    quantity: u32,
    /// price of one
    #[field(ge = 0)]
    unit_price: f64,
}

#[derive(Field, Clone, Copy)]
enum Currency {
    #[field(alias = "EUR")]
    Euro,
    #[field(alias = "USD")]
    Dollar,
    #[field(alias = "GBP")]
    Pound,
}

/// An invoice.
#[derive(Field)]
struct Invoice {
    invoice_number: String,
    /// as written
    invoice_date: String,
    due_date: Option<String>,
    /// who pays
    customer: String,
    customer_email: Option<String>,
    #[field(min_len = 1)]
    items: Vec<Item>,
    /// what is to be paid
    #[field(ge = 0)]
    total: f64,
    currency: Currency,
}

signature! {
    /// Extract the invoice from the document. Copy names and numbers as they are written.
    struct ExtractInvoice<'a> { document: &'a str } -> { invoice: Invoice }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lm = Lm::from_env_or_offline()?;
    let mut files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/data");
        files = vec![data.join("invoice.txt"), data.join("invoice_short.txt")];
    }
    for file in files {
        let document = std::fs::read_to_string(&file)?;
        let prediction = ExtractInvoice {
            document: &document,
        }
        .predict()
        .with(&lm)
        .prediction()
        .await?;
        let Invoice {
            invoice_number,
            invoice_date,
            due_date,
            customer,
            customer_email,
            items,
            total,
            currency,
        } = prediction.output.invoice;

        println!(
            "{invoice_number} of {invoice_date}, due {}",
            due_date.as_deref().unwrap_or("at once")
        );
        println!(
            "  {customer} <{}>",
            customer_email.as_deref().unwrap_or("no address")
        );
        for Item {
            item,
            quantity,
            unit_price,
        } in &items
        {
            println!("  {quantity:>4} x {item:<32} {unit_price:>9.2}");
        }
        let sum: f64 = items
            .iter()
            .map(|item| f64::from(item.quantity) * item.unit_price)
            .sum();
        println!("  total {total:.2} {currency:?}; the items add up to {sum:.2}");
    }
    Ok(())
}
