//! Actions of people in the finished chat.

use serde_json::json;
use thirtyfour::Key;

use crate::window::Window;

const PASSWORD: &str = "correct horse";

// The form's request. A refusal is a page; a success is a redirect.
const SIGN_UP: &str = "fetch('/sign-up', {\
    method: 'POST',\
    body: new URLSearchParams({ name: NAME, password: PASSWORD }),\
    redirect: 'manual',\
}).then((answer) => answer.type)";

const TEXTS: &str =
    "[...document.querySelectorAll('.message__body')].map((body) => body.textContent)";

// How far it is to the end, and how far from the beginning.
const PLACE_IN_LIST: &str = "(({ scrollHeight, clientHeight, scrollTop }) =>\
    [scrollHeight - clientHeight - scrollTop, scrollTop])(document.querySelector('#messages'))";

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
    /// Signs up without the form, which has tests of its own and takes longer, and
    /// opens the chat. A page of the server must be open, whichever.
    pub async fn arrives(&self) {
        let sign_up = SIGN_UP
            .replace("NAME", &json!(self.first_name()).to_string())
            .replace("PASSWORD", &json!(PASSWORD).to_string());
        self.becomes(&sign_up, "opaqueredirect").await;
        self.open("/").await;
        self.is_in("# General").await;
    }

    /// Signs up under the name of who sits here, and waits for the chat.
    pub async fn signs_up(&self) {
        self.signs_up_as(self.first_name()).await;
    }

    /// Signs up under any name, and waits for the chat.
    pub async fn signs_up_as(&self, name: &str) {
        self.fills_in("sign-up", name).await;
        self.is_in("# General").await;
    }

    /// Logs in, and waits for the chat.
    pub async fn logs_in(&self) {
        self.fills_in("log-in", self.first_name()).await;
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

    /// Ends the subscription to the channel that is open.
    pub async fn unsubscribes(&self) {
        self.click("#members-open").await;
        self.click("#channel-leave").await;
        self.hides("#composer").await;
        self.focuses("subscribe").await;
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
        let message = format!(
            "[...document.querySelectorAll('#message-list .message')].findLast((item) =>\
            item.querySelector('.message__body').textContent === {})",
            json!(body)
        );
        // One that is on its way has no menu.
        self.becomes(&format!("{message} !== undefined"), true)
            .await;
        self.run(&format!(
            "const button = {message}.querySelector('.message__more');\
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
        // A script has half a minute, and a busy machine takes its time.
        for some in bodies.chunks(50) {
            let script = SEND_MANY
                .replace("BODIES", &json!(some).to_string())
                .replace("CHANNEL", &channel.to_string());
            self.becomes(&script, true).await;
        }
    }

    /// Writes "message 1", "message 2" and so on into General.
    pub async fn writes_messages(&self, count: usize) {
        let bodies: Vec<String> = (1..=count).map(|n| format!("message {n}")).collect();
        self.sends_many(1, &bodies).await;
        self.sees(&format!("message {count}")).await;
    }

    /// Waits until the end of the messages is in view, and something is above it.
    pub async fn is_at_the_end(&self) {
        self.until(PLACE_IN_LIST, "the end", |place| {
            place[0].as_f64() < Some(2.0) && place[1].as_f64() > Some(0.0)
        })
        .await;
    }

    /// The texts of all messages that are loaded, and of those on their way, oldest first.
    pub async fn history(&self) -> Vec<String> {
        serde_json::from_value(self.value(TEXTS).await).unwrap_or_default()
    }

    /// Waits until the messages that are loaded are these.
    pub async fn has_history(&self, bodies: &[&str]) {
        self.becomes(TEXTS, json!(bodies)).await;
    }

    /// One person may sit before several windows: "Ada", "Ada elsewhere".
    fn first_name(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    async fn fills_in(&self, form: &str, name: &str) {
        self.click(&format!("[data-form={form}]")).await;
        self.types(&format!("#{form}-name"), name).await;
        self.types(&format!("#{form}-password"), PASSWORD).await;
        self.presses(Key::Enter).await;
    }
}
