export * from "./graphql";
export * from "./http";
