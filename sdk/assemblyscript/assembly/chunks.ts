/* Streams that the host feeds: answers of models and of HTTP services, as they come. */

// @ts-ignore: decorator
@external("atoll_stream", "next")
declare function hostNext(handle: i32, buffer: usize, capacity: i32): i64;

// @ts-ignore: decorator
@external("atoll_stream", "close")
declare function hostClose(handle: i32): void;

const CHUNK = 0;
const END = 1;
const TOO_SMALL = 3;
const CAPACITY = 16384;

/** Text that comes piece by piece. */
export class Chunks {
  private buffer: ArrayBuffer = new ArrayBuffer(CAPACITY);
  private isOpen: bool = true;

  constructor(private handle: i32) {}

  /** Waits for the next piece; null at the end. Throws when there is no more because of an error. */
  next(): string | null {
    if (!this.isOpen) return null;
    let found = this.read();
    if (<i32>(found >> 32) == TOO_SMALL) {
      this.buffer = new ArrayBuffer(<i32>found);
      found = this.read();
    }
    const status = <i32>(found >> 32);
    if (status != CHUNK) this.isOpen = false;
    if (status == END) return null;
    const text = String.UTF8.decodeUnsafe(changetype<usize>(this.buffer), <usize>(<u32>found));
    if (status != CHUNK) throw new Error(text);
    return text;
  }

  /** Ends the stream, and what feeds it. */
  close(): void {
    if (this.isOpen) hostClose(this.handle);
    this.isOpen = false;
  }

  /** Waits for the end of a stream of which nothing is needed any more; how it ends is all one. */
  finish(): void {
    while (this.isOpen) {
      const status = <i32>(this.read() >> 32);
      if (status == TOO_SMALL) this.close();
      else if (status != CHUNK) this.isOpen = false;
    }
  }

  private read(): i64 {
    return hostNext(this.handle, changetype<usize>(this.buffer), this.buffer.byteLength);
  }
}
