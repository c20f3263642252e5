//! The proxies of `deploy/`, with the files there, in front of running programs.

use std::{
    env, fs,
    io::Write,
    net::{SocketAddr, TcpListener as StdListener},
    process::{Child, Command},
    sync::Once,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{net::TcpStream, task::yield_now, time::timeout};

use super::Process;

const NGINX: &str = include_str!("../../deploy/nginx.conf");
const CADDYFILE: &str = include_str!("../../deploy/Caddyfile");

/// The server in `nginx.conf`.
const EXAMPLE: &str = "127.0.0.1:3000";

/// Far more than a proxy takes until it listens. It ends a test that would never end.
const START_TIMEOUT: Duration = Duration::from_secs(30);

static SKIPPED: Once = Once::new();

/// A proxy that has a configuration in `deploy/`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProxyKind {
    Nginx,
    Caddy,
}

/// How a proxy chooses one of several servers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// A browser comes back to the same one, as in the files.
    Sticky,
    /// One after the other.
    InTurn,
}

/// A running proxy. It is killed when this value is dropped.
pub struct RealProxy {
    pub address: SocketAddr,
    child: Child,
    // Deleted when the proxy is dropped.
    folder: TempDir,
}

impl ProxyKind {
    /// The proxies that are installed. Says so if one is not; with `TEST_PROXIES=required` that is a
    /// failure.
    pub fn installed() -> Vec<Self> {
        let mut kinds = vec![Self::Nginx, Self::Caddy];
        kinds.retain(|kind| kind.is_installed());
        let is_complete = kinds.len() == 2;
        let is_required = env::var_os("TEST_PROXIES").is_some_and(|value| value == "required");
        assert!(is_complete || !is_required, "only {kinds:?} is installed");
        if !is_complete {
            let skipped =
                "note: the tests of proxies need nginx and Caddy, and skip what is missing\n";
            // Not eprintln, which is shown only for tests that fail.
            SKIPPED.call_once(|| std::io::stderr().write_all(skipped.as_bytes()).unwrap());
        }
        kinds
    }

    fn is_installed(self) -> bool {
        let mut version = match self {
            Self::Nginx => Command::new("nginx"),
            Self::Caddy => Command::new("caddy"),
        };
        let argument = if self == Self::Nginx { "-v" } else { "version" };
        version
            .arg(argument)
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

impl RealProxy {
    /// The address of a proxy that is not started yet: the servers behind it must know it.
    pub fn free_address() -> SocketAddr {
        let listener = StdListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    }

    /// Starts a proxy in front of these programs and waits until it listens.
    pub async fn start(
        kind: ProxyKind,
        address: SocketAddr,
        choice: Choice,
        servers: &[Process],
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let servers: Vec<_> = servers.iter().map(|server| server.address).collect();
        let mut command = match kind {
            ProxyKind::Nginx => nginx(&folder, address, choice, &servers),
            ProxyKind::Caddy => caddy(&folder, address, choice, &servers),
        };
        let proxy = Self {
            address,
            child: command.spawn().unwrap(),
            folder,
        };
        let listens = async {
            while TcpStream::connect(address).await.is_err() {
                yield_now().await;
            }
        };
        let started = timeout(START_TIMEOUT, listens).await;
        assert!(started.is_ok(), "{kind:?} does not start: {}", proxy.log());
        proxy
    }

    /// The errors that the proxy has logged so far.
    pub fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("log"));
        log.unwrap_or_else(|error| error.to_string())
    }
}

impl Drop for RealProxy {
    fn drop(&mut self) {
        drop(self.child.kill());
        self.child.wait().unwrap();
    }
}

/// Without TLS, with these servers, and with everything that it writes in the folder.
fn nginx(folder: &TempDir, address: SocketAddr, choice: Choice, servers: &[SocketAddr]) -> Command {
    let path = folder.path().display();
    let (_, main) = NGINX.split_once("    listen 443").unwrap();
    let (upstream, _) = NGINX.split_once("server {").unwrap();
    let example = upstream
        .lines()
        .find(|line| line.contains(EXAMPLE))
        .unwrap();
    let named = servers
        .iter()
        .map(|server| example.replace(EXAMPLE, &server.to_string()));
    let named: Vec<_> = named.collect();
    let mut upstream = replaced(upstream, example, &named.join("\n"));
    if choice == Choice::InTurn {
        upstream = replaced(&upstream, "hash $http_cookie consistent;", "");
    }
    let main: String = main
        .lines()
        .skip(1)
        .filter(|line| !line.contains("ssl") && !line.contains("listen"))
        .map(|line| format!("{line}\n"))
        .collect();
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {path}/{name};\n"))
        .collect();
    let file = folder.path().join("nginx.conf");
    let text = format!(
        "pid {path}/pid; error_log {path}/log; daemon off; master_process off; events {{}}
         http {{ access_log off;\n{folders}{upstream}server {{ listen {address};\n{main} }}"
    );
    fs::write(&file, text).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr", "-c"]).arg(file);
    command
}

/// The file as it is, but for the choice of a server, with a name for every address.
fn caddy(folder: &TempDir, address: SocketAddr, choice: Choice, servers: &[SocketAddr]) -> Command {
    let mut text = CADDYFILE.to_owned();
    if choice == Choice::InTurn {
        text = replaced(&text, "lb_policy cookie", "lb_policy round_robin");
    }
    let file = folder.path().join("Caddyfile");
    let options = format!("{{\n\tadmin off\n\tdefault_bind {}\n}}\n", address.ip());
    fs::write(&file, options + &text).unwrap();
    let servers: Vec<_> = servers.iter().map(SocketAddr::to_string).collect();
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(file)
        .env("CHAT_NAME", format!("http://:{}", address.port()))
        .env("CHAT_ADDRESS", servers.join(" "))
        .env("XDG_DATA_HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .stderr(fs::File::create(folder.path().join("log")).unwrap());
    command
}

/// Panics if the file in `deploy/` has changed so that nothing is replaced.
fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} is not in\n{text}");
    text.replace(old, new)
}
