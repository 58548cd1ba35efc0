"""How long the studio takes with 20 and with 200 steps: the server's part, and drawing the map in Chromium.

`python -m benchmarks.studio` starts a site of its own in a temporary folder. Seconds are of this machine.
"""

import json
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.browsing import ARGUMENTS, CHROMIUM
from tests.own_site import SET_UP, Site, end

MAKE = """
import json
from flows import drafts
from flows.models import Exit, Flow
pks = {}
for size in (20, 200):
    flow = Flow.objects.create(name=f"{size} steps", slug=f"steps-{size}")
    steps = [drafts.add_step(flow, name=f"Menu {n}", kind="menu") for n in range(size - 1)]
    bye = drafts.add_step(flow, name="Goodbye", kind="hang_up")
    for place, step in enumerate(steps):
        step.settings = {"prompt": f"This is menu {place}. For the next, press 1. For another, press 2."}
        step.save()
        first, second = (steps[n] if n < len(steps) else bye for n in (2 * place + 1, 2 * place + 2))
        options = [Exit(outcome="1", label="Next", goes_to=first), Exit(outcome="2", label="Other", goes_to=second)]
        drafts.write_exits(step, options, {"no-input": bye, "no-match": bye, "person": bye})
    pks[size] = flow.pk
print(json.dumps(pks))
"""
DRAWN = """async () => {
  const { layout } = await import("/static/flows/studio/layout.js");
  const { FlowMap } = await import("/static/flows/studio/map.js");
  const drawing = JSON.parse(document.getElementById("studio-drawing").textContent);
  const began = performance.now();
  layout(drawing);
  const placed = performance.now();
  new FlowMap(document.querySelector("[data-map]"), {step() {}}, {readOnly: true}).draw(drawing);
  await new Promise(requestAnimationFrame);
  return [(placed - began) / 1000, (performance.now() - placed) / 1000];
}"""


def main() -> None:
    """Print a table."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        site = Site(Path(folder))
        site.manage("shell", "-v0", "-c", SET_UP)
        pks = json.loads(site.manage("shell", "-v0", "-c", MAKE).splitlines()[-1])
        server = site.serve()
        try:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://127.0.0.1:{site.port}/admin/login/")
            page.locator("[name=username]").fill("maria")
            page.locator("[name=password]").fill("callwright-demo")
            page.keyboard.press("Enter")
            page.wait_for_load_state("networkidle")
            cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
            print(f"{'steps':>6} {'server, s':>10} {'laid out, s':>12} {'laid out and drawn, s':>22}")
            for size, pk in pks.items():
                address = f"http://127.0.0.1:{site.port}/admin/flows/flow/{pk}/change/"
                served = min(_served(address, cookies) for _ in range(5))
                page.goto(address)
                page.locator("html[data-drawn]").wait_for()
                placed, drawn = page.evaluate(DRAWN)
                print(f"{size:>6} {served:>10.3f} {placed:>12.3f} {drawn:>22.3f}")
            browser.close()
        finally:
            end(server)


def _served(address: str, cookies: str) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": cookies})) as answer:
        answer.read()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
