//! Settings of a client, checked when it is built.
use super::{
    Bedrock, Converse, Credentials, Encoder,
    profile::Profile,
    sign::{escape, host_of_region},
};
use crate::{
    Secret,
    wire::{Client, Connection, Keyed, connection_settings},
};
use sigflow_core::{Error, ErrorKind, Result};

const HINT: &str = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK";

/// Settings of a [`Bedrock`] client. Region and credentials must be given; nothing is checked before
/// [`build`](Self::build).
///
/// ```
/// use sigflow_providers::Bedrock;
///
/// let model = Bedrock::builder("eu.amazon.nova-lite-v1:0")
///     .region("eu-central-1")
///     .api_key("bedrock-api-key-123")
///     .build()?;
/// assert_eq!(
///     model.endpoint(),
///     "https://bedrock-runtime.eu-central-1.amazonaws.com/model/eu.amazon.nova-lite-v1%3A0/converse",
/// );
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct BedrockBuilder {
    connection: Connection,
    region: Option<String>,
    access_key: Option<Secret>,
    secret_key: Option<Secret>,
    token: Option<Secret>,
}

impl BedrockBuilder {
    pub(super) fn new(model: String) -> Self {
        BedrockBuilder {
            connection: Connection::new(model),
            region: None,
            access_key: None,
            secret_key: None,
            token: None,
        }
    }

