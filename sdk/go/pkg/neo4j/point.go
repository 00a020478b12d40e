package neo4j

import (
	"fmt"
)

// Point2D is a point in two dimensions.
type Point2D struct {
	X float64
	Y float64
	// SpatialRefId is the id of the coordinate system, such as 4326 for degrees on the globe.
	SpatialRefId uint32
}

// Point3D is a point in three dimensions.
type Point3D struct {
	X float64
	Y float64
	Z float64
	// SpatialRefId is the id of the coordinate system, such as 4979 for degrees on the globe and height.
	SpatialRefId uint32
}

// String gives the point for people to read.
func (p Point2D) String() string {
	return fmt.Sprintf("Point{SpatialRefId=%d, X=%f, Y=%f}", p.SpatialRefId, p.X, p.Y)
}

// String gives the point for people to read.
func (p Point3D) String() string {
	return fmt.Sprintf("Point{SpatialRefId=%d, X=%f, Y=%f, Z=%f}", p.SpatialRefId, p.X, p.Y, p.Z)
}
