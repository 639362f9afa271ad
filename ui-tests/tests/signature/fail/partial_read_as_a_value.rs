use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { stars: u8 }
}

async fn ask(lm: &Lm) -> Result<bool> {
    let mut stream = Qa { question: "a".to_owned() }.predict().with(lm).stream();
    stream.next().await?;
    Ok(stream.partial().stars > 3)
}

fn main() {}
