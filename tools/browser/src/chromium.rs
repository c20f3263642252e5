//! Finds Chromium and lends browsers to tests.

use std::{
    env,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use thirtyfour::{
    ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver,
    error::WebDriverResult,
    extensions::query::ElementPollerWithTimeout,
    manager::{BrowserKind, WebDriverManager},
};

/// The first that is there. The headless shell is Chromium without its own
/// windows and menus: the same pages for a fraction of the work. Debian's command
/// for it is a script; who ends that would not end the browser.
const BROWSERS: [&str; 5] = [
    "/usr/lib/chromium/chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/// A page without an address has nothing to forget, and may not ask.
const FORGET: &str = "try { localStorage.clear(); } catch {}";
/// How long a page may take to show what a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How often a test looks.
pub const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The programs that the tests need, and the browsers that no test has at the moment.
#[derive(Debug)]
pub struct Chromium {
    program: PathBuf,
    manager: Arc<WebDriverManager>,
    idle: Mutex<Vec<Browser>>,
}

/// A browser with data of its own: the driver gives each an empty folder.
#[derive(Debug, Clone)]
pub struct Browser {
    pub(crate) driver: WebDriver,
}

/// Chromium with its driver; `None` when one of them is not installed.
pub fn find() -> Option<&'static Chromium> {
    static FOUND: OnceLock<Option<Chromium>> = OnceLock::new();
    FOUND.get_or_init(Chromium::on_path).as_ref()
}

impl Chromium {
    /// A browser with one empty tab. To start one takes longer than most tests,
    /// so one that another test has given back is as welcome.
    pub async fn lend(&self) -> WebDriverResult<Browser> {
        let idle = self.lock_idle().pop();
        match idle {
            Some(browser) => Ok(browser),
            None => self.launch().await,
        }
    }

    /// Takes a browser back; one that cannot be made like new is closed.
    pub async fn take_back(&self, browser: Browser) {
        match browser.renew().await {
            Ok(()) => self.lock_idle().push(browser),
            // A browser that cannot be asked to close has gone already.
            Err(_gone) => drop(browser.driver.quit().await),
        }
    }

    /// Closes the browsers that are left.
    pub async fn close_all(&self) {
        let idle = std::mem::take(&mut *self.lock_idle());
        for browser in idle {
            // See above.
            drop(browser.driver.quit().await);
        }
    }

    fn on_path() -> Option<Self> {
        let driver = program("chromedriver")?;
        let poller = ElementPollerWithTimeout::new(PATIENCE, LOOK_EVERY);
        let manager = WebDriverManager::builder()
            .driver_binary(BrowserKind::Chrome, driver)
            .offline()
            .poller(Arc::new(poller))
            .build();
        Some(Self {
            program: BROWSERS.iter().find_map(|name| program(name))?,
            manager,
            idle: Mutex::default(),
        })
    }

    async fn launch(&self) -> WebDriverResult<Browser> {
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&self.program.to_string_lossy())?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        for flag in FLAGS {
            wanted.add_arg(flag)?;
        }
        Ok(Browser {
            driver: self.manager.launch(wanted).await?,
        })
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<Browser>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Browser {
    /// Forgets all that a test has done: what the screen is like and where the
    /// device is belongs to the tab.
    async fn renew(&self) -> WebDriverResult<()> {
        // Each test has a port of its own, but ports come back.
        self.driver.execute(FORGET, vec![]).await?;
        let used = self.driver.window().await?;
        let fresh = self.driver.new_tab().await?;
        self.driver.switch_to_window(used).await?;
        self.driver.close_window().await?;
        self.driver.switch_to_window(fresh).await?;
        let devtools = self.driver.cdp();
        devtools.send_raw("Browser.resetPermissions", ()).await?;
        devtools.network().clear_browser_cache().await?;
        devtools.network().clear_browser_cookies().await?;
        self.driver.browser_log().await?;
        Ok(())
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
