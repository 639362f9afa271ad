use sigflow::prelude::*;

#[program(sequental)]
async fn answer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {
    let _ = answer;
}
