//! Images, sounds, files and documents.
use super::{
    base64::{data_uri, encode},
    record::record,
};
use serde_json::{Value, json};

/// An image: an address that the model's server fetches, or the bytes themselves as a data URI.
///
/// Making one opens neither file nor connection.
///
/// ```
/// use sigflow_core::types::Image;
///
/// let far = Image::from_url("https://example.com/dog.jpg");
/// let near = Image::from_bytes(b"\x89PNG", "image/png");
/// assert_eq!(near.url, "data:image/png;base64,iVBORw==");
/// assert_eq!(serde_json::to_value(&far)?, serde_json::json!({"url": "https://example.com/dog.jpg"}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// An address, or a data URI.
    pub url: String,
}

impl Image {
    /// An image by its address, or by a data URI.
    pub fn from_url(url: impl Into<String>) -> Self {
        Image { url: url.into() }
    }
    /// An image out of its bytes.
    pub fn from_bytes(bytes: &[u8], media_type: &str) -> Self {
        Image::from_url(data_uri(media_type, bytes))
    }
    /// An image out of base64 text.
    pub fn from_base64(data: &str, media_type: &str) -> Self {
        Image::from_url(format!("data:{media_type};base64,{data}"))
    }
    /// The content block in OpenAI's form.
    pub fn block(&self) -> Value {
        json!({"type": "image_url", "image_url": {"url": self.url}})
    }
}

record!(Image: Image, "An image.", |value| match value {
    Value::String(url) => json!({"url": url}),
    other => other,
},
    url "url" None => String,
);

/// A sound.
///
/// ```
/// use sigflow_core::types::Audio;
///
/// let sound = Audio::from_bytes(b"RIFF", "wav");
/// assert_eq!(sound.data, "UklGRg==");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// The bytes in base64.
    pub data: String,
    /// `wav`, `mp3`, …
    pub audio_format: String,
}

impl Audio {
    /// A sound out of base64 text.
    pub fn from_base64(data: impl Into<String>, audio_format: impl Into<String>) -> Self {
        Audio {
            data: data.into(),
            audio_format: audio_format.into(),
        }
    }
    /// A sound out of its bytes.
    pub fn from_bytes(bytes: &[u8], audio_format: impl Into<String>) -> Self {
        Audio::from_base64(encode(bytes), audio_format)
    }
    /// The content block in OpenAI's form.
    pub fn block(&self) -> Value {
        json!({
            "type": "input_audio",
            "input_audio": {"data": self.data, "format": self.audio_format},
        })
    }
}

record!(Audio: Audio, "A sound.", |value| match &value {
    Value::String(uri) => match uri.strip_prefix("data:audio/").and_then(|rest| rest.split_once(',')) {
        Some((head, data)) => {
            let format = head.split(';').next().unwrap_or(head);
            json!({"data": data, "audio_format": format.strip_prefix("x-").unwrap_or(format)})
        }
        None => value,
    },
    _ => value,
},
    data "data" None => String,
    audio_format "audio_format" None => String,
);

/// A file: its bytes, or the name under which a provider keeps it.
///
/// ```
/// use sigflow_core::types::File;
///
/// let file = File::from_bytes(b"hi", "note.txt", "text/plain");
/// assert_eq!(file.file_data.as_deref(), Some("data:text/plain;base64,aGk="));
/// let kept = File::from_id("file-123");
/// assert_eq!(kept.block()["file"]["file_id"], "file-123");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// A data URI.
    pub file_data: Option<String>,
    /// The provider's name for an uploaded file.
    pub file_id: Option<String>,
    /// What it is called.
    pub filename: Option<String>,
}

impl File {
    /// A file out of its bytes.
    pub fn from_bytes(bytes: &[u8], filename: impl Into<String>, media_type: &str) -> Self {
        File {
            file_data: Some(data_uri(media_type, bytes)),
            file_id: None,
            filename: Some(filename.into()),
        }
    }
    /// A file out of base64 text.
    pub fn from_base64(data: &str, filename: impl Into<String>, media_type: &str) -> Self {
        File {
            file_data: Some(format!("data:{media_type};base64,{data}")),
            file_id: None,
            filename: Some(filename.into()),
        }
    }
    /// A file that the provider keeps.
    pub fn from_id(file_id: impl Into<String>) -> Self {
        File {
            file_id: Some(file_id.into()),
            ..File::default()
        }
    }
    /// The content block in OpenAI's form.
    pub fn block(&self) -> Value {
        let mut file = serde_json::Map::new();
        for (name, value) in [
            ("file_data", &self.file_data),
            ("file_id", &self.file_id),
            ("filename", &self.filename),
        ] {
            // what is empty says nothing
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                file.insert(name.to_owned(), Value::from(value));
            }
        }
        json!({"type": "file", "file": file})
    }
}

record!(File: File, "A file.", |value| match value {
    Value::String(uri) => json!({"file_data": uri}),
    other => other,
},
    file_data "file_data" Some("null") => Option<String>,
    file_id "file_id" Some("null") => Option<String>,
    filename "filename" Some("null") => Option<String>,
);

/// A document that a model may cite.
///
/// ```
/// use sigflow_core::types::Document;
///
/// let document = Document::new("Water boils at 100 °C.").title("Physics");
/// assert_eq!(document.block()["source"]["type"], "text");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The text, or a PDF in base64.
    pub data: String,
    /// Its title, for citations.
    pub title: Option<String>,
    /// `text/plain` or `application/pdf`.
    pub media_type: String,
    /// What else is to be known about it.
    pub context: Option<String>,
}

impl Document {
    /// A document of plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Document {
            data: text.into(),
            title: None,
            media_type: "text/plain".to_owned(),
            context: None,
        }
    }
    /// A PDF out of its bytes.
    pub fn from_pdf(bytes: &[u8]) -> Self {
        Document {
            media_type: "application/pdf".to_owned(),
            ..Document::new(encode(bytes))
        }
    }
    /// The same document with a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
    /// The same document with a word about it.
    #[must_use]
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }
    /// Whether it is a PDF and not text.
    pub fn is_pdf(&self) -> bool {
        self.media_type == "application/pdf"
    }
    /// The content block in Anthropic's form, citations asked for.
    pub fn block(&self) -> Value {
        let kind = if self.is_pdf() { "base64" } else { "text" };
        let mut block = json!({
            "type": "document",
            "source": {"type": kind, "media_type": self.media_type, "data": self.data},
            "citations": {"enabled": true},
        });
        for (name, value) in [("title", &self.title), ("context", &self.context)] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                block[name] = Value::from(value);
            }
        }
        block
    }
}

record!(Document: Document, "A document that may be cited.", |value| match value {
    Value::String(text) => json!({"data": text}),
    other => other,
},
    data "data" None => String,
    title "title" Some("null") => Option<String>,
    media_type "media_type" Some("\"text/plain\"") => String,
    context "context" Some("null") => Option<String>,
);
