export * from "./sql";
export * from "./graphs";
