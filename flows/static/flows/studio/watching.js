// A map that is only looked at, and follows a call.
import { FlowMap } from "./map.js";

const box = document.querySelector("[data-map]");
if (box) {
  const map = new FlowMap(box, { step: () => {} }, { readOnly: true });
  map.draw(JSON.parse(document.getElementById("studio-drawing").textContent));
  document.addEventListener("callwright:call", (event) => map.follow(event.detail));
  document.addEventListener("callwright:call-over", () => map.over());
}
