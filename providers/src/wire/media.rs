//! Parts of messages as formats of other makers than OpenAI take them: words, bytes with a media type, addresses.
use super::foreign::Foreign;
use serde_json::Value;
use sigflow_core::{Part, types::Document};
use std::borrow::Cow;

/// A part of a message.
#[derive(Debug, PartialEq)]
pub(crate) enum Content<'a> {
    Text(Cow<'a, str>),
    Media(Kind, Source<'a>),
    /// A block in the server's own form.
    Own(Cow<'a, Value>),
}

/// What a medium is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Image,
    Audio,
    Video,
    File,
}

/// Where a medium is.
#[derive(Debug, PartialEq)]
pub(crate) enum Source<'a> {
    /// Here, in base64.
    Bytes {
        media_type: Cow<'a, str>,
        data: &'a str,
    },
    /// There, or under a name that the server gave it.
    Address {
        media_type: Option<&'static str>,
        url: &'a str,
    },
}

/// Reads a part; blocks in OpenAI's form, which custom types make, are read as what they stand for.
pub(crate) fn content(part: &Part) -> Content<'_> {
    match part {
        Part::Text(text) => Content::Text(text.into()),
        Part::Image(image) => medium(&image.url, Kind::Image),
        Part::Audio(audio) => sound(&audio.data, &audio.audio_format),
        Part::File(file) => {
            let named = file.file_id.as_deref();
            match file.file_data.as_deref().or(named) {
                Some(place) => medium(place, Kind::File),
                None => Content::Own(Cow::Owned(file.block())),
            }
        }
        Part::Document(document) if document.is_pdf() => Content::Media(
            Kind::File,
            Source::Bytes {
                media_type: document.media_type.as_str().into(),
                data: &document.data,
            },
        ),
        Part::Document(document) => Content::Text(words(document)),
        Part::Block(block) => self::block(block),
        other => Content::Own(Cow::Owned(other.block())),
    }
}

fn block(block: &Value) -> Content<'_> {
    match Foreign::of(block) {
        Some(Foreign::Text(words)) => Content::Text(words.into()),
        Some(Foreign::Image { url }) => medium(url, Kind::Image),
        Some(Foreign::Audio { data, format }) => sound(data, format),
        Some(
            Foreign::File {
                data: Some(place), ..
            }
            | Foreign::File {
                id: Some(place), ..
            },
        ) => medium(place, Kind::File),
        _ => Content::Own(Cow::Borrowed(block)),
    }
}

fn sound<'a>(data: &'a str, format: &str) -> Content<'a> {
    let media_type = Cow::Owned(format!("audio/{format}"));
    Content::Media(Kind::Audio, Source::Bytes { media_type, data })
}

/// A data URI, an address, or a server's name for a file. What it is follows from its media type where it has one.
fn medium(place: &str, usual: Kind) -> Content<'_> {
    let inside = place
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"));
    if let Some((media_type, data)) = inside {
        // parameters (`;charset=…`) say nothing that a server reads
        let media_type = media_type.split(';').next().unwrap_or(media_type);
        let kind = kind_of(media_type).unwrap_or(usual);
        let media_type = media_type.into();
        return Content::Media(kind, Source::Bytes { media_type, data });
    }
    let media_type = by_ending(place);
    let kind = media_type.and_then(kind_of).unwrap_or(usual);
    Content::Media(
        kind,
        Source::Address {
            media_type,
            url: place,
        },
    )
}

fn kind_of(media_type: &str) -> Option<Kind> {
    match media_type.split('/').next()? {
        "image" => Some(Kind::Image),
        "audio" => Some(Kind::Audio),
        "video" => Some(Kind::Video),
        "text" | "application" => Some(Kind::File),
        _ => None,
    }
}

/// The media type that an address shows by its ending.
fn by_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let known = ENDINGS.iter().find(|(known, _)| *known == ending)?;
    Some(known.1)
}

const ENDINGS: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("bmp", "image/bmp"),
    ("wav", "audio/wav"),
    ("mp3", "audio/mp3"),
    ("flac", "audio/flac"),
    ("ogg", "audio/ogg"),
    ("m4a", "audio/m4a"),
    ("aac", "audio/aac"),
    ("mp4", "video/mp4"),
    ("mov", "video/mov"),
    ("webm", "video/webm"),
    ("mpeg", "video/mpeg"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("json", "application/json"),
];

/// A document of text, below what is known about it.
fn words(document: &Document) -> Cow<'_, str> {
    let head: Vec<&str> = [&document.title, &document.context]
        .into_iter()
        .filter_map(|text| text.as_deref().filter(|text| !text.is_empty()))
        .collect();
    if head.is_empty() {
        return document.data.as_str().into();
    }
    Cow::Owned(format!("{}\n{}", head.join("\n"), document.data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sigflow_core::types::{Audio, File, Image};

    #[test]
    fn bytes_addresses_and_names() {
        let bytes = |media_type: &'static str, data| Source::Bytes {
            media_type: media_type.into(),
            data,
        };
        let near = Part::Image(Image::from_base64("AA==", "image/png;x=y"));
        assert_eq!(
            content(&near),
            Content::Media(Kind::Image, bytes("image/png", "AA=="))
        );
        let far = Part::Image(Image::from_url("https://example.com/a.b/Dog.JPG?size=1"));
        let url = "https://example.com/a.b/Dog.JPG?size=1";
        let media_type = Some("image/jpeg");
        assert_eq!(
            content(&far),
            Content::Media(Kind::Image, Source::Address { media_type, url })
        );
        let clip = Part::File(File::from_base64("AA==", "clip", "video/mp4"));
        assert_eq!(
            content(&clip),
            Content::Media(Kind::Video, bytes("video/mp4", "AA=="))
        );
        let kept = Part::File(File::from_id("files/abc"));
        let (media_type, url) = (None, "files/abc");
        assert_eq!(
            content(&kept),
            Content::Media(Kind::File, Source::Address { media_type, url })
        );
        let sound = Part::Audio(Audio::from_base64("AA==", "mp3"));
        assert_eq!(
            content(&sound),
            Content::Media(Kind::Audio, bytes("audio/mp3", "AA=="))
        );
    }

    #[test]
    fn documents_and_blocks() {
        let text = Part::Document(Document::new("body").title("T").context("C"));
        assert_eq!(content(&text), Content::Text("T\nC\nbody".into()));
        let pdf = Part::Document(Document::from_pdf(b"%PDF"));
        assert!(
            matches!(content(&pdf), Content::Media(Kind::File, Source::Bytes { media_type, .. }) if media_type == "application/pdf")
        );
        let image = Image::from_base64("AA==", "image/png");
        let block = Part::Block(image.block());
        assert_eq!(content(&block), content(&Part::Image(image)));
        let own = Part::Block(json!({"executableCode": {}}));
        assert!(matches!(content(&own), Content::Own(_)));
    }
}
