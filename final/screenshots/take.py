#!/usr/bin/env python3
"""Takes the pictures of the README from the demo.

    cargo build -p make-chat
    pip install selenium
    final/screenshots/take.py

Needs Chromium, its driver and a font with emoji (Debian: fonts-noto-color-emoji).
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parent.parent / "target/debug/make-chat"
PASSWORD = "make chat demo"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync --lang=en"
)
DESKTOP = (1280, 800)
PHONE = (390, 844)


def browser(size, dark=False, capabilities={}):
    options = webdriver.ChromeOptions()
    for name, value in capabilities.items():
        options.set_capability(name, value)
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium")
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    # Nothing is on its way in a picture.
    motion = {"name": "prefers-reduced-motion", "value": "reduce"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, motion]})
    return driver


def wait_for(driver, selector):
    is_visible = lambda element: driver.execute_script("return arguments[0].checkVisibility()", element)
    find = lambda _: next(filter(is_visible, driver.find_elements(By.CSS_SELECTOR, selector)), None)
    return WebDriverWait(driver, 20).until(find)


def log_in(driver, url, name):
    driver.get(f"{url}/?form=log-in")
    wait_for(driver, "#log-in-name").send_keys(name)
    wait_for(driver, "#log-in-password").send_keys(PASSWORD, Keys.ENTER)
    wait_for(driver, "#message-list .message")


def go_to(driver, title):
    path = f"//a[contains(@class, 'channel')][.//span[normalize-space()={title!r}]]"
    # On a phone, the list is in a closed drawer.
    driver.execute_script("arguments[0].click()", driver.find_element(By.XPATH, path))
    in_title = lambda _: title in driver.find_element(By.ID, "channel-title").text
    WebDriverWait(driver, 20).until(in_title)
    wait_for(driver, "#message-list .message, #messages-empty")


def take(driver, name):
    driver.save_screenshot(str(HERE / f"{name}.png"))
    driver.quit()


@contextlib.contextmanager
def server(data, prepare=lambda data: None):
    """The process of a chat with the demo's conversations. Its `url` is the address."""
    subprocess.run([PROGRAM, "demo", "--data", data], check=True, stdout=subprocess.DEVNULL)
    prepare(data)
    command = [PROGRAM, "--data", data, "--listen", "127.0.0.1:0"]
    # Nobody reads its log, so a pipe would fill up.
    quiet = {**os.environ, "RUST_LOG": "off"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=quiet)
    try:
        process.url = process.stdout.readline().split()[-1]
        yield process
    finally:
        process.terminate()
        process.wait()


def main():
    with tempfile.TemporaryDirectory() as data, server(data) as process:
        url = process.url
        driver = browser(DESKTOP)
        driver.get(url)
        wait_for(driver, "#choices")
        take(driver, "landing")

        others = [browser(DESKTOP) for _ in range(2)]
        for other, name in zip(others, ["Ben", "Deniz"]):
            log_in(other, url, name)
        driver = browser(DESKTOP)
        log_in(driver, url, "Ada")
        take(driver, "home")

        driver = browser(DESKTOP)
        log_in(driver, url, "Ada")
        go_to(driver, "# General")
        take(driver, "channel")

        driver = browser(DESKTOP, dark=True)
        log_in(driver, url, "Ada")
        go_to(driver, "Ben")
        take(driver, "direct")

        driver = browser(PHONE)
        log_in(driver, url, "Chloe")
        take(driver, "phone")
        for other in others:
            other.quit()


if __name__ == "__main__":
    main()
