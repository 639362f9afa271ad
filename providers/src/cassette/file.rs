//! The file of a cassette.
use super::exchange::{Answered, Asked, Ending, Exchange};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

const FORMAT: &str = "sigflow-cassette";
const VERSION: u64 = 1;

pub(super) fn write<'a>(note: &str, exchanges: impl Iterator<Item = &'a Exchange>) -> String {
    let exchanges: Vec<Value> = exchanges
        .map(|Exchange { request, reply }| {
            let mut answer = Map::new();
            answer.insert("status".into(), reply.status.into());
            let headers = reply
                .headers
                .iter()
                .map(|(name, value)| json!([name, value]));
            answer.insert("headers".into(), headers.collect());
            match std::str::from_utf8(&reply.body) {
                Ok(text) => answer.insert("body".into(), text.into()),
                Err(_) => answer.insert("hex".into(), hex(&reply.body).into()),
            };
            if !reply.cuts.is_empty() {
                answer.insert("cuts".into(), reply.cuts.clone().into());
            }
            let end = Ending::ALL.iter().find(|(end, _)| *end == reply.end);
            answer.insert("end".into(), end.map_or("whole", |(_, word)| word).into());
            json!({
                "request": {"method": request.method, "url": request.url, "body": request.body},
                "reply": answer,
            })
        })
        .collect();
    let file = json!({"format": FORMAT, "version": VERSION, "note": note, "exchanges": exchanges});
    // `{:#}` of a value is the text with each member on a line of its own
    format!("{file:#}\n")
}

pub(super) fn read(text: &str) -> Result<(String, Vec<Exchange>), String> {
    let file: Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    if file["format"] != FORMAT {
        return Err(format!("it is no cassette: `format` is not \"{FORMAT}\""));
    }
    if file["version"] != VERSION {
        let found = &file["version"];
        return Err(format!(
            "it is of version {found}, and only {VERSION} is known; record it anew"
        ));
    }
    let exchanges = file["exchanges"]
        .as_array()
        .ok_or("`exchanges` is no list")?;
    let exchanges = exchanges.iter().enumerate().map(|(index, value)| {
        exchange(value).map_err(|what| format!("`exchanges[{index}]`: {what}"))
    });
    let note = file["note"].as_str().unwrap_or_default().to_owned();
    Ok((note, exchanges.collect::<Result<_, _>>()?))
}

fn exchange(value: &Value) -> Result<Exchange, String> {
    let (request, reply) = (&value["request"], &value["reply"]);
    let text = |value: &Value, name: &str| {
        let text = value[name].as_str().map(str::to_owned);
        text.ok_or_else(|| format!("`{name}` is no text"))
    };
    let asked = Asked {
        method: text(request, "method")?,
        url: text(request, "url")?,
        body: request["body"].clone(),
    };
    let status = reply["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (100..1000).contains(status));
    let headers = reply["headers"].as_array().map_or(&[][..], Vec::as_slice);
    let headers = headers
        .iter()
        .map(|pair| match (pair[0].as_str(), pair[1].as_str()) {
            (Some(name), Some(value)) => Ok((name.to_owned(), value.to_owned())),
            _ => Err("a header is no pair of texts".to_owned()),
        });
    let body = match reply["hex"].as_str() {
        Some(digits) => unhex(digits).ok_or("`hex` is none")?,
        None => text(reply, "body")?.into_bytes(),
    };
    let cuts = reply["cuts"].as_array().map_or(&[][..], Vec::as_slice);
    let cuts: Option<Vec<usize>> = cuts
        .iter()
        .map(|cut| cut.as_u64().and_then(|cut| usize::try_from(cut).ok()))
        .collect();
    let cuts = cuts.ok_or("`cuts` are no lengths")?;
    let all = cuts
        .iter()
        .try_fold(0_usize, |sum, cut| sum.checked_add(*cut));
    if !cuts.is_empty() && all != Some(body.len()) {
        return Err("`cuts` are not the lengths of the body's pieces".to_owned());
    }
    let end = Ending::ALL.iter().find(|(_, word)| reply["end"] == *word);
    Ok(Exchange {
        request: asked,
        reply: Answered {
            status: status.ok_or("`status` is none of HTTP")?,
            headers: headers.collect::<Result<_, _>>()?,
            body,
            cuts,
            end: end.ok_or("`end` is not whole, cut or left")?.0,
        },
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}
