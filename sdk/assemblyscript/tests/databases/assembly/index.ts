/* What goes to databases and what comes back. The rows are what the test's host answers with. */

export * from "./dgraph";
export * from "./neo4j";
export * from "./sql";
