//! Blocks in OpenAI's form, which custom types make, as the parts that they stand for.
use serde_json::Value;
use sigflow_core::{
    Part,
    types::{Audio, Document, File, Image},
};

/// The part that a block stands for, if it is in OpenAI's form, or a document in Anthropic's.
pub(crate) fn part_of(block: &Value) -> Option<Part> {
    let text = |path: &[&str]| {
        let mut value = block;
        for name in path {
            value = value.get(*name)?;
        }
        value.as_str().map(str::to_owned)
    };
    Some(match block.get("type")?.as_str()? {
        "text" => Part::Text(text(&["text"])?),
        "image_url" => Part::Image(Image::from_url(text(&["image_url", "url"])?)),
        "input_audio" => {
            let format = text(&["input_audio", "format"]);
            let data = text(&["input_audio", "data"])?;
            Part::Audio(Audio::from_base64(
                data,
                format.unwrap_or_else(|| "wav".to_owned()),
            ))
        }
        "file" => Part::File(File {
            file_data: text(&["file", "file_data"]),
            file_id: text(&["file", "file_id"]),
            filename: text(&["file", "filename"]),
        }),
        "document" => Part::Document(Document {
            data: text(&["source", "data"])?,
            media_type: text(&["source", "media_type"]).unwrap_or_else(|| "text/plain".to_owned()),
            title: text(&["title"]),
            context: text(&["context"]),
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_parts_that_made_them() {
        for part in [
            Part::Text("x".to_owned()),
            Part::Image(Image::from_url("https://h/a.png")),
            Part::Audio(Audio::from_base64("AAAA", "mp3")),
            Part::File(File::from_bytes(b"a", "a.txt", "text/plain")),
            Part::Document(Document::from_pdf(b"%PDF").title("T")),
        ] {
            assert_eq!(part_of(&part.block()), Some(part));
        }
        for own in [
            serde_json::json!({"type": "search_result"}),
            serde_json::json!({"guardContent": {}}),
            serde_json::json!({"type": "image_url"}),
            Value::Null,
        ] {
            assert_eq!(part_of(&own), None, "{own}");
        }
    }
}
