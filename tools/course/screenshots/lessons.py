#!/usr/bin/env python3
"""Takes the pictures of the lessons' pages from the lessons' own chats, light and dark.

    cargo build --workspace
    pip install selenium
    tools/course/screenshots/lessons.py [NUMBER …]

Each picture shows two people side by side. Needs Chromium, its driver and a font
with emoji (Debian: fonts-noto-color-emoji).
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
sys.path.insert(0, str(REPOSITORY / "final/screenshots"))

from take import browser, wait_for  # noqa: E402

SIZE = (1280, 720)
# Two addresses of one server: what the browser stores for one is not the other's.
SIDE_BY_SIDE = """<!doctype html><meta name="color-scheme" content="light dark">
<style>body {{ margin: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 8px; background: #808080 }}
iframe {{ inline-size: 100%; block-size: 720px; border: 0 }}</style>
<iframe allow="geolocation" src="http://127.0.0.1:{port}/"></iframe>
<iframe allow="geolocation" src="http://localhost:{port}/"></iframe>"""


class People:
    """Two people, each in a frame of one page."""

    def __init__(self, driver):
        self.driver = driver

    def turn_to(self, number):
        self.driver.switch_to.default_content()
        frames = self.driver.find_elements(By.TAG_NAME, "iframe")
        self.driver.switch_to.frame(frames[number])

    def click(self, number, selector):
        self.turn_to(number)
        wait_for(self.driver, selector).click()

    def type(self, number, selector, text):
        self.turn_to(number)
        wait_for(self.driver, selector).send_keys(text, Keys.ENTER)

    def sees(self, number, text):
        self.turn_to(number)
        shown = lambda _: text in self.driver.find_element(By.TAG_NAME, "body").text
        WebDriverWait(self.driver, 60).until(shown)

    def join(self):
        for number, name in enumerate(["Ada", "Bob"]):
            self.type(number, "#join-name", name)
        self.sees(1, "Bob joined")
        self.sees(0, "Bob joined")

    def say(self, number, text):
        self.type(number, "#composer-body", text)
        self.sees(1 - number, text)


def show_page(people):
    people.sees(0, "Channels")


def wave(people):
    people.sees(0, "connected")
    people.sees(1, "connected")
    people.click(0, "#wave")
    people.sees(1, "👋")
    people.sees(0, "Your wave reached")


def join(people):
    people.join()


def talk(people):
    people.join()
    people.say(0, "Hello! Does anybody have a good recipe for bread?")
    people.say(1, "Flour, water, salt. And time.")
    people.say(0, "How much time?")


def come_and_go(people):
    people.join()
    people.say(0, "Back in a minute.")
    people.click(0, "#log-out")
    people.sees(1, "Ada left")


def channels(people):
    people.join()
    people.say(0, "Let's talk about bread somewhere else.")
    people.type(0, "#new-channel-name", "Recipes")
    people.sees(0, "Leave channel")
    people.sees(1, "Recipes")
    people.type(0, "#composer-body", "Flour, water, salt. And time.")
    people.sees(0, "And time.")


def share_location(people):
    people.join()
    people.say(1, "Where are you?")
    people.click(0, "#location-share")
    people.click(0, "#location-send")
    people.sees(1, "📍")


GOALS = {
    1: show_page,
    2: wave,
    3: join,
    4: talk,
    5: come_and_go,
    6: channels,
    7: share_location,
}


def take(number, port, dark):
    driver = browser(SIZE, dark)
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        page.write_text(SIDE_BY_SIDE.format(port=port))
        for host in ("127.0.0.1", "localhost"):
            permission = {"origin": f"http://{host}:{port}", "permissions": ["geolocation"]}
            driver.execute_cdp_cmd("Browser.grantPermissions", permission)
        brandenburg_gate = {"latitude": 52.516272, "longitude": 13.377722, "accuracy": 12}
        driver.execute_cdp_cmd("Emulation.setGeolocationOverride", brandenburg_gate)
        driver.get(page.as_uri())
        GOALS[number](People(driver))
        driver.switch_to.default_content()
        lesson = next(REPOSITORY.glob(f"lessons/{number:02}-*"))
        (lesson / "screenshots").mkdir(exist_ok=True)
        name = f"{number:02}-goal{'-dark' if dark else ''}.png"
        driver.save_screenshot(str(lesson / "screenshots" / name))
        driver.quit()


def main():
    for number in map(int, sys.argv[1:] or GOALS):
        for dark in (False, True):
            quiet = {**os.environ, "PORT": "0", "RUST_LOG": "off"}
            program = TARGET / f"debug/lesson-{number:02}"
            server = subprocess.Popen([program], stdout=subprocess.PIPE, text=True, env=quiet)
            try:
                port = server.stdout.readline().rsplit(":", 1)[-1].strip().strip("/")
                take(number, port, dark)
            finally:
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
