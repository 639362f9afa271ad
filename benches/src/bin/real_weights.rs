//! Two small tasks on a real model: how many replies are read, and how many are right.
//!
//! ```text
//! OPENAI_BASE_URL=http://127.0.0.1:14060/v1 \
//!     cargo run --release -p sigflow-bench --bin real_weights ADAPTERS DEMOS TASKS [FOLDER] [QUESTIONS]
//! ```
//!
//! The first three are lists with commas: `chat,json,structured 0,8 intents,orders`. FOLDER has the tasks'
//! data, `intents.json` and `orders.json`; QUESTIONS is how many of a task's are asked, all unless said
//! otherwise. Temperature, bounds, stop texts and demos are those of the script that measured DSPy on the
//! same data. A reply that could not be read is printed with its error, and so is every kind of repair.
use serde::{Deserialize, de::DeserializeOwned};
use sigflow::{
    Adapter, Ask, Capabilities, Demo, Error, ErrorKind, Lm, Predict, Prediction, Result, Settings,
    Signature, prelude::*,
};
use std::{collections::BTreeMap, fs, path::Path};

#[derive(Field, Clone, Copy, PartialEq, Eq)]
#[field(rename_all = "snake_case")]
enum Intent {
    Refund,
    Delivery,
    Password,
    Hours,
    Praise,
    Cancel,
}

signature! {
    /// Classify the customer message.
    struct Classify { message: String } -> { intent: Intent }
}
signature! {
    /// Extract the products and the city.
    struct Extract { text: String } -> { products: Vec<String>, city: String }
}

/// What DSPy's `LabeledFewShot(k=8)` takes: Python's `random.Random(0).sample(trainset, 8)`, for the two
/// lengths of training sets.
const OF_60: [usize; 8] = [54, 24, 48, 56, 26, 2, 16, 32];
const OF_40: [usize; 8] = [24, 26, 2, 16, 32, 31, 25, 19];

#[derive(Deserialize)]
struct Data<T> {
    train: Vec<T>,
    test: Vec<T>,
}

/// A labelled question of a task.
trait Example: DeserializeOwned {
    type Asks: for<'i> Signature<Inputs<'i> = Self::Asks, At<'i> = Self::Asks>;
    const LONGEST: u32;
    fn inputs(&self) -> Self::Asks;
    fn demo(&self) -> Demo<Self::Asks>;
    /// Between 0 and 1.
    fn score(&self, output: &<Self::Asks as Ask>::Output) -> f64;
}

#[derive(Deserialize)]
struct Message {
    message: String,
    intent: Intent,
}

impl Example for Message {
    type Asks = Classify;
    const LONGEST: u32 = 24;
    fn inputs(&self) -> Classify {
        Classify {
            message: self.message.clone(),
        }
    }
    fn demo(&self) -> Demo<Classify> {
        self.inputs().demo(ClassifyOutput {
            intent: self.intent,
        })
    }
    fn score(&self, output: &ClassifyOutput) -> f64 {
        f64::from(u8::from(output.intent == self.intent))
    }
}

#[derive(Deserialize)]
struct Order {
    text: String,
    products: Vec<String>,
    city: String,
}

