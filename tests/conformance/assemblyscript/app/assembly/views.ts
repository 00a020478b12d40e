export function testSubarray_i32(): Int32Array {
  const view = new Int32Array(10);
  for (let i = 0; i < 10; i++) view[i] = i;
  return view.subarray(3, 6);
}

export function testSubarray_u8(): Uint8Array {
  const view = new Uint8Array(10);
  for (let i = 0; i < 10; i++) view[i] = <u8>i;
  return view.subarray(-2);
}

export function testSubarray_f64(): Float64Array[] {
  const view = new Float64Array(4);
  view[2] = 0.5;
  return [view.subarray(2, 3), view.subarray(4)];
}

export function testSubarrayOfArgument(view: Int16Array): Int16Array {
  return view.subarray(1, -1);
}

export function testWrapped(buffer: ArrayBuffer): Uint16Array {
  return Uint16Array.wrap(buffer, 2, 1);
}

export function testClamped(view: Uint8ClampedArray): Uint8ClampedArray {
  view[0] = 300;
  return view;
}

export function testBytesOfFloats(view: Float32Array): f32 {
  return view[0] + view[1];
}
