//! Command-line flags and environment variables.

use std::{
    env,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};

use axum::http::Uri;
use clap::{Parser, Subcommand};
use url::Url;

/// Make Chat: a chat for a class or a team.
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Config {
    /// Command to run instead of the server
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Address and port to listen on; port 0 picks a free one
    #[arg(
        long,
        env = "MAKE_CHAT_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000",
        value_parser = parse_address,
        global = true
    )]
    pub listen: SocketAddr,
    /// Folder for the database and the uploads; created if it is missing
    #[arg(
        long,
        env = "MAKE_CHAT_DATA",
        value_name = "DIR",
        default_value = "make-chat-data",
        global = true
    )]
    pub data: PathBuf,
    /// Database, as postgres://… or sqlite:… [default: an SQLite file in the data folder]
    // The URL may have a password. It is checked when the database is opened, because clap
    // would print it in its error.
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,
    /// Public address of the chat, if it is behind a proxy; with https, cookies are Secure
    #[arg(long, env = "MAKE_CHAT_PUBLIC_URL", value_name = "URL", value_parser = parse_origin, global = true)]
    pub public_url: Option<String>,
    /// Address and port for Prometheus metrics, at /metrics [default: no metrics]
    #[arg(long, env = "MAKE_CHAT_METRICS_LISTEN", value_name = "ADDRESS", value_parser = parse_address, global = true)]
    pub metrics_listen: Option<SocketAddr>,
    /// Minutes without a request after which people must log in again
    #[arg(
        long,
        env = "MAKE_CHAT_SESSION_IDLE_MINUTES",
        value_name = "MINUTES",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=525_600),
        global = true
    )]
    pub session_idle_minutes: u32,
    /// Requests that one person may send per second on average, in all windows together; five times as many in a burst
    #[arg(
        long,
        env = "MAKE_CHAT_REQUESTS_PER_SECOND",
        value_name = "COUNT",
        // The names before the first release go on working.
        alias = "asks-per-second",
        default_value = REQUESTS_PER_SECOND.as_str(),
        global = true
    )]
    pub requests_per_second: NonZeroU32,
    /// Attempts to log in, and to sign up, that one address may make at once; then one every 5 seconds
    #[arg(
        long,
        env = "MAKE_CHAT_ATTEMPTS_PER_ADDRESS",
        value_name = "COUNT",
        default_value = "300",
        global = true
    )]
    pub attempts_per_address: NonZeroU32,
    /// Connections that may be open at once [default: as many as the limit of open files allows, up to 10,000]
    #[arg(
        long,
        env = "MAKE_CHAT_MAX_CONNECTIONS",
        value_name = "COUNT",
        global = true
    )]
    pub max_connections: Option<NonZeroU32>,
    /// IP address of a proxy whose X-Forwarded-For is trusted; separate several with commas
    #[arg(
        long,
        env = "MAKE_CHAT_TRUSTED_PROXY",
        value_name = "IP",
        value_delimiter = ',',
        global = true
    )]
    pub trusted_proxy: Vec<IpAddr>,
    /// Store for uploads, as file:///… or s3://bucket/prefix [default: the folder files in the data folder]
    #[arg(long, env = "MAKE_CHAT_FILES_URL", value_name = "URL", value_parser = parse_files_url, global = true)]
    pub files_url: Option<Url>,
    /// Largest file that can be uploaded, in MB
    #[arg(
        long,
        env = "MAKE_CHAT_MAX_UPLOAD_MB",
        value_name = "MB",
        default_value_t = 25,
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        global = true
    )]
    pub max_upload_mb: u32,
    /// Space that the files of one person may take up, in MB
    #[arg(
        long,
        env = "MAKE_CHAT_QUOTA_MB",
        value_name = "MB",
        default_value_t = 1_000,
        value_parser = clap::value_parser!(u32).range(1..),
        global = true
    )]
    pub quota_mb: u32,
}

/// The commands that run instead of the server.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Back up the chat to a folder; the server may be running
    Backup {
        /// New or empty folder; created if it is missing
        folder: PathBuf,
    },
    /// Say what is wrong with the configuration that the flags and variables make
    Check,
    /// Fill an empty chat with sample people and conversations
    Demo,
    /// Ask the running server whether it is ready: for supervisors that run a command
    Health,
    /// Restore a backup to a place without a chat
    Restore {
        /// Folder with the backup
        folder: PathBuf,
    },
}

/// A megabyte, as file managers count it.
pub const MB: u64 = 1_000_000;

impl Config {
    /// Whether browsers reach the chat over HTTPS.
    pub fn is_https(&self) -> bool {
        let url = self.public_url.as_deref();
        url.is_some_and(|url| url.starts_with("https://"))
    }

    /// How long a session lasts without a request.
    pub fn session_idle(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_idle_minutes) * 60)
    }

    /// The largest file that can be uploaded, in bytes.
    pub fn max_upload_bytes(&self) -> u64 {
        u64::from(self.max_upload_mb) * MB
    }

    /// The space that the files of one person may take up, in bytes.
    pub fn quota_bytes(&self) -> u64 {
        u64::from(self.quota_mb) * MB
    }
}

