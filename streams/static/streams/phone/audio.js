// The ear and the mouth of the phone. It works without a microphone too: then the caller is a quiet room.
import { FRAME, SILENCE, decode, encode, fromBase64 } from "./mulaw.js";

const HERE = new URL(".", import.meta.url);
const QUIET = new Uint8Array(FRAME).fill(SILENCE);
const MAKE_UP = 10; // frames at most that are sent at once after the page was held up

export class Audio {
  /** `told` is what to call: frame(bytes) every 20 ms, reached(mark). */
  constructor(told) {
    this.told = told;
    this.spoken = []; // mu-law frames of the microphone
    this.typed = []; // and of words that were typed, which come first
    this.peak = 0;
  }

  /** Open the loudspeaker, and the microphone where it is allowed. Gives whether somebody can be heard. */
  async open(wantsMicrophone) {
    this.context = new AudioContext();
    await this.context.resume();
    await Promise.all(["microphone", "speaker"].map((name) => this.context.audioWorklet.addModule(new URL(`${name}-worklet.js`, HERE))));
    this.speaker = new AudioWorkletNode(this.context, "speaker", { numberOfInputs: 0, outputChannelCount: [1] });
    this.speaker.port.onmessage = ({ data }) => this.told.reached(data);
    this.speaker.connect(this.context.destination);
    const isHeard = wantsMicrophone && (await this.#microphone());
    const began = performance.now();
    let sent = 0;
    this.clock = setInterval(() => {
      const due = Math.floor((performance.now() - began) / 20);
      if (due - sent > MAKE_UP) sent = due - MAKE_UP;
      for (; sent < due; sent += 1) this.told.frame(this.#next());
    }, 20);
    return isHeard;
  }

  async #microphone() {
    try {
      this.media = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: false } });
    } catch {
      return false; // refused, or there is none
    }
    const node = new AudioWorkletNode(this.context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => {
      this.spoken.push(encode(data));
      if (this.spoken.length > MAKE_UP) this.spoken.shift();
    };
    this.context.createMediaStreamSource(this.media).connect(node);
    return true;
  }

  #next() {
    return this.typed.shift() ?? this.spoken.shift() ?? QUIET;
  }

  /** Say this mu-law audio, as if it came from the microphone. */
  say(base64) {
    const bytes = fromBase64(base64);
    for (let at = 0; at < bytes.length; at += FRAME) {
      const frame = new Uint8Array(FRAME).fill(SILENCE);
      frame.set(bytes.subarray(at, at + FRAME));
      this.typed.push(frame);
    }
  }

  play(base64) {
    const samples = decode(fromBase64(base64));
    this.peak = Math.max(this.peak, ...samples.filter((_, index) => index % 8 === 0));
    this.speaker.port.postMessage(samples);
  }

  mark(name) {
    this.speaker.port.postMessage({ mark: name });
  }

  clear() {
    this.speaker.port.postMessage("clear");
  }

  close() {
    clearInterval(this.clock);
    this.media?.getTracks().forEach((track) => track.stop());
    this.context?.close();
  }
}