    /// What the AWS tools read out of the environment: `AWS_BEARER_TOKEN_BEDROCK`, or `AWS_ACCESS_KEY_ID` with
    /// `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; `AWS_REGION`, else `AWS_DEFAULT_REGION`;
    /// `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, else `AWS_ENDPOINT_URL`. Keys or a region that are not set there are looked up in
    /// the tools' files (`~/.aws/credentials` and `config`, by `AWS_PROFILE`); profiles that log in or run a program
    /// for their keys are not known here. What is found nowhere stays as it was. `variable` gives a variable's value.
    ///
    /// ```
    /// use sigflow_providers::Bedrock;
    ///
    /// let environment = [("AWS_REGION", "us-west-2"), ("AWS_BEARER_TOKEN_BEDROCK", "key-123")];
    /// let variable = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    /// let model = Bedrock::builder("amazon.nova-lite-v1:0").environment(variable).build()?;
    /// assert_eq!(model.host(), "bedrock-runtime.us-west-2.amazonaws.com");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn environment(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |names: &[&str]| {
            let mut values = names.iter().filter_map(|name| variable(name));
            values.find(|value| !value.trim().is_empty())
        };
        if let Some(url) = get(&["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"]) {
            self = self.base_url(url);
        }
        let region = get(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
        let key = get(&["AWS_BEARER_TOKEN_BEDROCK"]);
        let access = get(&["AWS_ACCESS_KEY_ID"]);
        let secret = get(&["AWS_SECRET_ACCESS_KEY"]);
        let is_whole = key.is_some() || access.is_some() && secret.is_some();
        let profile = if is_whole && region.is_some() {
            Profile::default()
        } else {
            Profile::read(&|name| get(&[name]))
        };
        if let Some(region) = region.or(profile.region) {
            self = self.region(region);
        }
        let (access, secret, token) = match (key, access, secret) {
            (Some(key), _, _) => return self.api_key(key),
            (None, Some(access), Some(secret)) => {
                (Some(access), Some(secret), get(&["AWS_SESSION_TOKEN"]))
            }
            _ => (profile.access_key, profile.secret_key, profile.token),
        };
        if let (Some(access), Some(secret)) = (access, secret) {
            self = self.credentials(access, secret);
        }
        if let Some(token) = token {
            self = self.session_token(token);
        }
        self
    }

    /// The region whose models are asked: `us-east-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into().trim().to_owned());
        self
    }

    /// A key pair; requests are signed with it, and the secret one is never sent.
    pub fn credentials(mut self, access: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        self.access_key = Some(access.into());
        self.secret_key = Some(secret.into());
        self
    }

    /// The token that belongs to a key pair which ends after a time.
    pub fn session_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// A Bedrock API key, sent as `Authorization: Bearer …` instead of a signature.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// Where the server is, for endpoints of one's own: everything before `/model/…`. By default the region's.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    connection_settings!();

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): no region or one that is none, neither key nor credentials, an
    /// empty model, a base URL that is none, a key or header that no HTTP header may hold, an extra member that is
    /// ours.
    pub fn build(self) -> Result<Bedrock> {
        let wrong = |message: String| Error::new(ErrorKind::Configuration, message);
        let region = self.region.filter(|region| !region.is_empty());
        let region = region.ok_or_else(|| {
            wrong("Bedrock needs a region; set AWS_REGION, or `.region(\"us-east-1\")`".to_owned())
        })?;
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !region.bytes().all(is_word) {
            return Err(wrong(format!(
                "`{region}` is no region of AWS; they are words like `us-east-1`"
            )));
        }
        let given = |key: Option<Secret>| key.filter(|key| !key.expose().is_empty());
        let has_key = given(self.connection.api_key.clone()).is_some();
        let credentials = match (given(self.access_key), given(self.secret_key)) {
            _ if has_key => None,
            (Some(access_key), Some(secret_key)) => Some(Credentials {
                access_key,
                secret_key,
                token: given(self.token),
            }),
            _ => {
                return Err(wrong(format!(
                    "Bedrock takes no call without a key; {HINT}"
                )));
            }
        };
        let mut model = String::new();
        escape(&self.connection.model, &mut model);
        let base = host_of_region(&region);
        let path = format!("/model/{model}/converse");
        let prepared = self.connection.prepare(&base, &path, Keyed::Bearer, HINT)?;
        let mut prepared = prepared;
        if let Some(credentials) = &credentials {
            prepared.hide(&credentials.access_key);
            prepared.hide(&credentials.secret_key);
            if let Some(token) = &credentials.token {
                prepared.hide(token);
            }
        }
        let wire = Converse {
            whole: prepared.at(&path),
            streamed: prepared.at(&format!("{path}-stream")),
            region,
            credentials,
            model: prepared.model.as_str().into(),
            encoder: Encoder::new(&prepared.model, &prepared.extra)?,
        };
        Ok(Bedrock {
            client: Client::new(wire, prepared),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> BedrockBuilder {
        Bedrock::builder("us.anthropic.claude-haiku-4-5-20251001-v1:0").region("us-east-1")
    }

    #[test]
    fn endpoints() {
        let of = |builder: BedrockBuilder| {
            let model = builder.api_key("key-12345").build().expect("a client");
            let wire = model.client.wire();
            (wire.whole.to_string(), wire.streamed.to_string())
        };
        let model = "model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0";
        let aws = "https://bedrock-runtime.us-east-1.amazonaws.com";
        assert_eq!(
            of(builder()),
            (
                format!("{aws}/{model}/converse"),
                format!("{aws}/{model}/converse-stream")
            )
        );
        let (whole, _) = of(builder().base_url("http://127.0.0.1:4566/"));
        assert_eq!(whole, format!("http://127.0.0.1:4566/{model}/converse"));
        let (whole, _) = of(builder().region("cn-north-1"));
        assert!(whole.starts_with("https://bedrock-runtime.cn-north-1.amazonaws.com.cn/"));
        let arn = Bedrock::builder("arn:aws:bedrock:us-east-1:1:inference-profile/x").region("r-1");
        assert!(
            of(arn)
                .0
                .ends_with("/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/converse")
        );
    }

    #[test]
    fn what_is_missing_is_told_with_the_variables() {
        let fails = |builder: BedrockBuilder| {
            let error = builder.build().expect_err("it is missing");
            assert!(error.is_configuration());
            error.to_string()
        };
        assert!(fails(Bedrock::builder("m").api_key("k")).contains("AWS_REGION"));
        assert!(fails(builder()).contains("AWS_SECRET_ACCESS_KEY"));
        assert!(fails(builder().credentials("AKID", "")).contains("AWS_SECRET_ACCESS_KEY"));
        assert!(fails(builder().region("us-east-1.evil.com/").api_key("k")).contains("no region"));
    }

    #[test]
    fn the_environment_of_the_aws_tools() {
        let of = |variables: &'static [(&str, &str)]| {
            let get = move |name: &str| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            Bedrock::builder("m").environment(get).build()
        };
        let pair = &[
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret-of-mine"),
            ("AWS_SESSION_TOKEN", "token-of-mine"),
            ("AWS_DEFAULT_REGION", "us-west-2"),
        ];
        let model = of(pair).expect("a client");
        let credentials = model.client.wire().credentials.as_ref();
        let credentials = credentials.expect("signed requests");
        assert_eq!(
            credentials.token.as_ref().map(Secret::expose),
            Some("token-of-mine")
        );
        assert_eq!(model.host(), "bedrock-runtime.us-west-2.amazonaws.com");
        let shown = format!("{model:?}");
        assert!(
            !shown.contains("of-mine") && !shown.contains("AKIDEXAMPLE"),
            "{shown}"
        );
        let keyed = &[
            ("AWS_BEARER_TOKEN_BEDROCK", "key-12345"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "us-west-2"),
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9"),
        ];
        let model = of(keyed).expect("a client");
        assert!(model.client.wire().credentials.is_none());
        assert_eq!(
            (model.host(), model.client.wire().region.as_str()),
            ("127.0.0.1:9", "eu-west-1")
        );
        assert!(of(&[]).is_err());
    }
}
