//! Texts and numbers for a schema.
use super::{
    pattern::Pattern,
    text::{Topic, date, is_stop_word, numbers, sentences, stem, words},
    value::{Ask, Found, label, plain},
};
use serde_json::{Number, Value, json};

/// A number near the words of its name that keeps the bounds; else any of the text, else the bound.
pub(super) fn number(schema: &Value, ask: &Ask<'_>) -> Found {
    let whole = schema["type"] == "integer";
    let bound = |key: &str| schema[key].as_f64();
    let (least, most) = (bound("minimum"), bound("maximum"));
    let (above, below) = (bound("exclusiveMinimum"), bound("exclusiveMaximum"));
    let step = bound("multipleOf").filter(|step| *step > 0.0);
    let keeps = |value: f64| {
        least.is_none_or(|least| value >= least)
            && most.is_none_or(|most| value <= most)
            && above.is_none_or(|above| value > above)
            && below.is_none_or(|below| value < below)
            && step.is_none_or(|step| (value / step).fract() == 0.0)
    };
    let exact = |text: &str| text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    let fits = |text: &String| (!whole || exact(text)) && text.parse().is_ok_and(keeps);
    let json = |text: String| text.parse::<Number>().ok().map(Value::Number);
    let first = |text: &str| numbers(text).find(fits).and_then(json);
    if let Some(found) = ask.topic.spans(ask.text).into_iter().find_map(first) {
        return (found, 2);
    }
    if let Some(found) = first(ask.text) {
        return (found, 1);
    }
    let unit = step.unwrap_or(1.0);
    let start = match (least.or(above), most.or(below)) {
        (Some(low), Some(high)) if !whole => f64::midpoint(low, high),
        (Some(low), _) if low > 0.0 => low,
        (_, Some(high)) if high < 0.0 => high,
        _ => 0.0,
    };
    let start = if whole || step.is_some() {
        (start / unit).floor() * unit
    } else {
        start
    };
    let near = [0.0, 1.0, -1.0, 0.5, -0.5].map(|off| start + off * unit);
    let near = near
        .into_iter()
        .find(|value| keeps(*value) && !(whole && value.fract() != 0.0));
    let made = near.unwrap_or(start);
    (
        if whole {
            json(format!("{made:.0}")).unwrap_or_default()
        } else {
            json!(made)
        },
        0,
    )
}

/// A text: of its format or pattern, else by the words of its name, else the closest sentence.
pub(super) fn string(schema: &Value, ask: &Ask<'_>) -> Found {
    if let Some(pattern) = schema["pattern"].as_str().and_then(Pattern::parse) {
        let whole = ask
            .topic
            .spans(ask.text)
            .into_iter()
            .find(|span| pattern.fits(span));
        let whole = whole.map(|span| (span.to_owned(), 2));
        let found = whole.or_else(|| token(ask, |token| pattern.fits(token)));
        return found.map_or_else(
            || (pattern.shortest().into(), 0),
            |(text, sure)| (text.into(), sure),
        );
    }
    if let Some(found) = schema["format"]
        .as_str()
        .and_then(|format| formatted(format, ask))
    {
        return found;
    }
    let topic = &ask.topic;
    let kept = |text: &str, sure| (fit(text, schema), sure);
    let (sentence, near) = topic.sentence(ask.text);
    if topic.names(&["reasoning", "rationale"]) {
        let begin = "By word overlap alone (offline model), the closest evidence is";
        return kept(&format!("{begin}: {sentence}"), 1);
    }
    if let Some((_, known)) = ask
        .demos
        .iter()
        .find(|(text, known)| *text == ask.all && known.is_string())
    {
        return kept(&plain(known), 2);
    }
    // few texts that come again and again are labels without a type
    let mut texts: Vec<String> = ask.demos.iter().map(|(_, value)| plain(value)).collect();
    texts.sort();
    texts.dedup();
    if texts.len() > 1 && texts.len() * 2 <= ask.demos.len() {
        let options = texts
            .into_iter()
            .map(|text| (fit(&text, schema), String::new()));
        return label(&options.collect::<Vec<_>>(), ask);
    }
    let is = |token: &str| {
        topic.names(&["email", "mail"]) && is_email(token)
            || topic.names(&["url", "link", "website"]) && is_link(token)
            || topic.names(&["id", "number", "code", "reference"]) && is_code(token)
    };
    if let Some((text, sure)) = token(ask, is) {
        return kept(&text, sure);
    }
    // what is no address is no email, whatever the key says
    let last = |names: &[&str]| {
        topic
            .name
            .last()
            .is_some_and(|last| names.contains(&last.as_str()))
    };
    if last(&["email", "mail", "url", "link"]) {
        return kept("unknown", 0);
    }
    let mut spans = topic.spans(ask.text).into_iter();
    if topic.names(&["date", "day", "when", "due"])
        && let Some((raw, _)) = spans.find_map(date)
    {
        return kept(&raw, 2);
    }
    if let Some(value) = topic.value(ask.text) {
        return kept(value, 2);
    }
    if sentence.is_empty() {
        return kept("unknown", 0);
    }
    if topic.names(&["query"]) {
        let question = ask
            .all
            .lines()
            .find_map(|line| line.trim().strip_suffix('?'));
        return kept(question.unwrap_or(sentence), 1);
    }
    if ask.row || topic.names(&["title", "subject", "headline"]) {
        return kept(sentences(ask.text).next().unwrap_or(sentence), 1);
    }
    let names = topic.names(&["name", "person", "city", "country", "place", "author"]);
    let short = ["short", "words", "brief", "concise"]
        .iter()
        .any(|word| ask.doc.contains(word));
    let name = proper(sentence, topic).filter(|_| names || short);
    kept(
        name.as_deref().unwrap_or(sentence),
        if near > 2 { 2 } else { 1 },
    )
}

