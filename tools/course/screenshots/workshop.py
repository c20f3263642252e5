#!/usr/bin/env python3
"""Takes the pictures of the workshop page for the README.

    cargo build --workspace
    pip install selenium
    tools/course/screenshots/workshop.py

Needs Chromium and its driver.
"""

import os
import pathlib
import signal
import subprocess
import sys

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
sys.path.insert(0, str(REPOSITORY / "final/screenshots"))

from take import DESKTOP, browser, wait_for  # noqa: E402


def take(driver, name):
    driver.save_screenshot(str(HERE / f"{name}.png"))
    driver.quit()


def in_frame(driver, number):
    """Turns to the chat of a user: 0 is the first."""
    driver.switch_to.default_content()
    frames = lambda _: driver.find_elements(By.CSS_SELECTOR, ".users iframe")
    WebDriverWait(driver, 120).until(lambda _: len(frames(_)) > number)
    driver.switch_to.frame(frames(None)[number])


def say(driver, number, text):
    in_frame(driver, number)
    wait_for(driver, "#composer-body").send_keys(text, Keys.ENTER)


def play(url):
    driver = browser((1280, 1500))
    driver.get(f"{url}/lessons/7/play")
    wait_for(driver, "[data-program=lesson-07]").click()
    for number, name in enumerate(["Ada", "Bob"]):
        in_frame(driver, number)
        wait_for(driver, "#join-name").send_keys(name, Keys.ENTER)
        wait_for(driver, "#composer-body")
    say(driver, 0, "hello")
    say(driver, 1, "good morning")
    in_frame(driver, 0)
    answered = lambda _: "good morning" in driver.find_element(By.TAG_NAME, "body").text
    WebDriverWait(driver, 20).until(answered)
    driver.switch_to.default_content()
    wait_for(driver, "#frames tr")
    take(driver, "play")


def slides(url):
    driver = browser(DESKTOP, dark=True)
    driver.get(f"{url}/slides/04-messages.html#6")
    wait_for(driver, ".slide")
    take(driver, "slides")


def read(url):
    driver = browser(DESKTOP)
    driver.get(f"{url}/lessons/5/read")
    wait_for(driver, ".prose")
    take(driver, "read")


def diff(url):
    driver = browser(DESKTOP)
    driver.get(f"{url}/lessons/5/diff")
    note = wait_for(driver, "#file-8 .note")
    driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", note)
    take(driver, "diff")


def main():
    command = [TARGET / "debug/course", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    try:
        url = server.stdout.readline().split()[-1]
        read(url)
        diff(url)
        play(url)
        slides(url)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    main()
