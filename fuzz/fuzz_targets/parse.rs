//! Any bytes as a reply, in every form, under every strictness: no panic, no endless work.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigflow_core::{
    __private::{Form, Schema, read_reply, read_value},
    DynSignature, Strictness,
};
use std::sync::OnceLock;

fn signature() -> &'static DynSignature {
    static SIGNATURE: OnceLock<DynSignature> = OnceLock::new();
    SIGNATURE.get_or_init(|| {
        DynSignature::parse(
            "text -> answer, stars: int, tags: list[str], kind: Literal['red', 'green'], \
             by_name: dict[str, list[float]], day: Optional[datetime.date], pair: tuple[int, str], any: Any",
        )
        .expect("a signature")
    })
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for form in [Form::Chat, Form::Json, Form::Xml] {
        for strictness in [Strictness::Lenient, Strictness::Strict] {
            let _ = read_reply(signature(), form, strictness, &text);
        }
    }
    for field in signature().outputs() {
        for partial in [false, true] {
            let _ = read_value(field.schema.get(), &text, partial);
        }
    }
    let _ = read_value(&Schema::Any, &text, false);
});