impl Example for Order {
    type Asks = Extract;
    const LONGEST: u32 = 56;
    fn inputs(&self) -> Extract {
        Extract {
            text: self.text.clone(),
        }
    }
    fn demo(&self) -> Demo<Extract> {
        self.inputs().demo(ExtractOutput {
            products: self.products.clone(),
            city: self.city.clone(),
        })
    }
    /// The mean of the products' F1 and of the city's being right, as DSPy's was measured.
    fn score(&self, output: &ExtractOutput) -> f64 {
        let set = |words: &[String]| {
            let mut words: Vec<String> = words.iter().map(|w| w.trim().to_lowercase()).collect();
            words.sort();
            words.dedup();
            words
        };
        let (right, said) = (set(&self.products), set(&output.products));
        let both = right.iter().filter(|word| said.contains(word)).count();
        let f1 = 2.0 * share(both, right.len() + said.len());
        let city = self.city.to_lowercase() == output.city.trim().to_lowercase();
        f64::midpoint(f1, f64::from(u8::from(city)))
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn share(some: usize, all: usize) -> f64 {
    some as f64 / all.max(1) as f64
}

/// What came of a cell's questions.
#[derive(Default)]
struct Cell {
    read: usize,
    unreadable: usize,
    right: usize,
    score: f64,
    repaired: usize,
    repairs: BTreeMap<String, usize>,
}

impl Cell {
    fn add<O>(&mut self, prediction: &Prediction<O>, score: f64) {
        self.read += 1;
        self.score += score;
        self.right += usize::from(score >= 1.0);
        self.repaired += usize::from(!prediction.repairs().is_empty());
        for repair in prediction.repairs() {
            *self.repairs.entry(repair.rule.to_string()).or_default() += 1;
        }
    }

    /// Counts a reply that could not be read, and shows it.
    fn refuse(&mut self, error: Error) -> Result<()> {
        // what is no fault of the reply ends the run
        let empty = error.kind() == ErrorKind::NoContent;
        if !(empty || error.is_parse() || error.is_constraint()) {
            return Err(error);
        }
        self.unreadable += 1;
        let raw = error.raw_reply().unwrap_or_default();
        println!("  unreadable: {error}\n    {raw:?}");
        Ok(())
    }
}

fn settings(longest: u32) -> Settings {
    Settings {
        temperature: Some(0.0),
        max_tokens: Some(longest),
        stop: Some(
            [
                "=== next ===".to_owned(),
                "[[ ## completed ## ]]".to_owned(),
            ]
            .into(),
        ),
        ..Settings::default()
    }
}

async fn cell<E: Example>(
    lm: &Lm,
    adapter: Adapter,
    demos: usize,
    data: &Data<E>,
    most: usize,
) -> Result<Cell> {
    let picked: &[usize] = if data.train.len() == 60 {
        &OF_60
    } else {
        &OF_40
    };
    let mut predict = Predict::<E::Asks>::new().adapter(adapter).with_demos(
        picked[..demos]
            .iter()
            .map(|index| data.train[*index].demo()),
    );
    predict.set_settings(settings(E::LONGEST));
    let mut cell = Cell::default();
    for example in data.test.iter().take(most) {
        match predict.call(example.inputs()).with(lm).prediction().await {
            Ok(prediction) => cell.add(&prediction, example.score(&prediction.output)),
            Err(error) => cell.refuse(error)?,
        }
    }
    Ok(cell)
}

/// What the server is told to do depends on what it can do: a grammar for any object, or the schema.
fn able(adapter: Adapter) -> Capabilities {
    let mut can = Capabilities::CHAT;
    can.json_object = adapter == Adapter::Json;
    can.json_schema = adapter == Adapter::Structured;
    can
}

fn data<E: Example>(folder: &Path, task: &str) -> Result<Data<E>, Box<dyn std::error::Error>> {
    let file = folder.join(task).with_extension("json");
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [adapters, demos, tasks, rest @ ..] = arguments.as_slice() else {
        return Err(
            "which adapters, demos and tasks? as in `chat,json,structured 0,8 intents,orders`"
                .into(),
        );
    };
    let folder = rest
        .first()
        .map_or("../shared/counterparts/real-lm/bench", String::as_str);
    let most = rest.get(1).map_or(Ok(usize::MAX), |most| most.parse())?;
    let lm = Lm::from_env()?;

    let mut rows = Vec::new();
    for task in tasks.split(',') {
        for adapter in adapters.split(',') {
            let form = match adapter {
                "chat" => Adapter::Chat,
                "json" => Adapter::Json,
                "xml" => Adapter::Xml,
                "structured" => Adapter::Structured,
                other => {
                    return Err(
                        format!("no adapter `{other}`: chat, json, xml or structured").into(),
                    );
                }
            };
            let lm = lm.clone().with_capabilities(able(form));
            for shown in demos.split(',') {
                let count: usize = shown.parse()?;
                if count > OF_60.len() {
                    return Err("at most 8 demos".into());
                }
                let name = format!("{task:<8} {adapter:<11} {count:>5}");
                println!("{name}");
                let folder = Path::new(folder);
                let cell = match task {
                    "intents" => {
                        cell::<Message>(&lm, form, count, &data(folder, task)?, most).await?
                    }
                    "orders" => cell::<Order>(&lm, form, count, &data(folder, task)?, most).await?,
                    other => return Err(format!("no task `{other}`: intents or orders").into()),
                };
                for (rule, times) in &cell.repairs {
                    println!("  {times} times: {rule}");
                }
                rows.push((name, cell));
            }
        }
    }
    println!(
        "\n{:<26} {:>6} {:>11} {:>6} {:>7} {:>9}",
        "task     adapter     demos", "read", "unreadable", "right", "score", "repaired"
    );
    for (name, cell) in rows {
        println!(
            "{name:<26} {:>6} {:>11} {:>6} {:>6.1}% {:>9}",
            cell.read,
            cell.unreadable,
            cell.right,
            100.0 * cell.score / share(cell.read + cell.unreadable, 1),
            cell.repaired
        );
    }
    Ok(())
}