/// The default of `--requests-per-second`. An older installation may still set the variable under
/// its former name.
static REQUESTS_PER_SECOND: LazyLock<String> =
    LazyLock::new(|| env::var("MAKE_CHAT_ASKS_PER_SECOND").unwrap_or_else(|_| "20".to_owned()));

/// Reads an address to listen on. A port alone, or with `localhost`, is a port of this machine that
/// others cannot reach.
fn parse_address(text: &str) -> Result<SocketAddr, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let loopback = matches!(host, "" | "localhost");
    match (loopback, port.parse()) {
        (true, Ok(port)) => Ok((Ipv4Addr::LOCALHOST, port).into()),
        _ => text.parse().map_err(|_| {
            "write it like 127.0.0.1:3000 for this machine, or 0.0.0.0:3000 for all its addresses"
                .to_owned()
        }),
    }
}

/// Reads an origin as browsers send it: a scheme and a host, with nothing after them.
fn parse_origin(text: &str) -> Result<String, String> {
    let uri = text.parse::<Uri>().map_err(|error| error.to_string())?;
    let scheme = uri.scheme_str().filter(|s| matches!(*s, "http" | "https"));
    match (scheme, uri.authority(), uri.path()) {
        (Some(scheme), Some(host), "/") if uri.query().is_none() => {
            Ok(format!("{scheme}://{host}").to_lowercase())
        }
        _ => Err("write it like https://chat.example.org, without a path".to_owned()),
    }
}

/// Reads the URL of an object store. `memory:///` is for trying things out: its files are lost when
/// the program ends.
fn parse_files_url(text: &str) -> Result<Url, String> {
    let url = text.parse::<Url>().map_err(|error| error.to_string())?;
    match url.scheme() {
        "file" if url.to_file_path().is_ok() => Ok(url),
        "memory" => Ok(url),
        "s3" if url.has_host() && cfg!(feature = "s3") => Ok(url),
        "s3" if url.has_host() => {
            Err("this program was built without S3: build it with --features s3".to_owned())
        }
        _ => Err("write it like file:///var/lib/make-chat or s3://bucket/prefix".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Config, String> {
        let all = std::iter::once(&"make-chat").chain(args);
        Config::try_parse_from(all).map_err(|error| error.to_string())
    }

    #[test]
    fn an_error_names_the_wrong_value() {
        for (flag, value) in [
            ("--listen", "everywhere"),
            ("--listen", "localhost"),
            ("--listen", "localhost:99999"),
            ("--listen", "chat.example.org:3000"),
            ("--listen", "http://127.0.0.1:3000"),
            ("--metrics-listen", "127.0.0.1"),
            ("--attempts-per-address", "0"),
            ("--max-connections", "0"),
            ("--public-url", "chat.example.org"),
            ("--public-url", "https://example.org/chat"),
            ("--session-idle-minutes", "0"),
            ("--requests-per-second", "0"),
            ("--trusted-proxy", "proxy"),
            ("--files-url", "/var/lib/make-chat"),
            ("--files-url", "file://server/share"),
            ("--files-url", "s3:///prefix"),
            ("--files-url", "https://example.org/files"),
            ("--max-upload-mb", "0"),
            ("--quota-mb", "0"),
        ] {
            let error = parse(&[flag, value]).unwrap_err();
            assert!(error.contains(flag) && error.contains(value), "{error}");
        }
    }

    #[test]
    fn an_address_may_be_typed_in_several_ways() {
        for (typed, address) in [
            ("3999", "127.0.0.1:3999"),
            (":3999", "127.0.0.1:3999"),
            ("localhost:3999", "127.0.0.1:3999"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::]:80", "[::]:80"),
        ] {
            let config = parse(&["--listen", typed, "--metrics-listen", typed]).unwrap();
            assert_eq!(config.listen.to_string(), address);
            assert_eq!(config.metrics_listen, Some(config.listen));
        }
        let error = parse(&["--listen", "everywhere"]).unwrap_err();
        assert!(error.contains("127.0.0.1:3000"), "{error}");
    }

    #[test]
    fn the_flag_of_earlier_versions_works() {
        let config = parse(&["--asks-per-second", "7"]).unwrap();
        assert_eq!(config.requests_per_second.get(), 7);
    }

    #[test]
    fn cookies_are_secure_only_behind_https() {
        let https = parse(&["--public-url", "https://chat.example.org/"]).unwrap();
        assert!(https.is_https());
        assert_eq!(
            https.public_url.as_deref(),
            Some("https://chat.example.org")
        );
        let http = parse(&["--public-url", "http://10.0.0.7:3000"]).unwrap();
        assert!(!http.is_https());
        assert!(!parse(&[]).unwrap().is_https());
    }

    #[cfg(not(feature = "s3"))]
    #[test]
    fn without_s3_the_error_says_how_to_build_it() {
        let error = parse(&["--files-url", "s3://bucket/prefix"]).unwrap_err();
        assert!(error.contains("--files-url") && error.contains("--features s3"));
    }

    #[test]
    fn commas_separate_several_proxies() {
        let config = parse(&["--trusted-proxy", "10.0.0.1,::1"]).unwrap();
        assert_eq!(config.trusted_proxy.len(), 2);
    }
}
