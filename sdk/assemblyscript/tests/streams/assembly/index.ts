/* Answers of models and of HTTP services as they come, and functions that pass them on. */

export * from "./chat";
export * from "./claude";
export * from "./gemini";
export * from "./responses";
export * from "./http";
export * from "./events";
export * from "./interfaces";
