use sigflow::prelude::*;

#[program]
fn answer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {
    let _ = answer;
}
