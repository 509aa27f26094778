//! From file and environment to [`Config`], with the place and a remedy for everything that is wrong.

use super::{Config, ConfigError};
use figment::error::Kind;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider as _};
use std::path::Path;

const PREFIX: &str = "ASSIZE__";

impl Config {
    /// Reads `file`, if one is given, over the defaults and the environment over both.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key, a value of the wrong kind, values that cannot go together.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut given = Figment::new();
        if let Some(path) = file {
            let text = read(path)?;
            given = given.merge(Toml::file_exact(path));
            check_syntax(path, &text)?;
        }
        given = given.merge(Env::prefixed(PREFIX).split("__"));
        let origin = Origin { file };
        let known = known();
        check_keys(&given, &known, &origin)?;
        let config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(given)
            .extract()
            .map_err(|error| origin.wrong_value(error))?;
        config.check(&origin)?;
        Ok(config)
    }

    fn check(&self, origin: &Origin<'_>) -> Result<(), ConfigError> {
        if self.tls.certificate.is_some() != self.tls.key.is_some() {
            return Err(origin.fault(
                &["tls", "certificate"],
                "tls.certificate and tls.key go together".to_owned(),
                "name both files, or neither".to_owned(),
            ));
        }
        if jiff::tz::TimeZone::get(&self.court.zone).is_err() {
            return Err(origin.fault(
                &["court", "zone"],
                format!("`{}` is no time zone", self.court.zone),
                "use an IANA name such as Asia/Ho_Chi_Minh".to_owned(),
            ));
        }
        if self.relay.external.is_empty() != self.relay.secret.is_none() {
            return Err(origin.fault(
                &["relay", "external"],
                "relay.external and relay.secret go together".to_owned(),
                "name the servers and the secret that they share with this one, or neither".to_owned(),
            ));
        }
        if self.recording.segment == 0 || self.recording.segment > 300 {
            return Err(origin.fault(
                &["recording", "segment"],
                "recording.segment is outside 1 to 300 seconds".to_owned(),
                "use 300 unless there is a reason".to_owned(),
            ));
        }
        if !self.keeping.verify_at.is_empty() && self.keeping.verify_at().is_none() {
            return Err(origin.fault(
                &["keeping", "verify_at"],
                format!("`{}` is no time of day", self.keeping.verify_at),
                "write it as 02:00, or leave it empty to verify nothing at night".to_owned(),
            ));
        }
        let url = self.seal.time_authority.as_deref().unwrap_or("http://");
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(origin.fault(
                &["seal", "time_authority"],
                format!("`{url}` is no address of a time-stamping authority"),
                "write it with http:// or https://, or leave the key out".to_owned(),
            ));
        }
        for (key, share) in [("share", self.composition.share), ("share_live", self.composition.share_live)] {
            if !(1..=100).contains(&share) {
                return Err(origin.fault(
                    &["composition", key],
                    format!("composition.{key} is outside 1 to 100 per cent"),
                    "use 50 beside hearings, or set composition.automatic to false".to_owned(),
                ));
            }
        }
        if self.recording.second_places.contains(&self.storage.recordings) {
            return Err(origin.fault(
                &["recording", "second_places"],
                "recording.second_places names the folder of the records itself".to_owned(),
                "name a folder on another machine or disk".to_owned(),
            ));
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError {
        place: path.display().to_string(),
        fault: format!("cannot be read: {error}"),
        remedy: "check the path and the permissions, or start without --config".to_owned(),
    })
}

fn check_syntax(path: &Path, text: &str) -> Result<(), ConfigError> {
    let Err(error) = Figment::from(Toml::string(text)).data() else { return Ok(()) };
    let message = error.to_string();
    let line = message.split("line ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    Err(ConfigError {
        place: format!("{}:{}", path.display(), line.unwrap_or("1")),
        fault: format!("not TOML: {}", message.lines().map(str::trim).collect::<Vec<_>>().join(" ")),
        remedy: "mend the line; strings want quotes, lists want brackets".to_owned(),
    })
}

/// The tree of known keys is that of the defaults.
fn known() -> Dict {
    match Value::serialize(Config::default()) {
        Ok(Value::Dict(_, dict)) => dict,
        _ => Dict::new(),
    }
}

fn check_keys(given: &Figment, known: &Dict, origin: &Origin<'_>) -> Result<(), ConfigError> {
    let data = given.data().map_err(|error| origin.wrong_value(error))?;
    let Some(dict) = data.get(&Profile::Default) else { return Ok(()) };
    for (section, value) in dict {
        let Some(keys) = known.get(section) else {
            return Err(origin.unknown(&[section], known));
        };
        let (Value::Dict(_, given), Value::Dict(_, keys)) = (value, keys) else {
            return Err(origin.fault(
                &[section],
                format!("`{section}` is a section, not a value"),
                format!("write [{section}] and the keys below it"),
            ));
        };
        if let Some(key) = given.keys().find(|key| !keys.contains_key(*key)) {
            return Err(origin.unknown(&[section, key], keys));
        }
    }
    Ok(())
}

