use sigflow::prelude::*;

#[program(pure)]
async fn answer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {
    let _ = answer;
}
