export * from "./sql";
export * from "./graphs";
export * from "./environment";