struct Origin<'a> {
    file: Option<&'a Path>,
}

impl Origin<'_> {
    fn fault(&self, path: &[&str], fault: String, remedy: String) -> ConfigError {
        ConfigError { place: self.place(path), fault, remedy }
    }

    fn unknown(&self, path: &[&str], siblings: &Dict) -> ConfigError {
        let last = path.last().copied().unwrap_or_default();
        let near = siblings
            .keys()
            .map(|key| (strsim::damerau_levenshtein(key, last), key))
            .min()
            .filter(|(distance, key)| *distance <= key.len().div_ceil(2));
        let mut full: Vec<&str> = path.to_vec();
        let remedy = match near {
            Some((_, key)) => {
                full.pop();
                full.push(key);
                format!("did you mean `{}`?", full.join("."))
            }
            None => format!("known here: {}", siblings.keys().cloned().collect::<Vec<_>>().join(", ")),
        };
        self.fault(path, format!("unknown key `{}`", path.join(".")), remedy)
    }

    fn wrong_value(&self, error: figment::Error) -> ConfigError {
        let path: Vec<&str> = error.path.iter().map(String::as_str).collect();
        let remedy = match &error.kind {
            Kind::InvalidType(_, expected) => format!("expected {expected}"),
            Kind::UnknownVariant(_, expected) => format!("use one of {}", expected.join(", ")),
            _ => "config/assize.toml shows every key with its unit and default".to_owned(),
        };
        self.fault(&path, format!("`{}`: {}", path.join("."), error.kind), remedy)
    }

    /// The environment overrides the file, so a variable that is set is the place.
    fn place(&self, path: &[&str]) -> String {
        let variable = format!("{PREFIX}{}", path.join("__").to_uppercase());
        if std::env::vars_os().any(|(name, _)| name.to_string_lossy().eq_ignore_ascii_case(&variable)) {
            return format!("environment variable {variable}");
        }
        let Some(file) = self.file else { return "configuration".to_owned() };
        let line = std::fs::read_to_string(file).ok().and_then(|text| line_of(&text, path));
        line.map_or_else(|| file.display().to_string(), |line| format!("{}:{line}", file.display()))
    }
}

/// Line, counted from 1, on which `path` (section, key) stands in a TOML text.
fn line_of(text: &str, path: &[&str]) -> Option<usize> {
    let (section, key) = (path.first()?, path.get(1));
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            inside = header.trim_end_matches(']').trim() == *section;
            if inside && key.is_none() {
                return Some(number + 1);
            }
        } else if let Some((name, _)) = line.split_once('=') {
            let name = name.trim();
            let full = path.join(".");
            if (inside && Some(&name) == key) || name == full || (!inside && key.is_none() && name == *section) {
                return Some(number + 1);
            }
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn an_unknown_key_names_its_line_and_what_was_meant() {
        let file = file("[server]\nlisten = \"127.0.0.1:1\"\n\n[media]\n# first\nport = 5\n");
        let error = Config::load(Some(file.path())).unwrap_err();
        assert_eq!(error.place, format!("{}:6", file.path().display()));
        assert_eq!(error.remedy, "did you mean `media.ports`?");
    }

    #[test]
    fn an_unknown_section_is_refused() {
        let file = file("[sever]\nlisten = \"127.0.0.1:1\"\n");
        let error = Config::load(Some(file.path())).unwrap_err();
        assert_eq!(error.place, format!("{}:1", file.path().display()));
        assert_eq!(error.remedy, "did you mean `server`?");
    }

    #[test]
    fn a_wrong_value_names_its_line() {
        let file = file("[media]\nports = \"many\"\n");
        let error = Config::load(Some(file.path())).unwrap_err();
        assert_eq!(error.place, format!("{}:2", file.path().display()));
        assert!(error.fault.contains("media.ports"), "{error}");
    }

    #[test]
    fn broken_toml_names_its_line() {
        let file = file("[media]\nports = = 3\n");
        let error = Config::load(Some(file.path())).unwrap_err();
        assert_eq!(error.place, format!("{}:2", file.path().display()));
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let file = file("[tls]\ncertificate = \"a.pem\"\n");
        assert!(Config::load(Some(file.path())).unwrap_err().fault.contains("go together"));
    }

    #[test]
    fn the_reference_file_states_the_defaults() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/assize.toml");
        assert_eq!(Config::load(Some(&path)).unwrap(), Config::default());
        let text = std::fs::read_to_string(&path).unwrap();
        for (section, keys) in known() {
            let Value::Dict(_, keys) = keys else { panic!("{section} is no section") };
            for key in keys.keys() {
                let shown = text
                    .lines()
                    .any(|line| line.trim_start_matches("# ").split('=').next().is_some_and(|name| name.trim() == key));
                assert!(shown, "config/assize.toml does not show {section}.{key}");
            }
        }
    }
}
