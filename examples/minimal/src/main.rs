//! The smallest program: `cargo run` in this folder.
use sigflow::prelude::*;

signature!(struct Ask<'a> { question: &'a str } -> { answer: String });

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let lm = Lm::from_env_or_offline()?;
    let question = "Where does the Elbe end? The Elbe ends in the North Sea.";
    println!("{}", Ask { question }.predict().with(&lm).await?.answer);
    Ok(())
}
