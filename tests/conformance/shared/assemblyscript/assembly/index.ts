/* The functions of the shared suite, in AssemblyScript. */

export * from "./values";
export * from "./lists";
export * from "./objects";
export * from "./names";
export * from "./endings";
export * from "./surroundings";
