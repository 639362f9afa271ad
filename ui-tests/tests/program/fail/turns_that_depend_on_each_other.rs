use sigflow::prelude::*;

async fn look(word: &str) -> Result<String> {
    Ok(word.to_owned())
}

#[program(pure(look))]
async fn last(words: Vec<String>) -> Result<String> {
    let mut seen = String::new();
    #[parallel(4)]
    for word in &words {
        let found = look(&[word.as_str(), &seen].concat()).await?;
        seen = found;
    }
    Ok(seen)
}

fn main() {
    let _ = last;
}
