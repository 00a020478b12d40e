package neo4j

// Entity is what has properties: a *Node or a *Relationship.
type Entity interface {
	// GetElementId gives the id that the database has given to the entity.
	GetElementId() string
	// GetProperties gives the properties by their names, as the types that encoding/json reads.
	GetProperties() map[string]any
}

// Node is a node of the graph.
type Node struct {
	ElementId string
	Labels    []string
	Props     map[string]any
}

// Relationship leads from one node to another.
type Relationship struct {
	ElementId      string
	StartElementId string
	EndElementId   string
	Type           string
	Props          map[string]any
}

// Path has nodes, and the relationships that lead from each to the next.
type Path struct {
	Nodes         []Node
	Relationships []Relationship
}

// GetElementId gives the id that the database has given to the node.
func (n *Node) GetElementId() string {
	return n.ElementId
}

// GetProperties gives the properties by their names, as the types that encoding/json reads.
func (n *Node) GetProperties() map[string]any {
	return n.Props
}

// GetElementId gives the id that the database has given to the relationship.
func (r *Relationship) GetElementId() string {
	return r.ElementId
}

// GetProperties gives the properties by their names, as the types that encoding/json reads.
func (r *Relationship) GetProperties() map[string]any {
	return r.Props
}
