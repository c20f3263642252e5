#!/usr/bin/env python3
"""Takes the pictures of the lessons' pages from the lessons' own chats, light and dark.

    cargo build --workspace
    tools/course/screenshots/lessons.py [NUMBER …]

Needs Chromium, its driver and a font with emoji (Debian: fonts-noto-color-emoji).
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from palette import with_palette
from webdriver import ENTER, Browser, driver

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
SCHEMES = ["light", "dark"]
WIDE = (984, 560)
PHONE = (390, 640)
# Two windows beside each other; a third one stands below them, out of the picture.
WINDOWS = """<!doctype html><meta name="color-scheme" content="light dark">
<style>body {{ margin: 0; display: grid; grid-template-columns: repeat({columns}, 1fr); gap: 8px; background: #808080 }}
iframe {{ inline-size: 100%; block-size: {height}px; border: 0 }}</style>"""
WINDOW = """<iframe allow="geolocation" src="http://127.0.0.1:{port}/"></iframe>"""
BRANDENBURG_GATE = {"latitude": 52.516272, "longitude": 13.377722, "accuracy": 12}


class Person:
    """Somebody with a window; `server` is the chat's process."""

    def __init__(self, browser, server, number, name):
        self.browser, self.server = browser, server
        self.number, self.name = number, name

    def look(self):
        self.browser.turn_to_frame(self.number)

    def click(self, selector):
        self.look()
        self.browser.click(selector)

    def type(self, selector, text):
        self.look()
        self.browser.type(selector, text)

    def run(self, script):
        self.look()
        return self.browser.run(script)

    def sees(self, *texts):
        self.look()
        for text in texts:
            self.browser.wait("return document.body.innerText.includes(arguments[0])", text)

    def is_connected(self):
        self.sees("Connection: connected")

    def join(self):
        self.is_connected()
        self.type("#join-name", self.name + ENTER)
        self.browser.wait("return !document.querySelector('#join').checkVisibility()")

    def say(self, text, *readers):
        self.type("#composer-body", text)
        self.click("#composer button[type=submit]")
        for person in [self, *readers]:
            person.sees(text)


def all_join(*people):
    for number, person in enumerate(people):
        person.join()
        for earlier in people[:number]:
            earlier.sees(f"{person.name} joined")


def talk_about_bread(ada, bob):
    ada.say("Does anybody have a good recipe for bread?", bob)
    bob.say("Flour, water, salt. And time.", ada)
    ada.say("How much time?", bob)


def the_page(ada):
    ada.sees("Channels")


def two_browsers(ada, bob):
    for person in (ada, bob):
        person.is_connected()
        person.sees('"visitors":2')


def a_wave(ada, bob):
    two_browsers(ada, bob)
    ada.click("#wave")
    bob.sees("👋")
    ada.sees("Your wave reached")


def two_who_have_joined(ada, bob):
    all_join(ada, bob)


def a_refused_name(ada):
    ada.is_connected()
    ada.type("#join-name", "Ada Lovelace, Countess" + ENTER)
    ada.sees("20")


def two_who_write(ada, bob):
    all_join(ada, bob)
    talk_about_bread(ada, bob)


def text_that_stays_text(ada, bob):
    all_join(ada, bob)
    bob.say("Is this <b>bold</b>?", ada)
    ada.say("No. It is text.", bob)


def one_who_has_logged_out(ada, bob, cleo):
    all_join(ada, bob, cleo)
    ada.say("The dough needs me. Back tomorrow!", bob)
    ada.click("#log-out")
    bob.sees("Ada left")


def people_come_and_go(ada, bob, cleo):
    all_join(ada, bob, cleo)
    bob.say("Good morning!", ada)
    cleo.run("location.reload()")
    ada.sees("Cleo left")


def a_lost_connection(ada, bob):
    all_join(ada, bob)
    bob.say("Good morning!", ada)
    ada.server.terminate()
    for person in (ada, bob):
        person.sees("Connection lost")


def make_a_channel(person, name):
    person.type("#new-channel-name", name + ENTER)
    person.sees("Leave channel")


def two_in_different_channels(ada, bob, cleo):
    all_join(ada, bob, cleo)
    ada.say("Let's talk about bread somewhere else.", bob)
    make_a_channel(ada, "Recipes")
    bob.sees("Recipes")
    ada.say("Flour, water, salt. And time.")
    bob.say("Who brings the butter?", cleo)
    cleo.say("I do.", bob)


def a_second_channel(ada, bob):
    all_join(ada, bob)
    make_a_channel(ada, "Recipes")
    bob.click("#channels li:nth-child(2) button, #channels li:nth-child(2) a")
    bob.sees("Leave channel")
    talk_about_bread(ada, bob)


def a_shared_location(ada, bob):
    all_join(ada, bob)
    bob.say("Where are you? The bread is ready.", ada)
    ada.click("#location-share")
    ada.click("#location-send")
    bob.sees("📍")
    bob.say("Five minutes, and it is still warm.", ada)


def a_preview(ada, bob):
    all_join(ada, bob)
    bob.say("Where are you? The bread is ready.", ada)
    ada.click("#location-share")
    ada.sees("Send my location")


def new_messages(ada, bob):
    all_join(ada, bob)
    talk_about_bread(ada, bob)
    bob.say("A night. It does its work while you sleep.", ada)
    ada.say("And in the morning?", bob)
    bob.say("Into the oven, as hot as it gets.", ada)
    ada.say("With water, or without?", bob)
    ada.run("document.querySelector('#messages').scrollTop = 0")
    ada.browser.wait("return document.querySelector('#messages').scrollTop === 0")
    for text in ["With water, for the crust.", "Not much.", "And don't open the door!"]:
        bob.say(text)
    ada.sees("3 new messages")


def talk_in_private(ada, bob):
    all_join(ada, bob)
    ada.click("#people li:nth-child(2) button")
    ada.say("Shall we bake one for Eve's birthday?")
    bob.sees("1 new")


def a_private_conversation(ada, bob):
    talk_in_private(ada, bob)
    bob.click("#people li:nth-child(1) button")
    bob.say("Yes! She must not hear of it.", ada)
    ada.type("#composer-body", "Then let us meet on")
    bob.sees("Ada is typing…")


def an_announced_stop(ada, bob):
    all_join(ada, bob)
    ada.say("The new version is ready.", bob)
    bob.say("Put it online, we'll wait.", ada)
    ada.server.terminate()
    for person in [ada, bob]:
        person.sees("The server is restarting.")


# The name of each picture begins with the number of its lesson.
PICTURES = {
    "01-goal": (the_page, WIDE, ["Ada"]),
    "01-phone": (the_page, PHONE, ["Ada"]),
    "02-goal": (a_wave, WIDE, ["Ada", "Bob"]),
    "02-visitors": (two_browsers, WIDE, ["Ada", "Bob"]),
    "03-goal": (two_who_have_joined, WIDE, ["Ada", "Bob"]),
    "03-refused": (a_refused_name, PHONE, ["Ada"]),
    "04-goal": (two_who_write, WIDE, ["Ada", "Bob"]),
    "04-messages": (text_that_stays_text, WIDE, ["Ada", "Bob"]),
    "05-goal": (one_who_has_logged_out, WIDE, ["Ada", "Bob", "Cleo"]),
    "05-people": (people_come_and_go, WIDE, ["Ada", "Bob", "Cleo"]),
    "05-banner": (a_lost_connection, WIDE, ["Ada", "Bob"]),
    "06-goal": (two_in_different_channels, WIDE, ["Ada", "Bob", "Cleo"]),
    "06-channels": (a_second_channel, WIDE, ["Ada", "Bob"]),
    "07-goal": (a_shared_location, WIDE, ["Ada", "Bob"]),
    "07-preview": (a_preview, WIDE, ["Ada", "Bob"]),
    "07-pill": (new_messages, WIDE, ["Ada", "Bob"]),
    "08-goal": (a_private_conversation, WIDE, ["Ada", "Bob"]),
    "08-unread": (talk_in_private, WIDE, ["Ada", "Bob"]),
    "09-goal": (an_announced_stop, WIDE, ["Ada", "Bob"]),
}


def picture(browser, server, scene, size, names):
    """Plays the scene, each person in a window of one page, and takes its picture."""
    browser.devtools("Browser.grantPermissions", {"permissions": ["geolocation"]})
    browser.devtools("Emulation.setGeolocationOverride", BRANDENBURG_GATE)
    port = server.stdout.readline().rsplit(":", 1)[-1].strip()
    page = WINDOWS.format(columns=min(2, len(names)), height=size[1])
    page += WINDOW.format(port=port) * len(names)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "windows.html"
        file.write_text(page)
        browser.open(file.as_uri())
        scene(*(Person(browser, server, number, name) for number, name in enumerate(names)))
    browser.turn_to_page()
    browser.run("scrollTo(0, 0)")
    return browser.screenshot()


def save(file, png):
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(with_palette(png))
    print(f"{file.relative_to(REPOSITORY)}  {file.stat().st_size // 1024} KB")


def take(driver, name, scheme):
    number = name[:2]
    scene, size, names = PICTURES[name]
    environment = {**os.environ, "PORT": "0", "RUST_LOG": "off"}
    program = [TARGET / f"debug/lesson-{number}"]
    server = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        with Browser(driver, size, scheme) as browser:
            png = picture(browser, server, scene, size, names)
    finally:
        server.terminate()
        server.wait()
    lesson = next(REPOSITORY.glob(f"lessons/{number}-*"))
    save(lesson / "screenshots" / f"{name}-{scheme}.png", png)


def main():
    wanted = [f"{int(number):02}" for number in sys.argv[1:]]
    with driver() as address:
        for name in PICTURES:
            if not wanted or name[:2] in wanted:
                for scheme in SCHEMES:
                    take(address, name, scheme)


if __name__ == "__main__":
    main()
