use sigflow::prelude::*;

#[program]
async fn answer(text: String) {
    let number: u32 = text.parse()?;
    println!("{number}");
}

fn main() {
    let _ = answer;
}
