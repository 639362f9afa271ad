//! Reads what a collector is sent, by the numbers of opentelemetry-proto.
use std::collections::BTreeMap;

/// One field of a protobuf message.
#[derive(Clone, Debug)]
enum Wire {
    Number(u64),
    Bytes(Vec<u8>),
}
type Fields = Vec<(u64, Wire)>;

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (first, rest) = bytes.split_first().expect("a number that is whole");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

fn fields(mut bytes: &[u8]) -> Fields {
    let mut all = Fields::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let value = match key & 7 {
            0 => Wire::Number(varint(&mut bytes)),
            1 => {
                let (first, rest) = bytes.split_at(8);
                bytes = rest;
                Wire::Number(u64::from_le_bytes(first.try_into().unwrap()))
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (first, rest) = bytes.split_at(length);
                bytes = rest;
                Wire::Bytes(first.to_vec())
            }
            other => panic!("form {other} of field {}", key >> 3),
        };
        all.push((key >> 3, value));
    }
    all
}

fn inside(all: &Fields, number: u64) -> Vec<Vec<u8>> {
    let of = all.iter().filter(|(known, _)| *known == number);
    of.filter_map(|(_, value)| match value {
        Wire::Bytes(bytes) => Some(bytes.clone()),
        Wire::Number(_) => None,
    })
    .collect()
}
fn text(all: &Fields, number: u64) -> String {
    let found = inside(all, number).into_iter().next();
    String::from_utf8(found.unwrap_or_default()).unwrap()
}
fn number(all: &Fields, number: u64) -> u64 {
    let found = all.iter().find_map(|(known, value)| match value {
        Wire::Number(value) if *known == number => Some(*value),
        _ => None,
    });
    found.unwrap_or_default()
}

type Attributes = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) trace: Vec<u8>,
    pub(crate) id: Vec<u8>,
    pub(crate) parent: Vec<u8>,
    pub(crate) name: String,
    pub(crate) kind: u64,
    pub(crate) times: (u64, u64),
    pub(crate) failed: bool,
    pub(crate) attributes: Attributes,
}

fn attributes(all: &Fields, field: u64) -> Attributes {
    let pairs = inside(all, field).into_iter().map(|pair| {
        let pair = fields(&pair);
        let value = fields(&inside(&pair, 2)[0]);
        let shown = match &value[0] {
            (1, Wire::Bytes(text)) => String::from_utf8(text.clone()).unwrap(),
            (2, Wire::Number(truth)) => (*truth == 1).to_string(),
            (3, Wire::Number(number)) => number.to_string(),
            (4, Wire::Number(bits)) => f64::from_bits(*bits).to_string(),
            (5, Wire::Bytes(list)) => {
                let each = inside(&fields(list), 1);
                let each: Vec<String> = each.iter().map(|one| text(&fields(one), 1)).collect();
                each.join(",")
            }
            other => panic!("{other:?}"),
        };
        (text(&pair, 1), shown)
    });
    pairs.collect()
}

/// The only scope of a request, behind what is said of the process.
fn scoped(body: &[u8]) -> (Attributes, Fields) {
    let all = fields(&inside(&fields(body), 1)[0]);
    assert_eq!(text(&all, 3), "https://opentelemetry.io/schemas/1.41.1");
    let resource = attributes(&fields(&inside(&all, 1)[0]), 1);
    let scopes = inside(&all, 2);
    assert_eq!(scopes.len(), 1);
    let scope = fields(&scopes[0]);
    assert_eq!(text(&fields(&inside(&scope, 1)[0]), 1), "sigflow");
    (resource, scope)
}

/// `ExportTraceServiceRequest`.
pub(crate) fn spans(body: &[u8]) -> (Attributes, Vec<Span>) {
    let (resource, scope) = scoped(body);
    let spans = inside(&scope, 2).into_iter().map(|span| {
        let span = fields(&span);
        let bytes = |field| inside(&span, field).into_iter().next().unwrap_or_default();
        let status = inside(&span, 15);
        Span {
            trace: bytes(1),
            id: bytes(2),
            parent: bytes(4),
            name: text(&span, 5),
            kind: number(&span, 6),
            times: (number(&span, 7), number(&span, 8)),
            failed: status
                .first()
                .is_some_and(|status| number(&fields(status), 3) == 2),
            attributes: attributes(&span, 9),
        }
    });
    (resource, spans.collect())
}

#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) unit: String,
    /// A histogram, a sum that only grows, or a gauge.
    pub(crate) form: &'static str,
    pub(crate) points: Vec<Point>,
}

#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) attributes: Attributes,
    /// Of a histogram: how many there were, and how many in each bucket.
    pub(crate) count: u64,
    pub(crate) buckets: Vec<u64>,
    pub(crate) bounds: Vec<f64>,
    /// The sum, or the number now.
    pub(crate) value: f64,
}

/// Numbers of eight bytes behind each other.
fn packed(all: &Fields, number: u64) -> Vec<u64> {
    let bytes = inside(all, number).concat();
    let (each, rest) = bytes.as_chunks::<8>();
    assert!(rest.is_empty());
    each.iter().map(|one| u64::from_le_bytes(*one)).collect()
}

/// `ExportMetricsServiceRequest`.
pub(crate) fn metrics(body: &[u8]) -> Vec<Metric> {
    let read = |metric: Vec<u8>| {
        let metric = fields(&metric);
        let forms = [(5, "gauge"), (7, "sum"), (9, "histogram")];
        let of = |(field, form)| Some((inside(&metric, field).pop()?, form));
        let (data, form) = forms.into_iter().find_map(of).expect("data");
        let data = fields(&data);
        if form != "gauge" {
            assert_eq!(number(&data, 2), 2, "cumulative");
        }
        let points = inside(&data, 1).into_iter().map(|point| {
            let point = fields(&point);
            let is_histogram = form == "histogram";
            let mut read = Point {
                attributes: attributes(&point, if is_histogram { 9 } else { 7 }),
                count: 0,
                buckets: Vec::new(),
                bounds: Vec::new(),
                value: f64::from_bits(number(&point, if is_histogram { 5 } else { 4 })),
            };
            if is_histogram {
                read.count = number(&point, 4);
                read.buckets = packed(&point, 6);
                read.bounds = packed(&point, 7).into_iter().map(f64::from_bits).collect();
            }
            read
        });
        Metric {
            name: text(&metric, 1),
            unit: text(&metric, 3),
            form,
            points: points.collect(),
        }
    };
    inside(&scoped(body).1, 2).into_iter().map(read).collect()
}
