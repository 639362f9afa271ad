use sigflow::prelude::*;

#[program(params(k: usize))]
async fn answer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {
    let _ = answer;
}
