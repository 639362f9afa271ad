//! Blocks in OpenAI's form, which custom types make, and what they stand for.
use serde_json::Value;
use sigflow_core::{
    Part,
    types::{Audio, Document, File, Image},
};

/// What a block stands for, if it is in OpenAI's form, or a document in Anthropic's.
pub(super) enum Foreign<'a> {
    Text(&'a str),
    Image {
        url: &'a str,
    },
    Audio {
        data: &'a str,
        format: &'a str,
    },
    File {
        data: Option<&'a str>,
        id: Option<&'a str>,
        name: Option<&'a str>,
    },
    Document {
        data: &'a str,
        media_type: &'a str,
        title: Option<&'a str>,
        context: Option<&'a str>,
    },
}

impl<'a> Foreign<'a> {
    /// Reads a block; nothing where it is of another form, or lacks what it must have.
    pub(super) fn of(block: &'a Value) -> Option<Self> {
        let text = |path: &[&str]| {
            let mut value = block;
            for name in path {
                value = value.get(*name)?;
            }
            value.as_str()
        };
        Some(match block.get("type")?.as_str()? {
            "text" => Foreign::Text(text(&["text"])?),
            "image_url" => Foreign::Image {
                url: text(&["image_url", "url"])?,
            },
            "input_audio" => Foreign::Audio {
                data: text(&["input_audio", "data"])?,
                format: text(&["input_audio", "format"]).unwrap_or("wav"),
            },
            "file" => Foreign::File {
                data: text(&["file", "file_data"]),
                id: text(&["file", "file_id"]),
                name: text(&["file", "filename"]),
            },
            "document" => Foreign::Document {
                data: text(&["source", "data"])?,
                media_type: text(&["source", "media_type"]).unwrap_or("text/plain"),
                title: text(&["title"]),
                context: text(&["context"]),
            },
            _ => return None,
        })
    }
}

/// The part that a block stands for, if it is in OpenAI's form, or a document in Anthropic's.
pub(crate) fn part_of(block: &Value) -> Option<Part> {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Some(match Foreign::of(block)? {
        Foreign::Text(text) => Part::Text(text.to_owned()),
        Foreign::Image { url } => Part::Image(Image::from_url(url)),
        Foreign::Audio { data, format } => Part::Audio(Audio::from_base64(data, format)),
        Foreign::File { data, id, name } => Part::File(File {
            file_data: own(data),
            file_id: own(id),
            filename: own(name),
        }),
        Foreign::Document {
            data,
            media_type,
            title,
            context,
        } => Part::Document(Document {
            data: data.to_owned(),
            media_type: media_type.to_owned(),
            title: own(title),
            context: own(context),
        }),
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
