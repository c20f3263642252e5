#!/usr/bin/env python3
"""Takes pictures of the states of the chat and puts them into one page to look through:
target/gallery/index.html. Each is taken at four widths, light and dark, then enlarged by 200 % and
400 %, in forced colours, with more contrast, and as it is printed.

    cargo build --bin make-chat
    pip install selenium
    final/screenshots/gallery.py [part of a name …]

A name is that of a state and of a look, as in "channel forced dark": "channel" takes all looks of
the channel, "forced" all states in forced colours.

Needs what take.py needs.
"""

import base64
import contextlib
import html
import pathlib
import signal
import sqlite3
import sys
import tempfile

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import take

FOLDER = take.PROGRAM.parent.parent / "gallery"
DESKTOP = (1280, 800)
DARK = {"prefers-color-scheme": "dark"}
FORCED = {"forced-colors": "active"}
CONTRAST = {"prefers-contrast": "more"}
PRINT = "print"
# A name, the size of the window and what its person prefers. A window of 1280 × 800 pixels has
# 640 × 400 at 200 %, and one of 1280 × 1024 has 320 × 256 at 400 %.
LOOKS = [
    (f"{size[0]} {scheme}", size, {"prefers-color-scheme": scheme})
    for size in [(320, 640), (768, 1024), DESKTOP, (1920, 1080)]
    for scheme in ["light", "dark"]
] + [
    ("zoom 200", (640, 400), {}),
    ("zoom 400", (320, 256), {}),
    ("forced light", DESKTOP, FORCED),
    ("forced dark", DESKTOP, FORCED | DARK),
    ("contrast light", DESKTOP, CONTRAST),
    ("contrast dark", DESKTOP, CONTRAST | DARK),
    (PRINT, DESKTOP, DARK),
]

# Fills the demo with what its conversations do not have. Ada is logged in.
FILL = """
const [done] = [arguments[arguments.length - 1]];
const post = async (path, body) => {
  const isForm = body instanceof FormData;
  const headers = { accept: "application/json", ...(isForm ? {} : { "content-type": "application/json" }) };
  const response = await fetch(path, { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
  if (!response.ok) throw new Error(path + " " + response.status + " " + (await response.text()));
  return response.json();
};
const picture = async (name, width, height, hue) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${hue} 60% 45%)`);
  sky.addColorStop(1, `hsl(${hue + 40} 70% 75%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  context.fillStyle = `hsl(${hue + 90} 30% 25%)`;
  context.beginPath();
  context.moveTo(0, height);
  context.lineTo(width * 0.4, height * 0.45);
  context.lineTo(width * 0.6, height * 0.7);
  context.lineTo(width * 0.75, height * 0.55);
  context.lineTo(width, height);
  context.fill();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return file(name, blob);
};
const file = async (name, blob) => {
  const form = new FormData();
  form.append("file", blob, name);
  return (await post("/files", form)).id;
};
const say = (channel, body, more = {}) => post(`/api/channels/${channel.id}/messages`, { clientId: crypto.randomUUID(), body, ...more });
(async () => {
  const pictures = await post("/api/channels", { name: "Pictures" });
  await say(pictures, "One from the top", { files: [await picture("summit.png", 1600, 900, 200)] });
  const several = await Promise.all([picture("morning.png", 1200, 900, 180), picture("tower.png", 400, 1400, 230), picture("lake.png", 900, 900, 150)]);
  await say(pictures, "And three more", { files: several });
  const notes = await file("Minutes of the meeting of the committee, final version 3.txt", new Blob(["Agenda"]));
  await say(pictures, "", { files: [notes] });
  await say(pictures, "🎉");
  const texts = await post("/api/channels", { name: "Long words" });
  await say(texts, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3));
  await say(texts, "https://example.org/" + "a-very-long-path/".repeat(12));
  await say(texts, "```rust\\nfn main() { println!(\\"" + "wide ".repeat(40) + "\\"); }\\n```");
  await say(texts, "مرحبا بالعالم، هذه رسالة طويلة بالعربية تختبر اتجاه النص من اليمين إلى اليسار.");
  await say(texts, "שלום לכולם, זו הודעה בעברית.");
  await post("/api/channels", { name: "Empty" });
  const all = await post("/api/channels", { name: "Everything" });
  const words = "**bold**, *italic*, ~~struck~~, `code`, https://example.org and [the text of a link](https://example.org/page)";
  await say(all, `${words}\n> a quote\n- a list\n- of two`, { files: [await file("agenda.txt", new Blob(["Agenda"]))] });
})().then(() => done("ok"), (error) => done(String(error)));
"""

