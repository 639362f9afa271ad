use sigflow::prelude::*;

async fn look(word: String) -> Result<String> {
    Ok(word)
}

#[program(pure(look))]
async fn all(mut words: Vec<String>) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    #[parallel(4)]
    while let Some(word) = words.pop() {
        let found = look(word).await?;
        seen.push(found);
    }
    Ok(seen)
}

fn main() {
    let _ = all;
}
