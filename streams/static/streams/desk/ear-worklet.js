// Two tracks of 8 kHz samples, each with a little held back so that jitter is not heard: the caller left, the line right.

const RATE = 8000;
const HELD = RATE * 0.2; // samples that wait before a track begins to sound
const LATEST = RATE * 0.3; // and no longer than this, in samples of time, though fewer came
const LIVE = RATE * 1.0; // a caller is heard as they speak: what piles up beyond this is passed over
const TELL_EVERY = 2400; // output samples between two levels

class Track {
  constructor(isLive) {
    this.isLive = isLive;
    this.clear();
  }

  clear() {
    this.queue = [];
    this.size = 0;
    this.offset = 0; // fractional, within the first piece
    this.waits = 0;
    this.sounds = false;
  }

  push(samples) {
    this.queue.push(samples);
    this.size += samples.length;
    if (this.isLive && this.size > LIVE) {
      while (this.size > HELD && this.queue.length > 1) this.size -= this.queue.shift().length;
      this.offset = 0;
    }
  }

  next(step) {
    if (!this.sounds) {
      this.waits += this.size ? step : 0;
      this.sounds = this.size >= HELD || this.waits > LATEST;
      if (!this.sounds) return 0;
    }
    while (this.queue.length && this.offset >= this.queue[0].length) {
      this.offset -= this.queue[0].length;
      this.size -= this.queue.shift().length;
    }
    const [first] = this.queue;
    if (!first) {
      this.clear();
      return 0;
    }
    const whole = Math.floor(this.offset);
    const following = first[whole + 1] ?? this.queue[1]?.[0] ?? first[whole];
    const sample = first[whole] + (following - first[whole]) * (this.offset - whole);
    this.offset += step;
    return sample;
  }
}

class Ear extends AudioWorkletProcessor {
  constructor() {
    super();
    this.tracks = [new Track(true), new Track(false)];
    this.mixed = false;
    this.levels = [0, 0];
    this.count = 0;
    this.port.onmessage = ({ data }) => {
      if (data.mix !== undefined) this.mixed = data.mix;
      else if (data.samples.length) this.tracks[data.track]?.push(data.samples);
      else this.tracks[data.track]?.clear();
    };
  }

  process(_, [[left, right]]) {
    const step = RATE / sampleRate;
    for (let index = 0; index < left.length; index += 1) {
      const heard = this.tracks.map((track) => track.next(step));
      heard.forEach((sample, track) => {
        this.levels[track] = Math.max(this.levels[track], Math.abs(sample));
      });
      const both = (heard[0] + heard[1]) / 2;
      left[index] = this.mixed ? both : heard[0];
      right[index] = this.mixed ? both : heard[1];
    }
    this.count += left.length;
    if (this.count >= TELL_EVERY) {
      this.port.postMessage(this.levels);
      this.levels = [0, 0];
      this.count = 0;
    }
    return true;
  }
}

registerProcessor("ear", Ear);