# Chloe is in a hundred channels. Layla writes from right to left, another person has the longest
# possible name, and one channel has 500 messages.
MORE = """
WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
INSERT INTO channels (kind, name, key, created_at)
SELECT 'public', 'Team ' || number, 'team ' || number, '2026-01-01T00:00:00+00:00' FROM numbers;
INSERT INTO memberships (channel_id, user_id, seen)
SELECT channels.id, users.id, 0 FROM channels, users WHERE channels.key LIKE 'team %' AND users.name_key = 'chloe';

INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
SELECT new.name, lower(new.name), new.display, '', ada.password_hash, ada.created_at
FROM (SELECT 'ليلى' AS name, 'ليلى حداد' AS display
      UNION ALL SELECT 'Wolfeschlegelsteinha', 'Wolfeschlegelsteinha') AS new
JOIN users AS ada ON ada.name_key = 'ada';
INSERT INTO channels (kind, name, key, seq, created_at) VALUES
('public', 'مشاريع الفريق', 'مشاريع الفريق', 6, '2026-01-01T00:00:00+00:00'),
('public', 'Many messages', 'many messages', 500, '2026-01-01T00:00:00+00:00');
INSERT INTO memberships (channel_id, user_id, seen)
SELECT channels.id, users.id, channels.seq FROM channels, users
WHERE channels.key IN ('مشاريع الفريق', 'many messages') AND users.name_key IN ('ada', 'ليلى');
INSERT INTO messages (channel_id, number, seq, author_id, client_id, body, reply_to, sent_at)
SELECT channels.id, number, number, users.id, 'rtl-' || number, body, NULL, '2026-01-01T09:0' || number || ':00+00:00'
FROM (SELECT 1 AS number, 'ليلى' AS author, 'صباح الخير! متى يبدأ الاجتماع؟' AS body
      UNION ALL SELECT 2, 'ada', 'At ten, I think.'
      UNION ALL SELECT 3, 'ليلى', 'شكرا. القائمة:' || char(10) || '- العرض' || char(10) || '- الأسئلة' || char(10) || '> هذا اقتباس'
      UNION ALL SELECT 4, 'ليلى', 'الرابط هو https://example.org/page والأمر هو `cargo test`'
      UNION ALL SELECT 5, 'wolfeschlegelsteinha', 'שלום לכולם'
      UNION ALL SELECT 6, 'ada', 'مرحبا ليلى، أراك في الاجتماع') AS said
JOIN users ON users.name_key = said.author JOIN channels ON channels.key = 'مشاريع الفريق';
WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 500)
INSERT INTO messages (channel_id, number, seq, author_id, client_id, body, sent_at)
SELECT channels.id, number, number, users.id, 'many-' || number, 'Message ' || number,
       strftime('%Y-%m-%dT%H:%M:%f+00:00', '2026-01-01', '+' || (number * 7) || ' minutes')
FROM numbers, channels, users
WHERE channels.key = 'many messages'
  AND users.name_key = CASE WHEN number % 5 < 3 THEN 'ben' ELSE 'ada' END;
"""


def opens(title):
    def act(driver):
        take.go_to(driver, title)

    return act


def clicks(selector, wait=None, channel=None):
    def act(driver):
        if channel:
            take.go_to(driver, channel)
        click = "const it = document.querySelector(arguments[0]); it.scrollIntoView({ block: 'center' }); it.click();"
        driver.execute_script(click, selector)
        take.wait_for(driver, wait or "dialog[open], .menu:popover-open")

    return act


def hovers(driver):
    take.go_to(driver, "# General")
    messages = driver.find_elements(By.CSS_SELECTOR, "#message-list .message__bubble")
    ActionChains(driver).move_to_element(messages[3]).perform()


def replies(driver):
    take.go_to(driver, "# General")
    driver.execute_script("document.querySelectorAll('[data-quick=reply]')[3].click()")
    take.wait_for(driver, "#context")
    driver.find_element(By.ID, "composer-body").send_keys("Yes,", Keys.SHIFT, Keys.ENTER, Keys.NULL, "**of course**")


def reads_above(driver):
    take.go_to(driver, "# General")
    driver.execute_script("document.querySelector('#messages').scrollTop = 0")
    take.wait_for(driver, "#new-messages")


def reads_all(driver):
    """Loads 500 messages, page by page."""
    take.go_to(driver, "# Many messages")
    to_the_start = """
        document.querySelector('#messages').scrollTop = 0;
        return document.querySelector('#message-list .row .message__body').textContent === 'Message 1';
    """
    take.WebDriverWait(driver, 60).until(lambda _: driver.execute_script(to_the_start))


def goes_offline(driver):
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    driver.find_element(By.ID, "composer-body").send_keys("Is anybody there?", Keys.ENTER)
    take.wait_for(driver, "#outbox .message")
    take.wait_for(driver, "#banner:not(:empty)")


def is_loading(driver):
    # Nothing answers. Resumed after the picture.
    driver.server.send_signal(signal.SIGSTOP)
    driver.execute_script("document.querySelector('.channel:not([aria-current])').click()")
    take.wait_for(driver, ".messages--loading")
    opacity = "return getComputedStyle(document.querySelector('#messages'), '::after').opacity"
    take.WebDriverWait(driver, 20).until(lambda _: driver.execute_script(opacity) == "1")


def opens_drawer(driver):
    button = driver.find_element(By.ID, "drawer-open")
    if button.is_displayed():
        button.click()
        take.wait_for(driver, "#drawer-close")


