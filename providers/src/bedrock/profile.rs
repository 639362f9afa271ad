//! The files in which the AWS tools keep keys and settings by the name of a profile: `credentials` and `config`.
use std::path::PathBuf;

/// What a profile says, where it says it.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) access_key: Option<String>,
    pub(super) secret_key: Option<String>,
    pub(super) token: Option<String>,
    pub(super) region: Option<String>,
}

impl Profile {
    /// The profile that `AWS_PROFILE` names, else `default`, out of the files that `AWS_SHARED_CREDENTIALS_FILE` and
    /// `AWS_CONFIG_FILE` name, else those in the home folder. A file that cannot be read says nothing.
    pub(super) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let name = variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
        let home = || variable("HOME").or_else(|| variable("USERPROFILE"));
        let file = |named: &str, usual: &str| {
            let path = match variable(named) {
                Some(path) => PathBuf::from(path),
                None => PathBuf::from(home()?).join(".aws").join(usual),
            };
            std::fs::read_to_string(path).ok()
        };
        let mut profile = Profile::default();
        // keys of the credentials file come first
        if let Some(text) = file("AWS_SHARED_CREDENTIALS_FILE", "credentials") {
            profile.take(&text, &[name.as_str()]);
        }
        if let Some(text) = file("AWS_CONFIG_FILE", "config") {
            let section = format!("profile {name}");
            let own: &[&str] = if name == "default" {
                &["default", &section]
            } else {
                &[&section]
            };
            profile.take(&text, own);
        }
        profile
    }

    /// Takes what is not known yet out of the sections of a file. A pair of keys is never made of two files.
    fn take(&mut self, text: &str, sections: &[&str]) {
        let mut found = Profile::default();
        let mut inside = false;
        for line in text.lines() {
            let line = line.trim();
            if let Some(section) = line.strip_prefix('[') {
                let section = section.split(']').next().unwrap_or_default();
                let section = section.split_whitespace().collect::<Vec<_>>().join(" ");
                inside = sections.contains(&section.as_str());
                continue;
            }
            if !inside || line.starts_with(['#', ';']) {
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let place = match key.trim().to_ascii_lowercase().as_str() {
                "aws_access_key_id" => &mut found.access_key,
                "aws_secret_access_key" => &mut found.secret_key,
                "aws_session_token" => &mut found.token,
                "region" => &mut found.region,
                _ => continue,
            };
            *place = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
        self.region = self.region.take().or(found.region);
        let whole = found.access_key.is_some() && found.secret_key.is_some();
        if self.access_key.is_none() && whole {
            self.access_key = found.access_key;
            self.secret_key = found.secret_key;
            self.token = found.token;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIALS: &str = "# mine\n[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key=secret/=+\n\n[ work ]\naws_access_key_id=AKIDWORK\naws_secret_access_key = s2\naws_session_token = t2\n[half]\naws_access_key_id=AKIDHALF\n";
    const CONFIG: &str = "[default]\nregion = us-east-1\n[profile work]\nregion=eu-west-1\ns3 =\n  max_concurrent_requests = 20\n[profile half]\naws_access_key_id=AKIDCONFIG\naws_secret_access_key=s3\n";

    fn of(name: &str) -> Profile {
        let mut profile = Profile::default();
        profile.take(CREDENTIALS, &[name]);
        let section = format!("profile {name}");
        profile.take(CONFIG, &[name, section.as_str()]);
        profile
    }

    #[test]
    fn profiles_of_both_files() {
        let profile = of("default");
        assert_eq!(profile.access_key.as_deref(), Some("AKIDDEFAULT"));
        assert_eq!(profile.secret_key.as_deref(), Some("secret/=+"));
        assert_eq!(
            (profile.token, profile.region.as_deref()),
            (None, Some("us-east-1"))
        );
        let profile = of("work");
        assert_eq!(profile.access_key.as_deref(), Some("AKIDWORK"));
        assert_eq!(
            (profile.token.as_deref(), profile.region.as_deref()),
            (Some("t2"), Some("eu-west-1"))
        );
        // half a pair is none
        let profile = of("half");
        assert_eq!(profile.access_key.as_deref(), Some("AKIDCONFIG"));
        assert_eq!(profile.secret_key.as_deref(), Some("s3"));
        assert!(of("nobody") == Profile::default());
    }

    #[test]
    fn files_where_variables_say_they_are() {
        let folder = std::env::temp_dir().join(format!("sigflow-aws-{}", std::process::id()));
        std::fs::create_dir_all(folder.join(".aws")).expect("a folder");
        std::fs::write(folder.join(".aws/config"), CONFIG).expect("a file");
        std::fs::write(folder.join("keys"), CREDENTIALS).expect("a file");
        let (home, keys) = (
            folder.display().to_string(),
            folder.join("keys").display().to_string(),
        );
        let profile = Profile::read(&|name| match name {
            "HOME" => Some(home.clone()),
            "AWS_SHARED_CREDENTIALS_FILE" => Some(keys.clone()),
            "AWS_PROFILE" => Some("work".to_owned()),
            _ => None,
        });
        std::fs::remove_dir_all(&folder).expect("it is there");
        assert_eq!(profile.access_key.as_deref(), Some("AKIDWORK"));
        assert_eq!(profile.region.as_deref(), Some("eu-west-1"));
        assert!(Profile::read(&|_| None) == Profile::default());
    }
}
