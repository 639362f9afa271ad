use sigflow::prelude::*;

#[program]
async fn answer() {
    let number: u32 = "3".parse()?;
    println!("{number}");
}

fn main() {
    let _ = answer;
}
