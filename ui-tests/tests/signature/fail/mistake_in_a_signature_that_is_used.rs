// errors: 1
use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> {
        #[field(ge = 5, le = 1)]
        stars: u8,
    }
}

async fn ask(lm: &Lm) -> Result<u8> {
    let RateOutput { stars } = Rate { text: "good".to_owned() }.predict().with(lm).await?;
    Ok(stars)
}

fn main() {}
