// What the carrier says on a stream, frame by frame (Plivo docs, Audio Streaming; streams/phone/frames.py). Pure.
import { toBase64 } from "./mulaw.js";

/** Makes the frames of one stream; `sequenceNumber` counts over all of them. */
export class Framer {
  #number = 1;
  #chunk = 0;

  constructor(streamId, now = Date.now) {
    this.streamId = streamId;
    this.now = now;
  }

  start(callId) {
    const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000 };
    const start = { callId, streamId: this.streamId, accountId: "browser", tracks: ["inbound"], mediaFormat };
    return this.#numbered("start", { start });
  }

  media(bytes) {
    this.#chunk += 1;
    const media = { track: "inbound", timestamp: String(this.now()), chunk: this.#chunk, payload: toBase64(bytes) };
    return this.#numbered("media", { streamId: this.streamId, media });
  }

  dtmf(digit) {
    return this.#numbered("dtmf", { streamId: this.streamId, dtmf: { track: "inbound", digit, timestamp: String(this.now()) } });
  }

  played(name) {
    return this.#numbered("playedStream", { streamId: this.streamId, name });
  }

  cleared() {
    return this.#numbered("clearedAudio", { streamId: this.streamId });
  }

  #numbered(event, rest) {
    const frame = { event, sequenceNumber: this.#number, ...rest };
    this.#number += 1;
    return JSON.stringify(frame);
  }
}
