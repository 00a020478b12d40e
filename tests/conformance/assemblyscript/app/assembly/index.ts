/* Functions that check what they are given, and functions whose result is known. */

export * from "./arrays";
export * from "./buffers";
export * from "./classes";
export * from "./dates";
export * from "./defaults";
export * from "./environment";
export * from "./hostfns";
export * from "./keys";
export * from "./layouts";
export * from "./maps";
export * from "./nulls";
export * from "./primitives";
export * from "./sets";
export * from "./strings";
export * from "./typedarrays";
export * from "./views";
