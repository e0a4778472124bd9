/** Hands what the microphone hears to the page, some milliseconds at a time. */
const PIECE = 1024;

class Listener extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Float32Array(PIECE);
    this.filled = 0;
  }

  process([input]) {
    const [samples] = input;
    if (!samples) return true;
    this.piece.set(samples, this.filled);
    this.filled += samples.length;
    if (this.filled + samples.length > PIECE) {
      this.port.postMessage(this.piece.slice(0, this.filled));
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('listener', Listener);
