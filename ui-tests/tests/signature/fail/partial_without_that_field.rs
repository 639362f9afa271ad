use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<()> {
    let mut stream = Qa { question: "a".to_owned() }.predict().with(lm).stream();
    while stream.next().await?.is_some() {
        println!("{:?}", stream.partial().anwser);
    }
    Ok(())
}

fn main() {}
