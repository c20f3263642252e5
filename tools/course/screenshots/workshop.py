#!/usr/bin/env python3
"""Takes the pictures of the workshop page for the README.

    cargo build --workspace
    tools/course/screenshots/workshop.py [NAME …]

Needs Chromium, its driver and a font with emoji (Debian: fonts-noto-color-emoji).
"""

import os
import pathlib
import signal
import subprocess
import sys

from palette import with_palette
from webdriver import ENTER, Browser, driver

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
DESKTOP = (1280, 800)
TALL = (1280, 1500)


def save(browser, name):
    (HERE / f"{name}.png").write_bytes(with_palette(browser.screenshot()))


def say(browser, number, text):
    browser.turn_to_frame(number)
    browser.type("#composer-body", text + ENTER)


def reads(browser, number, text):
    browser.turn_to_frame(number)
    browser.wait("return document.body.innerText.includes(arguments[0])", text)


def play(browser):
    browser.click("[data-program=lesson-07]")
    browser.wait("return document.querySelectorAll('.users iframe').length === 2")
    for number, name in enumerate(["Ada", "Bob"]):
        browser.turn_to_frame(number)
        browser.type("#join-name", name + ENTER)
        browser.find("#composer-body")
    say(browser, 0, "hello")
    reads(browser, 1, "hello")
    say(browser, 1, "good morning")
    reads(browser, 0, "good morning")
    browser.turn_to_page()
    browser.find("#frames tr")


def slides(browser):
    browser.find(".slide--current .excerpt")


def read(browser):
    browser.find(".prose")


def diff(browser):
    notes = "[...document.querySelectorAll('.note')]"
    browser.wait(f"return {notes}.length > 0")
    browser.run(f"{notes}.at(4).scrollIntoView({{ block: 'center' }})")


# The name of each picture, the page, what is done there, its size and its colours.
PICTURES = [
    ("read", "lessons/5/read", read, DESKTOP, "light"),
    ("diff", "lessons/5/diff", diff, DESKTOP, "light"),
    ("play", "lessons/7/play", play, TALL, "light"),
    ("slides", "slides/04-messages.html#7", slides, DESKTOP, "dark"),
]


def main():
    command = [TARGET / "debug/workshop", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    try:
        url = server.stdout.readline().split()[-1]
        wanted = sys.argv[1:]
        with driver() as address:
            for name, page, act, size, scheme in PICTURES:
                if wanted and name not in wanted:
                    continue
                with Browser(address, size, scheme) as browser:
                    browser.open(f"{url}/{page}")
                    act(browser)
                    save(browser, name)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    main()
