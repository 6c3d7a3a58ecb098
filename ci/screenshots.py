#!/usr/bin/python3
"""Looks at a page with headless Chromium: light, dark and as narrow as a phone.

usage: ci/screenshots.py PAGE.html FOLDER [SELECTOR...]

Writes FOLDER/NAME-LOOK.png for each look, and a line on stdout for each thing that is wrong: an
error on the console, when it is loaded or a button of it is pressed; fewer than two shapes in what
a SELECTOR of CSS names, or nothing of that name; something that is wider than the window; a dark
look that is not dark; words that can hardly be told from what is behind them. The exit status is
then 1, and 77 where Chromium does not start. Takes about three seconds. Speaks Chromium's DevTools
protocol through a pair of pipes.
"""

import base64
import fcntl
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

LOOKS = {"light": (1280, "light"), "dark": (1280, "dark"), "narrow": (390, "light"),
         "narrow-dark": (390, "dark")}
SECONDS_MAX = 120
ABSENT = 77
# WCAG 2.1 asks for 4.5, and for 3 where letters are large.
CONTRAST_MIN = 4.5

# What a page is asked. Each returns a list of complaints.
FIGURES = """selectors => selectors.flatMap(selector => {
  const found = [...document.querySelectorAll(selector)];
  if (found.length === 0) return [`there is no figure ${selector}`];
  return found.filter(figure => {
    const box = figure.getBoundingClientRect();
    const shapes = figure.querySelectorAll('path, polygon, polyline, rect, line, circle');
    return box.width < 50 || box.height < 20 || shapes.length < 2;
  }).map(figure => `a figure ${selector} is empty`);
})"""
# What may be scrolled by itself is as wide as it likes.
OVERFLOW = """width => {
  const root = document.documentElement;
  if (root.scrollWidth <= width) return [];
  const scrolls = node => {
    for (let at = node.parentElement; at && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')].filter(
    node => node.getBoundingClientRect().right > width + 0.5 && !scrolls(node)).slice(-1)[0];
  const named = node => `: <${node.tagName.toLowerCase()} class="${node.className}">`;
  return [`it is ${root.scrollWidth} pixels wide, the window ${width}` + (wide ? named(wide) : '')];
}"""
COLOURS = """([scheme, least]) => {
  const numbers = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = text => {
    const [r, g, b] = numbers(text).slice(0, 3).map(
      c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const parts = numbers(colour);
      if (parts.length < 4 || parts[3] > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const complaints = [];
  const paper = light(behind(document.body));
  if (scheme === 'dark' ? paper > 0.1 : paper < 0.7) complaints.push(`it is not ${scheme}`);
  const seen = new Set();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !node.getClientRects().length) continue;
    if (['STYLE', 'SCRIPT'].includes(node.tagName)) continue;
    const drawn = node.namespaceURI.endsWith('/svg');
    const style = getComputedStyle(node);
    const ink = light(drawn ? style.fill : style.color), ground = light(behind(node));
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    const what = `${node.tagName.toLowerCase()}.${node.getAttribute('class') || ''}`;
    if (contrast >= least || seen.has(what)) continue;
    seen.add(what);
    complaints.push(`"${words.currentNode.data.trim().slice(0, 30)}" (${what}) has a contrast of ` +
                    `${contrast.toFixed(1)} only`);
  }
  return complaints;
}"""
UNFOLD = """() => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
}"""
BUTTONS = """async () => {
  const buttons = [...document.querySelectorAll('button')];
  const before = buttons.map(button => button.textContent);
  for (const button of buttons) button.click();
  await new Promise(done => setTimeout(done, 300));
  return buttons.filter((button, k) => button.hidden || button.textContent === before[k]).map(
    button => `a button "${button.textContent}" does nothing`);
}"""


class Browser:
    """A Chromium, its commands and their answers, and what it has to complain about."""

    def __init__(self, profile):
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()

        def inherit():  # the protocol wants them as 3 and 4
            read, write = (fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (to_read, from_write))
            os.dup2(read, 3), os.dup2(write, 4)

        words = ["chromium", "--headless", "--remote-debugging-pipe", "--user-data-dir=" + profile,
                 "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
                 "--disable-background-networking"]
        if os.geteuid() == 0:
            words.append("--no-sandbox")  # Chromium's does not work for root
        self.process = subprocess.Popen(words, preexec_fn=inherit, close_fds=False,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(to_read), os.close(from_write)
        self.to, self.answers = to_write, from_read
        self.rest = b""
        self.number = 0
        self.session = None
        self.complaints = []
        self.loaded = False
        self.deadline = time.monotonic() + SECONDS_MAX

    def close(self):
        os.close(self.to)  # which ends it
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def message(self):
        while b"\0" not in self.rest:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise RuntimeError("Chromium does not answer")
            piece = os.read(self.answers, 1 << 20)
            if not piece:
                raise RuntimeError("Chromium has ended")
            self.rest += piece
        text, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(text)
        self.note(message.get("method"), message.get("params", {}))
        return message

    def note(self, method, about):
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            words = details.get("exception", {}).get("description", details["text"])
            self.complaints.append("a script fails: " + words.split("\n")[0])
        elif method == "Runtime.consoleAPICalled" and about["type"] in ("error", "assert"):
            words = " ".join(str(each.get("value", "")) for each in about["args"])
            self.complaints.append("the console says: " + words)
        elif method == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.complaints.append("the console says: " + about["entry"]["text"])

    def ask(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def ask_page(self, function, argument):
        answer = self.ask("Runtime.evaluate", expression=f"({function})({json.dumps(argument)})",
                          returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def open_tab(self):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(domain + ".enable")

    def load(self, page, width, scheme):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=844,
                 deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.loaded = False
        failed = self.ask("Page.navigate", url=page.resolve().as_uri()).get("errorText")
        if failed:
            raise RuntimeError(f"{page}: {failed}")
        while not self.loaded:
            self.message()

    def picture(self, width):
        height = self.ask_page("() => document.documentElement.scrollHeight", None)
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, 16000), "scale": 1}
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                        clip=clip)
        return base64.b64decode(shot["data"])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    page, folder, selectors = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    complaints = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            try:
                browser.open_tab()
            except (RuntimeError, BrokenPipeError) as error:
                print(f"ci/screenshots: no chromium that works: {error}", file=sys.stderr)
                return ABSENT
            for look, (width, scheme) in LOOKS.items():
                browser.load(page, width, scheme)
                (folder / f"{page.stem}-{look}.png").write_bytes(browser.picture(width))
                browser.ask_page(UNFOLD, None)
                told = browser.ask_page(FIGURES, selectors) + browser.ask_page(OVERFLOW, width)
                told += browser.ask_page(COLOURS, [scheme, CONTRAST_MIN])
                told += browser.ask_page(BUTTONS, None) + browser.complaints
                browser.complaints = []
                complaints += [f"{page.name}, {look}: {words}" for words in told]
        finally:
            browser.close()
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
