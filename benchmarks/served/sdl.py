"""The schema of the functions, for peers that start from one."""

SDL = """
type Person { id: Int! name: String! email: String! score: Float! active: Boolean! }
type Query {
  hello(name: String!): String!
  people(count: Int!): [Person!]!
}
"""