def searches(driver):
    opens_drawer(driver)
    driver.find_element(By.ID, "search-input").send_keys("r")
    take.wait_for(driver, "#search-results [role=option]")
    driver.find_element(By.ID, "search-input").send_keys(Keys.DOWN)


def picks_person(driver):
    take.go_to(driver, "# General")
    driver.execute_script("document.querySelector('#message-list .message__author').click()")
    take.wait_for(driver, "#profile-name:not(:empty)")


# The states of a person who is logged in: a name, and what is done in the chat.
STATES = [
    ("first unread", lambda driver: None),
    ("channel", opens("# General")),
    ("direct message", opens("Ben")),
    ("pictures", opens("# Pictures")),
    ("long words", opens("# Long words")),
    ("everything", opens("# Everything")),
    ("right to left", opens("# مشاريع الفريق")),
    ("many messages", reads_all),
    ("empty channel", opens("# Empty")),
    ("drawer", opens_drawer),
    ("search", searches),
    ("message under the pointer", hovers),
    ("menu", clicks("#message-list .message__more", channel="# General")),
    ("reply", replies),
    ("reading above", reads_above),
    ("viewer", clicks(".file__picture", "#viewer", channel="# Pictures")),
    ("emoji", clicks("#emoji-open", ".emoji")),
    ("browse", clicks("#browse-open", ".browse__item")),
    ("new message", clicks("#new-message-open", "#new-message .person")),
    ("new channel", clicks("#new-channel-open")),
    ("members", clicks("#members-open", "#members", channel="# General")),
    ("profile", picks_person),
    ("help", clicks("#help-open")),
    ("loading", is_loading),
    ("offline", goes_offline),
]
# Pages, for everyone.
PAGES = [
    ("landing", "/"),
    ("sign up", "/?form=sign-up"),
    ("account", "/account"),
    ("refused channel", "/home?channel=999"),
    ("not found", "/nowhere"),
]


def add_more(data):
    with contextlib.closing(sqlite3.connect(pathlib.Path(data) / "make-chat.sqlite")) as database:
        database.executescript(MORE)


def emulate(driver, preferences, media=""):
    # Nothing is on its way in a picture.
    features = {"prefers-reduced-motion": "reduce"} | preferences
    features = [{"name": name, "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def screenshot(driver, name, look, preferences):
    file = FOLDER / f"{name} {look}.png".replace(" ", "-")
    if look == PRINT:
        emulate(driver, preferences, media="print")
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        file.write_bytes(base64.b64decode(shot["data"]))
        emulate(driver, preferences)
    else:
        driver.save_screenshot(str(file))
    return file.name


def pictures_of(driver, url, look, preferences, wanted):
    is_wanted = lambda name: not wanted or any(part in f"{name} {look}" for part in wanted)
    taken = lambda name: (name, screenshot(driver, name, look, preferences))
    emulate(driver, preferences)
    for name, path in PAGES[:2]:
        if is_wanted(name):
            driver.get(url + path)
            yield taken(name)
    take.log_in(driver, url, "Ada")
    for name, path in PAGES[2:]:
        if is_wanted(name):
            driver.get(url + path)
            take.wait_for(driver, "h1:not(:empty)")
            yield taken(name)
    for name, act in STATES:
        if is_wanted(name):
            driver.get(f"{url}/home")
            take.wait_for(driver, "#message-list .row, #messages-empty")
            act(driver)
            # Once all pictures and fonts are there.
            driver.execute_async_script("document.fonts.ready.then(arguments[0])")
            yield taken(name)
            driver.execute_cdp_cmd("Network.disable", {})
            driver.server.send_signal(signal.SIGCONT)
    if is_wanted("many channels"):
        driver.delete_all_cookies()
        take.log_in(driver, url, "Chloe")
        opens_drawer(driver)
        yield taken("many channels")


def page(pictures):
    sections = []
    for name, files in pictures.items():
        images = "".join(f'<a href="{file}"><img src="{file}" alt="" loading="lazy"></a>' for file in files)
        sections.append(f"<h2>{html.escape(name)}</h2><div>{images}</div>")
    style = "body{font:1rem sans-serif;margin:2rem}div{display:flex;gap:1rem;overflow:auto}img{height:26rem;border:1px solid #999}"
    return f"<!doctype html><meta charset=utf-8><title>Make Chat</title><style>{style}</style>{''.join(sections)}"


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    pictures = {}
    with tempfile.TemporaryDirectory() as data, take.server(data, add_more) as server:
        driver = take.browser(DESKTOP)
        take.log_in(driver, server.url, "Ada")
        filled = driver.execute_async_script(FILL)
        driver.quit()
        if filled != "ok":
            sys.exit(filled)
        for look, size, preferences in LOOKS:
            driver = take.browser(size)
            driver.server = server
            for name, file in pictures_of(driver, server.url, look, preferences, sys.argv[1:]):
                pictures.setdefault(name, []).append(file)
            driver.quit()
    (FOLDER / "index.html").write_text(page(pictures))
    print(FOLDER / "index.html")


if __name__ == "__main__":
    main()