/// A text of a format that is known here.
fn formatted(format: &str, ask: &Ask<'_>) -> Option<Found> {
    let dates = || {
        let near = ask
            .topic
            .spans(ask.text)
            .into_iter()
            .find_map(date)
            .map(|date| (date, 2));
        near.or_else(|| Some((date(ask.text)?, 1)))
    };
    let found = match format {
        "date" => dates().map(|((_, iso), sure)| (iso, sure)),
        "date-time" => dates().map(|((raw, iso), sure)| {
            let whole = raw.contains('T') && (raw.ends_with('Z') || raw.contains('+'));
            (if whole { raw } else { iso + "T00:00:00Z" }, sure)
        }),
        "email" => token(ask, is_email),
        "uri" | "url" => token(ask, is_link),
        "uuid" => token(ask, is_uuid),
        _ => None,
    };
    let made = match format {
        "date" => "1970-01-01",
        "date-time" => "1970-01-01T00:00:00Z",
        "time" => "00:00:00Z",
        "duration" => "PT0S",
        "email" => "nobody@example.com",
        "uri" | "url" => "https://example.com/",
        "uuid" => "00000000-0000-0000-0000-000000000000",
        _ => return None,
    };
    let (text, sure) = found.unwrap_or((made.to_owned(), 0));
    Some((Value::from(text), sure))
}

/// The first word of that kind, near the words of the name or anywhere.
fn token(ask: &Ask<'_>, is: impl Fn(&str) -> bool) -> Option<(String, u8)> {
    let edge = |c: char| "<>()[]{}\"'`,;.!?«»*".contains(c);
    let first = |text: &str| {
        let mut tokens = text
            .split_whitespace()
            .map(|token| token.trim_matches(edge));
        tokens.find(|token| is(token)).map(str::to_owned)
    };
    let near = ask
        .topic
        .spans(ask.text)
        .into_iter()
        .find_map(first)
        .map(|found| (found, 2));
    near.or_else(|| Some((first(ask.text)?, 1)))
}

fn is_email(token: &str) -> bool {
    token
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}

fn is_link(token: &str) -> bool {
    token.starts_with("http://") || token.starts_with("https://")
}

fn is_code(token: &str) -> bool {
    token.contains(|c: char| c.is_ascii_digit()) && token.contains(|c: char| c.is_ascii_uppercase())
}

fn is_uuid(token: &str) -> bool {
    token
        .bytes()
        .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        && token.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// The first run of capitalised words, else the first number, that the question does not hold.
fn proper(sentence: &str, topic: &Topic) -> Option<String> {
    let asked =
        |word: &String| is_stop_word(word) || topic.more.iter().any(|asked| asked == stem(word));
    let fresh = |word: &str| !words(word).iter().all(asked);
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let marks = |c: char| !c.is_alphanumeric();
    let all = || {
        sentence
            .split_whitespace()
            .map(|word| word.trim_matches(marks))
    };
    let run = all()
        .skip_while(|word| !capital(word) || !fresh(word))
        .take_while(capital);
    let run = run.collect::<Vec<_>>().join(" ");
    let digits = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && fresh(word);
    if run.is_empty() {
        all().find(digits).map(str::to_owned)
    } else {
        Some(run)
    }
}

/// A text of a length that the schema allows.
pub(super) fn fit(text: &str, schema: &Value) -> Value {
    let length = |key: &str| {
        schema[key]
            .as_u64()
            .and_then(|length| usize::try_from(length).ok())
    };
    let most = length("maxLength").unwrap_or(2_000);
    let mut fitted: String = text.trim().chars().take(most).collect();
    let missing = length("minLength")
        .unwrap_or(0)
        .min(100_000)
        .saturating_sub(fitted.chars().count());
    fitted.extend(" no more evidence".chars().cycle().take(missing));
    Value::from(fitted)
}
