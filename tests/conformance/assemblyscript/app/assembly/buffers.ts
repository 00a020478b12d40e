export function testArrayBufferInput(buffer: ArrayBuffer): void {
  const view = Uint8Array.wrap(buffer);
  assert(view.length == 4);
  for (let i = 0; i < 4; i++) assert(view[i] == i + 1);
}

export function testArrayBufferOutput(): ArrayBuffer {
  const view = new Uint8Array(4);
  for (let i = 0; i < 4; i++) view[i] = <u8>(i + 1);
  return view.buffer;
}

export function testArrayBufferInput_empty(buffer: ArrayBuffer): void {
  assert(buffer.byteLength == 0);
}

export function testArrayBufferOutput_empty(): ArrayBuffer {
  return new ArrayBuffer(0);
}

export function testNullArrayBufferInput(buffer: ArrayBuffer | null): i32 {
  return buffer === null ? -1 : buffer.byteLength;
}

export function testNullArrayBufferOutput_null(): ArrayBuffer | null {
  return null;
}
