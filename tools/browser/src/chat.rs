//! What people do in the finished chat.

use serde_json::json;
use thirtyfour::Key;

use crate::window::Window;

const PASSWORD: &str = "correct horse";

// A connection beside the page's own, of the same person: for more than hands can type.
const SEND_MANY: &str = "import(new URL('../static/vendor/socket.io.esm.min.js',\
    document.querySelector('script[type=module]').src)).then(async ({ io }) => {\
    const socket = io({ forceNew: true });\
    await new Promise((done) => socket.on('socket:welcome', done));\
    for (const body of BODIES) {\
        const clientId = crypto.randomUUID();\
        await socket.emitWithAck('message:send', { channel: CHANNEL, clientId, body });\
    }\
    socket.disconnect();\
    return true;\
})";

impl Window {
    /// Signs up under the name of who sits here, and waits for the chat.
    pub async fn signs_up(&self) {
        self.fills_in("sign-up").await;
        self.shows("#channel-title", "# General").await;
    }

    /// Logs in, and waits for the chat.
    pub async fn logs_in(&self) {
        self.fills_in("log-in").await;
        self.connects().await;
    }

    /// Opens a channel from the list, and waits until it is there.
    pub async fn goes_to(&self, title: &str) {
        self.click_text(".channel__name", title).await;
        self.is_in(title).await;
    }

    /// Waits until a channel is open.
    pub async fn is_in(&self, title: &str) {
        self.shows("#channel-title", title).await;
        self.becomes("document.querySelector('#composer-body').readOnly", false)
            .await;
    }

    /// Makes a channel with the `+` button, and waits until it is open.
    pub async fn makes_channel(&self, name: &str) {
        self.click("#new-channel-open").await;
        self.types("#new-channel-name", name).await;
        self.presses(Key::Enter).await;
        self.is_in(&format!("# {name}")).await;
    }

    /// Opens a conversation with someone who is here.
    pub async fn talks_to(&self, name: &str) {
        self.click_text("#people .person__name", name).await;
        self.shows("#profile-display-name", name).await;
        self.click("#profile-message").await;
        self.is_in(name).await;
    }

    /// Chooses something from the menu of the last message that has this text.
    pub async fn chooses(&self, body: &str, action: &str) {
        self.sees(body).await;
        let body = json!(body);
        self.run(&format!(
            "const button = [...document.querySelectorAll('#message-list .message')]\
            .findLast((item) => item.querySelector('.message__body').textContent === {body})\
            .querySelector('.message__more');\
            button.scrollIntoView({{ block: 'center' }});\
            button.click();"
        ))
        .await;
        self.click(&format!("[data-action={action}]")).await;
    }

    /// Chooses an emoji in the picker that is open.
    pub async fn picks_emoji(&self, name: &str) {
        self.types("#emoji-search", name).await;
        self.click(&format!(".emoji[aria-label={}]", json!(name)))
            .await;
    }

    /// Writes many messages into a channel, one after the other.
    pub async fn sends_many(&self, channel: u64, bodies: &[String]) {
        let script = SEND_MANY
            .replace("BODIES", &json!(bodies).to_string())
            .replace("CHANNEL", &channel.to_string());
        self.becomes(&script, true).await;
    }

    /// The texts of all messages that are loaded, oldest first; none is on its way.
    pub async fn history(&self) -> Vec<String> {
        let texts = self
            .value(
                "[...document.querySelectorAll('.message__body')].map((body) => body.textContent)",
            )
            .await;
        serde_json::from_value(texts).unwrap_or_default()
    }

    /// Waits until the messages that are loaded are these.
    pub async fn has_history(&self, bodies: &[&str]) {
        self.becomes(
            "[...document.querySelectorAll('.message__body')].map((body) => body.textContent)",
            json!(bodies),
        )
        .await;
    }

    async fn fills_in(&self, form: &str) {
        self.click(&format!("[data-form={form}]")).await;
        let name = self.name.split(' ').next().unwrap_or_default();
        self.types(&format!("#{form}-name"), name).await;
        self.types(&format!("#{form}-password"), PASSWORD).await;
        self.presses(Key::Enter).await;
    }
}
