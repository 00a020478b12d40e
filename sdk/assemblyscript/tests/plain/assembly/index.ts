export * from "./base64";
export * from "./caller";
export * from "./dynamicmap";
export * from "./host";
export * from "./models";
export * from "./vectors";
