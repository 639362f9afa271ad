use sigflow::prelude::*;

#[program(strict, strict)]
async fn answer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {
    let _ = answer;
}
