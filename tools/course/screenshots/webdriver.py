"""A small WebDriver client: Chromium's driver, spoken to over HTTP."""

import base64
import contextlib
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync --lang=en-GB"
)
ENTER = "\ue007"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_S = 30


@contextlib.contextmanager
def driver():
    """Starts the driver on a free port, and stops it in the end."""
    command = [shutil.which("chromedriver"), "--port=0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        lines = iter(process.stdout.readline, "")
        started = next(line for line in lines if "successfully on port" in line)
        yield f"http://127.0.0.1:{started.split()[-1].strip('.')}"
    finally:
        process.terminate()
        process.wait()


class Browser:
    """A browser with empty data of its own."""

    def __init__(self, driver, size, scheme):
        options = {"args": FLAGS.split(), "binary": shutil.which("chromium")}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        self.url = f"{driver}/session"
        self.url += "/" + self.post("", capabilities={"alwaysMatch": wanted})["sessionId"]
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": scheme}
        self.devtools("Emulation.setEmulatedMedia", {"features": [scheme]})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.send("DELETE", "", None)

    def send(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def post(self, path, **body):
        return self.send("POST", path, body)

    def devtools(self, command, params):
        return self.post("/goog/cdp/execute", cmd=command, params=params)

    def open(self, url):
        self.post("/url", url=url)

    def run(self, script, *values):
        return self.post("/execute/sync", script=script, args=values)

    def wait(self, script, *values):
        """Waits until the script returns something, and returns that."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if value := self.run(script, *values):
                return value
            time.sleep(0.05)
        raise TimeoutError(f"{script} {values}: {self.run('return document.body.innerText')}")

    def find(self, selector):
        """Waits for an element that is shown and can be used."""
        usable = "e => e.checkVisibility() && !e.disabled"
        script = f"return [...document.querySelectorAll(arguments[0])].find({usable})"
        return self.wait(script, selector)[ELEMENT]

    def click(self, selector):
        self.post(f"/element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.post(f"/element/{self.find(selector)}/value", text=text)

    def turn_to_frame(self, number):
        self.turn_to_page()
        self.post("/frame", id=number)

    def turn_to_page(self):
        self.post("/frame", id=None)

    def screenshot(self):
        return base64.b64decode(self.send("GET", "/screenshot", None))
