#!/usr/bin/env python3
"""Counts the requests and bytes of /home until the first message, and how long that takes on a slow
line, as the browser's own throttling makes it: 150 ms of latency, 1.6 Mb/s down, 750 kb/s up.

    cargo build --release --bin make-chat
    pip install selenium
    final/screenshots/weigh.py target/release/make-chat

Needs what take.py needs.
"""

import json
import pathlib
import sys
import tempfile

import take

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
ROUNDS = 5
# Set when the first message is in the page.
WATCH = """
new MutationObserver(() => {
  if (!window.firstMessage && document.querySelector("#message-list .message")) window.firstMessage = performance.now();
}).observe(document, { childList: true, subtree: true });
"""


def load(driver, url):
    """What one visit with an empty cache takes: milliseconds, and the sizes of the responses."""
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.get_log("performance")
    driver.get(f"{url}/home?channel=1")
    is_there = lambda _: driver.execute_script("return window.firstMessage")
    milliseconds = take.WebDriverWait(driver, 60).until(is_there)
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    paths = {
        event["params"]["requestId"]: event["params"]["request"]["url"].removeprefix(url)
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    sizes = {
        paths.get(event["params"]["requestId"], "?"): event["params"]["encodedDataLength"]
        for event in events
        if event["method"] == "Network.loadingFinished"
    }
    return milliseconds, sizes


def main():
    take.PROGRAM = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as data, take.server(data) as server:
        driver = take.browser(take.DESKTOP, capabilities={"goog:loggingPrefs": {"performance": "ALL"}})
        take.log_in(driver, server.url, "Ada")
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", LINE)
        rounds = [load(driver, server.url) for _ in range(ROUNDS)]
        driver.quit()
    _, sizes = rounds[-1]
    for path, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{size / 1000:8.1f} kB  {path}")
    print(f"{len(sizes)} requests, {sum(sizes.values()) / 1000:.1f} kB with headers")
    times = sorted(milliseconds for milliseconds, _ in rounds)
    print(f"first message after {times[len(times) // 2] / 1000:.2f} s, median of {ROUNDS}")


if __name__ == "__main__":
    main()
