// Listening to a call: both tracks from the process that carries it, played in this browser. Nothing is sent of our own sound.
import { decode } from "../phone/mulaw.js";

const HERE = new URL(".", import.meta.url);
const SAY_EVERY = 25; // messages, after which the site is told what was seen
const WHY = {
  4401: "You may not listen to calls, or you are signed out.",
  4404: "This page may not listen here. Load it again.",
  4410: "The call is over.",
  4421: "Another process carries the call now.",
  4500: "That you listen could not be kept, so there is nothing to hear. Try again in a moment.",
};

export class Ear {
  /** `told` is what to call: levels([caller, line]), over(why, code). */
  constructor(told) {
    this.told = told;
    this.peak = 0;
  }

  async open(path, mixed) {
    this.context = new AudioContext();
    await this.context.resume();
    await this.context.audioWorklet.addModule(new URL("ear-worklet.js", HERE));
    this.node = new AudioWorkletNode(this.context, "ear", { numberOfInputs: 0, outputChannelCount: [2] });
    this.node.port.onmessage = ({ data }) => {
      this.peak = Math.max(this.peak, ...data);
      this.told.levels(data);
    };
    this.mix(mixed);
    this.node.connect(this.context.destination);
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    let seen = 0;
    this.socket.addEventListener("message", ({ data }) => {
      const bytes = new Uint8Array(data);
      this.node.port.postMessage({ track: bytes[0], samples: decode(bytes.subarray(1)) });
      seen += 1;
      if (seen % SAY_EVERY === 0) this.socket.send(JSON.stringify({ seen }));
    });
    this.socket.addEventListener("close", ({ code }) => this.#end(WHY[code] ?? "The sound was lost. Press Listen to try again.", code));
  }

  /** Both tracks in each ear, or the caller left and the line right. */
  mix(on) {
    this.node?.port.postMessage({ mix: on });
  }

  close() {
    this.#end("", 1000);
  }

  #end(why, code) {
    if (!this.context) return;
    this.socket?.close();
    this.context.close();
    this.context = null;
    this.told.over(why, code);
  }
}
