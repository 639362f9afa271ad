//! `OpenTelemetry`'s variables, as its specification of exporters and resources has them.
use super::exporter::{Exporter, ExporterBuilder};
use std::time::Duration;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const METRICS: &str = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
const SERVICE: &str = "OTEL_SERVICE_NAME";
const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";
const DISABLED: &str = "OTEL_SDK_DISABLED";

/// The settings that the variables say; nothing where they name no collector. `look` gives a variable's value.
pub(super) fn read(look: &dyn Fn(&str) -> Option<String>) -> Option<ExporterBuilder> {
    let get = |name: &str| {
        let value = look(name)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    if get(DISABLED).is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return None;
    }
    let (base, traces) = (get(ENDPOINT), get(TRACES));
    if base.is_none() && traces.is_none() {
        return None;
    }
    // where a variable is missing, its specification says this
    let base = base.unwrap_or_else(|| "http://localhost:4318".to_owned());
    let mut builder = Exporter::builder(base);
    (builder.traces, builder.metrics) = (traces, get(METRICS));
    for (name, value) in pairs(get(HEADERS).as_deref()) {
        builder = builder.header(name, value);
    }
    for (name, value) in pairs(get(RESOURCE).as_deref()) {
        builder = builder.resource(name, value);
    }
    if let Some(service) = get(SERVICE) {
        builder = builder.service(service);
    }
    if let Some(timeout) = get(TIMEOUT) {
        match timeout.parse() {
            Ok(milliseconds) => builder = builder.timeout(Duration::from_millis(milliseconds)),
            Err(_) => {
                let problem =
                    format!("`{TIMEOUT}` is `{timeout}`, and must be a number of milliseconds");
                builder.problem = Some(problem);
            }
        }
    }
    if let Some(protocol) = get(PROTOCOL).filter(|protocol| protocol != "http/protobuf") {
        let problem = format!(
            "`{PROTOCOL}` is `{protocol}`, and only `http/protobuf` is spoken; set it to that, and the endpoint to the collector's port for HTTP, commonly 4318"
        );
        builder.problem = Some(problem);
    }
    Some(builder)
}

/// `name=value,name=value`, with what is special written as `%2C`. A pair without a name or a sign is left out, as the
/// specification asks.
fn pairs(text: Option<&str>) -> Vec<(String, String)> {
    let all = text.into_iter().flat_map(|text| text.split(','));
    let pairs = all.filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let name = name.trim();
        (!name.is_empty()).then(|| (plain(name), plain(value.trim())))
    });
    pairs.collect()
}

/// Undoes percent encoding; what is none stays.
fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let encoded = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let encoded = encoded.filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        let encoded = encoded.and_then(|two| std::str::from_utf8(two).ok());
        match encoded.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(all: &[(&str, &str)]) -> Option<ExporterBuilder> {
        let found = |name: &str| {
            let (_, value) = all.iter().find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        };
        read(&found)
    }
    fn resource(builder: &ExporterBuilder, name: &str) -> Option<String> {
        let mut all = builder.attributes.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }

    #[test]
    fn a_collector_must_be_named() {
        assert!(of(&[]).is_none());
        assert!(of(&[(SERVICE, "answers"), (ENDPOINT, " ")]).is_none());
        let off = [(ENDPOINT, "http://127.0.0.1:4318"), (DISABLED, "True")];
        assert!(of(&off).is_none());
        let only_traces = of(&[(TRACES, "http://collector/in")]).unwrap();
        assert_eq!(only_traces.traces.as_deref(), Some("http://collector/in"));
        assert_eq!(only_traces.endpoint, "http://localhost:4318");
    }

    #[test]
    fn headers_resource_and_time_are_read() {
        let builder = of(&[
            (ENDPOINT, "http://127.0.0.1:4318/"),
            (METRICS, "http://127.0.0.1:9999/figures"),
            (
                HEADERS,
                "Authorization=Basic%20c2VjcmV0==, x-team = a%2Cb ,nothing,=empty",
            ),
            (
                RESOURCE,
                "service.name=other,deployment.environment.name=test%3D1,bad%2",
            ),
            (SERVICE, "answers"),
            (TIMEOUT, "2500"),
            (PROTOCOL, "http/protobuf"),
        ])
        .unwrap();
        let headers = builder.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect();
        assert_eq!(
            headers,
            [("Authorization", "Basic c2VjcmV0=="), ("x-team", "a,b")]
        );
        assert_eq!(
            resource(&builder, "service.name").as_deref(),
            Some("answers")
        );
        let environment = resource(&builder, "deployment.environment.name");
        assert_eq!(environment.as_deref(), Some("test=1"));
        assert_eq!(builder.attributes.len(), 2);
        assert_eq!(builder.timeout, Duration::from_millis(2500));
        assert!(builder.problem.is_none());
        assert_eq!(
            builder.metrics.as_deref(),
            Some("http://127.0.0.1:9999/figures")
        );
        assert!(!format!("{builder:?}").contains("c2VjcmV0"));
    }

    #[tokio::test]
    async fn what_cannot_be_is_said_when_it_is_built() {
        let endpoint = (ENDPOINT, "http://127.0.0.1:4317");
        for (name, value, fix) in [
            (PROTOCOL, "grpc", "http/protobuf"),
            (TIMEOUT, "10s", "milliseconds"),
        ] {
            let error = of(&[endpoint, (name, value)]).unwrap().build().unwrap_err();
            assert!(error.is_configuration());
            let said = error.to_string();
            assert!(
                said.contains(name) && said.contains(value) && said.contains(fix),
                "{said}"
            );
        }
    }

    #[test]
    fn percent_signs_that_are_none_stay() {
        assert_eq!(plain("100%"), "100%");
        assert_eq!(plain("%zz%41%+1"), "%zzA%+1");
        assert_eq!(plain("%E2%82%AC"), "€");
    }
}
