use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) {
    let _outputs = Qa { question: "a".to_owned() }.predict().with(lm).stream().await;
}

fn main() {}
