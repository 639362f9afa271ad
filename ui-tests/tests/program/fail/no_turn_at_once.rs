use sigflow::prelude::*;

async fn look(word: &str) -> Result<String> {
    Ok(word.to_owned())
}

#[program(pure(look))]
async fn all(words: Vec<String>) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    #[parallel(0)]
    for word in &words {
        let found = look(word).await?;
        seen.push(found);
    }
    Ok(seen)
}

fn main() {
    let _ = all;
}
