use sigflow::prelude::*;

async fn store(word: &str) -> Result<String> {
    Ok(word.to_owned())
}

#[program]
async fn all(words: Vec<String>) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    #[parallel(4)]
    for word in &words {
        let found = store(word).await?;
        seen.push(found);
    }
    Ok(seen)
}

fn main() {
    let _ = all;
}
